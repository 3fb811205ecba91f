"""Describe each page for sites that link to it, and link to the edition's PDF.

Such sites show the page's title, the beginning of its text and the site's picture. The
PDF is printed after all pages are written (`bookbuild.site.pdf`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from bookbuild.project.book import pdf_name
from bookbuild.project.editions import Edition

LONGEST = 200  # characters of a description; other sites cut off the rest
SENTENCE = ". "
#: Among the book's static files, 1200 x 630 pixels; without it there is no picture.
CARD = "card.png"


def describe(page: nodes.document) -> str:
    """Return the beginning of the page's first paragraph."""
    sections = page.findall(nodes.section)
    texts = (
        " ".join(node.astext().split())
        for section in sections
        for node in section
        if isinstance(node, nodes.paragraph)
    )
    return shortened(next(filter(None, texts), ""))


def shortened(text: str) -> str:
    """Shorten `text` to whole sentences; if none fits, to whole words."""
    if len(text) <= LONGEST:
        return text
    room = text[: LONGEST + 1]
    if SENTENCE in room:
        return room[: room.rindex(SENTENCE) + 1]
    return f"{room[: LONGEST - 1].rpartition(' ')[0].rstrip(',;:')}…"


def _describe(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    page: nodes.document | None,
) -> None:
    """Give the template the PDF's address, the page's description and the picture."""
    if app.config.bookbuild_pdf:
        context["pdf"] = relative_uri(pagename, pdf_name(app.config.html_title))
    if page is not None:  # unlike the search, which no site links to
        context["description"] = describe(page)
        context["card"] = _card(app)


def _card(app: Sphinx) -> str:
    """Return the address of the site's picture; empty if there is none."""
    folders = (Path(app.confdir) / each for each in app.config.html_static_path)
    if not any((folder / CARD).is_file() for folder in folders):
        return ""
    edition = Edition(app.config.language)
    return edition.address(app.config.html_baseurl, f"_static/{CARD}")


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_pdf", False, "html", [bool])
    app.connect("html-page-context", _describe)
