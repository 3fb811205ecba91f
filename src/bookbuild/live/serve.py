"""Serve the book on this machine, and build it at each save.

Readers can run its cells, and authors see their changes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

from bookbuild.build.pipeline import SITE
from bookbuild.console import PREFIX, complain
from bookbuild.live import kernels
from bookbuild.live.application import LiveSite, application, serving
from bookbuild.live.rebuild import rebuild
from bookbuild.project.book import Book

HERE = "127.0.0.1"  # other machines can't reach it
WORK = "_build/live"  # the kernels' working folder, outside of the sources
LOG = "_build/live.log"


def live(book: Book, *, port: int) -> int:
    """Serve `book` to this machine, and build it at each save.

    Serve until Ctrl-C, or another signal to end, and then return 0. If it can't start,
    print why and return 1. Port 0 is any free one.
    """
    try:
        at = socket.create_server((HERE, port))
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        other = "choose another with --port N (make live PORT=N)"
        return complain(f"can't listen on port {port}: {why}; {other}")
    with at, suppress(KeyboardInterrupt):  # on Windows, which has no handlers
        at.setblocking(False)
        asyncio.run(_live(book.root, at))
    return 0


async def _live(root: Path, at: socket.socket) -> None:
    site, token, port = LiveSite(root / SITE), kernels.new_token(), at.getsockname()[1]
    address = f"{PREFIX}http://{HERE}:{port}/?token={token}"

    def report(complaint: list[str]) -> None:
        site.report(complaint)
        shows = "still shows the last good site" if complaint else "shows the new site"
        if not site.published:
            shows = "has no site to show yet"
        print(address, shows, flush=True)

    python = kernels.manager(root, root / WORK)
    kernels.log_to(root / LOG)
    print(address, "shows the book; each save builds it; Ctrl-C ends it", flush=True)
    async with serving(application(site, port, python, token), at):
        building = asyncio.create_task(rebuild(root, report))
        _cancel_at_signals(building)
        with suppress(asyncio.CancelledError):
            await building


def _cancel_at_signals(task: asyncio.Task[None]) -> None:
    """Cancel the task at the first Ctrl-C or signal to end, and ignore further ones."""

    def end() -> None:
        if not task.cancelling():
            task.cancel()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Keep ignored ones ignored: nohup sets that, and a shell for Ctrl-C.
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            with suppress(NotImplementedError):  # Windows; there, asyncio.run does it
                asyncio.get_running_loop().add_signal_handler(number, end)
