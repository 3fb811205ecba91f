"""Tell writers' mistakes from Sphinx's other warnings.

A mistake has a page, and mostly a line, and stops every build. Other warnings, about
the machine, its packages or claims that don't hold, stop strict builds only.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from bookbuild.project.book import Book, read_text
from bookbuild.project.editions import FOLDER, MESSAGES
from bookbuild.project.places import CELL, NOTEBOOK, place

PLACE = re.compile(
    r"(?P<page>.+?)(?P<suffix>\.\w+)(?::(?P<line>\d*))?"
    r"(?P<translated>:<translated>(?::\d+)?)?: "
    r"(?:WARNING|ERROR|SEVERE|CRITICAL): (?P<what>.*)"
)
KIND = re.compile(r"( \[[\w.-]+\])+$")  # the types, which Sphinx adds at the end

NO_EVAL = (
    "{{eval}} asks a kernel that runs while the page is read, and there is none: "
    'let a cell call myst_nb.glue("name", value), and write {{glue}}`name` here'
)
#: Sphinx's words, and clearer ones.
AGAIN = re.compile(r"duplicate label (?P<label>.*), other instance in (?P<page>.*)")
CLEARER = (
    (r"'myst' cross-reference target not found: '(.*)'", "nothing here is called {}"),
    (r"(?:undefined label|unknown document): '(.*)'", "nothing here is called {}"),
    (
        r"image file not readable: (?:.*/)?attachment:(.*)",
        "no picture {} is attached to this cell; put it there again",
    ),
    (r"image file not readable: (.*)", "there is no picture {}"),
    (r"download file not readable: (.*)", "there is no file {}"),
    (r"Include file '(.*)' not found or reading it failed", "there is no file {}"),
    (r"Directive \"include\": file not found: '(.*)'", "there is no file {}"),
    (r"This document does not have a running kernel", NO_EVAL),
)


def sort(
    warnings: Iterable[str], root: Path, pages: Iterable[str], language: str = "en"
) -> tuple[dict[str, list[str]], list[str]]:
    """Return the mistakes of each of `pages`, by name, and the other warnings.

    A mistake begins with the page's file and the line, or with the catalogue's file if
    it's in the translation into `language`.
    """
    here = f"{root}{os.sep}"
    known = set(pages)
    mistakes: dict[str, list[str]] = {}
    others = []
    for warning in warnings:
        found = PLACE.fullmatch(warning.replace(here, ""))
        page = Path(found["page"]).as_posix() if found else ""
        if not found or page not in known:
            others.append(warning)
            continue
        where = place(f"{page}{found['suffix']}", int(found["line"] or 0))
        what = _with_line(_clearer(KIND.sub("", found["what"])), root)
        mistake = f"{where}: {what}"
        if found["translated"] or "in translated message" in what:
            catalogue = f"{FOLDER}/{language}/{MESSAGES}/{page}.po"
            mistake = f"{catalogue}: {what} (in the translation of {where})"
        if mistake not in mistakes.setdefault(page, []):
            mistakes[page].append(mistake)
    return mistakes, others


def locate(link: str, page: str, book: Book) -> str:
    """Return the place in the source of the HTML tag with this link; empty if none has.

    `page` is its address in the site, such as en/book/one.html.
    """
    name = page.partition("/")[2].removesuffix(".html")
    if name not in book.pages:
        return ""
    source = book.source(name)
    tag = re.compile(
        rf"\b(?:src|href)\s*=\s*[\"'\\]*{re.escape(escape(link))}[\"'\s\\>]"
    )
    for start, text in _texts(source, read_text(book.root, source)):
        for number, line in enumerate(text.splitlines(), 1):
            if tag.search(line):
                return place(source, start + number)
    return ""


def _texts(source: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield a page's text, or those of a notebook's cells, with the lines before it."""
    if not source.endswith(NOTEBOOK):
        yield 0, text
        return
    for number, cell in enumerate(json.loads(text)["cells"], 1):
        yield number * CELL + 1, "".join(cell["source"])


def _with_line(what: str, root: Path) -> str:
    """Add the line of the other label to a complaint about two of one name."""
    if not (again := AGAIN.fullmatch(what)):
        return what
    lines = (root / again["page"]).read_text("utf8").lower().splitlines()
    label = f"({again['label']})="
    return f"{what}:{lines.index(label) + 1}" if label in lines else what


def _clearer(what: str) -> str:
    for pattern, words in CLEARER:
        if found := re.fullmatch(pattern, what):
            return words.format(*found.groups())
    return what
