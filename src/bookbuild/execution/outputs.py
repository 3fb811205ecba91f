"""What cells put out gets into a page without what could do something there.

Whatever way an output takes into a page, MyST-NB's renderer makes nodes of it; so that
is where it is looked at. What is left out stops a build, as any mistake in a page does.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb import sphinx_ as notebooks  # type: ignore[import-untyped]
from myst_nb.core.render import (  # type: ignore[import-untyped]
    MimeData,
    NbElementRenderer,
)
from myst_nb.ext.glue import crossref  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.util import logging

from bookbuild.web.sanitize import Clean, clean, clean_file, is_link, is_picture

logger = logging.getLogger(__name__)
Place = tuple[str, int | None]  # a page's name, and the line of the cell

LEFT_OUT = (
    "what a page may not have was left out of this cell's output: %s; "
    'CONTRIBUTING.md says under "An experiment" what it may have'
)
NO_PROGRAMS = (
    "this cell's output is a program for the browser (%s), and was left out; "
    "show a picture or a table, or tag the cell remove-output"
)


class Renderer(NbElementRenderer):  # type: ignore[misc]
    """MyST-NB's renderer, with a look at what it is given; inline it does the same."""

    def render_text_html(self, data: MimeData) -> list[nodes.Node]:
        html = _warned(clean(data.string), self._place(data))
        return list(super().render_text_html(replace(data, content=html)))

    def render_image(self, data: MimeData) -> list[nodes.Node]:
        if data.mime_type == "image/svg+xml":
            svg = _warned(clean_file(data.string), self._place(data))
            data = replace(data, content=svg)
        return list(super().render_image(data)) if data.content else []

    def render_javascript(self, data: MimeData) -> list[nodes.Node]:
        _warn(NO_PROGRAMS, data.mime_type, self._place(data))
        return []

    render_widget_view = render_javascript

    def _render_markdown_base(self, data: MimeData, **how: Any) -> list[nodes.Node]:
        box = nodes.Element("", *super()._render_markdown_base(data, **how))
        _clean_markdown(box, self._place(data))
        return box.children

    def render_nb_finalise(self, metadata: dict[str, Any]) -> None:
        """Leave out the state of widgets, and other sites' scripts that show it."""

    def _place(self, data: MimeData) -> Place:
        line = data.line and data.line - 1  # MyST-NB counts one too many
        return self.renderer.sphinx_env.docname, line


def _clean_markdown(box: nodes.Element, place: Place) -> None:
    for raw in list(box.findall(nodes.raw)):
        html = _warned(clean(raw.astext()), place)
        raw.clear()
        raw += nodes.Text(html)
    for link in list(box.findall(nodes.reference)):
        if not is_link(link.get("refuri", "")):
            _warn(LEFT_OUT, f"a link to {link['refuri']}", place)
            link.parent.replace(link, link.children)
    for image in list(box.findall(nodes.image)):
        drawing = Path(image["uri"]).suffix.lower() in (".svg", ".svgz")
        if drawing or not is_picture(image["uri"]):
            _warn(LEFT_OUT, f"the picture {image['uri']}", place)
            image.parent.remove(image)


def _warned(cleaned: Clean, place: Place) -> str:
    if cleaned.left_out:
        _warn(LEFT_OUT, ", ".join(cleaned.left_out), place)
    return cleaned.html


def _warn(message: str, what: str, place: Place) -> None:
    logger.warning(message, what, type="bookbuild", subtype="output", location=place)


def _glued(node: nodes.Element, output: Any, *others: Any) -> list[nodes.Node]:
    """The nodes of an output of another page, where `_warn` has named what it lacks."""
    data = output["data"]
    if "text/html" in data:
        data = data | {"text/html": clean(data["text/html"]).html}
    return list(_of_another_page(node, output | {"data": data}, *others))


_of_another_page = crossref.generate_any_nodes


def setup(app: Sphinx) -> None:
    notebooks.load_renderer = lambda name: Renderer
    crossref.generate_any_nodes = _glued
