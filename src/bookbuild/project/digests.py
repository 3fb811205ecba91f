"""Names for the state of files: SHA-256 of what is in them."""

import hashlib
from pathlib import Path


def state(root: Path) -> dict[str, str]:
    """Name the state of the code and of the lock, which all pages are made with."""
    return {
        "src": tree_digest(root / "src"),
        "lock": digest(root / "requirements.txt"),
    }


def tree_digest(folder: Path, pattern: str = "*.py") -> str:
    """Name the state of the files below `folder` that `pattern` fits."""
    whole = hashlib.sha256()
    for path in sorted(filter(Path.is_file, folder.rglob(pattern))):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(path.read_bytes())
    return whole.hexdigest()


def digest(path: Path) -> str:
    """Name the state of a file; empty if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
