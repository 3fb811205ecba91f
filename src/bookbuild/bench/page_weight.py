"""Count what a browser fetches for a page, time how it loads, and try it with axe.

The server compresses text, as public hosts do.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from bookbuild.pyodide.fetch import AXE

if TYPE_CHECKING:  # playwright comes with the tests' packages
    from playwright.sync_api import Browser, Page

FIRST, LATER = 120_000, 45_000  # bytes of a first page, and of one visited after it
REQUESTS = 15  # of the first page
TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")
CACHING = "max-age=600"  # as on GitHub Pages
SPEED = 1_600_000 / 8  # bytes a second
SLOW = {
    "offline": False,
    "latency": 150,  # milliseconds
    "downloadThroughput": SPEED,
    "uploadThroughput": SPEED,
}
LARGEST_PAINT = """
    () => new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
            .observe({ type: "largest-contentful-paint", buffered: true });
    })
"""

AXE_SCRIPT = Path(__file__).resolve().parents[3] / AXE
AXE_OPTIONS = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
    ],
    "resultTypes": ["violations"],
}


class Visit(NamedTuple):
    """What a browser fetched to show one page: addresses and bytes transferred."""

    requests: list[str]
    bytes: int

    def elsewhere(self, home: str) -> list[str]:
        """List the requests to other servers than the page's."""
        return [url for url in self.requests if not url.startswith(home)]


class Weight(NamedTuple):
    """What one page costs its reader, and its faults."""

    kilobytes: float
    requests: int
    elsewhere: int  # of the requests, those to other servers
    later: float  # kilobytes of another page, after it
    largest: float  # see `largest_paint`
    errors: int  # in the browser's console
    violations: int  # found by axe


class Compressed(SimpleHTTPRequestHandler):
    """Serve files without logging, text compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        kind, content = self.guess_type(path), path.read_bytes()
        self.send_response(200)
        if kind.startswith(TEXTS):
            content = gzip.compress(content, compresslevel=9, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", CACHING)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve `folder` to this machine; yield the address of its root."""
    handler = partial(Compressed, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def visit(tab: Page, url: str) -> Visit:
    """Open a page, wait until its requests have ended, and count them."""
    asked: dict[str, str] = {}
    transferred: dict[str, int] = {}

    def request(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = event["request"]["url"]

    def finished(event: dict[str, Any]) -> None:
        transferred[event["requestId"]] = int(event["encodedDataLength"])

    session = tab.context.new_cdp_session(tab)
    session.on("Network.requestWillBeSent", request)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    tab.goto(url, wait_until="networkidle")
    session.detach()
    # From the browser's own cache, nothing is transferred.
    made = (url for key, url in asked.items() if transferred.get(key, 1))
    requests = [url for url in made if not url.startswith(("data:", "blob:"))]
    return Visit(requests, sum(transferred.values()))


def largest_paint(tab: Page, url: str) -> float:
    """Time a page's largest contentful paint, in seconds.

    The line is slow, and the processor is throttled to a quarter of its speed.
    """
    session = tab.context.new_cdp_session(tab)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    tab.goto(url, wait_until="networkidle")
    milliseconds = float(tab.evaluate(LARGEST_PAINT))
    session.detach()
    return milliseconds / 1e3


def violations(tab: Page, *, without: Sequence[str] = ()) -> Iterator[str]:
    """List each rule that the page in a tab breaks, with each element that breaks it.

    Rules named in `without` are left out.
    """
    off = {rule: {"enabled": False} for rule in without}
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE_SCRIPT.read_text("utf8"))
    found = tab.evaluate("options => axe.run(options)", AXE_OPTIONS | {"rules": off})
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:120]}"


def weigh(browser: Browser, home: str, page: str, later: str) -> Weight:
    """Weigh a first visit to `page` of the site at `home`, and to `later` after it."""
    with browser.new_page() as tab:
        first = visit(tab, home + page)
        printed = [each for each in tab.console_messages() if each.type == "error"]
        errors = len(printed) + len(tab.page_errors())
        faults = len(list(violations(tab)))
        after = visit(tab, home + later)
    with browser.new_page() as tab:
        largest = largest_paint(tab, home + page)
    return Weight(
        kilobytes=first.bytes / 1e3,
        requests=len(first.requests),
        elsewhere=len(first.elsewhere(home)),
        later=after.bytes / 1e3,
        largest=largest,
        errors=errors,
        violations=faults,
    )
