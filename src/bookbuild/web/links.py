"""Check the internal links of a built site, without a network.

Sphinx warns about a dead link when it writes the page with the link. It doesn't write
that page again when the target, a page or a heading, is removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

#: What looks like tags, but isn't: comments, and all between the tags of a script.
TEXT = re.compile(r"(?s)(<(script|style)\b[^>]*>).*?(?=</\2)|<!--.*?-->")
TAG = re.compile(r"""<([a-zA-Z]\w*)([^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*)>""")
ATTRIBUTE = re.compile(r"""\s([\w:-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
TEMPLATES = "_static"  # a theme's own files, some of them parts of pages


def dead(site: Path) -> Iterator[tuple[str, str]]:
    """Yield each dead internal link below `site`: its page, and the link."""
    names = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    found = {page: _read((site / page).read_text("utf8")) for page in pages(site)}
    for page, (_ids, links) in found.items():
        for link in sorted(filter(is_internal, links)):
            path, anchor = target(page, link)
            anchors, _links = found.get(path, ({anchor}, set()))
            if path not in names or anchor not in {"", *anchors}:
                yield page, link


def _read(html: str) -> tuple[set[str], set[str]]:
    """Find a page's anchors and links; a parser would take ten times as long."""
    anchors, links = set(), set()
    for tag in TAG.finditer(TEXT.sub(r"\1", html)):
        for name, *values in ATTRIBUTE.findall(tag[2]):
            value = unescape("".join(values))
            if name in ("id", "name"):
                anchors.add(value)
            elif name in ("href", "src") and tag[1] != "base":  # which is no link
                links.add(value)
    return anchors, links


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
