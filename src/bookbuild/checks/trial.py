"""A copy of the book with an environment of its own, to try other packages in.

Below `_build`, so that neither `.venv` nor the published site is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bookbuild.project.venv import LOCK, renew, venv_python
from bookbuild.project.versions import installed
from bookbuild.project.worktree import copy_tree


def prepare(root: Path, copy: Path, requirements: Sequence[str]) -> str:
    """Let `copy` be the book as it is below `root`, with the newest packages.

    Returns nothing, or why there is no such copy.
    """
    if problem := copy_tree(root, copy) or renew(copy, requirements):
        return problem
    # Outputs are kept from one build to the next for as long as this file is the same.
    versions = installed(venv_python(copy)).items()
    lines = [f"{name}=={version}\n" for name, version in versions]
    (copy / LOCK).write_text("".join(lines), "utf8")
    return ""
