"""Tell how much memory is free, and how many processes Linux killed for it."""

from __future__ import annotations

import math
from pathlib import Path

import psutil

from paralelo.machine import control_groups

# Limit, use, and where the group's statistics are, in control groups version 2 and 1.
FILES = (
    ("memory.max", "memory.current", "memory.stat"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat"),
)


def free(root: str = "/") -> float:
    """Return the bytes that this process and its children may still take together.

    It's what the machine has available, or what the control group leaves if that is
    less. `root` is the folder that holds `proc` and `sys`.
    """
    groups = control_groups("memory", root)
    left = (_left(Path(group), names) for group in groups for names in FILES)
    return min(psutil.virtual_memory().available, *left, math.inf)


def _left(group: Path, names: tuple[str, str, str]) -> float:
    try:
        limit, used, about = ((group / name).read_text("utf8") for name in names)
    except OSError:
        return math.inf
    if not limit.strip().isdigit():  # "max"
        return math.inf
    return int(limit) - int(used) + _cached(about)


def _cached(about: str) -> int:
    """Return how much of a group's use is cached files, which it would give back."""
    numbers = dict(line.split() for line in about.splitlines())
    return int(numbers.get("total_inactive_file", numbers.get("inactive_file", 0)))


def killed(root: str = "/") -> int:
    """Return how many processes Linux has killed since it started: out of memory."""
    try:
        text = Path(root, "proc/vmstat").read_text("utf8")
    except OSError:
        return 0
    return sum(int(line[9:]) for line in text.splitlines() if line[:9] == "oom_kill ")
