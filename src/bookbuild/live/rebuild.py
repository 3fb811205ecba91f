"""A build after each save, in a process of its own; none is lost, and none is left."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

from bookbuild.build.pipeline import BUSY, UNTOUCHED
from bookbuild.execution.processes import sweep
from bookbuild.live.watch import changes, look, next_save

MARK = "BOOKBUILD_LIVE"  # in the environment of every process that a build starts
MOST_LINES = 4  # of a complaint, for open pages: the terminal has it all
LOOKS = 10  # until a build that found another one going on is tried again
PATIENCE = 20  # seconds for a build to end its kernels


async def rebuild(root: Path, tell: Callable[[list[str]], None]) -> None:
    """Build the book below `root` now, and again after each save, until cancelled.

    `tell` is told after each build what it complained of: its first lines, or none if
    it has published a site.
    """
    see = partial(look, root)
    sources = see()  # before the build: what is saved during it is not in them
    complaint: list[str] = []
    while True:
        said, status = await build(root)
        before, complaint = complaint, first_lines(said, status)
        busy = any(BUSY in line for line in complaint)
        if not (busy and complaint == before):  # once is enough
            print(said, end="", file=sys.stderr, flush=True)
            tell(complaint)
        built = sources
        sources = await next_save(see, built, looks=LOOKS if busy else None)
        if saved := changes(built, sources):
            more = f" and {len(saved) - 1} more" if len(saved) > 1 else ""
            print(f"bookbuild: {saved[0]}{more} changed; building", flush=True)


async def build(root: Path) -> tuple[str, int]:
    """Build with the press as it is by now: what that says on stderr, and its status.

    If this is cancelled, the build is ended first, with all that it has started.
    """
    mark = uuid4().hex
    # A file, for whoever inherits a pipe could keep it open.
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bookbuild", "--root", str(root), "build"),
            env=os.environ | {MARK: mark},
            stdin=asyncio.subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is answered here, and once
        )
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            sweep(MARK, mark)
            raise
        errors.seek(0)
        return errors.read().decode("utf8", "replace"), status


async def _end(process: asyncio.subprocess.Process) -> None:
    if sys.platform != "win32":  # there, it has had its own Ctrl-C
        with suppress(ProcessLookupError):
            process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()


def first_lines(said: str, status: int) -> list[str]:
    """Of what a build said on stderr, what tells a reader most; none if it succeeded.

    These are the press's own complaints, or the end of an error's traceback.
    """
    if status == 0:
        return []
    lines = [line for line in said.splitlines() if line.strip()]
    ours = [
        line.removeprefix("bookbuild: ")
        for line in lines
        if line.startswith("bookbuild: ")
    ]
    complaint = [line for line in ours if line != UNTOUCHED][:MOST_LINES]
    return complaint or lines[-MOST_LINES:] or [f"the build ended with status {status}"]
