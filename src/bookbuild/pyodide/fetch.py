"""How does a reader's page get a Python? The site has one: Pyodide, pinned by digest.

It is fetched once, by `npm`, and never committed. Cells that run in a page import what
other cells do, so the laboratory is beside it. Standard library only: `press setup`
needs this before there are packages.
"""

import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

VERSION = "314.0.7"
PYTHON = "3.14"  # which that is
SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="  # noqa: E501  # of the package, as npm has it
MEGABYTES = 6  # that a first press fetches, compressed; a test weighs them
#: What is asked for while it starts; the package has more, for other ways to use it.
FILES = (
    *("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"),
    *("python_stdlib.zip", "pyodide-lock.json"),
)
FOLDER = f"_build/pyodide-{VERSION}"
PUBLISHED = "python"  # the folder of the site, one for all editions
MODULES = "modules.zip"
SIZES = "sizes.json"
WORKER = Path(__file__).with_name("worker.mjs")
CELL = Path(__file__).with_name("shell.py")
#: Those that the worker fetches itself, so that it can say how far it is.
COUNTED = ("pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", MODULES)
#: Where nobody answers, the book is to be built soon, and not in some minutes.
SOON = (
    *("--fetch-retries=1", "--fetch-retry-mintimeout=1000"),
    *("--fetch-retry-maxtimeout=5000", "--fetch-timeout=60000"),
)
LONGEST = 600  # seconds that npm may take
EARLIEST = (1980, 1, 1, 0, 0, 0)  # in a zip
CODE = re.compile(r"^npm (?:error|ERR!) code (\S+)$", re.MULTILINE)


def ready(root: Path) -> bool:
    """Whether the book below `root` has a Python for its pages."""
    return all((root / FOLDER / name).is_file() for name in FILES)


def fetch(root: Path) -> str:
    """Fetch it, unless it is there; an interrupted fetch leaves nothing half done.

    Returns one line that says why there is none; empty if there is one.
    """
    if ready(root):
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return (
            f"there is no npm, which fetches Pyodide {VERSION}; install Node.js "
            "(on Debian and Ubuntu: apt install npm)"
        )
    print(
        f"fetching Pyodide {VERSION}, a Python for pages (once; {MEGABYTES} MB)",
        flush=True,
    )
    place = root / FOLDER
    place.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=place.parent, prefix="fetched-") as aside:
        problem = _pack(npm, root, Path(aside)) or _unpack(Path(aside))
        if problem:
            return problem
        shutil.rmtree(place, ignore_errors=True)  # it may lack a file
        os.replace(Path(aside) / "files", place)
    return ""


def _pack(npm: str, root: Path, aside: Path) -> str:
    """Let npm put the package into a folder; why it did not, or nothing."""
    command = [npm, "pack", f"pyodide@{VERSION}", *SOON, f"--pack-destination={aside}"]
    try:
        ran = subprocess.run(
            command, cwd=root, capture_output=True, text=True, timeout=LONGEST
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{npm} can't be run: {error}"
    if ran.returncode:
        code = CODE.search(ran.stderr)
        why = code[1] if code else f"exit status {ran.returncode}"
        return (
            f"npm could not fetch Pyodide {VERSION} ({why}); connect to the network "
            "(or configure npm's registry or proxy) and try again"
        )
    return ""


def _unpack(aside: Path) -> str:
    """Unpack what was fetched, if it is what it must be; why it is not, or nothing."""
    (package,) = aside.glob("*.tgz")
    found = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if found != SHA512:
        return (
            f"what npm fetched as Pyodide {VERSION} is something else, and was thrown "
            f"away: its SHA-512 is {found}; see whom npm asks (npm config get registry)"
        )
    (aside / "files").mkdir()
    with tarfile.open(package) as archive:
        for name in FILES:
            content = archive.extractfile(f"package/{name}")
            assert content is not None  # the digest says so
            (aside / "files" / name).write_bytes(content.read())
    return ""


def publish(root: Path, site: Path) -> None:
    """Put it into a new site, with all that a page needs to run cells; or do nothing.

    Nothing of it is loaded before a reader wants to run a cell.
    """
    if not ready(root):
        return
    folder = site / PUBLISHED
    folder.mkdir()
    for source in (*(root / FOLDER / name for name in FILES), WORKER):
        shutil.copyfile(source, folder / source.name)
    (folder / MODULES).write_bytes(modules(root / "src"))
    sizes = {name: (folder / name).stat().st_size for name in COUNTED}
    (folder / SIZES).write_text(json.dumps(sizes), encoding="utf8")


def modules(src: Path) -> bytes:
    """A zip of what cells import, and of what runs them; of the same files, the same.

    Of the press it is one module: `bookbuild.pyodide.shell`.
    """
    laboratory = sorted((src / "paralelo").rglob("*.py"))
    named = {path.relative_to(src).as_posix(): path for path in laboratory}
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, path in {**named, "bookbuild/pyodide/shell.py": CELL}.items():
            entry = ZipInfo(name, EARLIEST)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 3  # Unix, anywhere
            archive.writestr(entry, path.read_bytes())
    return made.getvalue()
