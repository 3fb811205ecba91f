"""Count what a browser fetches for a page, and time how it loads.

The server compresses text, as public hosts do.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from bookbuild.bench.axe import violations

if TYPE_CHECKING:  # playwright comes with the tests' packages
    from playwright.sync_api import Browser, ConsoleMessage, Page

FIRST, LATER = 120_000, 45_000  # bytes of a first page, and of one visited after it
REQUESTS = 15  # of the first page
TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")
CACHING = "max-age=600"  # as on GitHub Pages
SLOW = {"offline": False, "latency": 150}  # milliseconds
SPEED = 1_600_000 / 8  # bytes a second
LOADED = """
    () => new Promise((resolve) => {
        const { loadEventEnd } = performance.getEntriesByType("navigation")[0];
        new PerformanceObserver((list) => {
            resolve([list.getEntries().at(-1).startTime, loadEventEnd]);
        }).observe({ type: "largest-contentful-paint", buffered: true });
    })
"""


@dataclass
class Visit:
    """What a browser fetched to show one page: addresses and bytes transferred."""

    requests: list[str] = field(default_factory=list)
    bytes: int = 0

    def elsewhere(self, home: str) -> list[str]:
        """List the requests to other servers than the page's."""
        return [url for url in self.requests if not url.startswith(home)]


@dataclass(frozen=True)
class Weight:
    """What one page costs its reader, see `Visit` and `times`; and its faults."""

    first: Visit
    later: Visit  # of another page, after it
    largest: float
    loaded: float
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
    made, cached = Visit(), set[str]()
    asked: dict[str, str] = {}

    def request(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith(("data:", "blob:")):
            asked[event["requestId"]] = event["request"]["url"]

    def finished(event: dict[str, Any]) -> None:
        made.bytes += int(event["encodedDataLength"])

    def response(event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            cached.add(event["requestId"])

    session = tab.context.new_cdp_session(tab)
    session.on("Network.requestWillBeSent", request)
    session.on("Network.responseReceived", response)
    session.on(
        "Network.requestServedFromCache", lambda event: cached.add(event["requestId"])
    )
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    tab.goto(url, wait_until="networkidle")
    session.detach()
    made.requests = [url for key, url in asked.items() if key not in cached]
    return made


def times(tab: Page, url: str) -> tuple[float, float]:
    """Time a page's largest contentful paint and its load event, in seconds.

    The line is slow, and the processor is throttled to a quarter of its speed.
    """
    session = tab.context.new_cdp_session(tab)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {**SLOW, "downloadThroughput": SPEED, "uploadThroughput": SPEED},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    tab.goto(url, wait_until="networkidle")
    largest, loaded = tab.evaluate(LOADED)
    session.detach()
    return largest / 1e3, loaded / 1e3


def weigh(browser: Browser, page: str, later: str) -> Weight:
    """Weigh a first visit to `page`, and one to `later` after it."""
    errors: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    tab = browser.new_page()
    tab.on("console", complain)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    first = visit(tab, page)
    faults = len(errors), len(list(violations(tab)))
    other = visit(tab, later)
    tab.close()
    tab = browser.new_page()
    largest, loaded = times(tab, page)
    tab.close()
    return Weight(first, other, largest, loaded, *faults)
