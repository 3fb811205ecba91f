"""Describe each page for sites that link to it, and link to the edition's PDF.

Such sites show the page's title, the beginning of its text and the site's picture. The
PDF is printed after all pages are written (`bookbuild.site.pdf`).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from bookbuild.project.book import pdf_name
from bookbuild.project.editions import Edition

META = '<meta {kind}="{name}" content="{content}">'
LONGEST = 200  # characters of a description; other sites cut off the rest
SENTENCE = ". "
CARD = "card.png"  # among the book's static files; without it there is no picture
WIDTH, HEIGHT = 1200, 630  # pixels of the picture, as other sites recommend


def describe(page: nodes.document) -> str:
    """Return the beginning of the page's first paragraph."""
    sections = page.findall(nodes.section)
    found = (node for section in sections for node in section if _is_text(node))
    first = next(found, None)
    return shortened(" ".join(first.astext().split())) if first else ""


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.paragraph) and bool(node.astext().strip())


def shortened(text: str) -> str:
    """Shorten `text` to whole sentences; if none fits, to whole words."""
    if len(text) <= LONGEST:
        return text
    room = text[: LONGEST + 1]
    if SENTENCE in room:
        return room[: room.rindex(SENTENCE) + 1]
    return f"{room[: LONGEST - 1].rpartition(' ')[0].rstrip(',;:')}…"


def _add(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    page: nodes.document | None,
) -> None:
    """Give the template the PDF's address and the page's metatags."""
    if app.config.bookbuild_pdf:
        context["pdf"] = relative_uri(pagename, pdf_name(app.config.html_title))
    if page is None:  # such as the search, which no site links to
        return
    about = _about(app, pagename, context, describe(page))
    metatags = (
        META.format(
            kind="property" if name.startswith("og:") else "name",
            name=name,
            content=escape(content),
        )
        for name, content in about
        if content
    )
    context["metatags"] = "\n".join([context.get("metatags", ""), *metatags])


def _about(
    app: Sphinx, pagename: str, context: dict[str, Any], description: str
) -> Iterator[tuple[str, str]]:
    book = app.config.html_title
    title = app.env.titles[pagename].astext()
    others = (
        each for each in app.config.bookbuild_editions if each != app.config.language
    )
    yield "description", description
    yield "og:type", "book" if pagename == app.config.root_doc else "article"
    yield "og:title", title
    yield "og:description", description
    yield "og:site_name", book
    yield "og:locale", app.config.language
    yield from (("og:locale:alternate", each) for each in others)
    if app.config.html_baseurl:
        yield "og:url", context["pageurl"]  # as `i18n.alternates` has it
    card = _card(app)
    if card:
        yield "og:image", card
        yield "og:image:width", str(WIDTH)
        yield "og:image:height", str(HEIGHT)
        yield "og:image:alt", book
    yield "twitter:card", "summary_large_image" if card else "summary"


def _card(app: Sphinx) -> str:
    """Return the address of the site's picture; empty if there is none."""
    folders = (Path(app.confdir) / each for each in app.config.html_static_path)
    if not any((folder / CARD).is_file() for folder in folders):
        return ""
    edition = Edition(app.config.language)
    return edition.address(app.config.html_baseurl, f"_static/{CARD}")


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_pdf", False, "html", [bool])
    app.connect("html-page-context", _add)
