"""Serve the site on this machine, to its user only.

Pages get a script that shows the last build's errors, and kernels that run their cells.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from mimetypes import MimeTypes
from pathlib import Path
from socket import socket
from typing import Any
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.web import Application, ErrorHandler, HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from bookbuild.live import kernels
from bookbuild.live.kernels import OURS, Kernels, write_plainly

TYPES = MimeTypes()  # Python's own table: a system's may call scripts plain text
TYPES.add_type("application/x-ipynb+json", ".ipynb")
TYPES.add_type("text/javascript", ".js")
TYPES.add_type("text/javascript", ".mjs")
TYPES.add_type("text/markdown", ".md")
TYPES.add_type("font/woff2", ".woff2")

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<body>
<h1>{title}</h1>
<p>{text}</p>
</body>
</html>
"""
#: At the end of each page, also of the site's.
ADDED = f"""\
<script src="{OURS}reload.js" data-published="{{published}}" \
data-kernels="{OURS}api/kernels" defer></script>
<link rel="stylesheet" href="{OURS}reload.css">
<div id="live-complaint" role="status">{{complaint}}</div>
"""
LOOK = 0.05  # seconds between two looks at whether there is a new site
NONE_YET = "No book has been built here yet. When one is, this page will show it."
CLOSED = (
    "What is served here can run programs, so it opens to you alone: use the address "
    "that the terminal shows, which ends in a token. It is another at each start."
)


@dataclass
class LiveSite:
    """The site in a folder, which builds replace, and what the last build reported."""

    folder: Path
    complaint: Sequence[str] = ()  # the first lines of its errors
    beside: str = ""  # the site published then; with any other, this is outdated

    #: The open pages, each with its connection.
    pages: set[News] = field(default_factory=set)

    @property
    def published(self) -> str:
        """An identifier of the published site; empty if there is none."""
        try:
            return str((self.folder / "manifest.json").stat().st_mtime_ns)
        except OSError:
            return ""

    def report(self, complaint: Sequence[str]) -> None:
        """Let open pages show the errors of a build; none if it succeeded."""
        self.complaint, self.beside = complaint, self.published

    def news(self) -> dict[str, Any]:
        """Return what open pages need to know."""
        published = self.published
        complaint = self.complaint if self.beside == published else ()
        return {"published": published, "complaint": complaint}

    async def tell(self) -> None:
        """Tell open pages of each new site, whoever built it, and of each report."""
        told = self.news()
        while True:
            await asyncio.sleep(LOOK)
            if told != (told := self.news()):
                for page in list(self.pages):
                    page.tell()


@asynccontextmanager
async def serving(app: Application, at: socket) -> AsyncIterator[None]:
    """Let `app` answer at this socket; at the end, end all of its kernels."""
    server = HTTPServer(app)
    server.add_sockets([at])
    telling = asyncio.create_task(app.settings["site"].tell())
    try:
        yield
    finally:
        telling.cancel()
        server.stop()
        await app.settings["kernel_manager"].end()
        await server.close_all_connections()


def application(site: LiveSite, port: int, python: Kernels, token: str) -> Application:
    """Return the application that serves `site` at this port of this machine.

    It needs `token` from each client. Kernels of `python` run the cells.
    """
    names = "127.0.0.1", "localhost"
    hosts = {f"{name}:{port}" for name in names}
    if port == 80:  # which browsers leave out
        hosts.update(names)
    known = {"site": site}
    return Here(
        [
            *kernels.handlers(),
            (f"{OURS}(reload\\.js|reload\\.css)", Added, known),
            (f"{OURS}news", News, known),
            (f"{OURS}render", Rendered, known),
            (r"/(.*)", Pages, known),
        ],
        hosts=hosts,
        log_function=lambda _: None,  # the terminal is for the build
        site=site,
        **kernels.settings(python, token),
    )


class Here(Application):
    """Answers only requests whose Host is a name of this machine, and this port.

    That stops DNS rebinding: another site can let its name resolve to this machine, to
    be of the same origin, but its browser still sends that name.
    """

    def find_handler(self, request: HTTPServerRequest, **how: Any) -> Any:
        if request.host.lower() not in self.settings["hosts"]:
            refused = {"status_code": 403}
            return self.get_handler_delegate(request, ErrorHandler, refused)
        return super().find_handler(request, **how)


class Answer(JupyterHandler):
    """Replies to clients with the token only; browsers revalidate what they cache."""

    def initialize(self, site: LiveSite) -> None:
        self.folder = site.folder
        self.news = site.news()  # before a file is read, so that it's never too new

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Cache-Control", "no-cache")

    async def prepare(self, **_: Any) -> None:
        await super().prepare(_redirect_to_login=False)

    def head(self, *path: str) -> None:
        self.get(*path)

    def write_error(self, status_code: int, **_: Any) -> None:
        if not self.current_user:
            self.news["complaint"] = ()  # not without the token
            self.write_page("This book is closed", CLOSED)
        elif status_code == 404:
            self.write_page("There is no such page", "Perhaps the next build has it.")
        else:
            write_plainly(self, status_code)

    def write_page(self, title: str, text: str) -> None:
        """Write a page of our own."""
        self.write_html(PAGE.format(title=title, text=text).encode())

    def write_html(self, page: bytes) -> None:
        """Write a page with the script and its place for the last build's errors."""
        added = ADDED.format(
            published=self.news["published"],
            complaint=html.escape("\n".join(self.news["complaint"])),
        )
        before, end, after = page.rpartition(b"</body>")
        if not end:
            before, after = page, b""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(before + added.encode() + end + after)

    def send(self, file: Path) -> None:
        """Send a file as it is, unless it's a page."""
        try:
            content = file.read_bytes()
        except OSError:
            raise HTTPError(404) from None
        kind = content_type(file)
        if kind.startswith("text/html"):
            self.write_html(content)
        else:
            self.set_header("Content-Type", kind)
            self.finish(content)


class Added(Answer):
    """Sends the script that pages get here, and its style sheet."""

    def get(self, name: str) -> None:
        self.send(Path(__file__).with_name(name))


class Rendered(Answer):
    """Makes HTML of an output that a page can't show itself; JSON has both."""

    def post(self) -> None:
        from bookbuild.live.render import render  # few pages need MyST-NB

        self.set_header("Content-Type", "text/plain; charset=utf-8")
        try:
            output = json.loads(self.request.body)
            self.finish(render(output["type"], output["text"]))
        except Exception:  # docutils raises many kinds for a faulty formula
            raise HTTPError(422) from None


class News(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """Tells an open page of each build, by a WebSocket of its own."""

    def initialize(self, site: LiveSite) -> None:
        self.site = site

    def open(self) -> None:
        super().open()
        self.site.pages.add(self)
        self.tell()  # of what happened since its HTML was sent

    def on_close(self) -> None:
        self.site.pages.discard(self)

    def tell(self) -> None:
        """Send what there is to know now."""
        with suppress(WebSocketClosedError):
            self.write_message(self.site.news())

    def write_error(self, status_code: int, **_: Any) -> None:
        write_plainly(self, status_code)


class Pages(Answer):
    """Sends the site's files. Each build replaces the site's folder."""

    def get(self, path: str) -> None:
        if self.get_query_argument("token", ""):  # from now on, there's a cookie
            self._redirect_to(path)
            return
        self.xsrf_token  # noqa: B018  (a page that may start a kernel has this cookie)
        if not self.news["published"]:
            self.set_status(503)
            self.write_page("There is no site yet", NONE_YET)
            return
        file = self._file(path)
        if file.is_dir():
            if path and not path.endswith("/"):
                self._redirect_to(f"{path}/")
                return
            file = self._file(f"{path}index.html")
        elif path.endswith("/"):
            raise HTTPError(404)
        self.send(file)

    def _redirect_to(self, path: str) -> None:
        self.redirect(quote(f"/{path.lstrip('/')}"))  # two slashes begin a host's name

    def _file(self, path: str) -> Path:
        """Return the file or folder at `path`; symbolic links must stay in the site."""
        root = os.path.realpath(self.folder)
        try:
            file = Path(os.path.realpath(os.path.join(root, path)))
        except ValueError:  # there is a zero byte in it
            raise HTTPError(404) from None
        if not file.is_relative_to(root):
            raise HTTPError(403)
        return file


def content_type(file: Path) -> str:
    """Return the Content-Type of a file with this name."""
    kind, encoding = TYPES.guess_type(file.name)
    if encoding or not kind:
        return "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
