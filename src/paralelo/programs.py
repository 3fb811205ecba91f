"""Run the programs to take away, as a reader would run her copy of one."""

import subprocess
import sys
from importlib.resources import as_file, files
from tempfile import TemporaryDirectory

TIMEOUT = 60  # seconds


def run_program(name: str, *arguments: str) -> str:
    """Run the program `name` of `paralelo.examples`, and return what it prints.

    It starts in an empty folder, and can't import the modules of this book. Raises
    `RuntimeError` with its error output if it fails, and `subprocess.TimeoutExpired`
    after a minute.
    """
    with TemporaryDirectory() as empty, as_file(files("paralelo.examples")) as folder:
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
