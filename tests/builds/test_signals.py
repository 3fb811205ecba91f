"""Whenever a build is stopped there is a whole site, and the next makes a new one.

A build that runs a kernel is stopped by each signal, in the middle; weekly at moments
spread over the whole of it, too. Ten seconds, and a minute.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import NamedTuple

import pytest

from bookbuild.execution.leaks import Watch
from bookbuild.web.links import dead
from tiny_book import PATIENCE, TinyBook, cells, interruptible, processes_below

# Interrupted within exec(), as when a dataclass is made, CPython ends as if nobody had
# taken care of it, though we did.
STOPPED = {1, -signal.SIGINT}
SIGNALS = [signal.SIGINT, signal.SIGTERM]
if hasattr(signal, "SIGKILL"):
    SIGNALS += [signal.SIGKILL]

MOMENTS = (0.1, 0.3, 0.7, 0.9)  # beside the middle; parts of a whole build

#: What stops the builds that one more build follows: signals, and when they're sent.
STOPS = [pytest.param([(sent, 0.5) for sent in SIGNALS], id="in the middle")] + [
    pytest.param(
        [(sent, moment) for moment in MOMENTS], id=sent.name, marks=pytest.mark.weekly
    )
    for sent in SIGNALS
]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def change(book, to):
    book.chapter("one", cells(f"print('version {to}')", "import time\ntime.sleep(0.2)"))


def run(book, sent=None, after=PATIENCE):
    """Build, and stop it `after` so many seconds; its status, and its last words."""
    with subprocess.Popen(
        book.command("build"),
        env=book.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,
        start_new_session=True,
    ) as build:
        with suppress(subprocess.TimeoutExpired):
            build.wait(after)
        if build.poll() is None and sent == signal.SIGINT:  # as a terminal sends it
            os.killpg(build.pid, sent)
        elif build.poll() is None:
            build.send_signal(sent)
        said = build.communicate(timeout=PATIENCE)[1]
    return build.returncode, said.splitlines()


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book that was built, and how long a build of it takes."""
    slow = cells("import time\ntime.sleep(0.2)")
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": slow, "two": slow})
    assert run(book) == (0, [])
    change(book, "not stopped")
    began = time.monotonic()
    assert run(book) == (0, [])
    return book, time.monotonic() - began


class Stop(NamedTuple):
    """What was seen after a build had been stopped."""

    sent: signal.Signals
    version: str  # of the page that was being built
    status: int
    said: list[str]
    unchanged: bool  # the site
    dead: list[tuple[str, str]]  # links in the site
    left: list[str]  # processes


@pytest.fixture(scope="module", params=STOPS)
def story(request, book):
    """What was seen after each stop; and the next build, which nobody stopped."""
    book, whole = book
    seen = []
    for sent, moment in request.param:
        before, version = book.digest(), f"{sent.name} {moment}"
        change(book, version)
        status, said = run(book, sent, whole * moment)
        unchanged, links = book.digest() == before, list(dead(book.site))
        left = processes_below(book.root)
        seen.append(Stop(sent, version, status, said, unchanged, links, left))
    return seen, book.build(), book.page("one")


def test_there_is_a_whole_site_whenever_a_build_is_stopped(story):
    seen, *_ = story

    assert [stop.dead for stop in seen] == [[]] * len(seen)


def test_a_build_that_says_that_it_published_nothing_did_not(story):
    seen, *_ = story

    for stop in seen:
        if any("published" in line for line in stop.said):
            assert stop.status in STOPPED
            assert stop.unchanged


def test_a_build_that_is_asked_to_stop_says_so_in_a_few_lines(story):
    seen, *_ = story

    for stop in seen:
        if stop.said:
            assert stop.status in STOPPED
            assert "interrupted" in stop.said[0]
            assert len(stop.said) <= 3
            assert stop.unchanged
        else:  # it was too late, or too early for any word
            assert stop.status in {0, -stop.sent, -signal.SIGINT}


def test_a_stopped_build_leaves_no_process(story):
    seen, *_ = story

    assert [stop.left for stop in seen] == [[]] * len(seen)


def test_the_next_build_knows_nothing_of_it(story):
    seen, ran, page = story

    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"version {seen[-1].version}" in page


def test_the_temporary_files_of_a_killed_build_go_with_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with subprocess.Popen(["true"]) as ended:
        pass
    (tmp_path / f"bookbuild-{ended.pid}-abc").mkdir()
    (tmp_path / f"bookbuild-{os.getpid()}-abc").mkdir()
    (tmp_path / "bookbuild-other").mkdir()

    watch = Watch()

    assert not (tmp_path / f"bookbuild-{ended.pid}-abc").exists()
    assert {path.name for path in tmp_path.iterdir()} == {
        f"bookbuild-{os.getpid()}-abc",
        "bookbuild-other",
        os.path.basename(watch.folder),
    }
