"""A hidden piece of a cell is a `details`, named by what is written on it.

MyST-NB's own puts paragraphs where HTML permits none, and gives it a name, for who
can't see it, that says something else.
"""

from html import escape

from myst_nb.sphinx_ import (  # type: ignore[import-untyped]
    HideCodeCellNode,
    depart_HideCellInput,
)
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def _visit(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    translator.body.append(
        f'<details class="hide {" ".join(node["classes"])}">\n<summary>'
        f'<span class="collapsed">{escape(node["prompt_show"])}</span>'
        f'<span class="expanded">{escape(node["prompt_hide"])}</span></summary>\n'
    )


def setup(app: Sphinx) -> None:
    visitors = (_visit, depart_HideCellInput)
    app.add_node(HideCodeCellNode, override=True, html=visitors)
