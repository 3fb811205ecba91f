"""Check the internal links of a built site, without a network.

Sphinx warns about a dead link when it writes the page with the link. It doesn't write
that page again when the target, a page or a heading, is removed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

Found = tuple[list[str], list[str]]  # in a page: its anchors, and its links
TEMPLATES = "_static"  # a theme's own files, some of them parts of pages


def dead(site: Path, kept: Path | None = None) -> Iterator[tuple[str, str]]:
    """Yield each dead internal link below `site`: its page, and the link.

    The file `kept` has what was found in pages the last time, which saves half a second
    for a book whose pages are mostly the same.
    """
    names = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    found = _read_pages(site, kept)
    anchors = {page: set(ids) for page, (ids, _links) in found.items()}
    for page, (_ids, links) in found.items():
        for link in filter(is_internal, links):
            path, anchor = target(page, link)
            if path not in names or anchor not in {"", *anchors.get(path, {anchor})}:
                yield page, link


def _read_pages(site: Path, kept: Path | None) -> dict[str, Found]:
    """Find the anchors and links of each page, unless `kept` has its digest."""
    known: dict[str, Found] = {}
    if kept and kept.exists():
        with suppress(ValueError):  # its writer was killed
            known = json.loads(kept.read_text("utf8"))
    found, code = {}, Path(__file__).read_bytes()
    for page in pages(site):
        html = (site / page).read_bytes()
        key = hashlib.sha256(code + html).hexdigest()
        found[page] = key, known.get(key) or _Page(html.decode("utf8")).found
    if kept:
        kept.write_text(json.dumps(dict(found.values())), encoding="utf8")
    return {page: each for page, (_key, each) in found.items()}


class _Page(HTMLParser):
    """The anchors and the links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)
        self.found: Found = sorted(self.anchors), sorted(self.links)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name"):
                self.anchors.add(value or "")
            elif name in ("href", "src") and tag != "base":  # which is no link
                self.links.add(value or "")


def pages(site: Path) -> list[str]:
    """List the addresses of all pages below `site`, relative to its root."""
    paths = (path.relative_to(site) for path in site.rglob("*.html"))
    return sorted(path.as_posix() for path in paths if TEMPLATES not in path.parts)


def target(page: str, link: str) -> tuple[str, str]:
    """Resolve `link` on `page` to a file, from the site's root, and an anchor."""
    parts = urlsplit(link)
    path = normpath(join(dirname(page), unquote(parts.path))) if parts.path else page
    return path, unquote(parts.fragment)


def is_internal(link: str) -> bool:
    """Return whether a link leads to this site, not to another one."""
    return bool(link) and not urlsplit(link).scheme and not link.startswith("//")
