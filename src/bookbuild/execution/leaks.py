"""Find what a chapter left behind: processes, threads, ports, shared memory, files.

A kernel has a mark in its environment, which all processes below it inherit. It also
finds orphans in sessions of their own, which have no parent left.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psutil

MARK = "BOOKBUILD_CHAPTER"
SHARED = Path("/dev/shm")
PATIENCE = 5.0  # seconds for processes that end by themselves after their kernel

#: Helper processes of `multiprocessing`, which end with the process that they serve.
HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")

#: Threads of asyncio's own pool, which lives as long as the kernel's loop.
POOLED = "asyncio_"

#: Find the threads that an author could have ended. A daemon that runs an installed
#: package's code is kept by the package: by pyzmq, when it sends the first large
#: picture, or by tqdm. So is one that runs a loop which no cell knows: `%%bash` and
#: fsspec have one each.
FIND = """\
import sys, threading
from pathlib import Path

def is_kept(thread):
    run = type(thread).run
    if run is threading.Thread.run:
        run = getattr(thread, "_target", None)
        run = getattr(run, "func", run)
        loop = getattr(run, "__self__", None)
        if getattr(run, "__name__", "") == "run_forever":
            return all(loop is not it for it in vars(sys.modules["__main__"]).values())
    module = sys.modules.get(getattr(run, "__module__", None))
    folders = Path(getattr(module, "__file__", None) or "").parts
    return not {"site-packages", "dist-packages"}.isdisjoint(folders)

found = [it.name for it in threading.enumerate() if not it.daemon or not is_kept(it)]
"""
#: An expression for a kernel: these threads' names.
THREADS = f"(lambda names: exec({FIND!r}, names) or names['found'])({{}})"

#: What `multiprocessing` does when a program exits: it releases its semaphores and its
#: folder, and stops its helpers. A kernel exits too soon for that: it kills its
#: children first, waits for those that ignore it, and is killed for being late.
FINISHING = """\
import sys
from contextlib import suppress
for name, end in (
    ("util", lambda module: module._exit_function()),
    ("forkserver", lambda module: module._forkserver._stop()),
    ("resource_tracker", lambda module: module._resource_tracker._stop()),
):
    if module := sys.modules.get(f"multiprocessing.{name}"):
        with suppress(Exception):
            end(module)
"""
FINISH = f"exec({FINISHING!r}, {{}}) or []"


@dataclass
class Watch:
    """Compare what there is before a kernel's first cell, and after its last."""

    mark: str = field(default_factory=lambda: uuid4().hex)
    folder: str = field(default_factory=lambda: _folder())
    shared: set[str] = field(default_factory=lambda: set(_shared()))
    threads: list[str] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)
    used: set[int] = field(default_factory=set)
    left: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the kernel needs, so that we can watch it."""
        return {MARK: self.mark, "TMPDIR": self.folder}

    def before(self, threads: list[str]) -> None:
        """Note, before the first cell, the kernel's own threads and ports."""
        self.threads = threads
        self.ports = set(self._listening())

    def look(self, kernel: int) -> None:
        """Note, between two cells, which shared memory the process `kernel` uses."""
        self.used |= _mapped(kernel)

    def after(self, kernel: int, threads: list[str]) -> None:
        """List, after the last cell, what is left while the process `kernel` runs."""
        for process in self.processes():
            if process.pid != kernel and not _is_helper(process):
                self.left.append(f"a process, {_shown(process)}")
        for name in (Counter(threads) - Counter(self.threads)).elements():
            if not name.startswith(POOLED):
                self.left.append(f"a thread, {name}")
        for port in sorted(set(self._listening()) - self.ports):
            self.left.append(f"a server on port {port}")
        for process in self.processes():
            self.used |= _mapped(process.pid)

    def end(self, patience: float = PATIENCE) -> list[str]:
        """Return all that is left after the kernel's end, and end or remove it."""
        give_up = time.monotonic() + (0 if self.left else patience)
        while self.processes() and time.monotonic() < give_up:
            time.sleep(0.05)
        self.left = self.left or self._late()
        helpers = [process for process in self.processes() if _is_helper(process)]
        kill([each for each in self.processes() if each not in helpers])
        psutil.wait_procs(helpers, timeout=1)  # they remove what the others shared
        kill(helpers)
        for name in self._blocks():  # a kernel's death ends its helpers, too
            with suppress(OSError):
                (SHARED / name).unlink()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.left

    def _late(self) -> list[str]:
        return [
            *(f"a process, {_shown(process)}" for process in self.processes()),
            *(f"shared memory, {name}" for name in self._blocks()),
            *(f"a file, {path.name}" for path in sorted(Path(self.folder).glob("*"))),
        ]

    def processes(self) -> list[psutil.Process]:
        """List the processes with this mark."""
        return marked(MARK, self.mark)

    def _listening(self) -> Iterator[int]:
        for process in self.processes():
            with suppress(psutil.Error, OSError):
                for connection in process.net_connections("tcp"):
                    if connection.status == psutil.CONN_LISTEN:
                        yield connection.laddr.port

    def _blocks(self) -> list[str]:
        """List the shared memory that we saw the chapter use and that still exists.

        Other programs' blocks and semaphores come and go meanwhile. A block that was
        created and closed within one cell isn't listed: it might be theirs.
        """
        used = {name for name, inode in _shared().items() if inode in self.used}
        return sorted(used - self.shared)


def _folder() -> str:
    """Make a folder for temporary files; remove those of builds that were killed."""
    for path in Path(tempfile.gettempdir()).glob("bookbuild-*-*"):
        builder = path.name.split("-")[1]
        if builder.isdecimal() and not psutil.pid_exists(int(builder)):
            shutil.rmtree(path, ignore_errors=True)
    return tempfile.mkdtemp(prefix=f"bookbuild-{os.getpid()}-")


def _shared() -> dict[str, int]:
    """Map the names of this user's shared memory and semaphores to their inodes."""
    found = {}
    with suppress(OSError):
        for entry in os.scandir(SHARED):
            with suppress(OSError):  # gone meanwhile
                if entry.stat().st_uid == os.geteuid():
                    found[entry.name] = entry.stat().st_ino
    return found


def _mapped(process: int) -> set[int]:
    """Find the inodes of the shared memory of a process; names may have changed."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/maps").read_text("utf8", "replace")
        words = (line.split(maxsplit=5) for line in lines.splitlines())
        shared = f"{SHARED}/"
        return {int(w[4]) for w in words if len(w) == 6 and w[5].startswith(shared)}
    return set()


def _is_helper(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any(name in " ".join(process.cmdline()) for name in HELPERS)
    return True  # it has just ended


def _shown(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return f"{' '.join(process.cmdline())[:80]} (process {process.pid})"
    return f"process {process.pid}"


def marked(variable: str, mark: str) -> list[psutil.Process]:
    """List every running process whose environment has this `mark`."""
    return [each for each in psutil.process_iter() if _has(each, variable, mark)]


def kill(processes: list[psutil.Process]) -> None:
    """Kill these processes, unless they have ended already."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


def sweep(variable: str, mark: str) -> None:
    """Kill every process whose environment has this `mark`, and those it starts."""
    for _attempt in range(20):  # they may start others meanwhile
        if not (left := marked(variable, mark)):
            return
        kill(left)
        psutil.wait_procs(left, timeout=5)


def _has(process: psutil.Process, variable: str, mark: str) -> bool:
    try:
        return (
            process.environ().get(variable) == mark
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except (psutil.Error, OSError):  # it ended, or belongs to another user
        return False
