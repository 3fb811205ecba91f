"""Number, fold, describe and run the code cells on a page.

Cells have no names, and are the same in all editions, so a cell's number is its
anchor: ``#cell-1``.
"""

from html import escape

from docutils import nodes
from myst_nb.sphinx_ import (  # type: ignore[import-untyped]
    HideCodeCellNode,
    depart_HideCellInput,
)
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.writers.html5 import HTML5Translator

from bookbuild.i18n.messages import _
from bookbuild.pyodide.fetch import PYTHON
from bookbuild.pyodide.publish import MEGABYTES, PUBLISHED

INSIDE = "{inside}"  # a place for what a hidden part of a cell has


class RunNote(nodes.Invisible, nodes.Element):
    """What to know before one runs cells in a page; only HTML has it.

    The build writes it, because the text below would move if a script added it.
    """


def _number(_app: Sphinx, tree: nodes.document) -> None:
    boxes = tree.findall(nodes.container)
    cells = (box for box in boxes if box.get("nb_element") == "cell_code")
    for number, cell in enumerate(cells, 1):
        name = f"cell-{number}"
        while name in tree.ids:  # most likely of a heading: "Cell 1"
            name = f"code-{name}"
        tree.ids[name] = cell
        cell["ids"].insert(0, name)
        for picture in cell.findall(nodes.image):
            picture.setdefault("alt", _("Picture that this cell shows"))
        for prompt in {"prompt_show", "prompt_hide"} & cell.attributes.keys():
            # MyST-NB would write an English word, which is wrong in half of the cases.
            cell[prompt] = cell[prompt].replace("{type}", INSIDE)


def _fold(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    """Write a hidden part of a cell as `details`, with its visible text as its name.

    MyST-NB's version has paragraphs where HTML permits none, and another name for
    screen readers.
    """
    inside = _inside(node)
    show, hide = (
        escape(node[name].replace(INSIDE, inside))
        for name in ("prompt_show", "prompt_hide")
    )
    translator.body.append(
        f'<details class="hide {" ".join(node["classes"])}">\n<summary>'
        f'<span class="collapsed">{show}</span>'
        f'<span class="expanded">{hide}</span></summary>\n'
    )


def _inside(node: HideCodeCellNode) -> str:
    """Say what is in a hidden part of a cell, as a prompt's `{type}`."""
    kinds = {child["nb_element"] for child in node.children}
    if len(kinds) > 1:
        return _("code and output")
    return _("code") if "cell_code_source" in kinds else _("output")


def _prompt(_app: Sphinx, config: Config) -> None:
    config.nb_code_prompt_show = _("Show the {type}")
    config.nb_code_prompt_hide = _("Hide the {type}")


def _explain(app: Sphinx, tree: nodes.document, _page: str) -> None:
    """Put the note above the page's first cell that its author tagged `live`."""
    cells = (cell for cell in tree.findall(nodes.container) if "cell_index" in cell)
    live = next((cell for cell in cells if "tag_live" in cell["classes"]), None)
    if live is not None and app.config.bookbuild_python:
        live.parent.insert(live.parent.index(live), RunNote())


def _write_note(translator: HTML5Translator, _node: RunNote) -> None:
    words = _(
        "You can change a cell that has a Run button and run it here in the page. The "
        "first time, your browser downloads Python {version} from this site ({size} "
        "MB). A page can't start threads or processes or open sockets, so cells that "
        "need them have no button: run those on your own machine, in the notebook or "
        "on Binder."
    ).format(version=PYTHON, size=MEGABYTES)
    translator.body.append(f'<div class="run-note" role="note">{words}</div>\n')
    raise nodes.SkipNode


def _offer_python(_app: Sphinx, config: Config) -> None:
    """Give the template the folder of the site's Python, if there is one."""
    if config.bookbuild_python:
        config.html_context = {**config.html_context, "python": PUBLISHED}


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_python", False, "html", [bool])
    app.add_node(HideCodeCellNode, override=True, html=(_fold, depart_HideCellInput))
    app.add_node(RunNote, html=(_write_note, None))
    app.connect("doctree-read", _number)
    app.connect("doctree-resolved", _explain)
    app.connect("config-inited", _offer_python)
    app.connect("config-inited", _prompt, priority=190)  # after the catalogues
