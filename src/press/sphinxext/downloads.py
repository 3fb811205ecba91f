"""Each chapter can be downloaded as a notebook, wherever the book is published.

The theme offers it only where a launch service is configured; and where outputs come
from the cache, MyST-NB writes the notebook without them.
"""

from pathlib import Path
from shutil import copy2
from typing import Any

from myst_nb.core import execute  # type: ignore[import-untyped]
from sphinx.application import Sphinx


class _Client(execute.NotebookClientCache):  # type: ignore[misc]
    def start_client(self) -> None:
        written = self.notebook
        super().start_client()
        for number, cell in enumerate(self.notebook.cells):
            cell["id"] = f"cell-{number}"  # not by lot: builds are to be compared
        written.update(self.notebook)


def _offer(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    made = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"
    if not made.exists():
        return
    offered = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    offered.parent.mkdir(parents=True, exist_ok=True)
    copy2(made, offered)
    context["ipynb_source"] = f"{pagename}.ipynb"


def setup(app: Sphinx) -> None:
    execute.NotebookClientCache = _Client
    app.connect("html-page-context", _offer, priority=400)  # before the theme's buttons
