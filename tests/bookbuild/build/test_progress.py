"""Does a build say how far it is, to a person at a terminal and to a log?"""

import io
import os
import re
import subprocess

import pytest

from bookbuild.build.progress import Progress
from bookbuild.execution.client import Place
from tiny_book import TinyBook, cells

PLACE = Place(cell=2, cells=5, line=1, code="")


def test_a_line_says_page_and_cell():
    to = io.StringIO()
    progress = Progress(to, reading="book/one", expected=12, number=3)

    progress.cell(None, PLACE)

    assert to.getvalue() == "\r[ 3/12] book/one cell 2 of 5\x1b[K"


def at_a_terminal(book):
    """What a build writes to a terminal."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        book.command("build"), env=book.environment(), stdout=theirs
    ) as build:
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # on Linux, the end
                break
            if not part:
                break
            said += part
    os.close(ours)
    assert build.returncode == 0
    return said.decode()


def test_a_terminal_is_told_of_every_cell_and_a_log_of_every_page(tmp_path):
    page = cells("1 + 1", "2 + 2")  # two builds
    book = TinyBook.make(tmp_path, {"one": page}, runs_cells=True)

    live = at_a_terminal(book)
    book.replace("book/one.md", "1 + 1", "1 + 2")
    log = book.build().stdout

    assert re.search(r"\r\[ \d/2\] book/one cell 1 of 2\x1b\[K", live)
    assert re.search(r"\r\[ \d/2\] book/one cell 2 of 2\x1b\[K", live)
    assert re.search(r"\r\[ \d/2\] book/one \x1b\[K\d\.\d s of cells", live)
    assert "\r" not in log
    assert "\x1b" not in log
    assert "] book/one " in log
