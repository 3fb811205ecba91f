"""What bad input gets: exit status 1, a few clear lines, and the site that was there.

Most faults need a kernel that they can break, so these builds take seconds.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from press.build import build
from tiny_book import HEADER, TinyBook, cells, complaints, interruptible

PATIENCE = 60  # seconds until a test gives up; none of them waits that long
SOUND = cells("print('to begin with')", "sum([20, 22])")
POOL = """\
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
pool.submit(abs, -1).result()"""
FAULTS = {
    "raises": (
        cells("1 + 1", 'fine = 1\nraise ValueError("first line\\n\\nthird")', "2"),
        "book/one.md:19: code cell 2 of 3 raised ValueError: first line",
        "    it starts: fine = 1",
    ),
    "takes too long": (
        cells("import time\ntime.sleep(600)"),
        "book/one.md:15: code cell 1 of 1 ran longer than the limit of 1 s "
        "(execute: timeout in _config.yml)",
        "    it starts: import time",
    ),
    "kills the kernel": (
        cells(POOL, "import os\nos._exit(1)"),
        "book/one.md:22: the kernel died in code cell 2 of 2",
        "    it starts: import os",
    ),
}


class Aftermath(NamedTuple):
    """A build of a faulty page, a second one, and one of the mended page."""

    message: list[str]
    first: "subprocess.CompletedProcess[str]"
    second: "subprocess.CompletedProcess[str]"
    mended: "subprocess.CompletedProcess[str]"
    before: str  # digests of the site
    after: str
    left: list[str]  # processes that still run in the book


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": SOUND})
    ran = book.build()
    assert ran.returncode == 0, ran.stderr
    return book


@pytest.fixture(scope="module", params=FAULTS)
def aftermath(request, sound):
    body, *message = FAULTS[request.param]
    config = sound.root / "_config.yml"
    usual = config.read_text("utf8")
    before = sound.digest()
    if request.param == "takes too long":
        sound.replace("_config.yml", "timeout: 60", "timeout: 1")
    sound.chapter("one", body)
    first, second = sound.build(), sound.build()
    after, left = sound.digest(), processes_below(sound.root)
    sound.chapter("one", SOUND)
    config.write_text(usual, "utf8")
    return Aftermath(message, first, second, sound.build(), before, after, left)


def processes_below(folder):
    """The processes that go on working below `folder`."""
    wait_until(lambda: not running_below(folder))  # a killed one goes in a moment
    return running_below(folder)


def running_below(folder):
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                found.append(str(process))
        except (psutil.Error, OSError):
            continue  # gone, or not ours to ask
    return found


def wait_until(come_true):
    give_up = time.monotonic() + PATIENCE
    while not come_true() and time.monotonic() < give_up:
        time.sleep(0.05)


def test_a_failing_cell_fails_the_build(aftermath):
    assert aftermath.first.returncode == 1


def test_a_failing_cell_is_named_with_its_page_its_line_and_its_fault(aftermath):
    where, start, *_ = complaints(aftermath.first)

    assert [where, start] == [f"press: {line}" for line in aftermath.message]


def test_a_failing_cell_is_reported_in_ten_lines_at_most(aftermath):
    assert 3 <= len(complaints(aftermath.first)) <= 10
    assert all(line.startswith("press: ") for line in complaints(aftermath.first))


def test_a_failing_cell_leaves_the_site_as_it_was(aftermath):
    assert aftermath.after == aftermath.before


def test_a_failing_cell_fails_the_second_build_too(aftermath):
    assert aftermath.second.returncode == 1
    assert complaints(aftermath.second) == complaints(aftermath.first)


def test_a_failing_cell_is_tried_again_in_the_second_build(aftermath):
    assert "] book/one FAILED" in aftermath.second.stdout


def test_a_failing_cell_leaves_no_process_behind(aftermath):
    assert aftermath.left == []


def test_a_mended_cell_makes_the_build_green_and_quiet(aftermath):
    assert (aftermath.mended.returncode, aftermath.mended.stderr) == (0, "")


UNRUN = (
    "this code cell would never run; "
    "is the header a notebook's, and the cell on its own, between backticks?"
)


@pytest.fixture(scope="module")
def unrun(tmp_path_factory):
    """Two builds of a book whose cells MyST-NB would leave out, or leave unrun."""
    pages = {
        "headless": "",
        "unnamed": "",
        "nested": "- in a list\n\n  ```{code-cell} ipython3\n  1\n  ```\n",
        "switched-off": "",
    }
    book = TinyBook.make(tmp_path_factory.mktemp("book"), pages)
    book.chapter("headless", cells("1 + 1"), header="")
    book.chapter("unnamed", cells("1 + 1"), header="---\nfile_format: mystnb\n---\n")
    off = HEADER.replace("---\n\n", 'mystnb:\n  execution_mode: "off"\n---\n\n')
    book.chapter("switched-off", cells("1 + 1"), header=off)
    return book, book.build(), book.build()


@pytest.mark.parametrize(
    "message",
    [
        f"book/headless.md:3: {UNRUN}",
        f"book/nested.md:16: {UNRUN}",
        "book/unnamed.md:1: the header names no kernel; copy another chapter's header",
        "book/switched-off.md: its code cells were not run; "
        "does execution_mode forbid it?",
    ],
)
def test_a_cell_that_would_never_run_is_an_error(unrun, message):
    _, first, _ = unrun

    assert first.returncode == 1
    assert f"press: {message}" in complaints(first)


def test_a_cell_that_would_never_run_is_an_error_in_the_second_build_too(unrun):
    book, first, second = unrun

    assert second.returncode == 1
    assert complaints(second) == complaints(first)
    assert not book.site.exists()


def test_many_failures_are_cut_to_ten_lines(tmp_path):  # one build; no cell runs
    pages = {f"page-{number}": "" for number in range(12)}
    book = TinyBook.make(tmp_path, pages)
    for page in pages:
        book.chapter(page, cells("1"), header="")

    ran = book.build()

    assert ran.returncode == 1
    assert len(complaints(ran)) == 10
    assert complaints(ran)[7] == "press: … and 5 lines more"


def test_a_strict_build_fails_again_if_nothing_was_mended(tmp_path):  # two builds
    book = TinyBook.make(tmp_path, {"one": "See [nowhere](nowhere.md).\n"})

    first, second = book.build("--strict"), book.build("--strict")

    assert (first.returncode, second.returncode) == (1, 1)
    assert complaints(second) == complaints(first)
    assert "book/one.md:" in complaints(first)[1]
    assert not book.site.exists()


def test_a_warning_alone_does_not_stop_an_ordinary_build(tmp_path):  # one build
    book = TinyBook.make(tmp_path, {"one": "See [nowhere](nowhere.md).\n"})

    ran = book.build()

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "nowhere" in ran.stdout


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_says_so_and_leaves_nothing_behind(tmp_path, sent):
    # A build, and a cell that would sleep for ten minutes.
    slow = cells("open('begun', 'w').close()\nimport time\ntime.sleep(600)")
    book = TinyBook.make(tmp_path, {"one": slow})

    with subprocess.Popen(
        book.command("build"),
        env=book.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,
    ) as build:
        wait_until((book.root / "book/begun").exists)
        build.send_signal(sent)
        said = build.communicate(timeout=PATIENCE)[1].splitlines()

    assert build.returncode == 1
    assert said[0] == "press: book/one.md was interrupted"
    assert len(said) <= 10
    assert processes_below(book.root) == []


BROKEN = {
    "no configuration": ("_config.yml", None, "there is no _config.yml"),
    "no contents": ("_toc.yml", None, "there is no _toc.yml"),
    "configuration: no YAML": (
        "_config.yml",
        "title: a\nauthor: b: c\n",
        "_config.yml:2: this is not YAML: mapping values are not allowed here",
    ),
    "configuration: no keys": ("_config.yml", "- a\n", "_config.yml: this has no keys"),
    "configuration: empty": ("_config.yml", "", "_config.yml: this has no keys"),
    "configuration: wrong kind": (
        "_config.yml",
        "launch_buttons: 3\n",
        "_config.yml: 3 is not of type 'object' [key path: 'launch_buttons']",
    ),
    "configuration: no UTF-8": (
        "_config.yml",
        "title: caf\udce9\n",
        "_config.yml: this is not YAML: 'utf-8' codec can't decode",
    ),
    "contents: no YAML": ("_toc.yml", "root: [\n", "_toc.yml:2: this is not YAML"),
    "contents: no root": (
        "_toc.yml",
        "chapters: []\n",
        "_toc.yml: 'root' key not found",
    ),
    "contents: no such page": (
        "_toc.yml",
        "format: jb-book\nroot: book/index\nchapters:\n- file: book/nowhere\n",
        "_toc.yml:4: there is no page book/nowhere.md",
    ),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The files of a book without code."""
    return TinyBook.make(tmp_path_factory.mktemp("plain"), {}).root


@pytest.mark.parametrize(("name", "content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_in_one_clear_line(
    name, content, message, plain, tmp_path, capsys
):
    root = tmp_path / "book"
    shutil.copytree(plain, root, ignore=shutil.ignore_patterns("src"))
    (root / name).unlink()
    if content is not None:
        (root / name).write_bytes(content.encode("utf8", "surrogateescape"))

    status = build(root)

    said = capsys.readouterr().err.splitlines()
    assert status == 1
    assert len(said) == 2
    assert message in said[0]
    assert said[1] == "press: nothing was published; _build/site is as it was"


def test_an_unforeseen_error_is_one_line_and_the_rest_is_in_the_log(
    tmp_path,
):  # a build
    book = TinyBook.make(tmp_path, {})
    book.replace("_config.yml", "press.sphinxext: src", "press.nowhere: src")

    ran = book.build()

    assert ran.returncode == 1
    assert "Could not import extension press.nowhere" in complaints(ran)[0]
    assert "Traceback" not in ran.stderr + ran.stdout
    assert "Traceback" in (book.root / "_build/aside/build.log").read_text("utf8")


def test_an_interpreter_without_the_packages_is_told_how_to_get_them(tmp_path):
    # Starts two interpreters: one makes the bare environment.
    book = TinyBook.make(tmp_path, {})
    venv = ["-m", "venv", "--without-pip", str(tmp_path / "bare")]
    python, *rest = book.command("build")
    subprocess.run([python, *venv], check=True)
    bare = tmp_path / "bare" / Path(python).relative_to(Path(python).parents[1])

    ran = subprocess.run(
        [bare, *rest], env=book.environment(), capture_output=True, text=True
    )

    assert ran.returncode == 1
    assert "has no jupyter-book; run make book" in complaints(ran)[0]
    assert len(complaints(ran)) == 2


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs a POSIX system")
def test_a_folder_that_is_no_book_is_not_written_to(tmp_path):  # starts the press
    book = TinyBook.make(tmp_path / "book", {})
    (tmp_path / "empty").mkdir()

    ran = subprocess.run(
        [*book.command()[:-1], str(tmp_path / "empty"), "build"],
        env=book.environment(),
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 1
    assert list((tmp_path / "empty").iterdir()) == []
