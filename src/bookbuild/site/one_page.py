"""Put all pages of an edition together as one page, for printing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup

from bookbuild.i18n.catalogs import sentences, translated
from bookbuild.project.book import Book
from bookbuild.project.editions import Edition
from bookbuild.site.article import SUFFIX, lower_headings, printable
from bookbuild.site.standalone import render


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
