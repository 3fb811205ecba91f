"""Can a writer save, look, and save again, and is nothing left when she stops?

Over 0.25 s: most tests share one server, which builds a book of two pages after each
save; the browser's ones start a browser too. None waits for longer than it must.
"""

import html
import http.client
import os
import re
import signal
import socket
import subprocess
from shutil import copytree, ignore_patterns

import pytest

from bookbuild.build.pipeline import LOCK
from bookbuild.execution.lock import exclusive
from browsing import window
from tiny_book import (
    PATIENCE,
    TinyBook,
    cells,
    complaints,
    interruptible,
    processes_below,
    running_below,
    speak_portuguese,
    wait_until,
)

ADDRESS = re.compile(
    r"^bookbuild: http://127\.0\.0\.1:(\d+)/\?token=(\S+) shows the book", re.M
)
BAR = re.compile(r'id="live-complaint" role="status">(.*?)</div>', re.S)
PAGE, FRONT = "/en/book/one.html", "/en/book/index.html"
UNRUN = "```{code-cell} ipython3\n1\n```\n"  # without a header it would never run
WAITING = """\
import time
from pathlib import Path
Path("../begun").touch()
while not Path("../go").exists():
    time.sleep(0.05)"""
SUM = (
    cells("from paralelo import check\ncheck('sum', 1 + 1, equals=2)")
    + "```{claim} sum\nIt's two.\n```\n"
)
#: Files with times, loads or the book's folder; and Sphinx's index, which keeps words
#: that no page has any more, after any build that isn't a clean one.
DIFFER = {"manifest.json", "claims.json", ".buildinfo", "searchindex.js"}


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

    def rest(self):
        """Wait until the last build has ended."""
        wait_until(lambda: self.said.endswith(" shows the new site\n"))

    @property
    def complaint(self):
        """The lines that a page opened now shows over its text."""
        shown = BAR.search(self.ask(PAGE)[1])
        return html.unescape(shown[1]).splitlines()

    def complains(self):
        """What is complained of, before long."""
        wait_until(lambda: self.complaint)
        return self.complaint


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """The server that most tests share; each writes words of its own."""
    root = tmp_path_factory.mktemp("live") / "book"
    pages = {"one": "Words.\n", "two": SUM, "ledger": "```{ledger}\n```\n"}
    book = TinyBook.make(root, pages, runs_cells=True)
    speak_portuguese(book)
    with Live(book) as live:
        live.rest()
        yield live


@pytest.fixture
def book(tmp_path):
    """A book without code: it is built in a second."""
    words = {"one": "the first words\n"}
    return TinyBook.make(tmp_path / "book", words, runs_cells=True)


def break_it(book):
    book.chapter("one", UNRUN, header="")


@pytest.fixture
def tab(browser):
    """An empty tab, which notes the errors of its scripts."""
    with window(browser) as tab:
        tab.set_default_timeout(PATIENCE * 1000)
        tab.errors = []
        tab.on("pageerror", lambda error: tab.errors.append(str(error)))
        yield tab
    assert tab.errors == []


def test_a_bad_save_is_told_of_and_leaves_the_last_good_site(live, tab):
    live.book.chapter("one", "the good words\n")
    assert live.shows("the good words")
    live.rest()
    tab.goto(f"{live.url}{PAGE}?token={live.token}")
    tab.evaluate("window.same = true")
    bar = tab.locator("#live-complaint")
    assert not bar.is_visible()

    live.book.chapter("one", cells("raise ValueError('<b>bold</b>')"))
    bar.wait_for()
    first, *_ = live.complains()

    assert first.startswith("book/one.md:15: code cell 1 of 1 raised ValueError: <b>")
    assert f"bookbuild: {first}\n" in live.said
    assert first in bar.inner_text()
    assert bar.locator("b").count() == 0
    assert "the good words" in live.ask(PAGE)[1]
    assert tab.evaluate("window.same")  # a reload would have forgotten it

    live.book.chapter("one", "the mended words\n")
    tab.get_by_text("the mended words").wait_for()

    assert not bar.is_visible()
    assert not tab.evaluate("window.same")
    assert live.complaint == []


def test_an_open_page_shows_a_save_by_itself_and_stays_where_it_was(live, tab):
    live.book.chapter("one", "the long words\n\n" + "A line.\n\n" * 200)
    assert live.shows("the long words")
    tab.goto(f"{live.url}{PAGE}?token={live.token}")
    tab.evaluate("scrollTo(0, 1500)")

    live.book.replace("book/one.md", "long", "longer")

    tab.get_by_text("the longer words").wait_for()
    tab.wait_for_function("scrollY === 1500")
    assert re.search(r"\] book/one \d+\.\d s, updated\n", live.said)
    assert "file://" not in live.said


def test_a_page_where_a_reader_tries_something_offers_the_new_version(live, tab):
    live.book.chapter("one", cells("print('the book')"))
    assert live.shows("the book")
    tab.goto(f"{live.url}{PAGE}?token={live.token}")
    tab.get_by_role("button", name="Run").click()
    tab.get_by_text("Done in").wait_for()

    live.book.replace("book/one.md", "'the book'", "'the next'")
    tab.locator("#live-complaint").get_by_text(
        "a newer version of this page"
    ).wait_for()

    assert tab.get_by_text("Done in").is_visible()
    tab.get_by_role("button", name="Show the new version").click()
    tab.locator(".cell").get_by_text("the next").first.wait_for()
    assert tab.locator("#live-complaint").is_hidden()


def test_a_save_during_a_build_is_not_lost(live):  # a kernel, and two builds
    before = live.said.count("building")
    live.book.chapter("one", cells(WAITING))
    wait_until((live.book.root / "begun").exists)  # the front page was read before

    live.book.replace("book/index.md", "A formula", "A later formula")
    (live.book.root / "go").touch()

    assert live.shows("A later formula", FRONT)
    assert live.said.count("building") == before + 2
    live.book.replace("book/index.md", "A later formula", "A formula")
    assert live.shows("A formula", FRONT)


def test_a_page_that_is_saved_while_its_cells_run_is_read_again(live):
    for name in ("begun", "go"):
        (live.book.root / name).unlink(missing_ok=True)
    live.book.chapter("one", cells(WAITING, "'before'"))
    wait_until((live.book.root / "begun").exists)

    live.book.replace("book/one.md", "# The page one", "# The page saved later")
    (live.book.root / "go").touch()

    assert live.shows("The page saved later")


def test_saves_leave_the_site_that_a_clean_build_makes(live, tmp_path):
    live.book.chapter("one", "It's {measured}`sum`.\n")
    live.book.replace("book/two.md", "# The page two", "# Another title")
    assert live.shows("Another title")
    live.book.replace("book/two.md", "It's two.", "It's *two*.")
    assert live.shows("<em>two</em>", "/en/book/two.html")
    live.rest()
    clean = TinyBook(tmp_path / "clean")
    copytree(live.book.root, clean.root, ignore=ignore_patterns("_build"))

    ran = clean.build()

    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    assert files(live.book.site) == files(clean.site)


def files(site):
    """What each file of a site has, but for times, loads and the book's folder."""
    found = (path for path in site.rglob("*") if path.is_file())
    kept = (path for path in found if path.name not in DIFFER)
    return {path.relative_to(site): path.read_bytes() for path in kept}


def test_one_page_can_be_built_meanwhile_and_waits_for_the_cells_only(live):
    for name in ("begun", "go"):
        (live.book.root / name).unlink(missing_ok=True)
    live.book.chapter("one", cells(WAITING, "'again'"))
    wait_until((live.book.root / "begun").exists)

    ran = live.book.build("--only", "index")  # it has no cells
    (live.book.root / "go").touch()

    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    assert live.shows("again")


def test_another_build_is_told_of_once_and_then_the_book_is_built(live):
    # Some seconds pass until a build that was refused is tried again, without a save.
    before = live.said.count("is building this book")
    with exclusive(live.book.root / LOCK, wait=True):
        live.book.chapter("one", "the late words\n")
        first, *_ = live.complains()

    assert first.startswith(f"process {os.getpid()} is building this book")
    assert live.shows("the late words")
    wait_until(lambda: not live.complaint)
    assert live.complaint == []
    assert live.said.count("is building this book") == before + 1


def test_a_changed_bookbuild_is_the_one_that_builds(live):
    template = "src/bookbuild/site/templates/index.html"
    live.book.replace(template, "{{ edition.name }}", "changed")

    assert live.shows("changed", "/")

    pipeline = "src/bookbuild/build/pipeline.py"
    live.book.replace(pipeline, "import os\n", "import os os\n")

    assert live.complains()[-1].startswith("SyntaxError")
    live.book.replace(pipeline, "import os os\n", "import os\n")
    live.book.replace(template, "changed", "{{ edition.name }}")
    assert live.shows("English", "/")


def test_without_a_first_site_a_page_says_why_and_then_becomes_it(book, tab):
    break_it(book)
    with Live(book) as live:
        assert live.complains()[0].startswith("book/one.md:3: this code cell would nev")
        assert live.ask(PAGE)[0] == 503
        tab.goto(f"{live.url}{PAGE}?token={live.token}")
        tab.locator("#live-complaint").get_by_text("would never run").wait_for()

        book.chapter("one", "the first words\n")

        tab.get_by_text("the first words").wait_for()
        assert tab.locator("#live-complaint").is_hidden()
        assert live.ask(PAGE)[0] == 200


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


weekly = pytest.mark.weekly


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    "sent",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=weekly),
        pytest.param(signal.SIGHUP, marks=weekly),
    ],
)
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
@pytest.mark.parametrize(
    "sent", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=weekly)]
)
def test_an_end_between_builds_is_quiet(book, sent):
    live = Live(book)
    assert live.shows("the first words")
    wait_until(lambda: "shows the new site" in live.said)
    before = live.said

    assert live.end(sent) == 0
    assert live.said == before
    assert processes_below(book.root) == []
