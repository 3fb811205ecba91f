"""What a chapter leaves behind is named and ended, and it's a failure.

Four kernels run a chapter each. What is left of memory and processes is looked for on
the whole machine, so no other test may leave any at the same time.
"""

import os
import re
from pathlib import Path

import psutil
import pytest

from bookbuild.execution.leaks import MARK, Watch
from run_chapter import run_chapter

SHM = Path("/dev/shm")
POOL = """\
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
pool.submit(abs, -1).result()"""
ORPHAN = """\
import subprocess, sys
code = "import time; time.sleep(601)"
subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
None"""
SHARED = """\
from multiprocessing import resource_tracker, shared_memory
block = shared_memory.SharedMemory("psm_forgotten", create=True, size=1)
resource_tracker.unregister(block._name, "shared_memory")"""
THREAD = """\
import threading
threading.Thread(target=threading.Event().wait, name="patient", daemon=True).start()"""
LOOP = """\
import asyncio, threading
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, name="looping", daemon=True).start()"""
SERVER = "import socket\nserver = socket.create_server(('127.0.0.1', 0))"
FILE = "import tempfile\nfile = tempfile.mkstemp(suffix='.forgotten')"
SEMAPHORE = """\
import _multiprocessing, os
semaphore = _multiprocessing.SemLock(1, 1, 1, f"/forgotten-{os.getpid()}", False)"""
#: What still works when the chapter ends, and what was created and stays. The second
#: is looked for only if there is nothing of the first.
RUNNING = {
    "orphan": (ORPHAN, "a process, .* -c import time"),
    "pool": (POOL, "a process, .* -c from multiprocessing"),
    "thread": (THREAD, "a thread, patient"),
    "loop": (LOOP, "a thread, looping"),
    "port": (SERVER, r"a server on port \d"),
}
CREATED = {
    "shared": (SHARED, "shared memory, psm_forgotten"),
    "semaphore": (SEMAPHORE, r"shared memory, sem\.forgotten-"),
    "file": (FILE, r"a file, .*\.forgotten"),
}
#: An installed package that keeps threads: of its class, of its function, with a loop.
PACKAGE = """\
import asyncio, functools, threading

class Monitor(threading.Thread):
    def run(self):
        threading.Event().wait()

def watch(event):
    event.wait()

def keep():
    loops = [asyncio.new_event_loop()]
    targets = functools.partial(watch, threading.Event()), loops[0].run_forever
    threads = Monitor(), *(threading.Thread(target=each) for each in targets)
    for thread in threads:
        thread.daemon = True
        thread.start()
"""
KEPT = f"""\
import sys, tempfile
from pathlib import Path
folder = tempfile.TemporaryDirectory()
packages = Path(folder.name, "site-packages")
packages.mkdir()
(packages / "keeper.py").write_text({PACKAGE!r})
sys.path.append(str(packages))
import keeper
keeper.keep()
folder.cleanup()"""
CLEAN = (
    f"{POOL}\npool.shutdown()",
    POOL.replace("spawn", "forkserver") + "\npool.shutdown()",
    "import asyncio\nawait asyncio.to_thread(abs, -1)",
    "lock = get_context('spawn').Lock()",
    "import tempfile\nwith tempfile.TemporaryFile() as file:\n    pass",
    "from IPython.display import HTML\nHTML('a large output' * 100_000)",
    KEPT,
    "%%bash\ntrue",
    "import atexit, shutil\natexit.register(shutil.rmtree, tempfile.mkdtemp())",
)


@pytest.fixture(scope="module")
def chapters(tmp_path_factory):
    """Two chapters that leave everything behind, each with its log."""
    found = {}
    for kind in (RUNNING, CREATED):
        codes = [code for code, _ in kind.values()]
        found.update(
            dict.fromkeys(kind, run_chapter(tmp_path_factory.mktemp("book"), *codes))
        )
    return found


@pytest.mark.parametrize("name", [*RUNNING, *CREATED])
def test_what_a_chapter_leaves_behind_is_a_failure(chapters, name):
    run, log = chapters[name]
    _, left = (RUNNING | CREATED)[name]

    assert run.failure.startswith("is the last, and left ")
    assert re.search(f"Left: .*{left}", log)


def test_the_last_cell_is_named_with_what_to_do(chapters):
    for name, cells in (("orphan", len(RUNNING)), ("file", len(CREATED))):
        run, _ = chapters[name]

        assert (run.place.cell, run.place.cells) == (cells, cells)
        assert run.hint.startswith("end or close what a cell opens")


def test_what_ends_with_the_kernel_is_no_leak(tmp_path):
    run, _ = run_chapter(tmp_path, *CLEAN)

    assert run.failure == ""


@pytest.mark.usefixtures("chapters")
def test_nothing_that_was_left_goes_on():
    marked = []
    for process in psutil.process_iter():
        try:
            marked += [process] if MARK in process.environ() else []
        except (psutil.Error, OSError):
            continue

    assert [p for p in marked if "time.sleep(601)" in " ".join(p.cmdline())] == []


@pytest.mark.usefixtures("chapters")
def test_nothing_that_was_left_in_shared_memory_stays():
    assert list(SHM.glob("*forgotten*")) == []


def test_what_a_killed_chapter_shared_goes_with_it(tmp_path):
    lock = "from multiprocessing import get_context\nlock = get_context('spawn').Lock()"
    name = "f'sem.{lock._semlock.name[1:]}'"
    tell = f"with open('name', 'w') as file:\n    file.write({name})"
    end = (
        "import os, signal\nos.killpg(0, signal.SIGKILL)"  # the kernel's servants, too
    )

    run, _ = run_chapter(tmp_path, lock, tell, end)

    name = (tmp_path / "name").read_text()
    assert run.failure == "ended the kernel (SIGKILL)"
    assert name.startswith("sem.mp-")
    assert not (SHM / name).exists()


def test_only_the_marked_are_watched():
    watch = Watch()

    assert watch.processes() == []
    assert watch.end() == []
    assert not os.path.exists(watch.folder)
