"""Execute the cells of one page and collect their verdicts.

`bookbuild.bench.noise` runs this as a program: without Sphinx, without the cache.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from myst_nb.core.read import (  # type: ignore[import-untyped]
    is_myst_markdown_notebook,
    read_myst_markdown_notebook,
)
from myst_parser.config.main import MdParserConfig

from bookbuild.bench.conditions import under
from bookbuild.claims.domain import verdicts
from bookbuild.execution.client import run_cells

LIMIT = 600  # seconds a cell: the machine is made slow on purpose
CHECKS = re.compile(r"\bcheck\(")


def read(root: Path, page: str) -> Any:
    """Read the page as a notebook, not executed; None if it isn't one."""
    source = root / f"{page}.md"
    if not source.is_file():
        return None
    text = source.read_text("utf8")
    if not is_myst_markdown_notebook(text):
        return None
    # Without the extension, a cell inside an admonition would count as one that runs.
    config = MdParserConfig(enable_extensions={"colon_fence"})
    return read_myst_markdown_notebook(text, config, add_source_map=True, path=source)


def has_claims(notebook: Any) -> bool:
    """Return whether a cell calls `check`."""
    code = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    return any(CHECKS.search(source) for source in code)


def execute(root: Path, page: str, condition: str) -> dict[str, Any]:
    """Run the page's cells under the condition, up to the first that raises.

    Returns the seconds, the error or None, and the verdicts.
    """
    notebook = read(root, page)
    source = root / f"{page}.md"
    start = time.perf_counter()
    with under(condition):
        try:
            run = run_cells(
                notebook,
                source.parent,
                timeout=LIMIT,
                startup_timeout=LIMIT,
                iopub_timeout=LIMIT,  # by default, outputs 4 s late are lost
            )
        except Exception as error:  # of the client, not of a cell
            failure = f"{source.name}: stopped: {type(error).__name__}: {error}"
        else:
            failure = run.report(source.name).replace("\n    ", "; ")
            failure = failure if run.failure else ""
        seconds = time.perf_counter() - start
    found = [record | {"line": line} for record, line in verdicts(notebook)]
    return {"seconds": round(seconds, 2), "error": failure or None, "verdicts": found}


def main(root: str, page: str, condition: str, to: str) -> None:
    """Write the result of `execute` to the file `to`."""
    result = execute(Path(root), page, condition)
    Path(to).write_text(json.dumps(result), "utf8")


if __name__ == "__main__":
    main(*sys.argv[1:])
