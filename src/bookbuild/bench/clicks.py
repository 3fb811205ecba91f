"""Time from a click on *Run* to the first output of the cell."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

from bookbuild.bench.page_weight import served
from bookbuild.live import kernels
from bookbuild.live.application import LastBuild, application, serving

if TYPE_CHECKING:  # playwright comes with the tests' packages
    from playwright.sync_api import Browser, Page

CHAPTER = "en/book/asyncio/event-loop.html"  # its first cells run everywhere
CELL = "#cell-2"  # the first cell with an output; it needs the one above


def in_page(browser: Browser, site: Path) -> tuple[float, float]:
    """Time the first output and the next one, in seconds, with Python in the page.

    The browser's cache is empty, as on a first visit.
    """
    with served(site) as home:
        return _clicked(browser, home, home)


def live(browser: Browser, site: Path) -> tuple[float, float]:
    """Time the first output and the next one, with a kernel on this machine."""
    with _served_live(site) as (home, login):
        return _clicked(browser, home, login)


def _clicked(browser: Browser, home: str, first: str) -> tuple[float, float]:
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(first, wait_until="networkidle")
    tab.goto(home + CHAPTER, wait_until="networkidle")
    seconds = _until_output(tab), _until_output(tab)
    context.close()
    return seconds


def _until_output(tab: Page) -> float:
    cell = tab.locator(CELL)
    begun = time.perf_counter()
    cell.locator(".run-go").click()
    cell.locator(".run-output .output").wait_for()
    seconds = time.perf_counter() - begun
    cell.locator(".run-stop").wait_for(state="hidden")
    cell.locator(".run-reset").click()
    return seconds


@contextmanager
def _served_live(site: Path) -> Iterator[tuple[str, str]]:
    """Serve `site` with kernels; yield its address without and with the token."""
    loop, over, token = asyncio.new_event_loop(), asyncio.Event(), kernels.new_token()
    with TemporaryDirectory() as work, socket.create_server(("127.0.0.1", 0)) as at:
        at.setblocking(False)
        python = kernels.manager(site.parents[1], Path(work))

        app = application(site, LastBuild(), at.getsockname()[1], python, token)

        async def run() -> None:
            async with serving(app, at):
                await over.wait()

        thread = Thread(target=loop.run_until_complete, args=[run()])
        thread.start()
        home = f"http://127.0.0.1:{at.getsockname()[1]}/"
        try:
            yield home, f"{home}?token={token}"
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()
            loop.close()
