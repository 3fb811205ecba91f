"""Whatever is deleted below _build, or was half written: the next build is whole.

A dozen builds of a book with one kernel, some of them of all pages: ten seconds.
"""

import shutil

import pytest

from bookbuild.web.links import dead
from tiny_book import TinyBook, cells

#: What is deleted before a build; several at once if it uses them for different things.
DELETED = (
    "pages/en/_static",  # first: after another of these, every page is written anyway
    ".",
    ".jupyter_cache site build.lock",
    "pages",
    "pages/doctrees-en",
    "pages/doctrees-en/environment.pickle",
    "pages/en",
    "pages/en/_sources",
    "pages/en/book",
    "pages/en/genindex.html",
    "pages/jupyter_execute",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    pages = {"one": cells("print(6 * 7)"), "two": "See [one](one.md).\n"}
    book = TinyBook.make(tmp_path_factory.mktemp("book"), pages, runs_cells=True)
    assert book.build().returncode == 0
    return book, names(book)


def names(book):
    return {path.relative_to(book.site) for path in book.site.rglob("*")}


@pytest.mark.parametrize("paths", DELETED)
def test_what_is_below_build_can_be_deleted(book, paths):
    book, before = book
    for path in (book.root / "_build" / each for each in paths.split()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    ran = book.build()

    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert names(book) == before
    assert ">42" in book.page("one").replace("<span></span>", "")
    assert book.manifest["pages"]["book/one"]["cells"] == 1
    assert list(dead(book.site)) == []


def test_what_a_killed_build_wrote_by_half_is_made_again(book):
    book, before = book
    for name in ("doctrees-en/book/one.doctree", "en/book/one.html"):
        path = book.root / "_build/pages" / name
        path.write_bytes(path.read_bytes()[:1000])
    (book.root / "_build/pages/unfinished-en").touch()

    ran = book.build()

    assert (ran.returncode, ran.stderr) == (0, "")
    assert names(book) == before
    assert book.ran() == set()
