"""Build a copy of the book with the newest packages that pyproject.toml permits.

The copy is below `_build` and has an environment of its own, so neither `.venv` nor the
published site changes.
"""

from __future__ import annotations

import subprocess

from bookbuild.checks.trial import check_seams, prepare
from bookbuild.project.book import Book
from bookbuild.project.requirements import differences, installed, wanted
from bookbuild.project.venv import LOCK, venv_python

FOLDER = "_build/newest"


def newest(book: Book) -> int:
    """Build a copy of the book strictly, with the newest packages.

    Then print the versions that differ from the lock. Returns 1 if the build fails.
    """
    copy = book.root / FOLDER
    prepare(book.root, copy, wanted(book.root))
    python = venv_python(copy)
    build = [str(python), "-m", "bookbuild", "--root", str(copy), "build"]
    status = check_seams(copy) or subprocess.call([*build, "--strict", "exact"])
    lines = list(differences(book.root / LOCK, installed(python)))
    print("\n".join(lines or [f"every version is the one in {LOCK}"]), flush=True)
    return 1 if status else 0
