"""Replace a folder by a new one, atomically where the system can."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REQUESTS = (signal.SIGINT, signal.SIGTERM)
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of Linux: fcntl.h and fs.h


def swap(new: Path, site: Path) -> None:
    """Replace the folder `site` by `new`, on the same file system.

    Ctrl-C doesn't interrupt it, so that a build always knows whether it has published.
    On Linux, the folders are exchanged in one step, and there is a site at any moment
    even if this process is killed. Elsewhere, there's none between two renames.
    """
    with undisturbed():
        if not site.exists():
            new.rename(site)
            return
        if exchange(new, site):
            old = new
        else:
            old = new.with_name(f"{new.name}-old")
            shutil.rmtree(old, ignore_errors=True)
            site.rename(old)
            new.rename(site)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C and SIGTERM in this block."""
    usual = {number: signal.signal(number, signal.SIG_IGN) for number in REQUESTS}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two paths in one step; return False if the system can't."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None).renameat2
    except AttributeError:  # an old C library
        return False
    paths = os.fsencode(one), os.fsencode(other)
    return not rename(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE)
