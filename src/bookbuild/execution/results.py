"""Read the executed notebooks, which have what the cells of a page put out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

FOLDER = "jupyter_execute"  # MyST-NB's, beside the pages


def executed_notebook(app: Sphinx, docname: str) -> Any:
    """Return the executed notebook of a page, as JSON; None if it has no cells."""
    path = Path(app.outdir).parent / FOLDER / f"{docname}.ipynb"
    return json.loads(path.read_text("utf8")) if path.exists() else None


def has_code_cells(tree: nodes.document) -> bool:
    """Return whether MyST-NB made a code cell of any part of the page."""
    found = (getattr(node, "attributes", {}) for node in tree.findall())
    return any(each.get("nb_element") == "cell_code" for each in found)
