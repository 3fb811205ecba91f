"""Check that this machine can build the book: disk, memory, limits, loopback."""

import math
import multiprocessing
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from paralelo.machine import control_groups

MEMORY = 500_000_000  # bytes: Sphinx, a chapter's kernel, and its workers
ADDRESSES = 2_000_000_000  # bytes of address space, most of which stays unused
SPACE = 200_000_000  # bytes: pages, notebooks, and the cache
OPEN_FILES = 256

#: Files of a control group, version 2 and 1: its memory's limit, use, and statistics.
GROUP = (
    ("memory.max", "memory.current", "memory.stat"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat"),
)


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
    space = shutil.disk_usage(folder).free
    if space < SPACE:
        needed = f"a build needs {SPACE / 1e6:.0f}"
        yield f"{folder.parent} has {space / 1e6:.0f} MB free, but {needed}"
    free = free_memory()
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


def free_memory(root: str = "/") -> float:
    """Return the bytes that this process and its children may still take together.

    It's what the machine has available, or what the control group leaves if that is
    less. `root` is the folder that holds `proc` and `sys`.
    """
    groups = control_groups("memory", root)
    left = (_left(Path(group), names) for group in groups for names in GROUP)
    return min(psutil.virtual_memory().available, *left, math.inf)


def _left(group: Path, names: tuple[str, str, str]) -> float:
    try:
        limit, used, about = ((group / name).read_text("utf8") for name in names)
    except OSError:
        return math.inf
    if not limit.strip().isdigit():  # "max"
        return math.inf
    counts = dict(line.split() for line in about.splitlines())
    # Files that the group has cached count as its use, but it would give them back.
    cached = counts.get("total_inactive_file", counts.get("inactive_file", 0))
    return int(limit) - int(used) + int(cached)


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
