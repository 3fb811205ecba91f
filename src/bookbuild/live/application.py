"""Serve the site on this machine, to its user only.

Pages get a script that shows the last build's errors, and kernels that run their cells.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from mimetypes import MimeTypes
from pathlib import Path
from socket import socket
from typing import Any
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.web import Application, HTTPError, RequestHandler

from bookbuild.live import kernels
from bookbuild.live.kernels import OURS, Kernels, write_plainly
from bookbuild.site.standalone import NOT_FOUND

BASE = re.compile(rb'<base href="[^"]*">')
SCRIPT = Path(__file__).with_name("reload.js")

TYPES = MimeTypes()  # Python's own table: a system's may call scripts plain text
for suffix, kind in {
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".map": "application/json",
    ".md": "text/markdown",
    ".wasm": "application/wasm",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}.items():
    TYPES.add_type(kind, suffix)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<body>
<h1>{title}</h1>
<p>{text}</p>
<pre id="live-complaint" role="status">{complaint}</pre>
</body>
</html>
"""
NONE_YET = "No book has been built here yet. When one is, this page will show it."
CLOSED = (
    "What is served here can run programs, so it opens to you alone: use the address "
    "that the terminal shows, which ends in a token. It is another at each start."
)


@dataclass
class LastBuild:
    """What open pages show of the last build, if it failed."""

    complaint: list[str] = field(default_factory=list)  # its first lines
    beside: str = ""  # the site published then; with any other, this is outdated


@asynccontextmanager
async def serving(app: Application, at: socket) -> AsyncIterator[None]:
    """Let `app` answer at this socket; at the end, end all of its kernels."""
    server = HTTPServer(app)
    server.add_sockets([at])
    try:
        yield
    finally:
        server.stop()
        await app.settings["kernel_manager"].end()
        await server.close_all_connections()


def application(
    site: Path,
    last: LastBuild,
    port: int,
    python: Kernels,
    token: str,
) -> Application:
    """Return the application that serves the folder `site` at this port.

    It needs `token` from each client. Kernels of `python` run the cells.
    """
    names = "127.0.0.1", "localhost"
    hosts = {f"{name}:{port}" for name in names}
    if port == 80:  # which browsers leave out
        hosts.update(names)
    known = {"site": site, "last": last}
    return Here(
        [
            *kernels.handlers(),
            (f"{OURS}reload\\.js", Script, known),
            (f"{OURS}status", Status, known),
            (r"/(.*)", Pages, known),
        ],
        hosts=hosts,
        default_handler_class=Answer,
        default_handler_args=known,
        log_function=lambda _: None,  # the terminal is for the build
        **kernels.settings(python, token),
    )


class Here(Application):
    """Answers only requests whose Host is a name of this machine, and this port.

    That stops DNS rebinding: another site can let its name resolve to this machine, to
    be of the same origin, but its browser still sends that name.
    """

    def find_handler(self, request: HTTPServerRequest, **how: Any) -> Any:
        if request.host.lower() not in self.settings["hosts"]:
            return self.get_handler_delegate(request, Refusal)
        return super().find_handler(request, **how)


class Refusal(RequestHandler):
    """Replies 403, in one line of text."""

    def prepare(self) -> None:
        raise HTTPError(403)

    def write_error(self, status_code: int, **_: Any) -> None:
        write_plainly(self, status_code)


def published(site: Path) -> str:
    """Return an identifier of the published site; empty if there is none."""
    try:
        return str((site / "manifest.json").stat().st_mtime_ns)
    except OSError:
        return ""


class Answer(JupyterHandler):
    """Replies to clients with the token only; browsers revalidate what they cache."""

    def initialize(self, site: Path, last: LastBuild) -> None:
        self.site = site
        self.published = published(
            site
        )  # before a file is read, so that it's never too new
        self.complaint = last.complaint if last.beside == self.published else []

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Cache-Control", "no-cache")

    async def prepare(self, **_: Any) -> None:
        await super().prepare(_redirect_to_login=False)

    def get(self, *_: str) -> None:
        raise HTTPError(404)

    def head(self, *path: str) -> None:
        self.get(*path)

    def write_error(self, status_code: int, **_: Any) -> None:
        if status_code == 404:
            if page := self._not_found():
                self.write_html(page)
                return
            self.write_page("There is no such page", "Perhaps the next build has it.")
        elif not self.current_user:
            self.complaint = []  # not without the token
            self.write_page("This book is closed", CLOSED)
        else:
            write_plainly(self, status_code)

    def _not_found(self) -> bytes:
        """Return the site's own 404.html with links from the root; empty if none."""
        try:
            return BASE.sub(b'<base href="/">', (self.site / NOT_FOUND).read_bytes())
        except OSError:
            return b""

    def write_page(self, title: str, text: str) -> None:
        """Write a page of our own, with the last build's errors."""
        complaint = html.escape("\n".join(self.complaint))
        page = PAGE.format(title=title, text=text, complaint=complaint)
        self.write_html(page.encode())

    def write_html(self, page: bytes) -> None:
        """Write a page with the script, which the site's files don't have."""
        script = (
            f'<script src="{OURS}reload.js" data-published="{self.published}" '
            f'data-kernels="{OURS}api/kernels" defer></script>\n'
        ).encode()
        before, end, after = page.rpartition(b"</body>")
        if not end:
            before, after = page, b""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(before + script + end + after)


class Script(Answer):
    """Sends the script of open pages."""

    def get(self, *_: str) -> None:
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.finish(SCRIPT.read_bytes())


class Status(Answer):
    """Sends what the script asks for each second."""

    def get(self, *_: str) -> None:
        self.finish({"published": self.published, "complaint": self.complaint})


class Pages(Answer):
    """Sends the site's files. Each build replaces the site's folder."""

    def get(self, *path: str) -> None:
        if self.get_query_argument("token", ""):  # from now on, there's a cookie
            self.redirect(quote(f"/{path[0].lstrip('/')}"))
            return
        self.xsrf_token  # noqa: B018  (a page that may start a kernel has this cookie)
        if not self.published:
            self.set_status(503)
            self.write_page("There is no site yet", NONE_YET)
            return
        file = self._file(path[0])
        if os.path.isdir(file):
            if path[0] and not path[0].endswith("/"):
                self.redirect(quote(f"/{path[0].lstrip('/')}/"))
                return
            file = self._file(f"{path[0]}index.html")
        elif path[0].endswith("/"):
            raise HTTPError(404)
        try:
            content = file.read_bytes()
        except OSError:
            raise HTTPError(404) from None
        kind = content_type(file)
        if kind.startswith("text/html"):
            self.write_html(content)
            return
        self.set_header("Content-Type", kind)
        self.finish(content)

    def _file(self, path: str) -> Path:
        """Return the file or folder at `path`; symbolic links must stay in the site."""
        root = os.path.realpath(self.site)
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
