"""Compute SHA-256 digests of files and folders."""

import hashlib
from pathlib import Path


def state(root: Path) -> dict[str, str]:
    """Return digests of the code and of the lock, which all pages depend on."""
    return {"src": tree_digest(root / "src"), "lock": digest(root / "requirements.txt")}


def tree_digest(folder: Path, pattern: str = "*.py") -> str:
    """Return a digest of the files below `folder` that match `pattern`."""
    whole = hashlib.sha256()
    for path in sorted(filter(Path.is_file, folder.rglob(pattern))):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(path.read_bytes())
    return whole.hexdigest()


def digest(path: Path) -> str:
    """Return the digest of a file; empty if it doesn't exist."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
