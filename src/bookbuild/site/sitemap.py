"""Write `sitemap.xml`, with all pages in all languages, and `robots.txt`."""

from __future__ import annotations

from html import escape
from pathlib import Path

from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH

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


def add_sitemap(book: Book, site: Path) -> None:
    """Write `sitemap.xml` and `robots.txt`, if the site's address is configured."""
    if not book.address:
        return
    (site / "sitemap.xml").write_text(sitemap(book), encoding="utf8")
    robots = ROBOTS.format(address=book.address)
    (site / "robots.txt").write_text(robots, encoding="utf8")


def sitemap(book: Book) -> str:
    """List every page of every edition with its translations, for search engines.

    Readers of any other language are led to English.
    """
    made = []
    for page in book.pages:
        at = {
            edition.tag: escape(edition.address(book.address, f"{page}.html"))
            for edition in book.editions
        }
        others = at | {"x-default": at[ENGLISH.tag]} if len(at) > 1 else {}
        links = (ALTERNATE.format(tag=tag, address=url) for tag, url in others.items())
        alternates = "".join(links)
        made += [PAGE.format(address=url, alternates=alternates) for url in at.values()]
    return SITEMAP.format(pages="\n".join(made))
