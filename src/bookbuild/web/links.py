"""Check the internal links of a built site, without a network.

Sphinx warns about a dead link when it writes the page with the link. It doesn't write
that page again when the target, a page or a heading, is removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from bookbuild.web.tags import tags

TEMPLATES = "_static"  # a theme's own files, some of them parts of pages


def dead(site: Path) -> Iterator[tuple[str, str]]:
    """Yield each dead internal link below `site`: its page, and the link."""
    names = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    anchors: dict[str, set[str]] = {}
    leads: dict[str, set[str]] = {}
    for page in pages(site):
        # A `<base>` has an href, but it isn't a link.
        found = tags((site / page).read_text("utf8"), but="base")
        anchors[page] = {
            tag[key] for tag in found for key in ("id", "name") if key in tag
        }
        leads[page] = {
            tag[key] for tag in found for key in ("href", "src") if key in tag
        }
    for page, links in leads.items():
        for link in sorted(filter(is_internal, links)):
            path, anchor = target(page, link)
            if path not in names or anchor not in {"", *anchors.get(path, {anchor})}:
                yield page, link


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
