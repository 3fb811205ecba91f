"""Which versions exactly? Both requirements.txt, compiled from pyproject.toml by uv."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

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


def lock(root: Path) -> int:
    """Compile both locks below `root`; versions that still fit are kept.

    Returns 0, or 1 after a line that says what is missing and how to get it.
    """
    uv = find_uv()
    if uv is None:
        print(
            "bookbuild: there is no uv, which compiles the locks; "
            "to get it: pipx install uv (or: python -m pip install uv)",
            file=sys.stderr,
        )
        return 1
    env = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}  # for the header
    for options in RUNS:
        print(f"compiling {options[1]}", flush=True)
        ran = subprocess.run([*uv, *COMPILE, *options], cwd=root, env=env, check=False)
        if ran.returncode:
            return 1  # uv has said why
    return 0


def find_uv() -> list[str] | None:
    """The command that runs uv, or None."""
    if path := shutil.which("uv"):
        return [path]
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    return None
