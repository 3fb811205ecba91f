"""Number, fold and run the code cells on a page.

Cells have no names, and are the same in all editions, so a cell's number is its
anchor: ``#cell-1``.
"""

from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import (  # type: ignore[import-untyped]
    HideCodeCellNode,
    depart_HideCellInput,
)
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from bookbuild.pyodide.fetch import PYTHON
from bookbuild.pyodide.publish import MEGABYTES, PUBLISHED

LIVE = "tag_live"  # the class of a cell that its author tagged `live`


def _number(_app: Sphinx, tree: nodes.document) -> None:
    boxes = tree.findall(nodes.container)
    cells = (box for box in boxes if box.get("nb_element") == "cell_code")
    for number, cell in enumerate(cells, 1):
        name = f"cell-{number}"
        while name in tree.ids:  # most likely of a heading: "Cell 1"
            name = f"code-{name}"
        tree.ids[name] = cell
        cell["ids"].insert(0, name)


def _fold(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    """Write a hidden part of a cell as `details`, with its visible text as its name.

    MyST-NB's version has paragraphs where HTML permits none, and another name for
    screen readers.
    """
    translator.body.append(
        f'<details class="hide {" ".join(node["classes"])}">\n<summary>'
        f'<span class="collapsed">{escape(node["prompt_show"])}</span>'
        f'<span class="expanded">{escape(node["prompt_hide"])}</span></summary>\n'
    )


def _add_python(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Give the template the site's Python, and whether the page uses it."""
    if app.config.bookbuild_python:
        context["python"] = f"{context['content_root']}../{PUBLISHED}/"
        context["python_version"] = PYTHON
        context["python_megabytes"] = MEGABYTES
        context["runs_in_page"] = LIVE in context.get("body", "")


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_python", False, "html", [bool])
    app.add_node(HideCodeCellNode, override=True, html=(_fold, depart_HideCellInput))
    app.connect("doctree-read", _number)
    app.connect("html-page-context", _add_python)
