"""Whenever a build is stopped there is a whole site, and the next makes a new one.

Stopped fifteen times, at moments spread over the whole of a build that runs a kernel:
a minute.
"""

import os
import signal
import subprocess
import time

import pytest

from bookbuild.execution.leaks import Watch
from bookbuild.web.links import dead
from tiny_book import PATIENCE, TinyBook, cells, interruptible, processes_below

MOMENTS = 5  # of one build

# Interrupted within exec(), as when a dataclass is made, CPython ends as if nobody had
# taken care of it, though we did.
STOPPED = {1, -signal.SIGINT}
SIGNALS = [signal.SIGINT, signal.SIGTERM]
if hasattr(signal, "SIGKILL"):
    SIGNALS += [signal.SIGKILL]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    slow = cells("import time\ntime.sleep(0.2)")
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": slow, "two": slow})
    assert book.build().returncode == 0
    return book


def change(book, to):
    book.chapter("one", cells(f"print('version {to}')", "import time\ntime.sleep(0.2)"))


def stop(book, sent, after):
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
        time.sleep(after)
        if build.poll() is None and sent == signal.SIGINT:  # as a terminal sends it
            os.killpg(build.pid, sent)
        elif build.poll() is None:
            build.send_signal(sent)
        said = build.communicate(timeout=PATIENCE)[1]
    return build.returncode, said.splitlines()


@pytest.fixture(scope="module", params=SIGNALS, ids=lambda sent: sent.name)
def story(request, book):
    """What was seen after each stop; and the build that nobody stopped, afterwards."""
    sent, seen = request.param, []
    change(book, f"{sent.name}, not stopped")
    began = time.monotonic()
    assert book.build().returncode == 0
    whole = time.monotonic() - began
    for number in range(MOMENTS):
        before = book.digest()
        change(book, f"{sent.name} {number}")
        status, said = stop(book, sent, whole * (number + 0.5) / MOMENTS)
        seen.append((status, said, before == book.digest(), list(dead(book.site))))
    return sent, seen, processes_below(book.root), book.build(), book.page("one")


def test_there_is_a_whole_site_whenever_a_build_is_stopped(story):
    _, seen, *_ = story

    assert [links for *_, links in seen] == [[]] * MOMENTS


def test_a_build_that_says_that_it_published_nothing_did_not(story):
    _, seen, *_ = story

    for status, said, unchanged, _ in seen:
        if any("published" in line for line in said):
            assert status in STOPPED
            assert unchanged


def test_a_build_that_is_asked_to_stop_says_so_in_a_few_lines(story):
    sent, seen, *_ = story

    for status, said, unchanged, _ in seen:
        if said:
            assert status in STOPPED
            assert "interrupted" in said[0]
            assert len(said) <= 3
            assert unchanged
        else:  # it was too late, or too early for any word
            assert status in {0, -sent, -signal.SIGINT}


def test_a_stopped_build_leaves_no_process(story):
    _, _, left, *_ = story

    assert left == []


def test_the_next_build_knows_nothing_of_it(story):
    sent, _, _, ran, page = story

    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"version {sent.name} {MOMENTS - 1}" in page


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
