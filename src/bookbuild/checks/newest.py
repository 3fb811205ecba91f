"""Build a copy of the book with the newest packages that pyproject.toml permits.

The copy is below `_build` and has an environment of its own, so neither `.venv` nor the
published site changes.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from bookbuild.console import complain
from bookbuild.project.book import Book
from bookbuild.project.venv import LOCK, renew, venv_python
from bookbuild.project.versions import differences, installed, wanted
from bookbuild.project.worktree import copy_tree

FOLDER = "_build/newest"
SEAMS = "tests/test_seams.py"


def newest(book: Book) -> int:
    """Build a copy of the book strictly, with the newest packages.

    Then print the versions that differ from the lock. Returns 1 if the build fails.
    """
    copy = book.root / FOLDER
    if problem := prepare(book.root, copy, wanted(book.root)):
        return complain(problem)
    python = venv_python(copy)
    build = [str(python), "-m", "bookbuild", "--root", str(copy), "build"]
    status = check_seams(copy) or subprocess.call([*build, "--strict", "exact"])
    lines = list(differences(book.root / LOCK, installed(python)))
    print("\n".join(lines or [f"every version is the one in {LOCK}"]), flush=True)
    return 1 if status else 0


def prepare(root: Path, copy: Path, requirements: Sequence[str]) -> str:
    """Copy the book below `root` to `copy`, and install the newest packages there.

    Returns an empty string, or why it failed.
    """
    if problem := copy_tree(root, copy) or renew(copy, [*requirements, "pytest"]):
        return problem
    # The cache keeps outputs only as long as this file stays the same.
    versions = installed(venv_python(copy)).items()
    lines = [f"{name}=={version}\n" for name, version in versions]
    (copy / LOCK).write_text("".join(lines), "utf8")
    return ""


def check_seams(copy: Path, *options: str) -> int:
    """Test, in the copy, that other packages have what our extension changes in them.

    `options` are pytest's. Returns its exit status; 0 if the copy has no such tests.
    """
    if not (copy / SEAMS).is_file():
        return 0
    pytest = [str(venv_python(copy)), "-m", "pytest", "-q", "--noconftest"]
    quiet = ["-p", "no:cacheprovider", "-o", "filterwarnings="]
    return subprocess.call([*pytest, *quiet, *options, SEAMS], cwd=copy)
