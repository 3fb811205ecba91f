"""How can a machine be made slow on purpose, and be left as it was?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from paralelo.neighbours import neighbours

PERIOD, QUOTA = 100_000, 25_000  # microseconds of wall time, and of CPU time in them
MOUNTS, OWN = Path("/proc/mounts"), Path("/proc/self/cgroup")


@dataclass(frozen=True)
class Condition:
    """A state of the machine in which chapters are executed, so many times."""

    name: str
    title: str
    rounds: int


CONDITIONS = {
    condition.name: condition
    for condition in (
        Condition("quiet", "nothing added", 1),
        Condition("neighbours", "four neighbours", 6),
        Condition("core", "one core", 2),
        Condition("quota", "a quarter of a core", 1),
    )
}


class Unavailable(Exception):  # noqa: N818 (it is no fault of anybody)
    """This machine can't be brought into a condition; the message says why."""


@contextmanager
def prepared(condition: str) -> Iterator[str]:
    """Make what the condition needs beside the process that is to be under it.

    Gives what that process has to pass to `under`. Raises `Unavailable`.
    """
    if condition == "core" and not hasattr(os, "sched_setaffinity"):
        raise Unavailable("this system does not confine processes to cores")
    if condition != "quota":
        yield ""
        return
    group = _quota_group()
    try:
        yield str(group)
    finally:
        remove_group(group)


@contextmanager
def under(condition: str, given: str) -> Iterator[None]:
    """Put this process under the condition, and all that it starts from now on.

    It stays there, so it should have no other purpose.
    """
    if condition == "neighbours":
        with neighbours(4):
            yield
        return
    if condition == "core":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if condition == "quota":
        (Path(given) / "cgroup.procs").write_text(f"{os.getpid()}")
    yield


def _quota_group() -> Path:
    """A new control group whose processes obtain a quarter of a core together."""
    why = "this system has no control groups for CPU time"
    for parent, settings in _possible_parents():
        group = parent / f"press-noise-{os.getpid()}"
        try:
            _make(group, settings)
        except OSError as error:
            why = f"no control group with a quota can be made: {error}"
        else:
            return group
    raise Unavailable(why)


def _make(group: Path, settings: dict[str, str]) -> None:
    group.mkdir()
    try:
        for name, value in settings.items():
            (group / name).write_text(value)
        _try(group)
    except OSError:
        remove_group(group)
        raise


def _try(group: Path) -> None:
    """Whether a process of ours can get in is known only after one did."""
    waits = [sys.executable, "-S", "-c", "input()"]
    with subprocess.Popen(waits, stdin=subprocess.PIPE) as process:
        try:
            (group / "cgroup.procs").write_text(f"{process.pid}")
        finally:
            process.kill()


def _possible_parents() -> Iterator[tuple[Path, dict[str, str]]]:
    """Groups around this process, the nearest first; what to write in one below."""
    if not (MOUNTS.exists() and OWN.exists()):
        return
    for line in MOUNTS.read_text().splitlines():
        _, folder, kind, options, *_ = line.split()
        if kind == "cgroup2":
            yield from _around(folder, "", {"cpu.max": f"{QUOTA} {PERIOD}"})
        elif kind == "cgroup" and "cpu" in options.split(","):
            settings = {"cpu.cfs_period_us": PERIOD, "cpu.cfs_quota_us": QUOTA}
            yield from _around(folder, "cpu", {k: f"{v}" for k, v in settings.items()})


def _around(
    folder: str, controller: str, settings: dict[str, str]
) -> Iterator[tuple[Path, dict[str, str]]]:
    mount = Path(folder)
    for line in OWN.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            own = mount / path.lstrip("/")
            inside = [own, *own.parents]
            inside = inside[: inside.index(mount) + 1]
            yield from ((group, settings) for group in inside if group.is_dir())


def remove_group(group: Path) -> None:
    """End what is in the group, and the group."""
    for _attempt in range(50):
        with suppress(OSError):
            for pid in (group / "cgroup.procs").read_text().split():
                os.kill(int(pid), signal.SIGKILL)
        with suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.1)  # the dead leave it a moment later
    print(f"press: {group} can't be removed", file=sys.stderr)
