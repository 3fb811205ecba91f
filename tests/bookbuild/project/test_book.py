"""Is what a book says of itself read once, and handed on? One build, without cells."""

import json
import pickle
import subprocess
import sys
from collections import Counter

import pytest

from bookbuild.project.book import Book, book_of, slug
from tiny_book import HERE, TinyBook, complaints, speak_portuguese

#: Counts which files a build opens, but for what the extension for the contents reads:
#: sphinx_external_toc does so in each edition.
COUNT = """\
import json, sys
opened = []
def note(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        frame = sys._getframe(1)
        while frame and "sphinx_external_toc" not in frame.f_code.co_filename:
            frame = frame.f_back
        if not frame:
            opened.append(arguments[0])
sys.addaudithook(note)
from bookbuild.cli import main
status = main(sys.argv[1:])
print(json.dumps(opened))
sys.exit(status)
"""
PAGE = "locale/pt_BR/LC_MESSAGES/book/index.po"
CATALOGUE = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Tiny"
msgstr "Minúsculo"
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """How often a build of two editions opened each file of the book."""
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": "No cells.\n"})
    speak_portuguese(book)
    (book.root / PAGE).parent.mkdir()
    (book.root / PAGE).write_text(CATALOGUE, "utf8")
    command = [sys.executable, "-c", COUNT, "--root", str(book.root), "build"]
    ran = subprocess.run(
        command, env=book.environment(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, complaints(ran)
    assert "Minúsculo" in (book.site / "pt-br/book/index.html").read_text("utf8")
    paths = json.loads(ran.stdout.splitlines()[-1])
    top = f"{book.root}/"
    return Counter(path.removeprefix(top) for path in paths if path.startswith(top))


@pytest.mark.parametrize("file", ["_config.yml", "_toc.yml"])
def test_configuration_and_contents_are_read_once_a_build(opened, file):
    assert opened[file] == 1


def test_each_catalogue_is_read_once_a_build(opened):
    catalogues = {
        path: times for path, times in opened.items() if path.startswith("locale/")
    }

    assert catalogues == {PAGE: 1, "locale/pt_BR/LC_MESSAGES/words.po": 1}


def test_what_is_asked_twice_is_the_same():
    book = Book(HERE)

    assert book.config is book.config
    assert book.pages is book.pages


def test_a_book_is_stored_as_its_folder(tmp_path):
    book = Book(tmp_path)
    book.catalogues["pt_BR", "words"] = None

    again = pickle.loads(pickle.dumps(book))

    assert (again.root, again.catalogues) == (tmp_path, {})


class FakeApp:
    """What of Sphinx's application leads to the book."""

    def __init__(self, srcdir, book):
        self.srcdir, self.config = srcdir, self
        self.bookbuild_book = book


def test_sphinx_is_given_the_book_that_is_built(tmp_path):
    book = Book(tmp_path)

    assert book_of(FakeApp(tmp_path, book)) is book


def test_sphinx_alone_makes_one_book_of_its_folder(tmp_path):
    app = FakeApp(tmp_path, None)

    assert book_of(app).root == tmp_path
    assert book_of(app) is book_of(app)


def test_the_title_and_the_cover_are_those_of_the_configuration():
    book = Book(HERE)

    assert book.title == "In Parallel"
    assert (book.cover, book.parts[0]) == ("book/index", ("", ["book/index"]))


@pytest.mark.parametrize(
    ("title", "name"), [("Ação & reação", "acao-reacao"), ("並列", "book")]
)
def test_a_title_in_the_names_of_files(title, name):
    assert slug(title) == name
