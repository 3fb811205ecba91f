"""Make notebooks of pages and their executed cells.

A notebook has the page's text in plain Markdown, in the language of the edition, and
its cells with or without the outputs of the build.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bookbuild.i18n.messages import Speech
from bookbuild.notebooks.markdown import Markdown, joined

Node = Any  # a notebook, or a cell of one: nbformat, which makes them, has no types
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
#: pip would look for a package by its name at PyPI, where it isn't ours.
SETUP = """\
from importlib.util import find_spec
from os.path import exists

wheel = {wheel}
beside = filter(exists, [wheel, {top} + wheel])
for place in [{places}]:
    if find_spec("paralelo") is None:
        %pip install --quiet "{{place}}"
if find_spec("paralelo") is None:
    raise ModuleNotFoundError({missing})"""


def notebook(
    page: nodes.document, executed: Node, markdown: Markdown, begin: Sequence[Node] = ()
) -> Node:
    """Make a notebook of `page`, with the cells and outputs of `executed`.

    A cell's id is its anchor on the page. Cells that the page removes are included,
    because others may need them. The cells `begin` come first.
    """
    language = executed.metadata.get("language_info", {"name": "python"})
    return new_notebook(
        cells=[*begin, *_cells(page, executed.cells, markdown)],
        metadata={"kernelspec": KERNEL, "language_info": language},
    )


def _cells(
    page: nodes.document, executed: Sequence[Node], markdown: Markdown
) -> Iterator[Node]:
    code = (pair for pair in enumerate(executed) if pair[1].cell_type == "code")
    for group, found in enumerate(_groups(page), 1):
        first = found[0]
        if not _is_cell(first):
            if text := joined(map(markdown.block, found)):
                yield new_markdown_cell(text, id=f"text-{group}")
            continue
        for number, cell in code:
            if number == first["cell_index"]:
                yield _code_cell(cell, first["ids"][0])
                break
            yield _code_cell(cell, f"hidden-{number}")
    for number, cell in code:
        yield _code_cell(cell, f"hidden-{number}")


def _groups(page: nodes.document) -> list[list[Any]]:
    """Group the nodes of all sections of a page: each group becomes one cell."""
    groups: list[list[Any]] = []
    for node in page.findall():
        within = isinstance(node.parent, nodes.document | nodes.section)
        if not within or isinstance(node, nodes.section):
            continue
        begins = _is_cell(node) or isinstance(node, nodes.title)
        if begins or not groups or _is_cell(groups[-1][0]):
            groups.append([])
        groups[-1].append(node)
    return groups


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and "cell_index" in node


def _code_cell(executed: Node, name: str) -> Node:
    tags = executed.metadata.get("tags")
    return new_code_cell(
        executed.source,
        id=name,
        metadata={"tags": tags} if tags else {},
        execution_count=executed.execution_count,
        outputs=executed.outputs,
    )


def setup_cell(wheel: str, *, top: str, elsewhere: Sequence[str], missing: str) -> Node:
    """Make the cell that lets those below import `paralelo`.

    It installs the file `wheel` if that is beside the notebook or in the folder `top`,
    which ends in a slash; else it tries the addresses `elsewhere`, in order. If there's
    still no `paralelo`, it raises `missing`.
    """
    source = SETUP.format(
        wheel=_quoted(wheel),
        top=_quoted(top),
        places=", ".join(["*beside", *map(_quoted, elsewhere)]),
        missing=_quoted(missing),
    )
    return new_code_cell(source, id="setup")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def translate_outputs(executed: Node, speech: Speech) -> None:
    """Translate the messages in the outputs of cells, in place."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            messages = output.get("metadata", {}).get("messages")
            if messages and (html := output.data.get("text/html")):
                output.data["text/html"] = speech.html(html, messages)


def without_outputs(notebook: Node) -> Node:
    """Return the notebook as if it hadn't been run."""
    empty = deepcopy(notebook)
    for cell in empty.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    return empty
