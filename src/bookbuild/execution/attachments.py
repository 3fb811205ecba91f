"""Show the pictures that are attached to a notebook's Markdown cells.

MyST-NB takes `attachment:dot.png` for a file's name.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from bookbuild.project.places import CELL, NOTEBOOK

ATTACHED = re.compile(r"attachment:([^\s\"'>]+)")


class ShowAttachments(SphinxTransform):
    """Put attached pictures into the page, as data."""

    default_priority = 25  # after translation, before Sphinx collects pictures

    def apply(self, **kwargs: object) -> None:
        source = Path(self.env.doc2path(self.env.docname))
        if source.suffix != NOTEBOOK:
            return
        cells = json.loads(source.read_text("utf8"))["cells"]
        for image in self.document.findall(nodes.image):
            image["uri"] = _with_data(image["uri"], _from(cells, image))
        for raw in list(self.document.findall(nodes.raw)):
            html = _with_data(raw.astext(), _from(cells, raw))
            raw[:] = [nodes.Text(html)]


def _from(cells: list[Any], node: nodes.Node) -> list[Any]:
    """Return the cell of a node before the others: names repeat."""
    while node.parent and not node.line:
        node = node.parent
    number = (node.line or 0) // CELL
    return [*cells[max(number - 1, 0) : number], *cells]


def _with_data(text: str, cells: Iterable[Any]) -> str:
    def data(found: re.Match[str]) -> str:
        known = (it.get("attachments", {}).get(unquote(found[1])) for it in cells)
        bundle = next(filter(None, known), None)
        return _address(*next(iter(bundle.items()))) if bundle else found[0]

    return ATTACHED.sub(data, text)


def _address(kind: str, content: str | list[str]) -> str:
    text = "".join(content)
    if text.lstrip().startswith("<"):  # a drawing
        text = base64.b64encode(text.encode()).decode()
    return f"data:{kind};base64,{''.join(text.split())}"


def setup(app: Sphinx) -> None:
    app.add_transform(ShowAttachments)
