"""Make a copy of the book with an environment of its own, to try other packages.

It's below `_build`, so neither `.venv` nor the published site changes.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bookbuild.project.repository import tracked_files
from bookbuild.project.requirements import installed
from bookbuild.project.venv import LOCK, renew, venv_python

SEAMS = "tests/bookbuild/test_seams.py"
KEPT = {".venv", "_build"}  # of an earlier copy; git ignores both


def prepare(root: Path, copy: Path, requirements: Sequence[str]) -> None:
    """Copy the book below `root` to `copy`, and install the newest packages there."""
    copy_tree(root, copy)
    renew(copy, [*requirements, "pytest"])
    # The cache keeps outputs only as long as this file stays the same.
    versions = installed(venv_python(copy)).items()
    lines = [f"{name}=={version}\n" for name, version in versions]
    (copy / LOCK).write_text("".join(lines), "utf8")


def copy_tree(root: Path, to: Path) -> None:
    """Copy the files of `root` that git tracks, or would add, to the folder `to`.

    Of an earlier copy, only its environment and its build are kept. Raises CommandError
    if git can't list the files.
    """
    names = tracked_files(root)
    _clear(to)
    for name in names:
        if (root / name).is_file():  # unless it was deleted, and git still tracks it
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name)


def _clear(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name not in KEPT:
                shutil.rmtree(path)
        else:
            path.unlink()


def check_seams(copy: Path, *options: str) -> int:
    """Test, in the copy, that other packages have what our extension changes in them.

    `options` are pytest's. Returns its exit status; 0 if the copy has no such tests.
    """
    if not (copy / SEAMS).is_file():
        return 0
    python = str(venv_python(copy))
    quiet = ["-q", "--noconftest", "-p", "no:cacheprovider", "-o", "filterwarnings="]
    return subprocess.call([python, "-m", "pytest", *quiet, *options, SEAMS], cwd=copy)
