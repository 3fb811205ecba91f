"""A copy of the book with an environment of its own, to try other packages in.

Below `_build`, so that neither `.venv` nor the published site is touched.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from bookbuild.project.venv import LOCK, renew, venv_python
from bookbuild.project.versions import installed
from bookbuild.project.worktree import copy_tree

SEAMS = "tests/test_seams.py"


def prepare(root: Path, copy: Path, requirements: Sequence[str]) -> str:
    """Let `copy` be the book as it is below `root`, with the newest packages.

    Returns nothing, or why there is no such copy.
    """
    if problem := copy_tree(root, copy) or renew(copy, [*requirements, "pytest"]):
        return problem
    # Outputs are kept from one build to the next for as long as this file is the same.
    versions = installed(venv_python(copy)).items()
    lines = [f"{name}=={version}\n" for name, version in versions]
    (copy / LOCK).write_text("".join(lines), "utf8")
    return ""


def check_seams(copy: Path, *options: str) -> int:
    """Test what we change in other people's packages, with those of the copy.

    `options` are pytest's. Returns its exit status; 0 if the copy has no such tests.
    """
    if not (copy / SEAMS).is_file():
        return 0
    python = str(venv_python(copy))
    quiet = ["-q", "--noconftest", "-p", "no:cacheprovider", "-o", "filterwarnings="]
    return subprocess.call([python, "-m", "pytest", *quiet, *options, SEAMS], cwd=copy)
