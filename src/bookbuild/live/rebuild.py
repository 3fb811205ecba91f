"""Build the book after each save, in a process of its own.

Where the system can, that's a fork of a process that has imported Sphinx already.

Network disks report no changes: set WATCHFILES_FORCE_POLLING=1 to poll the sources
every 300 ms (WATCHFILES_POLL_DELAY_MS).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from uuid import uuid4

from watchfiles import Change, awatch

from bookbuild.build.pipeline import BUSY, UNTOUCHED, WORK
from bookbuild.console import PREFIX
from bookbuild.execution.leaks import sweep
from bookbuild.live.forkserver import ForkServer, Request
from bookbuild.project.repository import commit

SOURCES = ("book", "src", "locale", "_config.yml", "_toc.yml")

#: Files and folders in the sources' folders that aren't sources: names with a leading
#: dot (git's, most editors' swap files), editors' backups, and what Python and gettext
#: compile (or each build would start the next one).
NOT_SOURCES = (
    *(".*", "*~", "#*#", "*.bak", "*.orig", "*.tmp"),
    *("*.sw[a-p]", "4913", "*___jb_*___"),  # Vim's and JetBrains'
    *("__pycache__", "*.py[co]", "*.egg-info", "*.mo", "_build"),
)

QUIET = 50  # milliseconds without a change that end a series of saves
LONGEST = 10_000  # milliseconds until a series of saves is built at the latest

MARK = "BOOKBUILD_LIVE"  # in the environment of every process that a build starts
MOST_LINES = 4  # of an error, for open pages: the terminal has it all
RETRY = 5  # seconds until a build is tried again that found another one running
PATIENCE = 20  # seconds for a build to end its kernels


async def rebuild(root: Path, report: Callable[[list[str]], None]) -> None:
    """Build the book below `root` now, and again after each save, until cancelled.

    After each build, call `report` with the first lines of its errors, or an empty list
    if it has published a site.
    """
    async with aclosing(Builder(root)) as builder:
        complaint, saved = list[str](), list[str]()
        while True:
            saves = asyncio.create_task(next_save(root))
            try:
                await asyncio.sleep(0)  # watch before building: no save is lost
                errors, status = await builder.build(saved)
                before, complaint = complaint, first_lines(errors, status)
                busy = any(BUSY in line for line in complaint)
                if not (busy and complaint == before):  # report it once
                    print(errors, end="", file=sys.stderr, flush=True)
                    report(complaint)
                saved = []
                with suppress(TimeoutError):
                    saved = await asyncio.wait_for(saves, RETRY if busy else None)
                    more = f" and {len(saved) - 1} more" if len(saved) > 1 else ""
                    print(f"bookbuild: {saved[0]}{more} changed; building", flush=True)
            finally:
                saves.cancel()


async def next_save(root: Path, *, polling: bool | None = None) -> list[str]:
    """Wait until sources below `root` change, and return their paths, in order.

    Saves in quick succession count as one. Watching begins at the first step of this
    coroutine, with the sources that exist then.
    """
    root = root.resolve()  # as macOS reports it
    watching = awatch(
        *(path for path in map(root.joinpath, SOURCES) if path.exists()),
        watch_filter=lambda change, path: is_source(change, path, root),
        step=QUIET,
        debounce=LONGEST,
        force_polling=polling,
    )
    try:
        async with aclosing(watching):
            saved = {path for _, path in await anext(watching)}
    except OSError:  # inotify's watches are used up
        if polling:
            raise
        return await next_save(root, polling=True)
    return sorted(Path(path).relative_to(root).as_posix() for path in saved)


def is_source(change: Change, path: str, root: Path) -> bool:
    """Return whether a `change` of this `path` below `root` is one of the sources."""
    if change is Change.modified and os.path.isdir(path):
        return False  # its files have changes of their own
    names = Path(path).relative_to(root).parts
    return not any(fnmatch(name, each) for name in names for each in NOT_SOURCES)


@dataclass
class Fork:
    """A program that runs in a fork; it can be used as a process of asyncio's."""

    pid: int
    answers: asyncio.StreamReader
    connection: asyncio.StreamWriter
    ready: bool = False  # it has built, and can build again

    @classmethod
    async def start(cls, address: str, request: Request) -> Fork:
        """Ask the server at `address`; raises OSError if it doesn't answer."""
        answers, connection = await asyncio.open_unix_connection(address)
        try:
            connection.write(f"{json.dumps(request)}\n".encode())
            pid = await answers.readline()
        except asyncio.CancelledError:
            connection.close()
            raise
        if not pid:
            raise ConnectionError("it has ended")
        return cls(int(pid), answers, connection)

    def go_on(self) -> None:
        """Let it build again."""
        self.ready = False
        self.connection.write(b"\n")

    async def built(self) -> int:
        """Return the status of a build; -1 if a signal ended it."""
        answer = await self.answers.readline()
        self.ready = answer == b"ready\n"
        return 0 if self.ready else int(answer or -1)

    async def wait(self) -> None:
        """Wait for its end; if it's ready, let it end."""
        if self.ready:
            self.connection.write_eof()
        await self.answers.read()
        self.connection.close()

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Kill it and its forks."""
        os.killpg(self.pid, signal.SIGKILL)


class Builder:
    """Builds the book with the code as it is at that moment.

    It does so in a process that has built the book before, if only pages have changed
    since; or in a fork of one that has imported Sphinx; or else in a new process.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._server: ForkServer | None = None
        with suppress(AttributeError, OSError):  # where the system has no forks
            self._server = ForkServer()
        self._process: Fork | asyncio.subprocess.Process | None = None
        self._mark = uuid4().hex
        # A file, because a process that inherits a pipe could keep it open.
        self._errors = tempfile.NamedTemporaryFile()  # noqa: SIM115 (aclose ends it)
        self._left: object = None

    async def build(self, saved: Sequence[str]) -> tuple[str, int]:
        """Build after these files were saved; return stderr and the exit status.

        On cancellation, end the build and everything that it has started.
        """
        self._errors.seek(self._errors.truncate(0))
        try:
            status = await self._build(saved)
        except asyncio.CancelledError:
            await self._end()
            sweep(MARK, self._mark)
            raise
        self._left = self._state()
        self._errors.seek(0)
        return self._errors.read().decode("utf8", "replace"), status

    async def _build(self, saved: Sequence[str]) -> int:
        process = self._process
        if isinstance(process, Fork):
            only_pages = saved and all(self._is_page(path) for path in saved)
            if process.ready and only_pages and self._state() == self._left:
                process.go_on()
                return await process.built()
            await process.wait()
        argv = ["bookbuild", "--root", str(self._root), "build", "--served"]
        env = os.environ | {MARK: self._mark}
        if self._server:
            to, at = self._errors.name, os.getcwd()
            request = Request(argv=argv, env=env, cwd=at, stdout="", stderr=to)
            with suppress(OSError):
                self._process = fork = await Fork.start(self._server.address, request)
                return await fork.built()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *argv),
            env=env,
            stdin=asyncio.subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,  # so that only this process gets Ctrl-C
        )
        return await self._process.wait()

    def _is_page(self, path: str) -> bool:
        is_page = path.startswith("book/") and path.endswith(".md")
        return is_page and (self._root / path).exists()

    def _state(self) -> object:
        """Return what another build or git may change, and what pages show of it."""
        manifest = self._root / WORK / "manifest.json"
        changed = manifest.stat().st_mtime_ns if manifest.exists() else 0
        return changed, commit(self._root), date.today()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if not process:
            return
        with suppress(ProcessLookupError):
            if sys.platform != "win32":  # there, it has had its own Ctrl-C
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), PATIENCE)
            except TimeoutError:
                process.kill()
                await process.wait()

    async def aclose(self) -> None:
        """End the process that could build again, and the server."""
        if isinstance(self._process, Fork):
            await self._process.wait()
        if self._server:
            self._server.close()
        self._errors.close()


def first_lines(errors: str, status: int) -> list[str]:
    """Return the most useful lines of a build's stderr; none if it succeeded.

    These are our own errors, or the end of a traceback.
    """
    if status == 0:
        return []
    lines = [line for line in errors.splitlines() if line.strip()]
    ours = [line.removeprefix(PREFIX) for line in lines if line.startswith(PREFIX)]
    complaint = [line for line in ours if line != UNTOUCHED][:MOST_LINES]
    return complaint or lines[-MOST_LINES:] or [f"the build ended with status {status}"]
