"""Fill in the templates of this package, and write the files that are of no edition.

Each of these has the name of its template: `index.html`, the first page, which leads to
an edition; `404.html`, for addresses that don't exist; and, for search engines,
`sitemap.xml` and `robots.txt`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader

from bookbuild.i18n.catalogs import translated
from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH
from bookbuild.web.csp import policy

NOT_FOUND = "404.html"
FILES = ("index.html", NOT_FOUND)
WITH_ADDRESS = ("sitemap.xml", "robots.txt")  # only if the site's address is known
TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, **values: Any) -> str:
    """Fill in a template of this package; `values` are text, not HTML."""
    loader = FileSystemLoader(TEMPLATES)
    known = Environment(loader=loader, autoescape=True, keep_trailing_newline=True)
    return known.get_template(template).render(values, policy=policy)


def add_files(book: Book, site: Path) -> None:
    """Write the files that are of no edition to the folder `site`."""
    editions = [(each, partial(translated, book, each)) for each in book.editions]

    def in_each_language(text: str) -> str:
        return " / ".join(dict.fromkeys(_(text) for _edition, _ in editions))

    for name in (*FILES, *WITH_ADDRESS * bool(book.address)):
        text = render(
            name,
            book=book,
            editions=editions,
            in_each_language=in_each_language,
            icon=_icon(book),
            base=urlsplit(book.address).path or "/",
        )
        (site / name).write_text(text, encoding="utf8")


def _icon(book: Book) -> str:
    """Return where the book's mark is, from the site's root; empty if it has none."""
    mark = book.config.get("html_favicon")
    if not mark or not (book.root / mark).is_file():
        return ""
    return f"{ENGLISH.slug}/_static/{Path(mark).name}"
