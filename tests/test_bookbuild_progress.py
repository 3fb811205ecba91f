"""Does a build say how far it is, to a person at a terminal and to a log?"""

import io
import json
import os
import re
import subprocess

import pytest

from bookbuild.build.progress import Progress, usual_seconds
from bookbuild.execution.client import Place
from tiny_book import TinyBook, cells

PLACE = Place(cell=2, cells=5, line=1, code="")


def test_a_line_says_page_cell_and_time():
    progress = Progress(io.StringIO(), {}, reading="book/one", expected=12, number=3)

    line = progress.line(PLACE, 7.4)

    assert line == "\r[ 3/12] book/one cell 2 of 5, 7 s\x1b[K"


def test_a_line_says_how_long_it_took_last_time():
    usual = {"book/one": 28.1}
    progress = Progress(io.StringIO(), usual, reading="book/one", expected=2, number=1)

    assert "cell 2 of 5, 7 of about 28 s" in progress.line(PLACE, 7.4)


def test_what_is_usual_is_what_the_last_site_took(tmp_path):
    pages = {"book/one": {"seconds": 2.5}, "book/index": {"seconds": 0.0}}
    (tmp_path / "manifest.json").write_text(json.dumps({"pages": pages}))

    assert usual_seconds(tmp_path / "manifest.json") == {"book/one": 2.5}


@pytest.mark.parametrize("text", [None, "", "{}", "not JSON"])
def test_without_a_last_site_nothing_is_usual(tmp_path, text):
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)

    assert usual_seconds(tmp_path / "manifest.json") == {}


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
    # Two builds; a cell waits for longer than two ticks.
    book = TinyBook.make(
        tmp_path, {"one": cells("1 + 1", "import time\ntime.sleep(1.5)", "2 + 2")}
    )

    live = at_a_terminal(book)
    book.replace("book/one.md", "1 + 1", "1 + 2")
    log = book.build().stdout

    assert re.search(r"\r\[ \d/2\] book/one cell 1 of 3, \d+ s\x1b\[K", live)
    assert live.count("cell 2 of 3") >= 2  # the second time, while it went on
    assert re.search(r"\r\[ \d/2\] book/one \x1b\[K\d\.\d s of cells", live)
    assert "\r" not in log
    assert "\x1b" not in log
    assert "] book/one " in log
