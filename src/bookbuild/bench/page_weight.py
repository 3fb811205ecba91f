"""What does a page weigh? What a browser fetches for it, and when it is there.

Asked of a server that compresses, as those do that publish books.
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

if TYPE_CHECKING:  # it comes with the tests' packages
    from playwright.sync_api import Browser, ConsoleMessage, Page

FIRST, LATER = 150_000, 40_000  # bytes that a page may take, and another one after it
REQUESTS = 15  # of the first one
TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")
KEPT = "max-age=600"  # seconds that a browser need not ask again, as on GitHub Pages
SLOW = {"offline": False, "latency": 150}  # milliseconds
SPEED = 1_600_000 / 8  # bytes a second
LOADED = """
    () => new Promise((tell) => {
        const { loadEventEnd } = performance.getEntriesByType("navigation")[0];
        new PerformanceObserver((list) => {
            tell([list.getEntries().at(-1).startTime, loadEventEnd]);
        }).observe({ type: "largest-contentful-paint", buffered: true });
    })
"""


@dataclass
class Visit:
    """What a browser fetched to show one page: addresses, and bytes that travelled."""

    requests: list[str] = field(default_factory=list)
    bytes: int = 0

    def elsewhere(self, home: str) -> list[str]:
        """Those of its requests that were not to the server that has the page."""
        return [url for url in self.requests if not url.startswith(home)]


@dataclass(frozen=True)
class Weight:
    """What one page costs its reader: see `Visit` and `times`; and what is amiss."""

    first: Visit
    later: Visit  # of another page, after it
    largest: float
    loaded: float
    errors: int  # that the browser's console shows
    violations: int  # that axe finds


class Compressed(SimpleHTTPRequestHandler):
    """Serves files without a word, and text compressed."""

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
        self.send_header("Cache-Control", KEPT)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve `folder` to this machine; gives the address of its root."""
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
    """Open a page, wait until it asks for nothing more, and count."""
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
    """Seconds until the largest part of a page is seen, and until it is loaded.

    On a slow line, and with a processor four times as slow as this one.
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
    """What a first visit to `page` costs, and one to `later` after it."""
    errors: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    tab = browser.new_page()
    tab.on("console", complain)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    first = visit(tab, page)
    wrong, amiss = len(errors), len(list(violations(tab)))
    other = visit(tab, later)
    tab.close()
    tab = browser.new_page()
    largest, loaded = times(tab, page)
    tab.close()
    return Weight(first, other, largest, loaded, wrong, amiss)
