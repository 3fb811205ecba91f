"""Each code cell can be linked to, by its place on the page: ``#cell-1``.

Claims and headings have names; a cell has none, and its code is the same in all
editions, so its number is.
"""

from docutils import nodes
from sphinx.application import Sphinx


def _number(_app: Sphinx, tree: nodes.document) -> None:
    boxes = tree.findall(nodes.container)
    cells = (box for box in boxes if box.get("nb_element") == "cell_code")
    for number, cell in enumerate(cells, 1):
        name = f"cell-{number}"
        while name in tree.ids:  # of a heading, most likely: "Cell 1"
            name = f"code-{name}"
        tree.ids[name] = cell
        cell["ids"].insert(0, name)


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", _number)
