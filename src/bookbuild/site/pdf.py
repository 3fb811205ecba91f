"""Print each edition as a PDF, tagged and with an outline, with Chromium.

It's printed from one page with all chapters. Of these, buttons and other controls are
left out, and details are opened. Each id gets its chapter's name as a prefix, so that
the ids of all chapters differ.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader

from bookbuild.i18n.catalogs import sentences, translated
from bookbuild.project.book import Book, pdf_name
from bookbuild.project.editions import Edition
from bookbuild.site.assemble import render
from bookbuild.web import chromium
from bookbuild.web.links import is_internal, target

PATIENCE = 300  # seconds; it takes about ten
OPTIONS = ("--no-pdf-header-footer", "--generate-pdf-document-outline")
#: Not for paper. The tables below the timelines would double the number of sheets.
FOR_SCREENS = (
    "a.headerlink, button, script, style, noscript, template, input, .ledger-filters, "
    ".toctree-wrapper, .sd-summary-state-marker, figure.lanes > details, .run-note, "
    "details.hide > summary"
)
#: Attributes with the ids of other elements.
NAMING = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
DRAWN_WITH = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)['\"]?\s*\)")
LEVELS = ("h1", "h2", "h3", "h4", "h5")
SUFFIX = ".html"


def print_editions(book: Book, site: Path) -> None:
    """Print a PDF of each edition into its folder in `site`.

    Raises CommandError if Chromium doesn't print one.
    """
    print("printing a PDF of each edition", flush=True)
    for edition in book.editions:
        made = site / edition.slug
        pdf = made / pdf_name(translated(book, edition, book.title))
        print_edition(book, made, edition, pdf)


def print_edition(book: Book, made: Path, edition: Edition, pdf: Path) -> None:
    """Print the edition, whose pages are in the folder `made`, to `pdf`.

    Print it twice, because only then are the page numbers for its contents known.
    """
    page = made / "single.html"  # next to its styles and pictures
    options = (f"--print-to-pdf={pdf}", *OPTIONS)
    sheets: dict[str, int] = {}
    try:
        for _ in range(2):
            page.write_text(single(book, made, edition, sheets=sheets), encoding="utf8")
            chromium.run(page, pdf, *options, seconds=PATIENCE)
            sheets = page_numbers(pdf)
    finally:
        page.unlink(missing_ok=True)


def page_numbers(pdf: Path) -> dict[str, int]:
    """Return the number, from 1, of the page that each named destination is on."""
    with PdfReader(pdf) as book:
        found = {
            name.lstrip("/"): book.get_destination_page_number(place)
            for name, place in book.named_destinations.items()
        }
    return {name: index + 1 for name, index in found.items() if index is not None}


class Chapter(NamedTuple):
    """A page of the book as a chapter of the one page."""

    name: str
    title: str
    body: str  # HTML

    @property
    def foot(self) -> str:
        """The title as a CSS string, escaped for a style element."""
        escaped = (c if c.isalnum() else f"\\{ord(c):x} " for c in self.title)
        return f'"{"".join(escaped)}"'


def single(
    book: Book, made: Path, edition: Edition, *, sheets: Mapping[str, int] | None = None
) -> str:
    """Return the page, to be saved in the folder `made` with the pages of `edition`.

    `sheets` has the sheet that each chapter begins on, by name, for the contents.
    """
    cover = BeautifulSoup(_html(made, book.cover), "html.parser")
    footer = cover.select_one("footer .made")
    return render(
        "single.html",
        book=book,
        edition=edition,
        parts=list(_parts(book, made, edition)),
        sheets=sheets or {},
        made=footer.get_text() if footer else "",
        _=partial(translated, book, edition),
    )


def _html(made: Path, page: str) -> str:
    return (made / f"{page}{SUFFIX}").read_text("utf8")


def _parts(
    book: Book, made: Path, edition: Edition
) -> Iterator[tuple[str, list[Chapter]]]:
    """Yield the parts of the book, each with its caption in the edition's language."""
    base = edition.address(book.address)
    # The captions are messages of the cover, whose contents they are.
    known = sentences(book, edition.language, book.cover)
    for caption, pages in book.parts:
        chapters = []
        for page in pages:
            article = printable(_html(made, page), page, book.pages, base=base)
            heading = article.find("h1")
            title = " ".join(heading.get_text().split()) if heading else page
            if caption:
                lower_headings(article)
            chapters.append(Chapter(page, title, article.decode_contents()))
        yield known.get(caption, caption), chapters


def printable(html: str, page: str, pages: Collection[str], *, base: str = "") -> Tag:
    """Return the article of `page`, for one page with those of the other `pages`.

    Addresses of pictures become relative to the edition's folder. A link to one of
    `pages` leads to its article, and a link to another file of the edition to its
    address below `base`, the edition's address. If `base` is empty, that link loses its
    target. Raises ValueError if the page has no article.
    """
    document = BeautifulSoup(html, "html.parser", multi_valued_attributes=None)
    article = document.select_one("main article")
    if article is None:
        raise ValueError(f"{page}{SUFFIX}: this page has no article")
    for element in article.select(FOR_SCREENS):
        element.decompose()
    _unfold_claims(article)
    for details in article.find_all("details"):
        if details.find("summary"):
            details["open"] = ""
        else:
            details.unwrap()
    for element in article.find_all(True):
        _rename(element, page)
        _adapt_links(element, page, pages, base)
    article["id"] = page
    return article


def _unfold_claims(article: Tag) -> None:
    """Move the cells that check claims out of their boxes, and leave the rest out."""
    for claim in article.select(".claim"):
        if cell := claim.select_one(".cell"):
            claim.insert_before(cell.extract())
        for facts in claim.select(".how, .facts"):
            facts.decompose()
    for minor in article.select("details.claim"):
        minor.name = "div"
        if minor.summary is not None:
            minor.summary.name = "p"


def lower_headings(article: Tag) -> None:
    """Lower the headings of `article` by one level."""
    for heading in article.find_all(LEVELS):
        heading.name = f"h{int(heading.name[1]) + 1}"


def _anchor(page: str, name: str) -> str:
    return f"{page}--{name}" if name else page


def _rename(element: Tag, page: str) -> None:
    """Prefix the ids that `element` has or refers to with the page's name."""
    for key, value in element.attrs.items():
        if key == "id" or key in NAMING:
            names = str(value).split()
            element[key] = " ".join(_anchor(page, name) for name in names)
        else:
            element[key] = DRAWN_WITH.sub(rf"url(#{page}--\1)", str(value))


def _adapt_links(element: Tag, page: str, pages: Collection[str], base: str) -> None:
    """Adapt the addresses in `element` to the one page."""
    for key in ("href", "xlink:href", "src"):
        address = str(element.get(key, ""))
        if not is_internal(address):
            continue
        path, anchor = target(f"{page}{SUFFIX}", address)
        name = path.removesuffix(SUFFIX)
        if name in pages:
            element[key] = f"#{_anchor(name, anchor)}"
        elif element.name != "a":
            element[key] = normpath(join(dirname(page), address))
        elif base:
            element[key] = f"{base}{path}"
        else:
            del element[key]
