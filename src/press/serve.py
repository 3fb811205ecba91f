"""The site, on this machine only, with a word to open pages about the last build."""

from __future__ import annotations

import html
import os
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from mimetypes import MimeTypes
from pathlib import Path
from socket import socket
from typing import Any
from urllib.parse import quote

from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from press.not_found import FILE as NOT_FOUND

BASE = re.compile(rb'<base href="[^"]*">')
SCRIPT = Path(__file__).with_name("live.js")

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
<pre id="press-complaint" role="status">{complaint}</pre>
</body>
</html>
"""
NONE_YET = "No book has been built here yet. When one is, this page will show it."


@dataclass
class LastBuild:
    """What open pages should know of the last build, if it failed."""

    complaint: list[str] = field(default_factory=list)  # its first lines
    beside: str = ""  # what was published then; beside another site, it is outdated


def serve(site: Path, last: LastBuild, at: socket) -> HTTPServer:
    """Serve the folder `site`, whatever it is by then, to who asks at this socket."""
    server = HTTPServer(application(site, last, at.getsockname()[1]))
    server.add_sockets([at])
    return server


def application(site: Path, last: LastBuild, port: int) -> Application:
    """What answers at this port."""
    names = "127.0.0.1", "localhost"
    hosts = {f"{name}:{port}" for name in names}
    if port == 80:  # a browser leaves it out
        hosts.update(names)
    known = {"site": site, "last": last}
    return Application(
        [
            (r"/_press/live\.js", Script, known),
            (r"/_press/status", Status, known),
            (r"/(.*)", Pages, known),
        ],
        hosts=hosts,
        default_handler_class=Answer,
        default_handler_args=known,
        log_function=lambda _: None,  # the terminal is for the build
    )


def published(site: Path) -> str:
    """A name for what is published at this moment; empty if nothing is."""
    try:
        return str((site / "manifest.json").stat().st_mtime_ns)
    except OSError:
        return ""


class Answer(RequestHandler):
    """To this machine's own pages only, and never to be shown from a cache, unasked."""

    def initialize(self, site: Path, last: LastBuild) -> None:
        self.site = site
        self.published = published(site)  # before a file is read: rather too old
        self.complaint = last.complaint if last.beside == self.published else []

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-cache")

    def prepare(self) -> None:
        # A page from elsewhere can give its own name this machine's address, and would
        # then be of the same origin; but its browser goes on sending that name.
        if self.request.host.lower() not in self.settings["hosts"]:
            raise HTTPError(403)

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
            return
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {HTTPStatus(status_code).phrase}\n")

    def _not_found(self) -> bytes:
        """The site's own page for it, here at the root; empty if it has none."""
        try:
            return BASE.sub(b'<base href="/">', (self.site / NOT_FOUND).read_bytes())
        except OSError:
            return b""

    def write_page(self, title: str, text: str) -> None:
        """Write a page of our own, which says what the last build complained of."""
        complaint = html.escape("\n".join(self.complaint))
        page = PAGE.format(title=title, text=text, complaint=complaint)
        self.write_html(page.encode())

    def write_html(self, page: bytes) -> None:
        """Write it with the script, which the site's own files do not have."""
        script = (
            f'<script src="/_press/live.js" data-published="{self.published}" defer>'
            "</script>\n"
        ).encode()
        before, end, after = page.rpartition(b"</body>")
        if not end:
            before, after = page, b""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(before + script + end + after)


class Script(Answer):
    """What open pages run."""

    def get(self, *_: str) -> None:
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.finish(SCRIPT.read_bytes())


class Status(Answer):
    """What open pages ask for."""

    def get(self, *_: str) -> None:
        self.finish({"published": self.published, "complaint": self.complaint})


class Pages(Answer):
    """The site's files: each is looked for anew, for the site is a new folder soon."""

    def get(self, *path: str) -> None:
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
        """The file or folder meant, wherever links lead; only if it is of the site."""
        root = os.path.realpath(self.site)
        try:
            file = Path(os.path.realpath(os.path.join(root, path)))
        except ValueError:  # there is a zero byte in it
            raise HTTPError(404) from None
        if not file.is_relative_to(root):
            raise HTTPError(403)
        return file


def content_type(file: Path) -> str:
    """What a browser is told that a file of this name is."""
    kind, encoding = TYPES.guess_type(file.name)
    if encoding or not kind:
        return "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
