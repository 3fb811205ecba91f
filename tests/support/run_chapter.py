"""Run the cells of a chapter in a kernel, without Sphinx and in this process."""

import os
from unittest.mock import patch

from nbformat.v4 import new_code_cell, new_notebook

from bookbuild.execution.client import run_cells
from tiny_book import environment

KERNEL = {"name": "python3", "display_name": "Python 3"}


def run_chapter(folder, *codes, timeout=60):
    """Run these cells in `folder`, as if the first one stood at line 15 of a page.

    Return the `Run`, and what its kernel and a failure's traceback wrote to the log.
    """
    lines = [14 + 4 * number for number in range(len(codes))]
    notebook = new_notebook(
        cells=[new_code_cell(code) for code in codes],
        metadata={"kernelspec": KERNEL, "source_map": lines},
    )
    with (
        (folder / "log").open("w+", encoding="utf8") as log,
        patch.dict(os.environ, environment(), clear=True),
    ):
        run = run_cells(notebook, folder, timeout=timeout, log=log)
        log.seek(0)
        return run, log.read()
