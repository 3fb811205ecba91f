"""Is the book tried without Jupyter Book? Here with the Sphinx that the tests have."""

import re
import sys

import pytest

from bookbuild.checks.plain_sphinx import FOLDER, configuration, plain, requirements
from bookbuild.project.book import Book
from tiny_book import HERE, TinyBook, cells

PAGE = cells("from paralelo.claims.check import check", 'check("one", 1, equals=1)')
CLAIM = "\n:::{claim} one\nOne is $1$.\n:::\n"


@pytest.fixture
def book(tmp_path):
    return TinyBook.make(tmp_path, {"page": PAGE + CLAIM}).clone()


def test_jupyter_book_is_not_asked_for_and_no_version_is_pinned():
    asked = requirements(HERE)

    assert [each for each in asked if "jupyter-book" in each or "==" in each] == []
    assert {"sphinx>=9", "myst-nb", "sphinx-book-theme", "aiohttp~=3.14"} <= set(asked)


def test_the_extensions_that_only_jupyter_book_needs_are_not_loaded(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))  # Jupyter Book appends to it

    (extensions,) = re.findall("^extensions = .*", configuration(Book(HERE)), re.M)

    assert "bookbuild.sphinxext" in extensions
    assert "jupyter" not in extensions
    assert "thebe" not in extensions


# Each of these builds a small book, which takes seconds.


def test_a_copy_is_built_with_all_that_the_press_adds(book, asked, capfd):
    assert plain(Book(book.root)) == 0

    out, err = capfd.readouterr()
    assert err == ""
    assert out.startswith("sphinx 7.4.7, myst-nb 1.4.0, ")
    made = book.root / FOLDER / "_build/html/book/page.html"
    text = made.read_text("utf8")
    assert "✓ Checked in this build" in text
    assert "<math" in text
    assert made.with_name("page.ipynb").name in text
    assert not book.site.exists()


@pytest.mark.weekly
def test_a_warning_is_an_error(book, asked, capfd):
    book.chapter("page", "[](nowhere)\n")

    assert plain(Book(book.root)) == 1

    first, last = capfd.readouterr().err.splitlines()
    assert "book/page.md" in first
    assert "cross-reference target not found: 'nowhere'" in first
    assert last.startswith(
        "bookbuild: plain Sphinx can't build the book; the whole log"
    )


@pytest.mark.weekly
def test_a_failing_cell_is_an_error(book, asked, capfd):
    book.chapter("page", cells("1 / 0"))

    assert plain(Book(book.root)) == 1

    assert "raised ZeroDivisionError" in capfd.readouterr().err


@pytest.mark.weekly
def test_an_extension_that_cannot_be_loaded_is_said(book, asked, capfd):
    book.replace("_config.yml", "[bookbuild.sphinxext]", "[no_such]")

    assert plain(Book(book.root)) == 1

    assert "Could not import extension no_such" in capfd.readouterr().err
