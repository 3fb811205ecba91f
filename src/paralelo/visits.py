"""What does a worker know of a task that it ran?"""

import os
from collections.abc import Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from threading import get_ident
from time import perf_counter, process_time, thread_time
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Visit(Generic[R]):
    """A task's result, and what its worker saw of it; all times in seconds.

    `start` and `end` are read from `time.perf_counter`, which is one clock for all
    the processes of a machine. `cpu` is what the worker computed for this task, and
    `process_cpu` what its process has computed since it began, start-up included.
    """

    result: R
    start: float
    end: float
    cpu: float
    process_cpu: float
    process: int
    thread: int


def watched(function: Callable[[T], Any]) -> Callable[[T], Any]:
    """A function that returns the `Visit` for what `function` returns.

    It is picklable if `function` is, and a coroutine function if `function` is one.
    """
    return _coroutine(function) if iscoroutinefunction(function) else _Watched(function)


@dataclass(frozen=True)
class _Watched(Generic[T, R]):
    """A class, not a closure: a process pool has to pickle it."""

    function: Callable[[T], R]

    def __call__(self, item: T) -> Visit[R]:
        start, cpu = perf_counter(), thread_time()
        result = self.function(item)
        return _visit(result, start, thread_time() - cpu)


def _coroutine(
    function: Callable[[T], Coroutine[Any, Any, R]],
) -> Callable[[T], Coroutine[Any, Any, Visit[R]]]:
    async def watched_coroutine(item: T) -> Visit[R]:
        start, steps = perf_counter(), Steps(function(item))
        result = await steps
        return _visit(result, start, steps.cpu)

    return watched_coroutine


def _visit(result: R, start: float, cpu: float) -> Visit[R]:
    return Visit(
        result, start, perf_counter(), cpu, process_time(), os.getpid(), get_ident()
    )


@dataclass
class Steps(Awaitable[R]):
    """A coroutine, awaited, that notes when it ran, step by step.

    A step goes from a resumption to the next wait; between two, the loop is free for
    other tasks. `taken` holds each step's start and end (`time.perf_counter`), `cpu`
    the steps' CPU seconds together.
    """

    coroutine: Coroutine[Any, Any, R]
    taken: list[tuple[float, float]] = field(default_factory=list)
    cpu: float = 0.0

    def __await__(self) -> Generator[Any, Any, R]:
        resume: Callable[[Any], Any] = self.coroutine.send
        value: Any = None
        while True:
            start, cpu = perf_counter(), thread_time()
            try:
                wanted = resume(value)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            finally:
                self.taken.append((start, perf_counter()))
                self.cpu += thread_time() - cpu
            try:
                value, resume = (yield wanted), self.coroutine.send
            except BaseException as error:  # a cancellation, passed on to the coroutine
                value, resume = error, self.coroutine.throw
