"""The book at an address of this machine: newer at each save, and its cells can be run.

For who reads and tries, and for who writes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

from bookbuild.build.preflight import no_book
from bookbuild.console import complain
from bookbuild.project.book import Book

HERE = "127.0.0.1"  # nobody else can reach it
WORK = "_build/live"  # what readers' cells write lies here, and not among the sources
LOG = "_build/live.log"


def live(book: Book, *, port: int) -> int:
    """Serve `book` to this machine, and build it at each save.

    It goes on until Ctrl-C, or another signal to end, and then returns 0: that is how
    it is meant to end. Returns 1 after one line if it can't begin. Port 0 is any one
    that is free.
    """
    if problems := no_book(book):
        return complain(problems[0])
    try:
        at = socket.create_server((HERE, port))
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        mend = "name another with --port N (make live PORT=N)"
        return complain(f"port {port} can't be had: {why}; {mend}")
    with at, suppress(KeyboardInterrupt):  # where asyncio can't be told of signals
        at.setblocking(False)
        asyncio.run(_live(book.root, at))
    return 0


async def _live(root: Path, at: socket.socket) -> None:
    from bookbuild.build.pipeline import SITE
    from bookbuild.live import kernels
    from bookbuild.live.application import LastBuild, application, published, serving
    from bookbuild.live.rebuild import rebuild

    last, token = LastBuild(), kernels.new_token()
    address = f"http://{HERE}:{at.getsockname()[1]}/?token={token}"

    def tell(complaint: list[str]) -> None:
        last.complaint, last.beside = complaint, published(root / SITE)
        shows = "still shows the last good site" if complaint else "shows the new site"
        if not last.beside:
            shows = "has no site to show yet"
        _say(f"{address} {shows}")

    python = kernels.manager(root, root / WORK)
    kernels.log_to(root / LOG)
    app = application(root / SITE, last, at.getsockname()[1], python, token)
    _say(f"{address} shows the book; each save builds it; Ctrl-C ends it")
    async with serving(app, at):
        building = asyncio.create_task(rebuild(root, tell))
        _end_when_told(building)
        with suppress(asyncio.CancelledError):
            await building


def _say(line: str) -> None:
    print(f"bookbuild: {line}", flush=True)


def _end_when_told(task: asyncio.Task[None]) -> None:
    """Cancel the task at Ctrl-C and the like, once: its end may take a moment."""

    def end() -> None:
        if not task.cancelling():
            task.cancel()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Somebody may want it ignored: nohup does, and a shell for Ctrl-C.
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            with suppress(NotImplementedError):  # Windows; there, asyncio.run does it
                asyncio.get_running_loop().add_signal_handler(number, end)
