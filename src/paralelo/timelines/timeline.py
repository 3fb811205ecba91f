"""A run as intervals of work: which task was on which worker, from when to when."""

import math
from dataclasses import dataclass
from itertools import pairwise

from ..translatable import Message, message


@dataclass(frozen=True, order=True)
class Interval:
    """One task on one worker, or one time slice of it.

    `start` and `end` are seconds from the start of the run; `cpu` is the CPU time that
    the worker used between them, in seconds.
    """

    start: float
    end: float
    worker: int
    task: int
    cpu: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end < math.inf:
            raise ValueError(
                f"an interval runs forward from 0, got {self.start!r} to {self.end!r}"
            )

    @property
    def duration(self) -> float:
        """Seconds from the start to the end."""
        return self.end - self.start

    @property
    def share(self) -> float:
        """CPU time ÷ duration, from 0 to 1."""
        return min(1.0, self.cpu / self.duration) if self.duration else 1.0


@dataclass(frozen=True)
class Timeline:
    """The intervals of one run, observed or simulated, in order of their start."""

    intervals: tuple[Interval, ...]

    def __post_init__(self) -> None:
        starts = [interval.start for interval in self.intervals]
        if any(after < before for before, after in pairwise(starts)):
            raise ValueError("the intervals of a timeline come in order of their start")

    @property
    def workers(self) -> int:
        """How many workers ran a task."""
        return len({interval.worker for interval in self.intervals})

    @property
    def tasks(self) -> int:
        """How many tasks were run."""
        return len({interval.task for interval in self.intervals})

    @property
    def startup(self) -> float:
        """Seconds from the start of the run to the first start of a task."""
        return self.intervals[0].start if self.intervals else 0.0

    @property
    def end(self) -> float:
        """Seconds from the start of the run to the last end of a task."""
        return max((interval.end for interval in self.intervals), default=0.0)

    @property
    def makespan(self) -> float:
        """Seconds from the first start of a task to the last end of one."""
        return self.end - self.startup

    @property
    def busy(self) -> float:
        """The sum of the intervals' durations, in seconds."""
        return sum(interval.duration for interval in self.intervals)

    @property
    def average_parallelism(self) -> float:
        """How many intervals there were at a time, on average over the makespan."""
        return self.busy / self.makespan if self.makespan else 0.0

    @property
    def utilisation(self) -> float:
        """The share of the workers' time in which they had a task.

        From 0 to 1, or more where a worker has several tasks in flight.
        """
        return self.average_parallelism / self.workers if self.workers else 0.0

    @property
    def peak(self) -> int:
        """The largest number of intervals at one moment."""
        steps = [
            (interval.start, 1) for interval in self.intervals if interval.duration
        ]
        steps += [
            (interval.end, -1) for interval in self.intervals if interval.duration
        ]
        now = most = 0
        for _, step in sorted(steps):  # at the same moment, ends come before starts
            now += step
            most = max(most, now)
        return most

    def summary(self) -> Message:
        """Return the run in one line."""
        return message(
            "{tasks} tasks, {workers} workers, makespan {makespan:.3g} s, peak {peak}",
            tasks=self.tasks,
            workers=self.workers,
            makespan=self.makespan,
            peak=self.peak,
        )

    def __str__(self) -> str:
        return str(self.summary())
