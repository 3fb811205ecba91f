"""Check that this machine can build the book: disk, memory, limits, loopback."""

import math
import multiprocessing
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

from bookbuild.execution import memory

MEMORY = 500_000_000  # bytes: Sphinx, a chapter's kernel, and its workers
ADDRESSES = 2_000_000_000  # bytes of address space, most of which stays unused
SPACE = 200_000_000  # bytes: pages, notebooks, and the cache
OPEN_FILES = 256


def problems(root: Path) -> list[str]:
    """List why this machine can't build the book, a line each; empty if it can."""
    folder = root / "_build"
    try:
        folder.mkdir(exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return [f"{folder} can't be written to: {error.strerror}; build in a copy"]
    return [*_too_little(folder), *_missing()]


def _too_little(folder: Path) -> Iterator[str]:
    """Yield what there is too little of, with what a build needs."""
    free = shutil.disk_usage(folder).free
    if free < SPACE:
        needed = f"a build needs {SPACE / 1e6:.0f}"
        yield f"{folder.parent} has {free / 1e6:.0f} MB free, but {needed}"
    free = memory.free()
    if free < MEMORY:
        yield (
            f"{free / 1e6:.0f} MB of memory are free, but a build needs "
            f"{MEMORY / 1e6:.0f}; end other programs, or raise the container's limit"
        )
    allowed = _limit("RLIMIT_AS")
    if allowed < ADDRESSES:
        yield (
            f"a process may use {allowed / 1e6:.0f} MB of addresses here, but a build "
            f"needs {ADDRESSES / 1e6:.0f}; ulimit -v {ADDRESSES // 1024} raises it"
        )
    files = _limit("RLIMIT_NOFILE")
    if files < OPEN_FILES:
        yield (
            f"a process may open {files} files here, but a build needs {OPEN_FILES}; "
            f"ulimit -n {OPEN_FILES} raises it"
        )


def _limit(name: str) -> float:
    """Return the soft limit with this name, or infinity."""
    if sys.platform == "win32":  # which has no such limits
        return math.inf
    import resource

    soft, _hard = resource.getrlimit(getattr(resource, name))
    return math.inf if soft == resource.RLIM_INFINITY else soft


def _missing() -> Iterator[str]:
    """Yield what kernels and worker processes need and this machine lacks."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError as error:
        yield (
            f"this machine can't talk to itself at 127.0.0.1: {error.strerror or error}"
            "; kernels need that: ip link set lo up"
        )
    try:
        multiprocessing.get_context("spawn").Lock()
    except (OSError, ImportError) as error:
        yield (
            f"processes can't share a lock: {error}; "
            "mount /dev/shm, or make it writable"
        )
