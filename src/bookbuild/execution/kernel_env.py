"""Let cells import what a notebook's reader has: the packages in `src`, not ours."""

import os
from pathlib import Path

FOLDER = "kernel_path"  # in the work folder, first on the path of kernels
PACKAGE = "bookbuild"
WHY = f"{PACKAGE} makes the book; a notebook's reader doesn't have it"


def kernel_env(root: Path, work: Path) -> dict[str, str]:
    """Return the variables that a kernel of the book below `root` needs in addition.

    The processes that its cells start inherit them. They find the packages in `src`.
    They would find `bookbuild`, too, and so would any Python of an editable install; so
    we put a module of that name before it, which raises ModuleNotFoundError.
    """
    hidden = work.resolve() / FOLDER
    hidden.mkdir(parents=True, exist_ok=True)
    module = f"raise ModuleNotFoundError({WHY!r}, name={PACKAGE!r})\n"
    (hidden / f"{PACKAGE}.py").write_text(module, "utf8")
    # Absolute, because kernels run in other folders.
    path = [str(hidden), str(root.resolve() / "src"), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, path))}
