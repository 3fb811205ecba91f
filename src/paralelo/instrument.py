"""Functions that record when, where and for how long their worker ran them."""

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
class TaskRun(Generic[R]):
    """One run of one task: its result, its times in seconds, and its worker.

    `start` and `end` are read from `time.perf_counter`, which is one clock for all
    processes of a machine. `cpu` is the CPU time that the worker used for this task,
    and `process_cpu` the CPU time of its process since that began, start-up included.
    """

    result: R
    start: float
    end: float
    cpu: float
    process_cpu: float
    process: int
    thread: int


def instrumented(function: Callable[[T], Any]) -> Callable[[T], Any]:
    """Wrap `function` so that it returns a `TaskRun` with its result.

    The wrapper is picklable if `function` is, and a coroutine function if it is one.
    """
    return (
        _coroutine(function)
        if iscoroutinefunction(function)
        else _Instrumented(function)
    )


@dataclass(frozen=True)
class _Instrumented(Generic[T, R]):
    """The wrapper of a plain function: a class, because closures can't be pickled."""

    function: Callable[[T], R]

    def __call__(self, item: T) -> TaskRun[R]:
        start, cpu = perf_counter(), thread_time()
        result = self.function(item)
        return _task_run(result, start, thread_time() - cpu)


def _coroutine(
    function: Callable[[T], Coroutine[Any, Any, R]],
) -> Callable[[T], Coroutine[Any, Any, TaskRun[R]]]:
    async def instrumented_coroutine(item: T) -> TaskRun[R]:
        start, steps = perf_counter(), Steps(function(item))
        result = await steps
        return _task_run(result, start, steps.cpu)

    return instrumented_coroutine


def _task_run(result: R, start: float, cpu: float) -> TaskRun[R]:
    return TaskRun(
        result, start, perf_counter(), cpu, process_time(), os.getpid(), get_ident()
    )


@dataclass
class Steps(Awaitable[R]):
    """Await a coroutine, and record when each of its steps ran.

    A step goes from where the coroutine is resumed to its next wait; between two steps
    the event loop can run other tasks. `taken` holds each step's start and end, read
    from `time.perf_counter`; `cpu` is the CPU time of all steps together, in seconds.
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
