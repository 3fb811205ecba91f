"""Execute the cells of one page on a busy machine, and collect their verdicts.

`bookbuild.bench.noise` runs this as a program: without Sphinx, without the cache.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from myst_nb.core.read import (  # type: ignore[import-untyped]
    read_myst_markdown_notebook,
)
from myst_parser.config.main import MdParserConfig

from bookbuild.execution.client import run_cells
from paralelo.busy import background_load

LIMIT = 600  # seconds a cell: the machine is made slow on purpose


@contextmanager
def under(condition: str) -> Iterator[None]:
    """Put this process, and those it starts from now on, under the condition.

    A process stays on its one core afterwards, so it should have no other purpose.
    """
    if condition == "core":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with background_load(4 if condition == "load" else 0):
        yield


def execute(source: Path, condition: str) -> dict[str, Any]:
    """Run the cells of a page's source, up to the first that raises.

    Returns the seconds, the error or an empty string, and the verdicts.
    """
    # Without the extension, a cell inside an admonition would count as one that runs.
    config = MdParserConfig(enable_extensions={"colon_fence"})
    notebook = read_myst_markdown_notebook(
        source.read_text("utf8"), config, add_source_map=True, path=source
    )
    with under(condition):
        run = run_cells(
            notebook,
            source.parent,
            timeout=LIMIT,
            startup_timeout=LIMIT,
            iopub_timeout=LIMIT,  # by default, outputs 4 s late are lost
        )
    failure = run.report(source.name).replace("\n    ", "; ") if run.failure else ""
    outputs = (each for cell in notebook.cells for each in cell.get("outputs", ()))
    given = (output.get("metadata", {}) for output in outputs)
    found = [metadata["claim"] for metadata in given if "claim" in metadata]
    return {"seconds": run.seconds, "error": failure, "verdicts": found}


if __name__ == "__main__":
    page, condition_name, found_file = sys.argv[1:]
    result = execute(Path(page), condition_name)
    Path(found_file).write_text(json.dumps(result), "utf8")
