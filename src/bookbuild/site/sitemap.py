"""Write `sitemap.xml`, with all pages in all languages, and `robots.txt`."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH, Edition

SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:xhtml="http://www.w3.org/1999/xhtml">
{pages}
</urlset>
"""
PAGE = """\
<url>
<loc>{address}</loc>
{alternates}</url>"""
ALTERNATE = '<xhtml:link rel="alternate" hreflang="{tag}" href="{address}"/>\n'
#: Crawlers read it at a host's root only.
ROBOTS = "User-agent: *\nAllow: /\n\nSitemap: {address}sitemap.xml\n"


def add_sitemap(book: Book, site: Path, editions: Sequence[Edition]) -> None:
    """Write `sitemap.xml` and `robots.txt`, if the site's address is configured."""
    if not book.address:
        return
    text = sitemap(book.address, book.pages, editions)
    (site / "sitemap.xml").write_text(text, encoding="utf8")
    robots = ROBOTS.format(address=book.address)
    (site / "robots.txt").write_text(robots, encoding="utf8")


def sitemap(address: str, pages: Sequence[str], editions: Sequence[Edition]) -> str:
    """List every page of every edition with its translations, for search engines.

    Readers of any other language are led to English.
    """
    made = []
    for page in pages:
        at = {e.tag: escape(e.address(address, f"{page}.html")) for e in editions}
        others = at | {"x-default": at[ENGLISH.tag]} if len(at) > 1 else {}
        links = (ALTERNATE.format(tag=tag, address=url) for tag, url in others.items())
        alternates = "".join(links)
        made += [
            PAGE.format(address=at[edition.tag], alternates=alternates)
            for edition in editions
        ]
    return SITEMAP.format(pages="\n".join(made))
