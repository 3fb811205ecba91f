"""Print each edition as a PDF, tagged and with an outline, with Chromium."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bookbuild.i18n.catalogs import translated
from bookbuild.project.book import Book, pdf_name
from bookbuild.project.editions import Edition
from bookbuild.site.one_page import single
from bookbuild.web import chromium

PATIENCE = 300  # seconds; it takes about ten
OPTIONS = ("--no-pdf-header-footer", "--generate-pdf-document-outline")
#: In a PDF of Chromium's: an object that is a page; a place that links lead to, by
#: name; and all such places.
SHEET = re.compile(rb"(\d+) 0 obj\n<</Type /Page\n")
PLACE = re.compile(rb"/(\S+) \[(\d+) 0 R /XYZ [^]]+\]\s*")
PLACES = re.compile(rb"<<(?:%s)+>>" % PLACE.pattern)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def print_editions(book: Book, site: Path, editions: Sequence[Edition]) -> list[str]:
    """Print a PDF of each edition into its folder in `site`.

    Returns a line that says why one could not be printed, or no line.
    """
    for edition in editions:
        made = site / edition.slug
        pdf = made / pdf_name(translated(book, edition, book.title))
        if lack := print_edition(book, made, edition, pdf):
            return [lack]
    return []


def print_edition(book: Book, made: Path, edition: Edition, pdf: Path) -> str:
    """Print the edition, whose pages are in the folder `made`, to `pdf`.

    Twice, since only then it is known on which sheets the chapters begin, for the
    contents. Returns a line that says why there is no PDF, or nothing.
    """
    page = made / "single.html"  # beside its styles and pictures
    sheets: dict[str, int] = {}
    try:
        for _ in range(2):
            page.write_text(single(book, made, edition, sheets=sheets), encoding="utf8")
            lack = chromium.run(
                page, pdf, f"--print-to-pdf={pdf}", *OPTIONS, seconds=PATIENCE
            )
            if lack:
                return lack
            sheets = places(pdf.read_bytes())
    finally:
        page.unlink(missing_ok=True)
    return ""


def places(pdf: bytes) -> dict[str, int]:
    """On which sheet, from 1, is what links within a PDF of Chromium's lead to?"""
    sheets = [found[1] for found in SHEET.finditer(pdf)]
    every = PLACES.search(pdf)
    return {
        _unescaped(name): sheets.index(sheet) + 1
        for name, sheet in PLACE.findall(every[0] if every else b"")
    }


def _unescaped(name: bytes) -> str:
    return ESCAPED.sub(lambda code: bytes.fromhex(code[1].decode()), name).decode()
