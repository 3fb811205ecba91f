"""Does a build say how far it is, to a person at a terminal and to a log?"""

import io
import os
import re
import subprocess
from types import SimpleNamespace

import pytest

from bookbuild.build.progress import Progress
from bookbuild.execution.client import Place, Run
from bookbuild.execution.failures import CHAPTER, NOT_TRIED
from tiny_book import TinyBook, cells

PLACE = Place(cell=2, cells=5, line=1, code="a = 1")


def test_a_line_says_page_and_cell():
    to = io.StringIO()
    progress = Progress(to, reading="book/one", expected=12, number=3)

    progress.cell(None, PLACE)

    assert to.getvalue() == "\r[ 3/12] book/one cell 2 of 5\x1b[K"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_says_every_ten_seconds_that_a_cell_is_still_running():
    to = io.StringIO()
    progress = Progress(to, reading="book/one", expected=12, number=3)

    for second in (1, 9, 10, 11, 19, 21, 22):
        progress.still(None, PLACE, second)

    assert to.getvalue() == (
        "cell 2 of 5 is still running (10 s)\n[ 3/12] book/one "
        "cell 2 of 5 is still running (21 s)\n[ 3/12] book/one "
    )


def test_a_terminal_says_each_second_that_a_cell_is_still_running():
    to = Terminal()
    progress = Progress(to, reading="book/one", expected=12, number=3)

    for second in (9.1, 10.2, 11.3):
        progress.still(None, PLACE, second)

    assert to.getvalue() == (
        "\r[ 3/12] book/one cell 2 of 5 is still running (10 s)\x1b[K"
        "\r[ 3/12] book/one cell 2 of 5 is still running (11 s)\x1b[K"
    )


def ended(failure, chapter):
    """What is said at the end of a page with this failure."""
    to = io.StringIO()
    env = SimpleNamespace(
        docname="book/one",
        temp_data={CHAPTER: chapter},
        nb_metadata={"book/one": {"failure": failure}},
    )
    Progress(to)._end(SimpleNamespace(env=env), None)
    return to.getvalue()


def test_why_a_page_failed_is_said_at_once():
    failure = Run(1.0, PLACE, "raised ValueError").report("book/one.md")

    assert ended(failure, SimpleNamespace(run=Run(1.0))) == (
        "FAILED\n"
        "    book/one.md:1: code cell 2 of 5 raised ValueError\n"
        "    it starts: a = 1\n"
    )


def test_a_page_that_is_not_run_since_another_failed_needs_no_reason():
    assert ended(NOT_TRIED, SimpleNamespace(run=None)) == "not run\n"


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
