"""Timelines of real runs: which worker ran which task, and when."""

from collections.abc import Callable, Coroutine, Generator, Iterable
from dataclasses import dataclass
from inspect import isgeneratorfunction
from threading import Barrier
from time import perf_counter
from typing import Any, Generic, TypeVar

from ..arguments import check_finite, is_function
from ..instrument import Steps, TaskRun, instrumented
from ..strategies import Async, Strategy, Threads, checked
from .timeline import Interval, Timeline

T = TypeVar("T")

Stretch = tuple[float, float]  # start and end, `time.perf_counter` seconds


def observe(
    function: Callable[[T], Any], items: Iterable[T], strategy: Strategy
) -> Timeline:
    """Run `function` on every item under `strategy`, and return the timeline.

    Workers are numbered in the order in which they first start a task. Times are
    seconds from the start of the run, so the time up to the first task is what it took
    to start the workers.

    Raises TypeError if `strategy` can't run `function`: only `Async` runs coroutine
    functions, and it runs nothing else. A generator function is refused, too, because
    a call of it runs nothing.
    """
    if is_function(function, isgeneratorfunction):
        raise TypeError(
            f"{function!r} is a generator function, and a call of it runs nothing; "
            "observe_time_slices runs it to its end"
        )
    call = instrumented(checked(strategy, function))
    origin = perf_counter()
    task_runs: list[TaskRun[Any]] = strategy.map(call, items)
    return _timeline(
        task_runs, origin, lambda task_run: [(task_run.start, task_run.end)]
    )


def observe_time_slices(
    function: Callable[[T], Any],
    items: Iterable[T],
    strategy: Strategy,
    *,
    gap: float = 0.001,
) -> Timeline:
    """Like `observe`, but with an interval for each time slice of a task.

    A time slice is a stretch in which the task makes progress. A generator function
    reports progress by yielding: where two reports are more than `gap` seconds apart,
    another thread was running in between, and a new time slice starts. So `gap` must
    be shorter than the time slices that you look for. The time slices of a coroutine
    function are its steps from one wait to the next; for them `gap` isn't used.

    If there's a thread for each task, all of them begin together. (A pool may otherwise
    give two short tasks to the thread that happens to have started first.)

    Raises ValueError if `gap` isn't finite and more than 0, and TypeError if `function`
    is neither a generator function nor a coroutine function, or if `strategy` can't run
    it.
    """
    check_finite("gap", gap, zero=False)
    call, takes_steps = checked(strategy, function), isinstance(strategy, Async)
    if not takes_steps and not is_function(function, isgeneratorfunction):
        raise TypeError(
            f"{function!r} reports no progress: observe_time_slices takes generator "
            "functions, which yield as they make progress, and coroutine functions"
        )
    tasks, start = list(items), None
    if isinstance(strategy, Threads) and 0 < len(tasks) <= strategy.workers:
        start = Barrier(len(tasks))
    origin = perf_counter()
    slices = _steps(call) if takes_steps else _TimeSlices(function, gap, start)
    task_runs: list[TaskRun[list[Stretch]]] = strategy.map(instrumented(slices), tasks)
    return _timeline(task_runs, origin, lambda task_run: task_run.result)


@dataclass(frozen=True)
class _TimeSlices(Generic[T]):
    """Run a generator to its end, and return the time slices that it had."""

    function: Callable[[T], Generator[Any, None, None]]
    gap: float
    start: Barrier | None = None  # where all tasks wait for one another

    def __call__(self, item: T) -> list[Stretch]:
        if self.start:
            self.start.wait()
        slices: list[Stretch] = []
        start = seen = perf_counter()
        for _ in self.function(item):
            now = perf_counter()
            if now - seen > self.gap:
                slices.append((start, seen))
                start = now
            seen = now
        while perf_counter() - start <= self.gap:
            pass  # or the thread that comes next wouldn't notice so short a time slice
        return [*slices, (start, seen)]


def _steps(
    function: Callable[[T], Coroutine[Any, Any, object]],
) -> Callable[[T], Coroutine[Any, Any, list[Stretch]]]:
    async def steps(item: T) -> list[Stretch]:
        run = Steps(function(item))
        await run
        return run.taken

    return steps


def _timeline(
    task_runs: list[TaskRun[Any]],
    origin: float,
    stretches: Callable[[TaskRun[Any]], list[Stretch]],
) -> Timeline:
    numbers: dict[tuple[int, int], int] = {}
    for task_run in sorted(task_runs, key=lambda task_run: task_run.start):
        numbers.setdefault((task_run.process, task_run.thread), len(numbers))
    intervals = []
    for task, task_run in enumerate(task_runs):
        worker = numbers[task_run.process, task_run.thread]
        parts = stretches(task_run)
        whole = sum(end - start for start, end in parts)
        share = task_run.cpu / whole if whole else 0.0
        for start, end in parts:
            cpu = share * (end - start)
            intervals.append(Interval(start - origin, end - origin, worker, task, cpu))
    return Timeline(tuple(sorted(intervals)))
