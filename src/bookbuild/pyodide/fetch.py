"""Install the packages of `package-lock.json` with npm: Pyodide, and what tests need.

npm checks each of them against the digest in the lock. Standard library only: set-up
needs this before there are packages.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parents[1]
LOCK = "package-lock.json"
FOLDER = "_build/npm"
PACKAGES = f"{FOLDER}/node_modules"
#: What a page asks for while its Python starts; the package has more, for other uses.
FILES = (
    *("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"),
    *("python_stdlib.zip", "pyodide-lock.json"),
)
PYODIDE = f"{PACKAGES}/pyodide"
PYTHON = "3.14"  # which Pyodide is
AXE = f"{PACKAGES}/axe-core/axe.min.js"
CHECKER = f"{PACKAGES}/vnu-jar/build/dist/vnu.jar"
#: Without a network, the book should be built soon, not after minutes of retries.
SOON = (
    *("--fetch-retries=1", "--fetch-retry-mintimeout=1000"),
    *("--fetch-retry-maxtimeout=5000", "--fetch-timeout=60000"),
)
LONGEST = 600  # seconds that npm may take
CODE = re.compile(r"^npm (?:error|ERR!) code (\S+)$", re.MULTILINE)


def ready(root: Path, *, tests: bool = False) -> bool:
    """Return whether what the lock says is installed below `root`."""
    installed = f"{FOLDER}/{LOCK}"
    files = [installed, *(f"{PYODIDE}/{name}" for name in FILES)]
    if not all((root / file).is_file() for file in files + [AXE, CHECKER] * tests):
        return False
    return (root / installed).read_bytes() == (HERE / LOCK).read_bytes()


def fetch(root: Path, *, tests: bool = False) -> str:
    """Install it, with what tests need if asked for, unless it's there.

    An interrupted installation leaves nothing half done. Returns an empty string, or
    one line that says why there is no such installation.
    """
    if ready(root, tests=tests):
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return (
            "there is no npm, which fetches Pyodide; install Node.js "
            "(on Debian and Ubuntu: apt install npm)"
        )
    more = ", axe-core and the HTML checker (once; 35 MB)"
    less = ", a Python for pages (once; 6 MB)"
    print(f"fetching Pyodide{more if tests else less}", flush=True)
    place = root / FOLDER
    place.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=place.parent, prefix="fetched-") as folder:
        made = Path(folder) / "npm"
        made.mkdir()
        for name in ("package.json", LOCK):
            shutil.copyfile(HERE / name, made / name)
        if problem := _install(npm, made, tests=tests):
            return problem
        shutil.rmtree(place, ignore_errors=True)  # of another lock, or without tests
        os.replace(made, place)
    return ""


def _install(npm: str, folder: Path, *, tests: bool) -> str:
    """Let npm install the lock in a folder; return why it didn't, or nothing."""
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *SOON]
    command += [] if tests else ["--omit=dev"]
    try:
        ran = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=LONGEST
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{npm} can't be run: {error}"
    if not ran.returncode:
        return ""
    code = CODE.search(ran.stderr)
    why = code[1] if code else f"exit status {ran.returncode}"
    if why == "EINTEGRITY":
        return (
            f"npm was given something else than {LOCK} names, and threw it away "
            f"({why}); see which registry it asks: npm config get registry"
        )
    return (
        f"npm couldn't fetch the packages of {LOCK} ({why}); connect to the network "
        "(or configure npm's registry or proxy) and try again"
    )
