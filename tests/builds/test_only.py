"""Can a writer look at one page without waiting for all the others?

Three builds, of two pages with a kernel each: ten seconds.
"""

import io

import pytest

from bookbuild.build import run_sphinx
from bookbuild.build.progress import Progress
from bookbuild.build.run_sphinx import Build, Options, build_edition
from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH
from tiny_book import TinyBook, cells, complaints

CONTENTS = """\
format: jb-book
root: book/index
chapters:
- file: book/see/measuring
- file: book/pools/processes
- file: book/a/processes
"""


@pytest.mark.parametrize(
    ("wanted", "page"),
    [
        ("measuring", "book/see/measuring"),
        ("see/measuring", "book/see/measuring"),
        ("book/see/measuring.md", "book/see/measuring"),
        ("/book/index", "book/index"),
        ("pools/processes", "book/pools/processes"),
        ("processes", ""),  # which one?
        ("suring", ""),
        ("nowhere", ""),
    ],
)
def test_a_page_is_found_by_its_name_or_by_its_end(wanted, page, tmp_path):
    (tmp_path / "_toc.yml").write_text(CONTENTS)

    assert Book(tmp_path).find_page(wanted) == page


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    pages = {"one": cells("6 * 7"), "two": cells("raise ValueError('not run')")}
    pages["two"] += "```{claim} unchecked\nNo.\n```\n"
    book = TinyBook.make(tmp_path_factory.mktemp("book"), pages, runs_cells=True)
    return book, book.build("--only", "one")


def test_only_one_page_is_run_and_what_others_lack_does_not_matter(book):
    book, ran = book
    made = book.root / "_build/preview/en/book/one.html"

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[-1] == f"open {made.as_uri()}"
    assert "book/two not run\n" in ran.stdout
    assert "execution_mode" not in ran.stdout
    assert "42" in made.read_text("utf8")


def test_one_page_alone_is_not_published(book):
    book, _ = book

    assert not book.site.exists()


def test_the_page_that_is_looked_at_must_be_right(book):
    book, _ = book

    ran = book.build("--only", "two")

    assert ran.returncode == 1
    assert "book/two.md:15: code cell 1 of 1 raised ValueError" in complaints(ran)[0]


def test_a_build_that_stops_does_not_count_as_one_of_another_page(
    tmp_path, monkeypatch
):
    def stop(*_, **__):
        raise ValueError("it can't go on")

    monkeypatch.setattr(run_sphinx, "_rounds", stop)
    log = io.StringIO()
    options = Options(only="book/one")
    build = Build(Book(tmp_path), tmp_path, log, Progress(log), options)

    edited = next(build_edition(build, ENGLISH, fresh=False))

    assert edited.problems == ["the build stopped: ValueError: it can't go on"]


def test_a_page_that_there_is_not_is_told_which_there_are(book):
    book, _ = book

    ran = book.build("--only", "three")

    assert ran.returncode == 1
    assert complaints(ran)[0] == (
        "bookbuild: there is no page 'three'; there are: book/index, book/one, book/two"
    )


def test_the_whole_book_is_none_the_wiser(book):
    book, _ = book

    ran = book.build()

    assert ran.returncode == 1
    assert "book/two.md:15" in ran.stderr
    assert "book/one" not in ran.stderr
