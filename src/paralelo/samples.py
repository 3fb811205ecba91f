"""Repeated runs of one action: wall times, CPU times, cores used, and ratios."""

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from .arguments import check_count, refuse_coroutine
from .translatable import Message, message

R = TypeVar("R")


class Clock(NamedTuple):
    """The clocks to read, in seconds from any fixed origin; tests pass their own."""

    wall: Callable[[], float] = time.perf_counter
    cpu: Callable[[], float] = time.process_time


@dataclass(frozen=True)
class Run:
    """One timed run, in seconds; `cpu` is the sum over all threads and workers."""

    wall: float
    cpu: float

    @property
    def cores(self) -> float:
        """Cores used: CPU time ÷ wall time."""
        return self.cpu / self.wall if self.wall else 0.0


@dataclass(frozen=True, repr=False)
class Sample:
    """All runs of one action, in order."""

    runs: tuple[Run, ...]

    def __post_init__(self) -> None:
        if not self.runs:
            raise ValueError("a sample needs at least one run")

    @property
    def walls(self) -> tuple[float, ...]:
        """The wall times of the runs, in seconds."""
        return tuple(run.wall for run in self.runs)

    @property
    def best(self) -> float:
        """The shortest wall time: the run that other programs disturbed least."""
        return min(self.walls)

    @property
    def median(self) -> float:
        """The median of the wall times."""
        return _middle(self.walls)

    @property
    def cpu(self) -> float:
        """The median of the CPU times."""
        return _middle(run.cpu for run in self.runs)

    @property
    def cores(self) -> float:
        """The median of the cores used."""
        return _middle(run.cores for run in self.runs)

    @property
    def most_cores(self) -> float:
        """The most cores that a run used; background load can only lower it."""
        return max(run.cores for run in self.runs)

    def summary(self) -> Message:
        """Return the sample in one line."""
        return message(
            "{median} (median of {runs}; {best} to {worst}; CPU {cpu})",
            median=format_seconds(self.median),
            runs=len(self.runs),
            best=format_seconds(self.best),
            worst=format_seconds(max(self.walls)),
            cpu=format_seconds(self.cpu),
        )

    def __repr__(self) -> str:
        return str(self.summary())


@dataclass(frozen=True)
class Ratio:
    """The ratios of two actions' times, one for each round: their median and range.

    Whatever the distribution of the times, the range misses the true median only if
    all rounds fell on one side of it.
    Source: David and Nagaraja (2003), Order Statistics, section 7.1.
    """

    values: tuple[float, ...]

    @property
    def low(self) -> float:
        """The smallest ratio."""
        return min(self.values)

    @property
    def median(self) -> float:
        """The median ratio."""
        return _middle(self.values)

    @property
    def high(self) -> float:
        """The largest ratio."""
        return max(self.values)

    @property
    def coverage(self) -> float:
        """The probability that the true median is within the range, from 0 to 1."""
        return 1 - 0.5 ** (len(self.values) - 1)

    def __str__(self) -> str:
        return (
            f"{self.median:.3g} × ({self.low:.3g} to {self.high:.3g}; "
            f"{len(self.values)} rounds, {self.coverage:.1%})"
        )


def format_seconds(value: float) -> str:
    """Return a time, given in seconds, with three digits and in s, ms or µs."""
    rounded = float(f"{value:.3g}")  # at first, or 0.9996 s would be 1e+03 ms
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if rounded >= size:
            return f"{rounded / size:.3g} {unit}"
    return f"{rounded / 1e-6:.3g} µs"


def _middle(values: Iterable[float]) -> float:
    from statistics import median  # here: it is slow to import, and workers would

    return median(values)


def repeat(
    action: Callable[[], object],
    *,
    rounds: int = 5,
    warmups: int = 1,
    clock: Clock = Clock(),  # noqa: B008 (immutable)
) -> Sample:
    """Run `action` repeatedly in this process, and return the times of every run.

    `warmups` untimed runs come first, so that imports and cold caches don't count as
    the action's own. The CPU time is that of this process, without its children.

    Raises ValueError if `rounds` is less than 1 or `warmups` is negative, and TypeError
    if either isn't a whole number, or if `action` is a coroutine function.
    """
    check_rounds(rounds, warmups)
    for _ in range(warmups):
        refuse_coroutine(action, action())
    gc.collect()  # or the first run would pay for garbage from before
    runs = []
    for _ in range(rounds):
        run, result = timed(action, clock)
        refuse_coroutine(action, result)
        runs.append(run)
    return Sample(tuple(runs))


def timed(action: Callable[[], R], clock: Clock) -> tuple[Run, R]:
    wall, cpu = clock.wall(), clock.cpu()
    result = action()
    return Run(wall=clock.wall() - wall, cpu=clock.cpu() - cpu), result


def check_rounds(rounds: int, warmups: int) -> None:
    check_count("rounds", rounds)
    check_count("warmups", warmups, least=0)
