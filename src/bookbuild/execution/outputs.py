"""Render cells' outputs without anything that could run in a page.

MyST-NB's renderer makes the nodes of every output, so that is where we sanitize it.
What we leave out fails the build, as any mistake in a page does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.core.render import (  # type: ignore[import-untyped]
    MimeData,
    NbElementRenderer,
)
from myst_nb.ext.glue.utils import (  # type: ignore[import-untyped]
    PendingGlueReference,
)
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from bookbuild.execution.failures import RENDERED
from bookbuild.execution.terminal import colored, plain
from bookbuild.web.sanitize import LINK, PICTURE, Clean, Ids, clean, clean_file

logger = logging.getLogger(__name__)
Place = tuple[str, int | None]  # a page's name, and the line of the cell

LEFT_OUT = (
    "what a page may not have was left out of this cell's output: %s; "
    "docs/outputs.md says what it may have"
)
NO_PROGRAMS = (
    "this cell's output is a program for the browser (%s), and was left out; "
    "show a picture, a GIF or a table, or tag the cell remove-output"
)
UNKNOWN = (
    "no page can show this form of the cell's output: %s; "
    "show a picture or a table, or tag the cell remove-output"
)
NAMED = 3  # of what was left out; a message about all of it would be a page long


GLUE = (
    "glue can't paste an output of another page: run the cell on this page, or link to "
    "the other one"
)
PLUGIN = "bookbuild"  # the name in pyproject.toml's entry points for myst_nb.renderers
#: Keys of `paralelo` in an output's metadata, and the attributes of nodes they become.
METADATA = {"claim": "verdict", "messages": "messages"}


class Renderer(NbElementRenderer):  # type: ignore[misc]
    """Make nodes of cells' outputs, as MyST-NB does, without what could run in a page.

    What `paralelo` puts into an output's metadata, a verdict or translatable messages,
    becomes an attribute of the output's nodes.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.ids = Ids()  # of this page's outputs

    def render_mime_type(self, data: MimeData) -> list[nodes.Element]:
        rendered = list(super().render_mime_type(data))
        for key, attribute in METADATA.items():
            if given := data.output_metadata.get(key):
                for node in rendered:
                    node[attribute] = given
                    node["cell_line"] = self._place(data)[1]  # docutils' own is changed
        return rendered

    def render_text_html(self, data: MimeData) -> list[nodes.Node]:
        html = _warned(clean(data.string, self.ids), self._place(data))
        return list(super().render_text_html(replace(data, content=html)))

    def render_image(self, data: MimeData) -> list[nodes.Node]:
        if data.mime_type == "image/svg+xml":
            svg = _warned(clean_file(data.string), self._place(data))
            data = replace(data, content=svg)
        images = list(super().render_image(data)) if data.content else []
        described = data.output_metadata.get(data.mime_type, {}).get("alt")
        for image in images if described else ():
            image.setdefault("alt", described)
        return images

    def render_stdout(self, output: Any, *where: Any) -> list[nodes.Element]:
        return _forced(super().render_stdout(_colored(output), *where))

    def render_stderr(self, output: Any, *where: Any) -> list[nodes.Element]:
        return _forced(super().render_stderr(_colored(output), *where))

    def render_error(self, output: Any, *where: Any) -> list[nodes.Element]:
        lines = [plain(line) for line in output["traceback"]]
        return _forced(super().render_error({**output, "traceback": lines}, *where))

    def render_text_plain(self, data: MimeData) -> list[nodes.Element]:
        text = colored(data.string)
        return _forced(super().render_text_plain(replace(data, content=text)))

    def render_text_plain_inline(self, data: MimeData) -> list[nodes.Element]:
        text = plain(data.string)
        return list(super().render_text_plain_inline(replace(data, content=text)))

    def render_javascript(self, data: MimeData) -> list[nodes.Node]:
        _warn(NO_PROGRAMS, data.mime_type, self._place(data))
        return []

    render_widget_view = render_javascript

    def render_unhandled(self, data: MimeData) -> list[nodes.Node]:
        _warn(UNKNOWN, data.mime_type, self._place(data))
        return []

    render_unhandled_inline = render_unhandled

    def _render_markdown_base(self, data: MimeData, **how: Any) -> list[nodes.Node]:
        box = nodes.Element("", *super()._render_markdown_base(data, **how))
        _clean_markdown(box, self.ids, self._place(data))
        return box.children

    def render_nb_finalise(self, metadata: dict[str, Any]) -> None:
        """Leave out the state of widgets, and other sites' scripts that show it.

        MyST-NB calls this at a page's end, so we note here that this renderer ran.
        """
        self.renderer.sphinx_env.temp_data[RENDERED] = True

    def write_file(
        self,
        path: list[str],
        content: bytes,
        overwrite: bool = False,
        exists_ok: bool = False,
    ) -> str:
        """Write a file in one step: other editions use it at the same time."""
        file = Path(self.config.output_folder, *path)
        if overwrite:
            file.parent.mkdir(parents=True, exist_ok=True)
            new = file.with_name(f"{file.name}.{os.getpid()}")
            new.write_bytes(content)
            new.replace(file)
            overwrite, exists_ok = False, True
        return str(super().write_file(path, content, overwrite, exists_ok))

    def _place(self, data: MimeData) -> Place:
        line = data.line and data.line - 1  # MyST-NB counts one too many
        return self.renderer.sphinx_env.docname, line


def _forced(blocks: Iterable[nodes.Element]) -> list[nodes.Element]:
    """Let what a lexer can't read be shown as it is: a program may print anything."""
    forced = list(blocks)
    for block in forced:
        block["force"] = True
    return forced


def _colored(output: Any) -> Any:
    return {**output, "text": colored(output["text"])}


def _clean_markdown(box: nodes.Element, ids: Ids, place: Place) -> None:
    for raw in list(box.findall(nodes.raw)):
        html = _warned(clean(raw.astext(), ids), place)
        raw.clear()
        raw += nodes.Text(html)
    for link in list(box.findall(nodes.reference)):
        if not LINK.fullmatch(link.get("refuri", "")):
            _warn(LEFT_OUT, f"a link to {link['refuri']}", place)
            link.parent.replace(link, link.children)
    for image in list(box.findall(nodes.image)):
        drawing = Path(image["uri"]).suffix.lower() in (".svg", ".svgz")
        if drawing or not PICTURE.fullmatch(image["uri"]):
            _warn(LEFT_OUT, f"the picture {image['uri']}", place)
            image.parent.remove(image)


def _warned(cleaned: Clean, place: Place) -> str:
    if left_out := cleaned.left_out:
        message = NO_PROGRAMS if "<script>" in left_out else LEFT_OUT
        left_out.sort(key="<script>".__ne__)  # what matters most comes first
        more = len(left_out) - NAMED
        named = left_out[:NAMED] + [f"{more} more"] * (more > 0)
        _warn(message, ", ".join(named), place)
    return cleaned.html


def _warn(message: str, what: str, place: Place) -> None:
    logger.warning(message, what, type="bookbuild", subtype="output", location=place)


def _forbid_glue(_app: Sphinx, tree: nodes.document) -> None:
    """Remove outputs pasted from another page: our renderer doesn't sanitize those."""
    for node in list(tree.findall(PendingGlueReference)):
        logger.warning(GLUE, type="bookbuild", subtype="output", location=node)
        node.parent.remove(node)


def _use_renderer(_app: Sphinx, config: Config) -> None:
    config.nb_render_plugin = PLUGIN


def setup(app: Sphinx) -> None:
    app.connect("config-inited", _use_renderer)
    app.connect("doctree-read", _forbid_glue)
