"""Which kernel runs a chapter, what can it import, and which cell is it at?"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_cache.executors import utils as executors
from nbclient import NotebookClient
from sphinx.application import Sphinx
from sphinx.config import Config


@dataclass
class Place:
    """A code cell of a chapter: number `cell` of `cells`, at `line` of the source."""

    cell: int
    cells: int
    line: int
    code: str

    @property
    def first_line(self) -> str:
        """How the cell's code starts, for a message."""
        lines = self.code.strip().splitlines()
        return lines[0][:70] if lines else ""


class Client(NotebookClient):
    """nbclient's client, which also remembers where it is."""

    last: Place | None = None  # of any client: chapters run one at a time

    async def async_execute_cell(
        self, cell: Any, cell_index: int, *args: Any, **kwargs: Any
    ) -> Any:
        cells = self.nb.cells
        code = [number for number, c in enumerate(cells) if c.cell_type == "code"]
        if cell_index in code:
            lines = self.nb.metadata.get("source_map") or [0] * len(cells)
            Client.last = Place(
                code.index(cell_index) + 1,
                len(code),
                lines[cell_index] + 1,
                cell.source,
            )
        return await super().async_execute_cell(cell, cell_index, *args, **kwargs)


def _prepare(app: Sphinx, config: Config) -> None:
    # Inherited by the kernel, by the processes it spawns, and by theirs.
    source = str(Path(app.srcdir) / "src")
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if source not in known:
        os.environ["PYTHONPATH"] = os.pathsep.join([source, *filter(None, known)])
    # MyST-NB would take a relative path from wherever the build was started.
    cache = Path(config.nb_execution_cache_path or "_build/.jupyter_cache")
    config.nb_execution_cache_path = str(Path(app.srcdir) / cache)


def setup(app: Sphinx) -> None:
    executors.NotebookClient = Client
    app.connect("config-inited", _prepare)
