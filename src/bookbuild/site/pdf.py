"""Print each edition as a PDF, tagged and with an outline, with Chromium."""

from __future__ import annotations

from pathlib import Path

from bookbuild.i18n.catalogs import translated
from bookbuild.project.book import Book, pdf_name
from bookbuild.project.editions import Edition
from bookbuild.site.one_page import single
from bookbuild.web import chromium

PATIENCE = 300  # seconds; it takes about ten
OPTIONS = ("--no-pdf-header-footer", "--generate-pdf-document-outline")


def print_editions(book: Book, site: Path) -> None:
    """Print a PDF of each edition into its folder in `site`.

    Raises CommandError if Chromium doesn't print one.
    """
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
    from pypdf import PdfReader

    with PdfReader(pdf) as book:
        found = {
            name.lstrip("/"): book.get_destination_page_number(place)
            for name, place in book.named_destinations.items()
        }
    return {name: index + 1 for name, index in found.items() if index is not None}
