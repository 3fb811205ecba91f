"""Write 404.html, the page for addresses that don't exist.

All editions share it. Servers show it at any depth, so `<base>` names the site's root.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from bookbuild.i18n.catalogs import translated
from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH
from bookbuild.site.standalone import icon, standalone_page
from paralelo.translatable import gettext_noop

FILE = "404.html"
BASE = '<base href="{path}">'
HEADING = gettext_noop("There is no page at this address")
WHY = gettext_noop(
    "It may have been renamed, or there is a slip in the address. "
    "The book itself is still here:"
)
SEARCH = gettext_noop("Search this book…")
PART = """\
<section lang="{tag}">
<h1>{heading}</h1>
<p>{why}</p>
<ul>
<li><a href="{slug}/{cover}.html">{title}</a></li>
<li><a href="{slug}/search.html">{search}</a></li>
</ul>
</section>"""


def not_found(book: Book) -> str:
    """Return the page: what happened, in each language, and where to go from here."""
    parts, headings = [], []
    for edition in book.editions:
        words = {
            "heading": HEADING,
            "why": WHY,
            "title": book.title,
            "search": SEARCH,
        }
        shown = {name: translated(book, edition, text) for name, text in words.items()}
        headings.append(shown["heading"])
        escaped = {name: escape(text) for name, text in shown.items()}
        parts.append(
            PART.format(tag=edition.tag, slug=edition.slug, cover=book.cover, **escaped)
        )
    return standalone_page(
        " / ".join(headings),
        "\n".join(parts),
        language=ENGLISH.tag,
        icon=icon(book),
        head=BASE.format(path=escape(urlsplit(book.address).path or "/")),
    )
