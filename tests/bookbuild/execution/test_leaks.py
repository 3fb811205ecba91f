"""What a chapter leaves behind is named, ended, and fails the build.

Two builds of one book, whose kernels run one after another: half a minute.
"""

import os
import re
from pathlib import Path

import psutil
import pytest

from bookbuild.execution.leaks import MARK, Watch
from tiny_book import TinyBook, cells

SHM = Path("/dev/shm")
POOL = """\
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
pool.submit(abs, -1).result()"""
ORPHAN = """\
import subprocess, sys
code = "import time; time.sleep(600)"
subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
None"""
SHARED = """\
from multiprocessing import resource_tracker, shared_memory
block = shared_memory.SharedMemory("psm_forgotten", create=True, size=1)
resource_tracker.unregister(block._name, "shared_memory")"""
THREAD = """\
import threading
threading.Thread(target=threading.Event().wait, name="patient", daemon=True).start()"""
SERVER = "import socket\nserver = socket.create_server(('127.0.0.1', 0))"
FILE = "import tempfile\nfile = tempfile.mkstemp(suffix='.forgotten')"
SEMAPHORE = """\
import _multiprocessing, os
semaphore = _multiprocessing.SemLock(1, 1, 1, f"/forgotten-{os.getpid()}", False)"""
LEAKS = {
    "orphan": (ORPHAN, "a process, "),
    "pool": (POOL, "a process, "),
    "thread": (THREAD, "a thread, patient"),
    "port": (SERVER, "a server on port "),
    "shared": (SHARED, "shared memory, psm_"),
    "semaphore": (SEMAPHORE, "shared memory, sem.forgotten-"),
    "file": (FILE, ".forgotten"),
}
CLEAN = cells(
    f"{POOL}\npool.shutdown()",
    POOL.replace("spawn", "forkserver") + "\npool.shutdown()",
    "import asyncio\nawait asyncio.to_thread(abs, -1)",
    "lock = get_context('spawn').Lock()",
    "import tempfile\nwith tempfile.TemporaryFile() as file:\n    pass",
    "from IPython.display import HTML\nHTML('a large output' * 100_000)",
)


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """Two builds of a book that leaves much behind, each with its whole log."""
    pages = {name: cells("1", code) for name, (code, _) in LEAKS.items()}
    book = TinyBook.make(tmp_path_factory.mktemp("book"), pages | {"clean": CLEAN})
    log = book.root / "_build/pages/build.log"
    return [(book.build(), log.read_text("utf8")) for _ in range(2)]


@pytest.fixture(scope="module", params=[0, 1], ids=["first build", "second build"])
def build(request, builds):
    return builds[request.param]


@pytest.mark.parametrize(("name", "left"), [(n, s) for n, (_, s) in LEAKS.items()])
def test_what_a_chapter_leaves_behind_fails_the_build(build, name, left):
    ran, log = build

    assert ran.returncode == 1
    assert re.search(
        rf"book/{name}\.md:19: code cell 2 of 2 is the last, and left .*"
        rf"{re.escape(left)}.*\n    it starts: .*\n    end or close what a cell opens",
        log,
    )


def test_what_ends_with_the_kernel_is_no_leak(builds):
    (first, _), (second, _) = builds

    assert "] book/clean FAILED" not in first.stdout
    assert "book/clean" not in second.stdout  # it is kept, and not even read again


def test_nothing_that_was_left_goes_on(builds):
    marked = []
    for process in psutil.process_iter():
        try:
            marked += [process] if MARK in process.environ() else []
        except (psutil.Error, OSError):
            continue

    assert [p for p in marked if "time.sleep(600)" in " ".join(p.cmdline())] == []


def test_nothing_that_was_left_in_shared_memory_stays(builds):
    assert list(SHM.glob("*forgotten*")) == []


def test_what_a_killed_chapter_shared_goes_with_it(tmp_path):  # one build
    lock = "from multiprocessing import get_context\nlock = get_context('spawn').Lock()"
    name = "f'sem.{lock._semlock.name[1:]}'"
    tell = f"with open('name', 'w') as file:\n    file.write({name})"
    end = (
        "import os, signal\nos.killpg(0, signal.SIGKILL)"  # the kernel's servants, too
    )
    book = TinyBook.make(tmp_path, {"one": cells(lock, tell, end)})

    book.build()

    name = (tmp_path / "book/name").read_text()
    assert name.startswith("sem.mp-")
    assert not (SHM / name).exists()


def test_only_the_marked_are_watched():
    watch = Watch()

    assert watch.processes() == []
    assert watch.end() == []
    assert not os.path.exists(watch.folder)
