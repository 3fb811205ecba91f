"""Time a click on *Run* until its first output, and a save until a page shows it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bookbuild.bench.timed_builds import SENTENCE, Ours
from bookbuild.console import CommandError

if TYPE_CHECKING:  # playwright comes with the tests' packages
    from playwright.sync_api import Browser, Page

CHAPTER = "en/book/asyncio/event-loop.html"  # its first cells run everywhere
CELL = "#cell-2"  # its output is text; the cell above runs first
SAVED = "book/pools/concurrent-futures"  # the page whose prose is changed
PAUSE = 1_000  # milliseconds between two saves, in which the last build comes to rest


def click_twice(browser: Browser, home: str) -> tuple[float, float]:
    """Time the first output and the next one, in seconds.

    The browser's cache is empty, as on a first visit. If the address `home` has a
    token, the first request exchanges it for a cookie.
    """
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(home, wait_until="networkidle")
    tab.goto(home.partition("?")[0] + CHAPTER, wait_until="networkidle")
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


def save_often(browser: Browser, home: str, book: Ours, count: int) -> list[float]:
    """Time saves of a page of `book`, until the new sentence is in the open page.

    Its live server is at the address `home`.
    """
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(home)
    tab.goto(f"{home.partition('?')[0]}en/{SAVED}.html")
    found = []
    for number in range(count):
        tab.wait_for_timeout(PAUSE)
        book.change_prose(SAVED, number)
        begun = time.perf_counter()
        tab.get_by_text(SENTENCE.format(number).strip()).wait_for()
        found.append(time.perf_counter() - begun)
    context.close()
    return found


@contextmanager
def served_live(root: Path) -> Iterator[str]:
    """Serve the book with kernels once it's built; yield its address with the token."""
    command = [sys.executable, "-m", "bookbuild", "--root", str(root)]
    with subprocess.Popen(
        [*command, "live", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None  # it was asked for
        try:
            lines = (line for line in process.stdout if "?token=" in line)
            next(lines, "")  # it has started
            built = next(lines, "")
            if not built.endswith(" shows the new site\n"):
                raise CommandError("the book can't be built and served; see above")
            yield built.split()[1]
        finally:
            process.terminate()
