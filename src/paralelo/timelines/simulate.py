"""Simulated runs on ideal workers, with or without a GIL: no clock is read."""

import math
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

from ..arguments import check_count, check_finite
from .timeline import Interval, Timeline

NANO = 1_000_000_000  # nanoseconds in a second


@dataclass(frozen=True)
class Step:
    """A part of a task in which it computes, or else waits; in seconds."""

    seconds: float
    computing: bool

    def __post_init__(self) -> None:
        _nanoseconds("seconds", self.seconds)


Task = tuple[Step, ...]


def cpu_work(seconds: float) -> Task:
    """Return a task that computes for `seconds` of CPU time.

    Tasks can be joined: ``cpu_work(0.1) + io_wait(0.2)`` computes, then waits.

    Raises ValueError if `seconds` is negative or infinite.
    """
    return (Step(seconds, computing=True),)


def io_wait(seconds: float) -> Task:
    """Return a task that waits for `seconds` and needs no core: for a server, a disk.

    Raises ValueError if `seconds` is negative or infinite.
    """
    return (Step(seconds, computing=False),)


def simulate(
    tasks: Iterable[Task],
    workers: int,
    *,
    cores: int | None = None,
    gil: bool = False,
    switch_interval: float = 0.005,
    startup: float = 0.0,
    overhead: float = 0.0,
) -> Timeline:
    """Return the timeline that `observe` would return on ideal workers.

    Each task goes to the first free worker, in order. A worker needs a core to start a
    task, to compute, and for an instant after each wait, to continue. It holds the core
    until it waits, its task ends, or its time slice ends; then the worker that has
    waited longest for a core gets it. A time slice goes on while no other worker waits
    for the core. It ends `switch_interval` after it started or after another worker
    started to wait, whichever is later. CPython hands over the GIL in this way, except
    that the operating system picks the next thread.

    An interval goes from the task's first moment on a core to its last; its `cpu` is
    the CPU time between them. Times are rounded to whole nanoseconds.

    Parameters
    ----------
    tasks
        Each made of `cpu_work` and `io_wait`, in the order in which they're
        handed out.
    workers
        How many workers there are, at least 1.
    cores
        How many workers can compute at once; None for all of them.
    gil
        Whether only one worker can compute at once, however many cores there are.
    switch_interval
        The length of a time slice in seconds; `math.inf` if workers are never
        interrupted.
    startup
        Seconds until the workers are ready, all of them at once.
    overhead
        Seconds of CPU time before every task, on its worker: handing over the task. It
        isn't part of the interval.

    Raises
    ------
    ValueError
        If there's less than one worker or core, if a time slice is shorter than a
        nanosecond, or if another time is negative or infinite.
    TypeError
        If a task isn't made of `cpu_work` and `io_wait`.

    Source: Graham (1966), Bounds for Certain Multiprocessing Anomalies, for which
    worker runs what; Pitrou (2009), Reworking the GIL, for the time slices.
    """
    at_once = _cores(workers, cores, gil)
    task_runs = _run(tasks, workers, at_once, switch_interval, startup, overhead)
    return _timeline(task_runs)


def simulate_time_slices(
    tasks: Iterable[Task],
    workers: int,
    *,
    cores: int | None = None,
    gil: bool = False,
    switch_interval: float = 0.005,
    startup: float = 0.0,
    overhead: float = 0.0,
) -> Timeline:
    """Like `simulate`, but with an interval for each time slice of a task.

    A time slice goes from where a task gets a core to where it releases it; adjacent
    ones are joined. Between its time slices a task waits: for I/O or for a core. The
    instant in which it continues after a wait is a time slice, too.
    """
    at_once = _cores(workers, cores, gil)
    task_runs = _run(tasks, workers, at_once, switch_interval, startup, overhead)
    return _timeline(
        [
            task_run._replace(slices=[piece])
            for task_run in task_runs
            for piece in task_run.slices
        ]
    )


def simulate_loop(tasks: Iterable[Task], *, at_once: int | None = None) -> Timeline:
    """Return the timeline that `observe` would return on one event loop.

    There's one worker. All tasks are in flight together, or `at_once` of them. The loop
    leaves a task only where it waits or ends. Tasks that became ready in the meantime
    continue afterwards, in the order in which they became ready.

    Raises ValueError for `at_once` below 1, and TypeError as `simulate` does.
    """
    given = list(tasks)
    if at_once is not None:
        check_count("at_once", at_once)
    under_way = at_once or len(given) or 1  # each seen as a worker, all share one core
    task_runs = _run(given, under_way, 1, math.inf, startup=0.0, overhead=0.0)
    return _timeline([task_run._replace(worker=0) for task_run in task_runs])


class _TaskRun(NamedTuple):
    """A task on its worker, with its time slices: start and end in nanoseconds."""

    worker: int
    task: int
    slices: list[tuple[int, int]]


# A worker as a generator: it yields after how many nanoseconds it continues, or None to
# continue as soon as it gets a core.
_Process = Generator[int | None, None, None]


class _Machine:
    """The events to come, and the cores; all times in nanoseconds."""

    def __init__(self, cores: int, time_slice: float) -> None:
        self.free, self.time_slice = cores, time_slice
        self.now = self.order = 0
        self.coming: list[
            tuple[int, int, _Process]
        ] = []  # at what time, in which order, which process
        self.wanting = deque[tuple[int, _Process]]()  # since when, which process

    def run(self) -> None:
        """Run all events in order of time, until none is left."""
        while self.coming:
            self.now, _, process = heappop(self.coming)
            with suppress(StopIteration):  # it has ended
                delay = next(process)
                if delay is None:
                    self.wanting.append((self.now, process))
                    self.hand_on()
                else:
                    self.go_on(process, delay)

    def go_on(self, process: _Process, delay: int = 0) -> None:
        """Continue a process after `delay`; at one moment, in order of the calls."""
        self.order += 1
        heappush(self.coming, (self.now + delay, self.order, process))

    def hand_on(self) -> None:
        """Give a free core, if there is one, to the process that has waited longest."""
        if self.free and self.wanting:
            self.free -= 1
            _, process = self.wanting.popleft()
            self.go_on(process)

    def release(self) -> None:
        """Release a core."""
        self.free += 1
        self.hand_on()

    def slice_left(self, began: int) -> float:
        """Return what's left of a time slice: all of it while no worker waits."""
        wanted = self.wanting[0][0] if self.wanting else self.now
        return max(began, wanted) + self.time_slice - self.now


class _Worker:
    """A worker, and when it had a core."""

    def __init__(self, number: int, machine: _Machine) -> None:
        self.number, self.machine = number, machine
        self.slice_began = 0
        self.stretches: list[tuple[int, int]] = []

    def work(
        self,
        tasks: deque[tuple[int, Task]],
        startup: int,
        overhead: int,
        task_runs: list[_TaskRun],
    ) -> _Process:
        """Run one task after another until none is left."""
        yield startup
        while tasks:
            number, task = tasks.popleft()
            self.stretches = []  # the task_run before keeps its own
            yield from self.get_core()
            yield from self.compute(overhead)
            self.stretches = [(self.machine.now, self.machine.now)]
            for step in task:
                does = self.compute if step.computing else self.wait
                yield from does(_nanoseconds("seconds", step.seconds))
            self.machine.release()
            task_runs.append(_TaskRun(self.number, number, self.stretches))

    def get_core(self) -> _Process:
        yield None
        self.slice_began = self.machine.now
        self.note(self.machine.now)

    def compute(self, left: int) -> _Process:
        while left:
            if self.machine.slice_left(self.slice_began) <= 0:
                self.machine.release()
                yield from self.get_core()
            stretch = int(min(left, self.machine.slice_left(self.slice_began)))
            yield stretch
            self.note(self.machine.now - stretch)
            left -= stretch

    def wait(self, duration: int) -> _Process:
        self.machine.release()
        yield duration
        yield from self.get_core()

    def note(self, start: int) -> None:
        """Record a core from `start` to now; adjacent stretches are joined."""
        if self.stretches and self.stretches[-1][1] == start:
            start, _ = self.stretches.pop()
        self.stretches.append((start, self.machine.now))


def _run(
    tasks: Iterable[Task],
    workers: int,
    cores: int,
    switch_interval: float,
    startup: float,
    overhead: float,
) -> list[_TaskRun]:
    """Let the workers run the tasks, and return the runs in order of their start."""
    waiting, task_runs = deque(enumerate(map(_checked, tasks))), list[_TaskRun]()
    time_slice = _time_slice(switch_interval)  # not used if each worker has a core
    machine = _Machine(cores, time_slice if cores < workers else math.inf)
    before = _nanoseconds("startup", startup), _nanoseconds("overhead", overhead)
    for number in range(workers):
        machine.go_on(_Worker(number, machine).work(waiting, *before, task_runs))
    machine.run()
    return sorted(
        task_runs, key=lambda task_run: (task_run.slices[0][0], task_run.task)
    )


def _timeline(task_runs: Iterable[_TaskRun]) -> Timeline:
    numbers: dict[int, int] = {}
    intervals = []
    for worker, task, slices in task_runs:
        number = numbers.setdefault(worker, len(numbers))
        start, end = slices[0][0] / NANO, slices[-1][1] / NANO
        cpu = sum(end - start for start, end in slices) / NANO
        intervals.append(Interval(start, end, number, task, cpu))
    return Timeline(tuple(sorted(intervals, key=lambda i: (i.start, i.task))))


def _checked(task: Task) -> Task:
    if isinstance(task, tuple) and all(isinstance(step, Step) for step in task):
        return task
    raise TypeError(f"a task is made of cpu_work() and io_wait(), got {task!r}")


def _cores(workers: int, cores: int | None, gil: bool) -> int:
    check_count("workers", workers)
    if cores is not None:
        check_count("cores", cores)
    return 1 if gil else cores or workers


def _time_slice(switch_interval: float) -> float:
    if not switch_interval >= 1 / NANO:
        raise ValueError(
            f"switch_interval must be at least {1 / NANO} s, got {switch_interval!r}"
        )
    if switch_interval == math.inf:
        return math.inf
    return _nanoseconds("switch_interval", switch_interval)


def _nanoseconds(name: str, seconds: float) -> int:
    # Whole numbers, so that what is due at the same moment is due at the same number.
    check_finite(name, seconds)
    return round(seconds * NANO)
