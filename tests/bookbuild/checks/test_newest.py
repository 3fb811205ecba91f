"""Is the book tried with the newest packages, aside from its own environment?"""

import re
import subprocess
import sys

import pytest

from bookbuild.checks import newest as trials
from bookbuild.checks.newest import FOLDER, newest
from bookbuild.cli import main
from bookbuild.console import CommandError
from bookbuild.project.book import Book
from tiny_book import HERE, TinyBook, cells


def page(found):
    """A page that claims and checks that something is one."""
    code = f"from paralelo.claims.check import check\ncheck('one', {found}, equals=1)"
    return f"{cells(code)}\n:::{{claim}} one\nIt is one.\n:::\n"


@pytest.fixture
def book(tmp_path):
    return TinyBook.make(tmp_path, {"page": page(1)}, runs_cells=True).clone()


# Each builds a small book, which takes seconds.


def test_a_copy_is_built_aside_and_the_differences_are_printed(book, asked, capfd):
    book.replace("requirements.txt", "\nsphinx==7.4.7", "\nsphinx==7.4.6")

    assert newest(Book(book.root)) == 0

    out, err = capfd.readouterr()
    assert "sphinx: 7.4.6 in requirements.txt, 7.4.7 installed here" in out.splitlines()
    assert err == ""
    made = book.root / FOLDER / "_build/site/en/book/page.html"
    assert "holds" in made.read_text("utf8")
    assert "jupyter-book==1.0.4.post1" in asked
    assert not book.site.exists()
    assert not (book.root / ".venv").exists()


@pytest.mark.weekly
def test_cells_run_again_for_other_packages_and_not_for_the_same(
    book, asked, capfd, monkeypatch
):
    newest(Book(book.root))
    capfd.readouterr()

    newest(Book(book.root))
    same = capfd.readouterr().out
    monkeypatch.setattr("bookbuild.checks.trial.installed", lambda _: {"aiohttp": "99"})
    newest(Book(book.root))
    other = capfd.readouterr().out

    assert re.search(r"book/page \d\.\d s, updated", same)
    assert re.search(r"book/page \d\.\d s of cells", other)


@pytest.mark.weekly
def test_a_book_that_does_not_build_fails_and_the_differences_are_printed(
    book, asked, capfd
):
    book.chapter("page", page(2))
    book.replace("requirements.txt", "\nsphinx==7.4.7", "\nsphinx==7.4.6")

    assert newest(Book(book.root)) == 1

    out, err = capfd.readouterr()
    assert "the claim 'one' does not hold here" in err
    assert "sphinx: 7.4.6 in requirements.txt, 7.4.7 installed here" in out


@pytest.mark.weekly
def test_what_we_change_in_other_packages_is_tested_with_the_newest(book, asked, capfd):
    (book.root / "tests/bookbuild").mkdir(parents=True)
    failing = "def test_a_seam():\n    assert not 'gone'\n"
    (book.root / "tests/bookbuild/test_seams.py").write_text(failing)

    assert newest(Book(book.root)) == 1

    assert "1 failed" in capfd.readouterr().out
    assert "pytest" in asked
    assert not (book.root / FOLDER / "_build/site").exists()


def test_packages_that_cannot_be_had_are_one_line(tmp_path, monkeypatch, capsys):
    def prepare(*_):
        raise CommandError("could not reach an index")

    monkeypatch.setattr(trials, "wanted", lambda _: [])
    monkeypatch.setattr(trials, "prepare", prepare)

    assert main(["--root", str(tmp_path), "newest"]) == 1

    assert capsys.readouterr().err == "bookbuild: could not reach an index\n"


def test_what_a_bare_python_runs_needs_no_package():
    code = "import sys; sys.path.insert(0, sys.argv[1]); import bookbuild.checks.newest"

    subprocess.run([sys.executable, "-I", "-S", "-c", code, HERE / "src"], check=True)
