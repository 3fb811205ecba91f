"""Write the page that a reader gets for an address that the site does not have.

It is one for all editions, and it is shown at any depth: its links begin at the site's
root, which `<base>` names.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bookbuild.i18n.catalogs import translated
from bookbuild.project.address import path
from bookbuild.project.book import Book
from bookbuild.project.editions import Edition
from bookbuild.site.standalone import bare, icon
from paralelo.translatable import gettext_noop

FILE = "404.html"
BASE = '<base href="{path}">'
IT_IS_NOT_HERE = gettext_noop("There is no page at this address")
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


def not_found(book: Book, editions: Sequence[Edition]) -> str:
    """Return the page: what happened, in each language, and where to go from here."""
    parts, headings = [], []
    for edition in editions:
        words = {
            "heading": IT_IS_NOT_HERE,
            "why": WHY,
            "title": book.title,
            "search": SEARCH,
        }
        said = {name: translated(book, edition, text) for name, text in words.items()}
        headings.append(said["heading"])
        shown = {name: escape(text) for name, text in said.items()}
        parts.append(
            PART.format(tag=edition.tag, slug=edition.slug, cover=book.cover, **shown)
        )
    return bare(
        " / ".join(headings),
        "\n".join(parts),
        language=editions[0].tag,
        icon=icon(book),
        head=BASE.format(path=escape(path(book.address))),
    )
