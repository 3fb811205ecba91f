"""Compare the packages that the book requires, has, and is locked to."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)(?: *(;))?", re.M)
BROUGHT = {"pip", "setuptools"}  # installed by venv itself


def wanted(root: Path) -> list[str]:
    """List the requirements of chapters and of the build, as in pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["book"]]


def installed(python: Path) -> dict[str, str]:
    """Return the version of each package in the environment of `python`, by name."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check"]
    ran = subprocess.run(
        [*command, "list", "--format=json"], capture_output=True, check=True
    )
    found = {_name(each["name"]): each["version"] for each in json.loads(ran.stdout)}
    return {name: found[name] for name in sorted(found)}


def differences(lock: Path, versions: Mapping[str, str]) -> Iterator[str]:
    """Yield the packages whose version is not the lock's, a line each.

    Packages that the lock has for some systems only may be missing.
    """
    locked: dict[str, set[str]] = {}
    everywhere = set()
    for name, version, condition in PINNED.findall(lock.read_text("utf8")):
        locked.setdefault(_name(name), set()).add(version)
        if not condition:
            everywhere.add(_name(name))
    for name in sorted(everywhere | versions.keys()):
        before, now = locked.get(name, set()), versions.get(name, "")
        if now not in before and (before or name not in BROUGHT):
            was = " or ".join(sorted(before)) or "not"
            yield f"{name}: {was} in {lock.name}, {now or 'not'} installed here"


def _name(written: str) -> str:
    """Return a package's normalized name."""
    return re.sub(r"[-_.]+", "-", written).lower()
