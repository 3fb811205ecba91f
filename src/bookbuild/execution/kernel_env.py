"""Let kernels import the packages in the book's `src`, without a word in chapters."""

import os
from pathlib import Path


def make_importable(root: Path) -> None:
    """Add the book's `src` to PYTHONPATH, which processes started from now on inherit.

    The path is absolute, because kernels run in other folders.
    """
    source = str(root.resolve() / "src")
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if source not in known:
        os.environ["PYTHONPATH"] = os.pathsep.join([source, *filter(None, known)])
