"""What should a search engine know of? Every page, and its twins in other languages."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path

from press.address import address_of
from press.catalogues import folder
from press.editions import ENGLISH, Edition
from press.preflight import contents

DAY = re.compile(r"\d{4}-\d\d-\d\d")
SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:xhtml="http://www.w3.org/1999/xhtml">
{pages}
</urlset>
"""
PAGE = """\
<url>
<loc>{address}</loc>
{alternates}<lastmod>{day}</lastmod>
</url>"""
ALTERNATE = '<xhtml:link rel="alternate" hreflang="{tag}" href="{address}"/>\n'
#: Read at a host's root only: on Pages, where a book has the host for itself.
ROBOTS = "User-agent: *\nAllow: /\n\nSitemap: {address}sitemap.xml\n"


def add_sitemap(root: Path, site: Path, editions: Sequence[Edition]) -> None:
    """Write `sitemap.xml` and `robots.txt`, if it is known where the site will be."""
    address = address_of(root)
    if not address:
        return
    pages = contents(root)
    text = sitemap(address, pages, editions, _days(root, pages, editions))
    (site / "sitemap.xml").write_text(text, encoding="utf8")
    robots = ROBOTS.format(address=address)
    (site / "robots.txt").write_text(robots, encoding="utf8")


def sitemap(
    address: str,
    pages: Sequence[str],
    editions: Sequence[Edition],
    days: Mapping[tuple[str, str], str],
) -> str:
    """The map; `days` has the day of each page's last change, by edition and name.

    English is for readers of any other language.
    """
    made = []
    for page in pages:
        at = {e.tag: escape(f"{address}{e.slug}/{page}.html") for e in editions}
        others = at | {"x-default": at[ENGLISH.tag]} if len(at) > 1 else {}
        links = (ALTERNATE.format(tag=tag, address=url) for tag, url in others.items())
        alternates = "".join(links)
        made += [
            PAGE.format(
                address=at[edition.tag],
                alternates=alternates,
                day=days[edition.slug, page],
            )
            for edition in editions
        ]
    return SITEMAP.format(pages="\n".join(made))


def _days(
    root: Path, pages: Sequence[str], editions: Sequence[Edition]
) -> dict[tuple[str, str], str]:
    """When each page's sentences were changed; those not committed yet, today."""
    committed, today = _committed(root), date.today().isoformat()

    def day(page: str, edition: Edition) -> str:
        catalogue = folder(root, edition.language).relative_to(root) / f"{page}.po"
        files = [f"{page}.md", *([] if edition.is_source else [catalogue.as_posix()])]
        return max(committed.get(file, today) for file in files)

    return {
        (edition.slug, page): day(page, edition)
        for page in pages
        for edition in editions
    }


def _committed(root: Path) -> dict[str, str]:
    """The day of each file's last commit; nothing without git."""
    command = "git -c core.quotepath=off log --relative --format=%cs --name-only"
    try:
        ran = subprocess.run(
            command.split(), cwd=root, capture_output=True, encoding="utf8", check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return {}
    found: dict[str, str] = {}
    day = ""
    for line in filter(None, ran.stdout.splitlines()):
        if DAY.fullmatch(line):
            day = line
        else:
            found.setdefault(line, day)  # the newest comes first
    return found
