"""Describe each page for sites that link to it, and link to the edition's PDF.

Such sites show the page's title, the beginning of its text and the site's picture. The
PDF is printed after all pages are written (`bookbuild.site.pdf`).
"""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext
from sphinx.util.osutil import relative_uri

from bookbuild.project.book import pdf_name
from bookbuild.project.editions import Edition

LONGEST = 200  # characters of a description; other sites cut off the rest
#: Among the book's static files, 1200 x 630 pixels; without it there is no picture.
CARD = "card.png"


def shortened(text: str) -> str:
    """Shorten `text` to whole sentences; if none fits, to whole words."""
    if len(text) <= LONGEST:
        return text
    sentences, end, _rest = text[: LONGEST + 1].rpartition(". ")
    if end:
        return f"{sentences}."
    return shorten(text, LONGEST - 1, placeholder="").rstrip(",;:") + "…"


def _describe(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    page: nodes.document | None,
) -> None:
    """Give the template the PDF's address, the page's description and the picture."""
    config = app.config
    if config.bookbuild_pdf:
        context["pdf"] = relative_uri(pagename, pdf_name(config.html_title))
    if page is None:  # such as the search, which no site links to
        return
    paragraphs = (
        " ".join(clean_astext(each).split())
        for each in page.findall(nodes.paragraph)
        if isinstance(each.parent, nodes.section)
    )
    context["description"] = shortened(next(filter(None, paragraphs), ""))
    folders = (Path(app.confdir) / each for each in config.html_static_path)
    if any((folder / CARD).is_file() for folder in folders):
        edition = Edition(config.language)
        context["card"] = edition.address(config.html_baseurl, f"_static/{CARD}")


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_pdf", False, "html", [bool])
    app.connect("html-page-context", _describe)
