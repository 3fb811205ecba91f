"""Serve a folder as `bookbuild live` does, without building."""

import asyncio
import http.client
import json
import socket
from contextlib import closing
from threading import Thread

import websocket

from bookbuild.live import kernels
from bookbuild.live.application import LiveSite, application, serving
from tiny_book import HERE

PAGE = "<!doctype html><html><head></head><body><p>words</p></body></html>"
KERNELS = "/_live/api/kernels"
TOKEN = "a token of the tests"


def write_site(site, page=PAGE):
    (site / "en/book").mkdir(parents=True)
    (site / "manifest.json").write_text("{}", "utf8")
    for name in ("index.html", "en/book/index.html"):
        (site / name).write_text(page, "utf8")


class Server:
    """The server of a folder, in a thread of its own.

    `change` is what a test wants to be different about its application.
    """

    def __init__(self, site, change=lambda _: None):
        self.site, self.live, self.change = site, LiveSite(site), change
        self.work = site.with_name("work")  # of kernels
        self.at = socket.create_server(("127.0.0.1", 0))
        self.at.setblocking(False)
        self.port = self.at.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        self.loop, self.over = asyncio.new_event_loop(), asyncio.Event()
        self.python = kernels.manager(HERE, self.work)
        self.thread = Thread(target=self.loop.run_until_complete, args=[self._run()])
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join()
        self.loop.close()
        self.at.close()

    async def _run(self):
        app = application(self.live, self.port, self.python, TOKEN)
        self.change(app)
        async with serving(app, self.at):
            await self.over.wait()

    def ask(self, path, method="GET", *, token=TOKEN, body=None, **headers):
        """The answer, and its body, to a request for exactly this path."""
        if token:
            headers.setdefault("Authorization", f"token {token}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer, body

    def status(self, path, *method, **headers):
        return self.ask(path, *method, **headers)[0].status

    def connect(self, path, headers=None):
        """A WebSocket, as a page has one; a reader's, if no other headers are given."""
        if headers is None:
            headers = {"Authorization": f"token {TOKEN}"}
        return websocket.create_connection(
            f"ws://127.0.0.1:{self.port}{path}",
            header=headers,
            suppress_origin=True,
            timeout=60,
        )

    def news(self):
        """What an open page is told first."""
        with closing(self.connect("/_live/news")) as connection:
            return json.loads(connection.recv())

    def running(self):
        """The kernels that there are."""
        return self.python.list_kernel_ids()
