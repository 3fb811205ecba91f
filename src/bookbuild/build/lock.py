"""Only one build at a time: two would write into the same folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def alone(path: Path) -> Iterator[str]:
    """Hold the lock that `path` is, for as long as the block or this process lives.

    Yields nothing to say, or, where somebody else holds it, that process's number.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf8") as file:
        if not _lock(file):
            file.seek(0)
            yield file.read().strip() or "unknown"
            return
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield ""


def _lock(file: IO[str]) -> bool:
    """Take the lock if it is free; the system gives it back however we end."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        with suppress(OSError):
            file.seek(1 << 30)  # a byte that nobody reads: there, a lock forbids it
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            return True
        return False
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
