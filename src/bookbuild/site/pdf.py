"""Print each edition as a PDF, tagged and with an outline, with Chromium."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader

from bookbuild.i18n.catalogs import translated
from bookbuild.project.book import Book, pdf_name
from bookbuild.project.editions import Edition
from bookbuild.site.one_page import single
from bookbuild.web import chromium

PATIENCE = 300  # seconds; it takes about ten
OPTIONS = ("--no-pdf-header-footer", "--generate-pdf-document-outline")


def print_editions(book: Book, site: Path) -> list[str]:
    """Print a PDF of each edition into its folder in `site`.

    Returns a list with the reason why one couldn't be printed, or an empty list.
    """
    print("printing a PDF of each edition", flush=True)
    for edition in book.editions:
        made = site / edition.slug
        pdf = made / pdf_name(translated(book, edition, book.title))
        if problem := print_edition(book, made, edition, pdf):
            return [problem]
    return []


def print_edition(book: Book, made: Path, edition: Edition, pdf: Path) -> str:
    """Print the edition, whose pages are in the folder `made`, to `pdf`.

    Print it twice, because only then are the page numbers for its contents known.
    Returns one line that says why there is no PDF, or an empty string.
    """
    page = made / "single.html"  # next to its styles and pictures
    sheets: dict[str, int] = {}
    try:
        for _ in range(2):
            page.write_text(single(book, made, edition, sheets=sheets), encoding="utf8")
            problem = chromium.run(
                page, pdf, f"--print-to-pdf={pdf}", *OPTIONS, seconds=PATIENCE
            )
            if problem:
                return problem
            sheets = page_numbers(pdf)
    finally:
        page.unlink(missing_ok=True)
    return ""


def page_numbers(pdf: Path) -> dict[str, int]:
    """Return the number, from 1, of the page that each named destination is on."""
    with PdfReader(pdf) as book:
        found = {
            name.lstrip("/"): book.get_destination_page_number(place)
            for name, place in book.named_destinations.items()
        }
    return {name: index + 1 for name, index in found.items() if index is not None}
