"""Publish Pyodide with the site, and the modules that cells in a page import.

Cells that run in a page import what other cells do, so the `paralelo` package is
published beside it.
"""

import io
import json
import shutil
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bookbuild.pyodide.fetch import FILES, PYODIDE, ready

MEGABYTES = 6  # that a first click on Run fetches, compressed; a test weighs them
PUBLISHED = "python"  # the folder of the site, one for all editions
MODULES = "modules.zip"
SIZES = "sizes.json"
WORKER = Path(__file__).with_name("worker.mjs")
CELL = Path(__file__).with_name("shell.py")
#: They import the standard library only.
IPYTHON = ("IPython/lib/pretty.py", "IPython/utils/dir2.py")
#: Those that the worker fetches itself, so that it can say how far it is.
COUNTED = ("pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", MODULES)
EARLIEST = (1980, 1, 1, 0, 0, 0)  # in a zip


def publish(root: Path, site: Path) -> None:
    """Copy what a page needs to run cells into a new site, if Pyodide is installed.

    A page loads none of it before its reader runs a cell.
    """
    if not ready(root):
        return
    folder = site / PUBLISHED
    folder.mkdir()
    for source in (*(root / PYODIDE / name for name in FILES), WORKER):
        shutil.copyfile(source, folder / source.name)
    (folder / MODULES).write_bytes(modules(root / "src"))
    sizes = {name: (folder / name).stat().st_size for name in COUNTED}
    (folder / SIZES).write_text(json.dumps(sizes), encoding="utf8")


def modules(src: Path) -> bytes:
    """Zip what cells import, and what runs them; the same bytes for the same files.

    Of `bookbuild`, that is one module: `bookbuild.pyodide.shell`. Of IPython, it's what
    that module imports to show values as Jupyter does.
    """
    package = sorted((src / "paralelo").rglob("*.py"))
    files = {path.relative_to(src).as_posix(): path.read_bytes() for path in package}
    ipython = distribution("ipython")
    files |= {
        name: Path(str(ipython.locate_file(name))).read_bytes() for name in IPYTHON
    }
    return zipped(files | {"bookbuild/pyodide/shell.py": CELL.read_bytes()})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Zip files by their names; the same bytes for the same files."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name, EARLIEST)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 3  # Unix, anywhere
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()
