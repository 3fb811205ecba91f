"""Allow one build at a time in a folder, and one chapter at a time to run its cells."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def exclusive(path: Path, *, wait: bool = False) -> Iterator[str]:
    """Hold the lock file `path` until the block or this process ends.

    Yields an empty string, or the id of the process that holds the lock already, unless
    we are to wait for that one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf8") as file:
        while not _lock(file):
            if not wait:
                file.seek(0)
                yield file.read().strip() or "unknown"
                return
            time.sleep(0.1)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield ""
        finally:
            _unlock(file)


def _lock(file: IO[str]) -> bool:
    """Take the lock if it's free; the system releases it when this process ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 30)  # beyond the text: a locked byte can't be read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(file: IO[str]) -> None:
    """Release the lock, also if forks of this process have the file open."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN)
