"""Copy the book's files, as they are now, to another folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from bookbuild.project.repository import tracked_files

KEPT = {".venv", "_build"}  # of an earlier copy; git ignores both


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
