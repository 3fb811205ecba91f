"""What others show of a page: its title, what it is about, a picture; and the PDF.

The PDF and the pictures are made when all pages are (`press.extras`); here, pages are
told where they will be.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from .. import cards, paper
from ..editions import Edition
from .words import _

META = '<meta {kind}="{name}" content="{content}">'
LONGEST = 200  # letters of a description: of more, others cut off the rest
SENTENCE = ". "


def describe(page: nodes.document) -> str:
    """What `page` is about: the beginning of its first paragraph."""
    sections = page.findall(nodes.section)
    found = (node for section in sections for node in section if _is_text(node))
    first = next(found, None)
    return shortened(" ".join(first.astext().split())) if first else ""


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.paragraph) and bool(node.astext().strip())


def shortened(text: str) -> str:
    """As many whole sentences as there is room for; or else, words."""
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
    """Tell the page's template where the PDF is and, in its head, others about it."""
    edition = Edition(app.config.language)
    base = app.config.html_baseurl.rstrip("/")
    if app.config.press_extras:
        up = "../" * pagename.count("/")
        context["pdf"] = f"{up}{paper.name(app.config.html_title)}"
        if base and page:
            context["card"] = f"{base}/{edition.slug}/{cards.address(pagename)}"
    if page is None:  # such as the search: nobody sends a link to it
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
    others = (each for each in app.config.press_editions if each != app.config.language)
    yield "description", description
    yield "og:type", "book" if pagename == app.config.root_doc else "article"
    yield "og:title", title
    yield "og:description", description
    yield "og:site_name", book
    yield "og:locale", app.config.language
    yield from (("og:locale:alternate", each) for each in others)
    if app.config.html_baseurl:
        yield "og:url", context["pageurl"]  # as `twins` has it
    if "card" in context:
        yield "og:image", context["card"]
        yield "og:image:width", str(cards.WIDTH)
        yield "og:image:height", str(cards.HEIGHT)
        alt = _("{title}, in the book {book}")
        yield "og:image:alt", alt.format(title=title, book=book)
    yield "twitter:card", "summary_large_image" if "card" in context else "summary"


def setup(app: Sphinx) -> None:
    app.add_config_value("press_extras", False, "html", [bool])
    app.connect("html-page-context", _add)
