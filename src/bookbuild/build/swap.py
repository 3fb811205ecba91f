"""Put a new folder in the place of an old one: one or the other, never neither."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REQUESTS = (signal.SIGINT, signal.SIGTERM)
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of Linux: fcntl.h and fs.h


def swap(new: Path, site: Path) -> None:
    """Let `site` be what `new` is, and delete what it was.

    It can be killed, but not interrupted: there would be no saying what it did. Both
    are on one file system. On Linux the two change places in one step, so that no
    moment, and no end of this process, is without a site; elsewhere, between two
    renames, there is one.
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
    """Take no notice of Ctrl-C, nor of a request to end."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are another thread's matter
        return
    usual = {number: signal.getsignal(number) for number in REQUESTS}
    for number in REQUESTS:
        signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change places at once; False where the system can't."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None).renameat2
    except AttributeError:  # an old C library
        return False
    paths = os.fsencode(one), os.fsencode(other)
    return not rename(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE)
