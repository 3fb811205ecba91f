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
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from uuid import uuid4

from watchfiles import Change, awatch

from bookbuild.build.pipeline import BUSY, UNTOUCHED
from bookbuild.console import PREFIX
from bookbuild.execution.leaks import sweep
from bookbuild.live.forkserver import ForkServer, Request

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
    with _fork_server() as forks:
        complaint: list[str] = []
        while True:
            saves = asyncio.create_task(next_save(root))
            try:
                await asyncio.sleep(0)  # watch before building: no save is lost
                errors, status = await build(root, forks)
                before, complaint = complaint, first_lines(errors, status)
                busy = any(BUSY in line for line in complaint)
                if not (busy and complaint == before):  # report it once
                    print(errors, end="", file=sys.stderr, flush=True)
                    report(complaint)
                with suppress(TimeoutError):
                    saved = await asyncio.wait_for(saves, RETRY if busy else None)
                    more = f" and {len(saved) - 1} more" if len(saved) > 1 else ""
                    print(f"bookbuild: {saved[0]}{more} changed; building", flush=True)
            finally:
                saves.cancel()


@contextmanager
def _fork_server() -> Iterator[str]:
    """Yield the address of a server that forks; empty where the system has no forks."""
    try:
        server = ForkServer()
    except (AttributeError, OSError):
        yield ""
        return
    try:
        yield server.address
    finally:
        server.close()


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


@dataclass(frozen=True)
class Fork:
    """A program that runs in a fork; it can be used as a process of asyncio's."""

    pid: int
    answers: asyncio.StreamReader
    connection: asyncio.StreamWriter  # to be kept, since it would close

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

    async def wait(self) -> int:
        """Return the exit status at the end; -1 if a signal ended it."""
        return int(await self.answers.read() or -1)

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Kill it and its forks."""
        os.killpg(self.pid, signal.SIGKILL)


async def build(root: Path, forks: str) -> tuple[str, int]:
    """Build with the code as it is now, and return its stderr and its exit status.

    `forks` is the address of a server that forks, if there's one. On cancellation, end
    the build and everything that it has started.
    """
    mark = uuid4().hex
    argv = ["bookbuild", "--root", str(root), "build", "--served"]
    env = os.environ | {MARK: mark}
    # A file, because a process that inherits a pipe could keep it open.
    with tempfile.NamedTemporaryFile() as errors:
        process: Fork | asyncio.subprocess.Process | None = None
        if forks:
            request = Request(
                argv=argv, env=env, cwd=os.getcwd(), stdout="", stderr=errors.name
            )
            with suppress(OSError):
                process = await Fork.start(forks, request)
        if not process:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *argv),
                env=env,
                stdin=asyncio.subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,  # so that only this process gets Ctrl-C
            )
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            sweep(MARK, mark)
            raise
        errors.seek(0)
        return errors.read().decode("utf8", "replace"), status


async def _end(process: Fork | asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        if sys.platform != "win32":  # there, it has had its own Ctrl-C
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()


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
