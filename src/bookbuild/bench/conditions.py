"""Put a process under load or on one core, for as long as a chapter runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from paralelo.busy import background_load


@dataclass(frozen=True)
class Condition:
    """A state of the machine, and how many rounds of chapters are executed in it."""

    name: str
    title: str
    rounds: int


CONDITIONS = {
    condition.name: condition
    for condition in (
        Condition("quiet", "nothing added", 1),
        Condition("load", "four busy processes", 6),
        Condition("core", "one core", 2),
    )
}


def unavailable(condition: str) -> str:
    """Return why this system can't be brought into a condition; empty if it can."""
    if condition == "core" and not hasattr(os, "sched_setaffinity"):
        return "this system can't confine processes to cores"
    return ""


@contextmanager
def under(condition: str) -> Iterator[None]:
    """Put this process, and those it starts from now on, under the condition.

    A process stays on its one core afterwards, so it should have no other purpose.
    """
    if condition == "load":
        with background_load(4):
            yield
        return
    if condition == "core":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    yield
