"""Make a machine busy on purpose, for as long as a chapter runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from paralelo.busy import background_load


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
    )
}


def unavailable(condition: str) -> str:
    """Return why this system can't be brought into a condition; empty if it can."""
    if condition == "core" and not hasattr(os, "sched_setaffinity"):
        return "this system does not confine processes to cores"
    return ""


@contextmanager
def under(condition: str) -> Iterator[None]:
    """Put this process under the condition, and all that it starts from now on.

    It stays there, so it should have no other purpose.
    """
    if condition == "neighbours":
        with background_load(4):
            yield
        return
    if condition == "core":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    yield
