"""Put a new site together: the editions, JSON files, and the files around them.

Each of the files around has the name of its template in this package: `index.html`, the
first page, which leads to an edition; `404.html`, for addresses that don't exist; and,
for search engines, `sitemap.xml` and `robots.txt`.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from posixpath import dirname, relpath
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader

from bookbuild.i18n.catalogs import translated
from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH, Edition
from bookbuild.project.wheel import wheel, wheel_name
from bookbuild.pyodide.publish import publish
from bookbuild.site.redirects import redirects
from bookbuild.web.csp import policy

STATIC = "_static"
#: Files of the theme and of extensions that no page loads: 9 MB.
UNUSED = (
    *("scripts", "styles", "vendor", "locales", "logo_*", "*webpack-macros.html"),
    *("sphinx-thebe.*", "togglebutton.*", "copybutton*", "clipboard.min.js"),
    *("copy-button.svg", "check-solid.svg", "play-solid.svg", "mystnb.*"),
    *("basic.css", "pygments.css", "file.png", "minus.png", "plus.png"),
)
FILES = ("index.html", "404.html")
WITH_ADDRESS = ("sitemap.xml", "robots.txt")  # only if the site's address is known
TEMPLATES = Path(__file__).with_name("templates")


def assemble(book: Book, made: Path, new: Path) -> None:
    """Write the site of `book` to the folder `new`, from the pages in `made`."""
    shutil.rmtree(new, ignore_errors=True)  # of a build that was killed
    for edition in book.editions:
        pages, folder = made / edition.slug, new / edition.slug
        shutil.copytree(pages, folder, ignore=shutil.ignore_patterns(STATIC))
        used = shutil.ignore_patterns(*UNUSED)
        shutil.copytree(pages / STATIC, folder / STATIC, ignore=used)
        _add_redirects(book, edition, folder)
    shutil.copy2(made / "manifest.json", new)
    for claims in (made / ENGLISH.slug).glob("claims*.json"):
        shutil.copy2(claims, new)
    _add_files(book, new)
    (new / wheel_name(book.root)).write_bytes(wheel(book.root))
    publish(book.root, new, wheel_name(book.root))


def render(template: str, **values: Any) -> str:
    """Fill in a template of this package; `values` are text, not HTML."""
    loader = FileSystemLoader(TEMPLATES)
    known = Environment(loader=loader, autoescape=True, keep_trailing_newline=True)
    return known.get_template(template).render(values, policy=policy)


def _add_redirects(book: Book, edition: Edition, folder: Path) -> None:
    """Write a page at each address of the edition that a renamed page had."""
    for old, new in redirects(book).items():
        page = f"{new}.html"
        text = render(
            "redirect.html",
            edition=edition,
            _=partial(translated, book, edition),
            to=quote(relpath(page, dirname(old) or ".")),
            page=page,
            address=edition.address(book.address, page),
        )
        path = folder / f"{old}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf8")


def _add_files(book: Book, site: Path) -> None:
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
    return f"{ENGLISH.slug}/{STATIC}/{Path(mark).name}"
