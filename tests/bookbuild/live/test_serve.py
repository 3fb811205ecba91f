"""Can a writer save, look, and save again, and is nothing left when she stops?

Over 0.25 s: each test starts the server, which builds a book of two pages at least
once; the browser's ones start a browser too. None waits for longer than it must.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
from contextlib import ExitStack

import pytest

from bookbuild.build.lock import exclusive
from bookbuild.build.pipeline import LOCK
from tiny_book import (
    PATIENCE,
    TinyBook,
    cells,
    complaints,
    interruptible,
    processes_below,
    running_below,
    wait_until,
)

ADDRESS = re.compile(
    r"^bookbuild: http://127\.0\.0\.1:(\d+)/\?token=(\S+) shows the book", re.M
)
PAGE, FRONT = "/en/book/one.html", "/en/book/index.html"
UNRUN = "```{code-cell} ipython3\n1\n```\n"  # without a header it would never run
WAITING = """\
import time
from pathlib import Path
Path("../begun").touch()
while not Path("../go").exists():
    time.sleep(0.05)"""


class Live:
    """``bookbuild live`` for a book, at any free port."""

    def __init__(self, book):
        self.book, self.log = book, book.root / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                book.command("live", "--port", "0"),
                cwd=book.root,
                env=book.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=interruptible if os.name == "posix" else None,
            )
        wait_until(lambda: ADDRESS.search(self.said) or self.process.poll())
        port, self.token = ADDRESS.search(self.said).groups()
        self.port, self.url = int(port), f"http://127.0.0.1:{port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end(signal.SIGTERM)

    def end(self, number):
        """Send it the signal, and wait for its end; returns its status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    @property
    def said(self):
        return self.log.read_text("utf8", "replace")

    def ask(self, path):
        """The status and the body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"token {self.token}"}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def shows(self, words, path=PAGE):
        """Whether, before long, the page at `path` has these words."""
        wait_until(lambda: words in self.ask(path)[1])
        return words in self.ask(path)[1]

    @property
    def complaint(self):
        return json.loads(self.ask("/_live/status")[1])["complaint"]

    def complains(self):
        """What is complained of, before long."""
        wait_until(lambda: self.complaint)
        return self.complaint


@pytest.fixture
def book(tmp_path):
    """A book without code: it is built in a second or two."""
    return TinyBook.make(tmp_path / "book", {"one": "the first words\n"})


def break_it(book):
    book.chapter("one", UNRUN, header="")


def test_a_save_is_shown(book):
    with Live(book) as live:
        assert live.shows("the first words")

        book.replace("book/one.md", "first", "second")

        assert live.shows("the second words")
        assert "bookbuild: book/one.md changed; building\n" in live.said


def test_a_bad_save_is_told_of_and_leaves_the_last_good_site(book):
    with Live(book) as live:
        assert live.shows("the first words")
        break_it(book)

        first, *_ = live.complains()

        assert first.startswith("book/one.md:3: this code cell would never run")
        assert f"bookbuild: {first}\n" in live.said
        assert "the first words" in live.ask(PAGE)[1]

        book.chapter("one", "the mended words\n")

        assert live.shows("the mended words")
        wait_until(lambda: not live.complaint)
        assert live.complaint == []


def test_without_a_first_site_a_page_says_why_until_there_is_one(book):
    break_it(book)
    with Live(book) as live:
        assert live.shows("this code cell would never run")
        assert live.ask(PAGE)[0] == 503

        book.chapter("one", "the first words\n")

        assert live.shows("the first words")
        assert live.ask(PAGE)[0] == 200


def test_a_changed_press_is_the_one_that_builds(book):
    with Live(book) as live:
        assert live.shows("the first words")
        book.replace(
            "src/bookbuild/site/templates/index.html", "{{ edition.name }}", "changed"
        )

        assert live.shows("changed", "/")

        book.replace("src/bookbuild/build/pipeline.py", "import os\n", "import os os\n")

        wait_until(lambda: live.complaint)
        assert live.complaint[-1].startswith("SyntaxError")


def test_a_save_during_a_build_is_not_lost(book):  # a kernel, and two builds
    book.chapter("one", cells(WAITING))
    with Live(book) as live:
        wait_until((book.root / "begun").exists)  # the front page was read before

        book.replace("book/index.md", "A formula", "A later formula")
        (book.root / "go").touch()

        assert live.shows("A later formula", FRONT)
        assert live.said.count("building") == 1


def test_nothing_is_built_if_nothing_was_saved(book):  # a kernel, and two builds
    book.chapter("one", cells("1 + 1"))
    with Live(book) as live:
        assert live.shows("book/one.ipynb")
        book.replace("book/index.md", "A formula", "A later formula")

        assert live.shows("A later formula", FRONT)
        built = [line for line in live.said.splitlines() if "building" in line]
        assert built == ["bookbuild: book/index.md changed; building"]


def test_another_build_is_told_of_once_and_then_the_book_is_built(book):
    # Some seconds pass until a build that was refused is tried again, without a save.
    other = ExitStack()
    other.enter_context(exclusive(book.root / LOCK))
    with other, Live(book) as live:
        first, *_ = live.complains()
        other.close()

        assert first.startswith(f"process {os.getpid()} is building this book")
        assert live.shows("the first words")
        wait_until(lambda: not live.complaint)
        assert live.complaint == []
        assert live.said.count("is building this book") == 1


def test_a_port_that_is_taken_is_named_before_anything_is_built(book):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        ran = book.bookbuild("live", "--port", port)

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert len(complaints(ran)) == 1
    assert f"can't listen on port {port}: " in ran.stderr
    assert "--port" in ran.stderr
    assert not (book.root / "_build").exists()


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_there_can_not_be_is_refused(book, port):
    ran = book.bookbuild("live", f"--port={port}")

    assert ran.returncode == 2
    assert f"a port is 0 to 65535, not '{port}'" in ran.stderr


def test_a_folder_without_a_book_is_refused_in_a_line(book):
    (book.root / "_toc.yml").unlink()

    ran = book.bookbuild("live", "--port", "0")

    assert ran.returncode == 1
    assert len(complaints(ran)) == 1
    assert "there is no _toc.yml" in ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_end_during_a_build_leaves_nothing_behind(book, sent):
    # A kernel, and a process that a cell has started; both would go on for ten minutes.
    start = "import subprocess, sys\nsubprocess.Popen(['sleep', '600'])"
    book.chapter("one", cells(start, WAITING))
    live = Live(book)
    wait_until((book.root / "begun").exists)
    before = len(running_below(book.root))

    status = live.end(sent)

    assert before >= 4  # the control: server, build, kernel, and what that started
    assert status == 0
    assert processes_below(book.root) == []
    assert "Traceback" not in live.said


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_end_between_builds_is_quiet(book, sent):
    live = Live(book)
    assert live.shows("the first words")
    wait_until(lambda: "shows the new site" in live.said)
    before = live.said

    assert live.end(sent) == 0
    assert live.said == before
    assert processes_below(book.root) == []


@pytest.fixture
def tab(browser):
    """An empty tab, which notes the errors of its scripts."""
    context = browser.new_context()
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE * 1000)
    tab.errors = []
    tab.on("pageerror", lambda error: tab.errors.append(str(error)))
    yield tab
    context.close()


def test_an_open_page_shows_a_save_by_itself_and_stays_where_it_was(book, tab):
    long = "the first words\n\n" + "A line.\n\n" * 200
    book.chapter("one", long)
    with Live(book) as live:
        assert live.shows("the first words")
        tab.goto(f"{live.url}{PAGE}?token={live.token}")
        tab.evaluate("scrollTo(0, 1500)")

        book.replace("book/one.md", "first", "second")

        tab.get_by_text("the second words").wait_for()
        tab.wait_for_function("scrollY === 1500")
    assert tab.errors == []


def test_an_open_page_tells_of_a_bad_save_and_then_of_the_good_one(book, tab):
    with Live(book) as live:
        assert live.shows("the first words")
        tab.goto(f"{live.url}{PAGE}?token={live.token}")
        tab.evaluate("window.same = true")
        bar = tab.get_by_role("status")
        assert not bar.is_visible()

        book.chapter("one", cells("raise ValueError('<b>bold</b>')"))
        bar.wait_for()

        assert "raised ValueError: <b>bold</b>" in bar.inner_text()
        assert bar.locator("b").count() == 0
        assert tab.evaluate("window.same")  # a reload would have forgotten it

        book.chapter("one", "the mended words\n")
        tab.get_by_text("the mended words").wait_for()

        assert not bar.is_visible()
        assert not tab.evaluate("window.same")
    assert tab.errors == []


def test_a_page_where_a_reader_tries_something_waits_for_her(book, tab):
    book.chapter("one", cells("print('the book')"))
    with Live(book) as live:
        assert live.shows("the book")
        tab.goto(f"{live.url}{PAGE}?token={live.token}")
        tab.get_by_role("button", name="Run").click()
        tab.get_by_text("Done in").wait_for()

        book.replace("book/one.md", "'the book'", "'the next'")
        tab.get_by_role("status").get_by_text("Reload it to see the changes").wait_for()

        assert tab.get_by_text("Done in").is_visible()
        tab.reload()
        assert "the next" in tab.inner_text(".cell")
    assert tab.errors == []


def test_an_open_page_becomes_the_first_site_by_itself(book, tab):
    break_it(book)
    with Live(book) as live:
        tab.goto(f"{live.url}{PAGE}?token={live.token}")
        tab.get_by_role("status").get_by_text("would never run").wait_for()

        book.chapter("one", "the first words\n")

        tab.get_by_text("the first words").wait_for()
        assert tab.get_by_role("status").is_hidden()
    assert tab.errors == []
