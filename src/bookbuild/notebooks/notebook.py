"""Make notebooks of pages and their executed cells.

A notebook has the page's text in plain Markdown, in the language of the edition, and
its cells with or without the outputs of the build.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docutils import nodes

from bookbuild.i18n.localize import Speech
from bookbuild.notebooks.markdown import Markdown, joined

Json = dict[str, Any]  # a notebook, or a cell of one, in Jupyter's file format

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}  # of cells that weren't run
SETUP = """\
from importlib.util import find_spec

if find_spec("paralelo") is None:
    {command}"""
INSTALL = '%pip install --quiet "{package}"'
REFUSE = """\
raise ModuleNotFoundError(
        {missing}
    )"""


def notebook(
    page: nodes.document,
    executed: Json,
    markdown: Markdown,
    begin: Sequence[Json] = (),
) -> Json:
    """Make a notebook of `page`, with the cells and outputs of `executed`.

    A cell's id is its anchor on the page. Cells that the page removes are included,
    because others may need them. The cells `begin` come first.
    """
    return {
        "cells": [*begin, *_cells(page, executed["cells"], markdown)],
        "metadata": {
            "kernelspec": KERNEL,
            "language_info": executed["metadata"].get("language_info", LANGUAGE),
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cells(
    page: nodes.document, executed: Sequence[Json], markdown: Markdown
) -> Iterator[Json]:
    code = (
        (number, cell)
        for number, cell in enumerate(executed)
        if cell["cell_type"] == "code"
    )
    for group, found in enumerate(_groups(page), 1):
        first = found[0]
        if not _is_cell(first):
            if text := joined(map(markdown.block, found)):
                yield text_cell(text, f"text-{group}")
            continue
        for number, cell in code:
            if number == first["cell_index"]:
                yield code_cell(cell, first["ids"][0])
                break
            yield code_cell(cell, f"hidden-{number}")
    for number, cell in code:
        yield code_cell(cell, f"hidden-{number}")


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


def text_cell(markdown: str, name: str) -> Json:
    """Make a Markdown cell."""
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": markdown}


def code_cell(executed: Mapping[str, Any], name: str) -> Json:
    """Make a code cell of an executed one, or of one that has only a source."""
    tags = executed.get("metadata", {}).get("tags")
    return {
        "cell_type": "code",
        "execution_count": executed.get("execution_count"),
        "id": name,
        "metadata": {"tags": tags} if tags else {},
        "outputs": executed.get("outputs", []),
        "source": "".join(executed["source"]),
    }


def setup_cell(package: str, missing: str) -> Json:
    """Make the cell that lets those below import `paralelo`.

    It installs `package`, a requirement for pip; without one, it raises `missing`.
    """
    text = json.dumps(missing, ensure_ascii=False)
    command = INSTALL if package else REFUSE
    source = SETUP.format(command=command.format(package=package, missing=text))
    return code_cell({"source": source}, "setup")


def translate_outputs(executed: Json, speech: Speech) -> None:
    """Translate the messages in the outputs of cells, in place."""
    for cell in executed["cells"]:
        for output in cell.get("outputs", []):
            messages = output.get("metadata", {}).get("messages")
            if messages and (html := "".join(output["data"].get("text/html", ""))):
                output["data"]["text/html"] = speech.html(html, messages)


def without_outputs(notebook: Json) -> Json:
    """Return the notebook as if it hadn't been run."""
    nothing: Json = {"outputs": [], "execution_count": None}
    cells = [
        cell | nothing if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    return notebook | {"cells": cells}


def written(notebook: Json) -> str:
    """Return the text of the notebook's file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
