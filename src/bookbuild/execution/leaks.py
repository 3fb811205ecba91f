"""Find what a chapter has left behind: processes, threads, ports, shared memory, files.

Every process that a kernel starts, and theirs, have a mark in their environment.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psutil

from bookbuild.execution.processes import kill, marked

MARK = "BOOKBUILD_CHAPTER"
SHARED = Path("/dev/shm")
PATIENCE = 5.0  # seconds for what ends by itself when its kernel does

#: Of `multiprocessing`: they end with the process that they serve.
SERVANTS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")

#: Of asyncio's own pool, which lives as long as the kernel's loop.
POOLED = "asyncio_"

#: What to ask a kernel, and it answers with a list. Its messages go by pyzmq, which
#: starts a thread when it sends the first large picture.
THREADS = (
    "[thread.name for thread in __import__('threading').enumerate() "
    "if not type(thread).__module__.startswith(('zmq.', 'ipykernel.', 'IPython.'))]"
)

#: What `multiprocessing` does at the end of a program: give back its semaphores and its
#: folder, and let its servants go. A kernel's end comes too soon for that: it kills its
#: children first, waits for those that take no notice, and is killed for being late.
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
    """One chapter's kernel: what was there before its first cell, and afterwards."""

    mark: str = field(default_factory=lambda: uuid4().hex)
    folder: str = field(default_factory=lambda: _folder())
    shared: set[str] = field(default_factory=lambda: set(_shared()))
    threads: list[str] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)
    used: set[int] = field(default_factory=set)
    left: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What the kernel needs in its environment, so that it can be watched."""
        return {MARK: self.mark, "TMPDIR": self.folder}

    def before(self, threads: list[str]) -> None:
        """Before the first cell: these threads, and these ports, are the kernel's."""
        self.threads = threads
        self.ports = set(self._listening())

    def look(self, kernel: int) -> None:
        """Between two cells: which shared memory does `kernel`, a process, use?"""
        self.used |= _mapped(kernel)

    def after(self, kernel: int, threads: list[str]) -> None:
        """After the last cell, while `kernel`, a process, is still there."""
        for process in self.processes():
            if process.pid != kernel and not _serves(process):
                self.left.append(f"a process, {_shown(process)}")
        for name in _without(threads, self.threads):
            if not name.startswith(POOLED):
                self.left.append(f"a thread, {name}")
        for port in sorted(set(self._listening()) - self.ports):
            self.left.append(f"a server on port {port}")
        self.used |= set().union(
            *(_mapped(process.pid) for process in self.processes())
        )

    def end(self, patience: float = PATIENCE) -> list[str]:
        """After the kernel's end: all that is left, and nothing of it goes on."""
        give_up = time.monotonic() + (0 if self.left else patience)
        while self.processes() and time.monotonic() < give_up:
            time.sleep(0.05)
        self.left = self.left or self._late()
        servants = [process for process in self.processes() if _serves(process)]
        kill([each for each in self.processes() if each not in servants])
        psutil.wait_procs(servants, timeout=1)  # they remove what the others shared
        kill(servants)
        for name in self._blocks():  # a kernel's death takes its servants with it
            with suppress(OSError):
                (SHARED / name).unlink()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.left

    def _late(self) -> list[str]:
        """What has not ended with the kernel, or not yet."""
        return [
            *(f"a process, {_shown(process)}" for process in self.processes()),
            *(f"shared memory, {name}" for name in self._blocks()),
            *(f"a file, {path.name}" for path in sorted(Path(self.folder).glob("*"))),
        ]

    def processes(self) -> list[psutil.Process]:
        """Every process that has the mark."""
        return marked(MARK, self.mark)

    def _listening(self) -> Iterator[int]:
        for process in self.processes():
            with suppress(psutil.Error, OSError):
                for connection in process.net_connections("tcp"):
                    if connection.status == psutil.CONN_LISTEN:
                        yield connection.laddr.port

    def _blocks(self) -> list[str]:
        """What the chapter was seen to use, and is still there.

        Others' blocks and semaphores come and go meanwhile; nothing is said of one that
        was made and closed within a cell, since it might be theirs.
        """
        return sorted(_names(self.used) - self.shared)


def _folder() -> str:
    """A new folder for temporary files; those of builds that were killed go."""
    for path in Path(tempfile.gettempdir()).glob("bookbuild-*-*"):
        builder = path.name.split("-")[1]
        if builder.isdecimal() and not psutil.pid_exists(int(builder)):
            shutil.rmtree(path, ignore_errors=True)
    return tempfile.mkdtemp(prefix=f"bookbuild-{os.getpid()}-")


def _shared() -> dict[str, int]:
    """This user's blocks of shared memory and semaphores: their names and inodes."""
    found = {}
    with suppress(OSError):
        for entry in os.scandir(SHARED):
            with suppress(OSError):  # gone meanwhile
                if entry.stat().st_uid == os.geteuid():
                    found[entry.name] = entry.stat().st_ino
    return found


def _names(inodes: set[int]) -> set[str]:
    return {name for name, inode in _shared().items() if inode in inodes}


def _mapped(process: int) -> set[int]:
    """The inodes of shared memory that a process uses: names can be those at birth."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/maps").read_text("utf8", "replace")
        words = (line.split(maxsplit=5) for line in lines.splitlines())
        shared = f"{SHARED}/"
        return {int(w[4]) for w in words if len(w) == 6 and w[5].startswith(shared)}
    return set()


def _serves(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any(name in " ".join(process.cmdline()) for name in SERVANTS)
    return True  # it has just ended


def _shown(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return f"{' '.join(process.cmdline())[:80]} (process {process.pid})"
    return f"process {process.pid}"


def _without(some: list[str], others: list[str]) -> list[str]:
    """Those of the names that the others do not have as often."""
    rest = list(others)
    found = []
    for name in some:
        if name in rest:
            rest.remove(name)
        else:
            found.append(name)
    return found
