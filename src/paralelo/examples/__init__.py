"""Programs that chapters show, and run outside of the notebook."""

import subprocess
import sys
from importlib.resources import as_file, files
from tempfile import TemporaryDirectory

TIMEOUT = 60  # seconds


def run_program(name: str, *arguments: str) -> str:
    """Run the program `name` of this package by itself, and return what it prints.

    It's run as a reader would run a copy of it: from an empty folder, and without the
    modules of this book. Raises `RuntimeError` with its error output if it fails, and
    `subprocess.TimeoutExpired` after a minute.
    """
    with TemporaryDirectory() as empty, as_file(files(__name__)) as folder:
        ran = subprocess.run(
            [sys.executable, "-I", folder / f"{name}.py", *arguments],
            cwd=empty,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
    if ran.returncode:
        raise RuntimeError(f"{name}.py failed:\n{ran.stderr}")
    return ran.stdout
