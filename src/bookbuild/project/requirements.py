"""Compile both requirements.txt, and compare them with what is installed.

Standard library only: ``make lock`` and ``make newest`` run without any package.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from bookbuild.console import CommandError
from bookbuild.project.book import Book
from bookbuild.project.venv import LOCK, PIP, TEST_LOCK

COMPILE = [
    *("pip", "compile", "pyproject.toml", "--quiet"),
    *("--universal", "--python-version", "3.11"),
    *("--extra", "book", "--generate-hashes", "--no-emit-index-url"),
]
RUNS = (
    ["--output-file", LOCK],
    ["--output-file", TEST_LOCK, "--extra", "test", "--constraint", LOCK],
)
NO_UV = (
    "uv, which compiles the locks, is not installed; "
    "run pipx install uv (or python -m pip install uv)"
)
PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)(?: *(;))?", re.M)
BROUGHT = {"pip", "setuptools"}  # installed by venv itself


def lock(book: Book) -> int:
    """Compile both locks of `book`; keep versions that are still permitted."""
    env = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}  # for the header
    uv = find_uv()
    for options in RUNS:
        print(f"compiling {options[1]}", flush=True)
        command = [*uv, *COMPILE, *options]
        if subprocess.run(command, cwd=book.root, env=env, check=False).returncode:
            return 1  # uv has said why
    return 0


def find_uv() -> list[str]:
    """Return the command that runs uv."""
    if path := shutil.which("uv"):
        return [path]
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    raise CommandError(NO_UV)


def wanted(root: Path) -> list[str]:
    """List the requirements of chapters and of the build, as in pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["book"]]


def installed(python: Path) -> dict[str, str]:
    """Return the version of each package in the environment of `python`, by name."""
    command = [str(python), *PIP, "list", "--format=json"]
    ran = subprocess.run(command, capture_output=True, check=True)
    found = json.loads(ran.stdout)
    return {_name(each["name"]): each["version"] for each in found}


def differences(lock: Path, versions: Mapping[str, str]) -> Iterator[str]:
    """Yield the packages whose version is not the lock's, a line each.

    Packages that the lock has for some systems only may be missing.
    """
    locked: dict[str, list[str]] = {}
    everywhere = set()
    for name, version, condition in PINNED.findall(lock.read_text("utf8")):
        locked.setdefault(_name(name), []).append(version)
        if not condition:
            everywhere.add(_name(name))
    for name in sorted(everywhere | versions.keys()):
        before, now = locked.get(name, []), versions.get(name, "")
        if now not in before and (before or name not in BROUGHT):
            was = " or ".join(before) or "not"
            yield f"{name}: {was} in {lock.name}, {now or 'not'} installed here"


def _name(written: str) -> str:
    """Return a package's normalized name."""
    return re.sub(r"[-_.]+", "-", written).lower()
