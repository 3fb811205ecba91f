"""Who did what, when, in a real run?"""

from collections.abc import Callable, Coroutine, Generator, Iterable
from dataclasses import dataclass
from inspect import iscoroutinefunction, isgeneratorfunction
from time import perf_counter
from typing import Any, Generic, TypeVar

from .strategies import Strategy, check_function
from .timeline import Interval, Timeline
from .visits import Steps, Visit, watched

T = TypeVar("T")

Stretch = tuple[float, float]  # start and end, `time.perf_counter` seconds


def observe(
    function: Callable[[T], Any], items: Iterable[T], strategy: Strategy
) -> Timeline:
    """Run `function` on every item under `strategy`: who ran which task, when?

    Workers are numbered in the order in which they first start a task. The time from
    0 to the first start is what it took to start the workers.
    """
    check_function(strategy, function)
    origin = perf_counter()
    visits: list[Visit[Any]] = strategy.map(watched(function), items)
    return _timeline(visits, origin, lambda visit: [(visit.start, visit.end)])


def observe_turns(
    function: Callable[[T], Any],
    items: Iterable[T],
    strategy: Strategy,
    *,
    gap: float = 0.001,
) -> Timeline:
    """Like `observe`, within each task: when did it really make progress?

    A generator function reports progress by yielding; where two reports are more than
    `gap` seconds apart, somebody else ran, and a new turn begins; so `gap` must be
    shorter than the turns that are looked for. A coroutine
    function's turns are its steps from one wait to the next, and need no `gap`.
    """
    if gap <= 0:
        raise ValueError(f"gap must be more than 0 seconds, got {gap!r}")
    takes_steps = iscoroutinefunction(function)
    if not takes_steps and not isgeneratorfunction(function):
        raise TypeError(
            f"{function!r} reports no progress: observe_turns takes generator "
            "functions, which yield wherever they get on, and coroutine functions"
        )
    check_function(strategy, function)
    origin = perf_counter()
    turns = _steps(function) if takes_steps else _Turns(function, gap)
    visits: list[Visit[list[Stretch]]] = strategy.map(watched(turns), items)
    return _timeline(visits, origin, lambda visit: visit.result)


@dataclass(frozen=True)
class _Turns(Generic[T]):
    """Run a generator to its end; the stretches in which it made progress."""

    function: Callable[[T], Generator[Any, None, None]]
    gap: float

    def __call__(self, item: T) -> list[Stretch]:
        turns: list[Stretch] = []
        start = seen = perf_counter()
        for _ in self.function(item):
            now = perf_counter()
            if now - seen > self.gap:
                turns.append((start, seen))
                start = now
            seen = now
        while perf_counter() - start <= self.gap:
            pass  # or else a thread that comes after so short a turn would not notice
        return [*turns, (start, seen)]


def _steps(
    function: Callable[[T], Coroutine[Any, Any, object]],
) -> Callable[[T], Coroutine[Any, Any, list[Stretch]]]:
    async def steps(item: T) -> list[Stretch]:
        run = Steps(function(item))
        await run
        return run.taken

    return steps


def _timeline(
    visits: list[Visit[Any]],
    origin: float,
    stretches: Callable[[Visit[Any]], list[Stretch]],
) -> Timeline:
    numbers: dict[tuple[int, int], int] = {}
    for visit in sorted(visits, key=lambda visit: visit.start):
        numbers.setdefault((visit.process, visit.thread), len(numbers))
    intervals = []
    for task, visit in enumerate(visits):
        worker = numbers[visit.process, visit.thread]
        parts = stretches(visit)
        whole = sum(end - start for start, end in parts)
        share = visit.cpu / whole if whole else 0.0
        for start, end in parts:
            cpu = share * (end - start)
            intervals.append(Interval(start - origin, end - origin, worker, task, cpu))
    return Timeline(tuple(sorted(intervals)))
