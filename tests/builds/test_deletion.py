"""Whatever is deleted below _build, or was half written: the next build is whole.

A dozen builds of a book with one kernel, some of them of all pages: half a minute.
"""

import shutil

import pytest

from bookbuild.web.links import dead
from tiny_book import TinyBook, cells

FOLDERS = (
    ".",
    ".jupyter_cache",
    "pages",
    "pages/doctrees-en",
    "pages/en",
    "pages/en/_sources",
    "pages/en/_static",
    "pages/en/book",
    "pages/jupyter_execute",
    "site",
)
FILES = ("pages/en/genindex.html", "pages/doctrees-en/environment.pickle", "build.lock")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    pages = {"one": cells("print(6 * 7)"), "two": "See [one](one.md).\n"}
    book = TinyBook.make(tmp_path_factory.mktemp("book"), pages)
    assert book.build().returncode == 0
    return book, names(book)


def names(book):
    return {path.relative_to(book.site) for path in book.site.rglob("*")}


@pytest.mark.parametrize("name", FOLDERS + FILES)
def test_what_is_below_build_can_be_deleted(book, name):
    book, before = book
    path = book.root / "_build" / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    ran = book.build()

    assert (ran.returncode, ran.stderr) == (0, "")
    assert names(book) == before
    assert ">42" in book.page("one").replace("<span></span>", "")
    assert list(dead(book.site)) == []


@pytest.mark.parametrize("name", ["doctrees-en/book/one.doctree", "en/book/one.html"])
def test_what_a_killed_build_wrote_by_half_is_made_again(book, name):
    book, before = book
    path = book.root / "_build/pages" / name
    path.write_bytes(path.read_bytes()[:1000])
    (book.root / "_build/pages/unfinished-en").touch()

    ran = book.build()

    assert (ran.returncode, ran.stderr) == (0, "")
    assert names(book) == before
    assert book.ran() == set()
