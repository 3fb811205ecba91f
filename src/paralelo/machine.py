"""The interpreter and the machine: GIL, start method, usable cores, load."""

import math
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from .translatable import gettext_noop, message, metadata


def gil_enabled() -> bool:
    """Return whether this interpreter has a GIL now; always so before CPython 3.13."""
    ask = getattr(sys, "_is_gil_enabled", None)
    return True if ask is None else bool(ask())


def start_method() -> str:
    """Return the start method that `multiprocessing` uses here by default."""
    chosen = multiprocessing.get_start_method(allow_none=True)
    return chosen or multiprocessing.get_all_start_methods()[0]  # documented: default


def usable_cores() -> int:
    """Return how many cores this process can use, at least 1.

    That's the number of logical processors in the affinity mask (since 3.13, or
    PYTHON_CPU_COUNT), but no more than a container's CPU quota, rounded up. Neither
    `os.process_cpu_count` (since 3.13) nor `os.cpu_count` takes the quota into account.
    """
    return max(1, math.ceil(min(_scheduled_cores(), cpu_quota())))


def _scheduled_cores() -> int:
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu_quota(root: str = "/") -> float:
    """Return the CPU quota of this process's control groups, in cores.

    A limit of a parent group applies as well, so the smallest counts; without any,
    it's `math.inf`. `root` is the folder that holds `proc` and `sys`.
    """
    quotas = [math.inf]
    for folder in control_groups("cpu", root):
        quotas += _quota_v2(folder), _quota_v1(folder)
    return min(quotas)


def control_groups(controller: str, root: str = "/") -> Iterator[str]:
    """Yield the folders of this process's control groups: its own, then the parents.

    Of version 2, and of version 1 where it has `controller` ("cpu", "memory").
    """
    mounts = os.path.join(root, "sys/fs/cgroup")
    for line in _read(os.path.join(root, "proc/self/cgroup")).splitlines():
        _, controllers, group = line.split(":", 2)
        if not controllers:
            yield from _upwards(mounts, group)
        elif controller in controllers.split(","):
            for name in sorted({controller, controllers}):
                yield from _upwards(os.path.join(mounts, name), group)


def _upwards(mount: str, group: str) -> Iterator[str]:
    """Yield the group's folder, its parent's, and so on up to the mount point."""
    parts = group.strip("/").split("/")
    for length in range(len(parts), -1, -1):
        yield os.path.join(mount, *parts[:length])


def _quota_v2(folder: str) -> float:
    words = _read(os.path.join(folder, "cpu.max")).split()
    if len(words) != 2 or words[0] == "max":  # some kernels show an empty file
        return math.inf
    return int(words[0]) / int(words[1])


def _quota_v1(folder: str) -> float:
    quota = int(_read(os.path.join(folder, "cpu.cfs_quota_us")) or -1)
    period = int(_read(os.path.join(folder, "cpu.cfs_period_us")) or 0)
    return quota / period if quota > 0 and period > 0 else math.inf


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:  # not Linux, another version of control groups, or no access
        return ""


def load() -> float | None:
    """Return the load average of the last minute: processes that wanted a core.

    None where the system doesn't report it (Windows).
    """
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


#: The names of the table's rows; with _ for spaces, the attributes.
NAMES = (
    gettext_noop("python"),
    gettext_noop("system"),
    gettext_noop("gil"),
    gettext_noop("start method"),
    gettext_noop("usable cores"),
    gettext_noop("load"),
    gettext_noop("date"),
)
GIL = {True: gettext_noop("on"), False: gettext_noop("off")}


@dataclass(frozen=True, repr=False)
class EnvironmentInfo:
    """What to know about a measurement: the interpreter, the machine, and the date."""

    python: str
    system: str
    gil: str
    start_method: str
    usable_cores: int
    load: float | None
    date: str

    def __repr__(self) -> str:
        return "\n".join(f"{name:13} {value}" for name, value in self._rows())

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
            for name, value in self._rows()
        )
        html = f'<table class="circumstances">{rows}</table>'
        words = map(message, (*NAMES, *GIL.values()))
        return {"text/plain": repr(self), "text/html": html}, metadata(words)

    def _rows(self) -> list[tuple[str, str]]:
        return [(name, str(getattr(self, name.replace(" ", "_")))) for name in NAMES]


def environment_info() -> EnvironmentInfo:
    """Return the interpreter, the machine, its load, and the date, as they are now.

    In a notebook it shows a table.
    """
    import platform  # here: every spawned worker imports this module

    return EnvironmentInfo(
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{platform.system()} {platform.machine()}",
        gil=GIL[gil_enabled()],
        start_method=start_method(),
        usable_cores=usable_cores(),
        load=load(),
        date=time.strftime("%Y-%m-%d"),
    )
