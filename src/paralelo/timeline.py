"""What is a run? Intervals of work, each on a worker, from a start to an end."""

from dataclasses import dataclass
from itertools import pairwise

from .says import Saying, say


@dataclass(frozen=True, order=True)
class Interval:
    """One task's stay on one worker, or one turn of it.

    `start` and `end` are seconds from the moment the run began; `cpu` is how many of
    the seconds between them the worker computed, the rest it waited.
    """

    start: float
    end: float
    worker: int
    task: int
    cpu: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(
                f"an interval runs forward from 0, got {self.start!r} to {self.end!r}"
            )

    @property
    def duration(self) -> float:
        """Seconds from the start to the end."""
        return self.end - self.start

    @property
    def share(self) -> float:
        """The part of its duration that the worker computed, from 0 to 1."""
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
        """How many workers did anything at all."""
        return len({interval.worker for interval in self.intervals})

    @property
    def tasks(self) -> int:
        """How many tasks were worked on."""
        return len({interval.task for interval in self.intervals})

    @property
    def startup(self) -> float:
        """Seconds from the beginning of the run to the first start of a task."""
        return self.intervals[0].start if self.intervals else 0.0

    @property
    def end(self) -> float:
        """Seconds from the beginning of the run to the last end of a task."""
        return max((interval.end for interval in self.intervals), default=0.0)

    @property
    def makespan(self) -> float:
        """Seconds from the first start of a task to the last end of one."""
        return self.end - self.startup

    @property
    def busy(self) -> float:
        """The intervals' durations, added up, in seconds."""
        return sum(interval.duration for interval in self.intervals)

    @property
    def average_parallelism(self) -> float:
        """How many intervals there were at a time, on average over the makespan."""
        return self.busy / self.makespan if self.makespan else 0.0

    @property
    def utilisation(self) -> float:
        """The part of the workers' time that was taken by tasks.

        From 0 to 1, or more where a worker has several tasks under way at once.
        """
        return self.average_parallelism / self.workers if self.workers else 0.0

    @property
    def peak(self) -> int:
        """The most intervals that there were at one moment."""
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

    def saying(self) -> Saying:
        """The run in one line."""
        return say(
            "{tasks} tasks, {workers} workers, makespan {makespan:.3g} s, peak {peak}",
            tasks=self.tasks,
            workers=self.workers,
            makespan=self.makespan,
            peak=self.peak,
        )

    def __str__(self) -> str:
        return str(self.saying())
