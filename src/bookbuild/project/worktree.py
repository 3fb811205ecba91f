"""Which files are the book's, and how is a copy of them made? As git says."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

KEPT = {".venv", "_build"}  # of an earlier copy; git ignores both


def copy_tree(root: Path, to: Path) -> str:
    """Let `to` have the files of `root` that git knows or would know, as they are now.

    An earlier copy keeps its environment and what it has built, and nothing else.
    Returns nothing, or why there is no copy.
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
    except FileNotFoundError:
        return "there is no git, which knows the book's files; install it"
    except subprocess.CalledProcessError as error:
        said = os.fsdecode(error.stderr).strip().splitlines() or ["no word"]
        return f"git can't list the files of {root}: {said[0]}; do this in a clone"
    _clear(to)
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        if (root / name).is_file():  # or else it was deleted, and git knows it still
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name)
    return ""


def _clear(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name not in KEPT:
                shutil.rmtree(path)
        else:
            path.unlink()
