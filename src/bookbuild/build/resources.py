"""Check that this machine can build the book: disk, memory, limits, loopback."""

import math
import multiprocessing
import shutil
import socket
from pathlib import Path
from tempfile import TemporaryFile

from bookbuild.execution import memory

MEMORY = 500_000_000  # bytes: Sphinx, a chapter's kernel, and its workers
ADDRESSES = 2_000_000_000  # bytes of address space, most of which stays unused
SPACE = 200_000_000  # bytes: pages, notebooks, and the cache
OPEN_FILES = 256


def of_the_machine(root: Path) -> list[str]:
    """List why this machine can't build the book, a line each; empty if it can."""
    if problem := _can_write(root):
        return [problem]
    checks = (
        _has_space,
        _has_memory,
        _can_open_files,
        _has_loopback,
        _has_semaphores,
    )
    return [problem for check in checks if (problem := check(root))]


def _can_write(root: Path) -> str:
    folder = root / "_build"
    try:
        folder.mkdir(exist_ok=True)
        with TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"{folder} can't be written to: {error.strerror}; build in a copy"


def _has_space(root: Path) -> str:
    free = shutil.disk_usage(root / "_build").free
    if free >= SPACE:
        return ""
    return f"{root} has {free / 1e6:.0f} MB free, but a build needs {SPACE / 1e6:.0f}"


def _has_memory(_root: Path) -> str:
    free = memory.free()
    if free < MEMORY:
        return (
            f"{free / 1e6:.0f} MB of memory are free, but a build needs "
            f"{MEMORY / 1e6:.0f}; end other programs, or raise the container's limit"
        )
    allowed = _limit("RLIMIT_AS")
    if allowed < ADDRESSES:
        return (
            f"a process may use {allowed / 1e6:.0f} MB of addresses here, but a build "
            f"needs {ADDRESSES / 1e6:.0f}; ulimit -v {ADDRESSES // 1024} raises it"
        )
    return ""


def _limit(name: str) -> float:
    """Return the soft limit with this name, or infinity."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limits
        return math.inf
    soft, _hard = resource.getrlimit(getattr(resource, name))
    return math.inf if soft == resource.RLIM_INFINITY else soft


def _can_open_files(_root: Path) -> str:
    soft = _limit("RLIMIT_NOFILE")
    if soft >= OPEN_FILES:
        return ""
    return (
        f"a process may open {soft} files here, but a build needs {OPEN_FILES}; "
        f"ulimit -n {OPEN_FILES} raises it"
    )


def _has_loopback(_root: Path) -> str:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError as error:
        return (
            f"this machine can't talk to itself at 127.0.0.1: {error.strerror or error}"
            "; kernels need that: ip link set lo up"
        )
    return ""


def _has_semaphores(_root: Path) -> str:
    try:
        multiprocessing.get_context("spawn").Lock()
    except (OSError, ImportError) as error:
        return (
            f"processes can't share a lock: {error}; "
            "mount /dev/shm, or make it writable"
        )
    return ""
