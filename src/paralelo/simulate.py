"""What would happen on n ideal workers, with this GIL, this start-up cost? No clock."""

import math
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

from .timeline import Interval, Timeline

NANO = 1_000_000_000  # nanoseconds in a second


@dataclass(frozen=True)
class Step:
    """Seconds of a task in which it computes, or else waits."""

    seconds: float
    computing: bool

    def __post_init__(self) -> None:
        _nanoseconds("seconds", self.seconds)


Task = tuple[Step, ...]


def computes(seconds: float) -> Task:
    """A task that computes; ``computes(0.1) + waits(0.2)`` does one, then the other.

    Raises ValueError if `seconds` is negative or infinite.
    """
    return (Step(seconds, computing=True),)


def waits(seconds: float) -> Task:
    """A task that waits for something that needs no core: an answer, a disk, a clock.

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
    """What `observe` would see of these tasks on ideal workers: who ran which, when?

    Each task in turn goes to the first free worker. A worker needs a core to begin a
    task, to compute, and for an instant after each wait, to go on. It keeps the core
    until it waits, until its task ends, or until its turn does; then whoever has wanted
    a core for longest gets it. A turn lasts while nobody else wants the core, and ends
    `switch_interval` after it began or somebody began to want it, whichever is later.
    So does CPython hand on the GIL, though there the operating system chooses to whom.

    An interval goes from the task's first moment on a core to its last; its `cpu` is
    what it computed. Times are rounded to whole nanoseconds.

    Parameters
    ----------
    tasks
        Each made of `computes` and `waits`, in the order in which they are handed out.
    workers
        How many there are, at least 1.
    cores
        How many workers can compute at once; None for all of them.
    gil
        Whether only one worker can compute at once, however many cores there are.
    switch_interval
        Seconds of a turn; `math.inf` if nobody is ever interrupted.
    startup
        Seconds until the workers are ready, all of them at once.
    overhead
        Seconds of computing before every task, on its worker and a core: handing over
        the task. It is no part of the interval.

    Raises
    ------
    ValueError
        If there is less than one worker or core, a turn of less than a nanosecond, or
        another time that is negative or infinite.
    TypeError
        If a task is not made of `computes` and `waits`.

    Source: Graham (1966), Bounds for Certain Multiprocessing Anomalies, for who runs
    what; Pitrou (2009), Reworking the GIL, for the turns.
    """
    at_once = _cores(workers, cores, gil)
    visits = _run(tasks, workers, at_once, switch_interval, startup, overhead)
    return _timeline(visits)


def simulate_turns(
    tasks: Iterable[Task],
    workers: int,
    *,
    cores: int | None = None,
    gil: bool = False,
    switch_interval: float = 0.005,
    startup: float = 0.0,
    overhead: float = 0.0,
) -> Timeline:
    """Like `simulate`, within each task: when did it really make progress?

    An interval here is a turn: it goes from where a task gets a core to where it gives
    it up; those that touch are one. Between its turns a task waits, be it for a core.
    The instant in which it goes on after a wait is a turn, too.
    """
    at_once = _cores(workers, cores, gil)
    visits = _run(tasks, workers, at_once, switch_interval, startup, overhead)
    return _timeline(
        [visit._replace(turns=[turn]) for visit in visits for turn in visit.turns]
    )


def simulate_loop(tasks: Iterable[Task], *, at_once: int | None = None) -> Timeline:
    """What `observe` would see of these tasks on one event loop.

    There is one worker. All tasks are under way together, or `at_once` of them. The
    loop leaves a task only where it waits or ends; those that could go on meanwhile do
    so afterwards, in the order in which they could.

    Raises ValueError for `at_once` below 1, and TypeError as `simulate` does.
    """
    given = list(tasks)
    if at_once is not None:
        _at_least_one("at_once", at_once)
    under_way = at_once or len(given) or 1  # each seen as a worker, all share one core
    visits = _run(given, under_way, 1, math.inf, startup=0.0, overhead=0.0)
    return _timeline([visit._replace(worker=0) for visit in visits])


class _Visit(NamedTuple):
    """A task on its worker: its turns, each from a start to an end, in nanoseconds."""

    worker: int
    task: int
    turns: list[tuple[int, int]]


# What a worker does, as a generator: it yields how many nanoseconds pass until it goes
# on, or None to go on as soon as there is a core for it.
_Process = Generator[int | None, None, None]


class _Machine:
    """What happens next, and who gets a core; all times in nanoseconds."""

    def __init__(self, cores: int, turn: float) -> None:
        self.free, self.turn = cores, turn
        self.now = self.order = 0
        self.coming: list[tuple[int, int, _Process]] = []  # when, in which order, who
        self.wanting = deque[tuple[int, _Process]]()  # since when, who

    def run(self) -> None:
        """Let everything happen, one thing after another, until nothing is left."""
        while self.coming:
            self.now, _, process = heappop(self.coming)
            with suppress(StopIteration):  # it is done, and does not come again
                delay = next(process)
                if delay is None:
                    self.wanting.append((self.now, process))
                    self.hand_on()
                else:
                    self.go_on(process, delay)

    def go_on(self, process: _Process, delay: int = 0) -> None:
        """Let a process go on after `delay`; at the same moment, first come first."""
        self.order += 1
        heappush(self.coming, (self.now + delay, self.order, process))

    def hand_on(self) -> None:
        """Give a free core, if there is one, to whoever has wanted one for longest."""
        if self.free and self.wanting:
            self.free -= 1
            _, process = self.wanting.popleft()
            self.go_on(process)

    def release(self) -> None:
        """Take a core back."""
        self.free += 1
        self.hand_on()

    def turn_left(self, began: int) -> float:
        """What is left of a turn; all of it as long as nobody else wants the core."""
        wanted = self.wanting[0][0] if self.wanting else self.now
        return max(began, wanted) + self.turn - self.now


class _Worker:
    """What one worker does, and when it had a core."""

    def __init__(self, number: int, machine: _Machine) -> None:
        self.number, self.machine = number, machine
        self.turn_began = 0
        self.stretches: list[tuple[int, int]] = []

    def work(
        self,
        tasks: deque[tuple[int, Task]],
        startup: int,
        overhead: int,
        visits: list[_Visit],
    ) -> _Process:
        """Take one task after another, as long as there are any."""
        yield startup
        while tasks:
            number, task = tasks.popleft()
            self.stretches = []  # the visit before keeps its own
            yield from self.get_core()
            yield from self.compute(overhead)
            self.stretches = [(self.machine.now, self.machine.now)]
            for step in task:
                does = self.compute if step.computing else self.wait
                yield from does(_nanoseconds("seconds", step.seconds))
            self.machine.release()
            visits.append(_Visit(self.number, number, self.stretches))

    def get_core(self) -> _Process:
        yield None
        self.turn_began = self.machine.now
        self.note(self.machine.now)

    def compute(self, left: int) -> _Process:
        while left:
            if self.machine.turn_left(self.turn_began) <= 0:
                self.machine.release()
                yield from self.get_core()
            stretch = int(min(left, self.machine.turn_left(self.turn_began)))
            yield stretch
            self.note(self.machine.now - stretch)
            left -= stretch

    def wait(self, duration: int) -> _Process:
        self.machine.release()
        yield duration
        yield from self.get_core()

    def note(self, start: int) -> None:
        """It had a core from `start` to now; stretches that touch are one."""
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
) -> list[_Visit]:
    """Let the workers do the tasks; every visit, in order of its start."""
    waiting, visits = deque(enumerate(map(_checked, tasks))), list[_Visit]()
    turn = _turn(switch_interval)  # where each has a core, nobody looks at the clock
    machine = _Machine(cores, turn if cores < workers else math.inf)
    before = _nanoseconds("startup", startup), _nanoseconds("overhead", overhead)
    for number in range(workers):
        machine.go_on(_Worker(number, machine).work(waiting, *before, visits))
    machine.run()
    return sorted(visits, key=lambda visit: (visit.turns[0][0], visit.task))


def _timeline(visits: Iterable[_Visit]) -> Timeline:
    numbers: dict[int, int] = {}
    intervals = []
    for worker, task, turns in visits:
        number = numbers.setdefault(worker, len(numbers))
        start, end = turns[0][0] / NANO, turns[-1][1] / NANO
        cpu = sum(end - start for start, end in turns) / NANO
        intervals.append(Interval(start, end, number, task, cpu))
    return Timeline(tuple(sorted(intervals, key=lambda i: (i.start, i.task))))


def _checked(task: Task) -> Task:
    if isinstance(task, tuple) and all(isinstance(step, Step) for step in task):
        return task
    raise TypeError(f"a task is made of computes() and waits(), got {task!r}")


def _cores(workers: int, cores: int | None, gil: bool) -> int:
    _at_least_one("workers", workers)
    if cores is not None:
        _at_least_one("cores", cores)
    return 1 if gil else cores or workers


def _turn(switch_interval: float) -> float:
    if not switch_interval >= 1 / NANO:
        raise ValueError(
            f"switch_interval must be at least {1 / NANO} s, got {switch_interval!r}"
        )
    if switch_interval == math.inf:
        return math.inf
    return _nanoseconds("switch_interval", switch_interval)


def _nanoseconds(name: str, seconds: float) -> int:
    # Whole numbers, so that what is due at the same moment is due at the same number.
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{name} must be finite and not negative, got {seconds!r}")
    return round(seconds * NANO)


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value!r}")
