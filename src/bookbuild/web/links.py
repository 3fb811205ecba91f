"""Does every link of the site lead somewhere? Asked of the files, without a network.

Sphinx warns of a link that leads nowhere when it writes the page with the link; it does
not write that page again because another one, or a heading in it, has gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from bookbuild.web.tags import tags

TEMPLATES = "_static"  # a theme's own files, some of them pieces of pages


def dead(site: Path) -> Iterator[tuple[str, str]]:
    """Each page below `site` with each of its links that leads nowhere within it."""
    names = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    anchors: dict[str, set[str]] = {}
    leads: dict[str, set[str]] = {}
    for page in pages(site):
        # Where links begin, as one page says, is no link.
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
    """The addresses of all pages below `site`, from its root."""
    paths = (path.relative_to(site) for path in site.rglob("*.html"))
    return sorted(path.as_posix() for path in paths if TEMPLATES not in path.parts)


def target(page: str, link: str) -> tuple[str, str]:
    """The file that `link` on `page` leads to, from the site's root; and the anchor."""
    parts = urlsplit(link)
    path = normpath(join(dirname(page), unquote(parts.path))) if parts.path else page
    return path, unquote(parts.fragment)


def is_internal(link: str) -> bool:
    """Whether a link leads to this site, and not to somebody else's."""
    return bool(link) and not urlsplit(link).scheme and not link.startswith("//")
