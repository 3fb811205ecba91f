"""Make a copy of the book with an environment of its own, to try other packages.

It's below `_build`, so neither `.venv` nor the published site changes.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from bookbuild.project.requirements import installed
from bookbuild.project.venv import LOCK, renew, venv_python
from bookbuild.project.worktree import copy_tree

SEAMS = "tests/test_seams.py"


def prepare(root: Path, copy: Path, requirements: Sequence[str]) -> None:
    """Copy the book below `root` to `copy`, and install the newest packages there."""
    copy_tree(root, copy)
    renew(copy, [*requirements, "pytest"])
    # The cache keeps outputs only as long as this file stays the same.
    versions = installed(venv_python(copy)).items()
    lines = [f"{name}=={version}\n" for name, version in versions]
    (copy / LOCK).write_text("".join(lines), "utf8")


def check_seams(copy: Path, *options: str) -> int:
    """Test, in the copy, that other packages have what our extension changes in them.

    `options` are pytest's. Returns its exit status; 0 if the copy has no such tests.
    """
    if not (copy / SEAMS).is_file():
        return 0
    python = str(venv_python(copy))
    quiet = ["-q", "--noconftest", "-p", "no:cacheprovider", "-o", "filterwarnings="]
    return subprocess.call([python, "-m", "pytest", *quiet, *options, SEAMS], cwd=copy)
