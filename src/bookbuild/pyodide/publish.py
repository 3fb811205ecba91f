"""Publish Pyodide with the site, and what runs a page's cells in it.

Cells that run in a page import what other cells do: the site's wheel of `paralelo`.
"""

import json
import shutil
from importlib.metadata import distribution
from pathlib import Path

from bookbuild.pyodide.fetch import FILES, PYODIDE, ready

MEGABYTES = 6  # that a first click on Run fetches, compressed; a test weighs them
PUBLISHED = "python"  # the folder of the site, one for all editions
SIZES = "sizes.json"
WORKER = Path(__file__).with_name("worker.mjs")
SHELL = Path(__file__).with_name("shell.py")
#: What it imports to show values as Jupyter does: they need the standard library only.
IPYTHON = ("IPython/lib/pretty.py", "IPython/utils/dir2.py")
#: Those that the worker fetches itself, so that it can say how far it is.
COUNTED = (
    *("pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"),
    *(SHELL.name, *IPYTHON),
)


def publish(root: Path, site: Path, wheel: str) -> None:
    """Copy what a page needs to run cells into a new site, if Pyodide is installed.

    The site has the file `wheel` already. A page loads none of it before its reader
    runs a cell.
    """
    if not ready(root):
        return
    folder = site / PUBLISHED
    folder.mkdir()
    for source in (*(root / PYODIDE / name for name in FILES), WORKER, SHELL):
        shutil.copyfile(source, folder / source.name)
    for name in IPYTHON:
        (folder / name).parent.mkdir(parents=True)
        shutil.copyfile(str(distribution("ipython").locate_file(name)), folder / name)
    counted = (*COUNTED, f"../{wheel}")
    sizes = {name: (folder / name).stat().st_size for name in counted}
    (folder / SIZES).write_text(json.dumps(sizes), encoding="utf8")
