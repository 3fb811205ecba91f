"""Does the book still build with the newest packages that pyproject.toml permits?"""

from __future__ import annotations

import subprocess
from pathlib import Path

from bookbuild.checks.trial import prepare
from bookbuild.project.venv import LOCK, complain, venv_python
from bookbuild.project.versions import differences, installed, wanted

FOLDER = "_build/newest"


def newest(root: Path) -> int:
    """Build a copy of the book strictly, with packages that no lock holds back.

    Then print the versions that differ from the lock. Returns 0, or 1 if there is no
    such build.
    """
    copy = root / FOLDER
    if problem := prepare(root, copy, wanted(root)):
        return complain(problem)
    python = venv_python(copy)
    status = _build(python, copy)
    lines = list(differences(root / LOCK, installed(python)))
    print("\n".join(lines or [f"every version is the one in {LOCK}"]), flush=True)
    return 1 if status else 0


def _build(python: Path, copy: Path) -> int:
    command = [str(python), "-m", "bookbuild", "--root", str(copy)]
    return subprocess.call([*command, "build", "--strict", "exact"])
