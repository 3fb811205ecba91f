"""Check the internal links of a built site, without a network.

Sphinx warns about a dead link when it writes the page with the link. It doesn't write
that page again when the target, a page or a heading, is removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

TEMPLATES = "_static"  # a theme's own files, some of them parts of pages


def dead(site: Path) -> Iterator[tuple[str, str]]:
    """Yield each dead internal link below `site`: its page, and the link."""
    names = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    found = {page: _Page((site / page).read_text("utf8")) for page in pages(site)}
    anchors = {page: read.anchors for page, read in found.items()}
    for page, read in found.items():
        for link in sorted(filter(is_internal, read.links)):
            path, anchor = target(page, link)
            if path not in names or anchor not in {"", *anchors.get(path, {anchor})}:
                yield page, link


class _Page(HTMLParser):
    """The anchors and the links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)

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
