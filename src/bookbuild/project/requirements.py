"""Compile both requirements.txt from pyproject.toml, with uv."""

import importlib.util
import os
import shutil
import subprocess
import sys

from bookbuild.console import complain
from bookbuild.project.book import Book
from bookbuild.project.venv import LOCK, TEST_LOCK

COMPILE = [
    *("pip", "compile", "pyproject.toml", "--quiet"),
    *("--universal", "--python-version", "3.11"),
    *("--extra", "book", "--generate-hashes", "--no-emit-index-url"),
]
RUNS = (
    ["--output-file", LOCK],
    ["--output-file", TEST_LOCK, "--extra", "test", "--constraint", LOCK],
)


def lock(book: Book) -> int:
    """Compile both locks of `book`; keep versions that are still permitted.

    Returns 0, or 1 after a line that says what is missing and how to get it.
    """
    uv = find_uv()
    if uv is None:
        return complain(
            "uv, which compiles the locks, is not installed; "
            "run pipx install uv (or python -m pip install uv)"
        )
    env = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}  # for the header
    for options in RUNS:
        print(f"compiling {options[1]}", flush=True)
        command = [*uv, *COMPILE, *options]
        if subprocess.run(command, cwd=book.root, env=env, check=False).returncode:
            return 1  # uv has said why
    return 0


def find_uv() -> list[str] | None:
    """Return the command that runs uv, or None."""
    if path := shutil.which("uv"):
        return [path]
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    return None
