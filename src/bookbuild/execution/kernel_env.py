"""How do kernels find the book's own packages, without being told in each chapter?"""

import os
from pathlib import Path


def make_importable(root: Path) -> None:
    """Let processes that are started from now on, and theirs, import what is in `src`.

    The path is absolute, since kernels work in other folders.
    """
    source = str(root.resolve() / "src")
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if source not in known:
        os.environ["PYTHONPATH"] = os.pathsep.join([source, *filter(None, known)])
