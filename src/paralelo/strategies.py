"""Ways to run many independent tasks, all with one method: `map`."""

from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, fields, is_dataclass
from inspect import isasyncgenfunction, isawaitable, iscoroutinefunction
from multiprocessing import get_all_start_methods, get_context
from typing import Any, Protocol, TypeVar

from .arguments import Plain, check_count, is_function

T = TypeVar("T")
R = TypeVar("R")


class Strategy(Protocol):
    """Apply `function` to every item: each application is one task.

    The results come in the items' order. A strategy may change how long the work
    takes, never what it returns.
    """

    def map(self, function: Callable[[T], Any], items: Iterable[T]) -> list[Any]: ...


@dataclass(frozen=True)
class Sequential:
    """One task after another, in the calling thread: the baseline."""

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        call = checked(self, function)
        return [call(item) for item in items]


@dataclass(frozen=True)
class Threads:
    """Threads of this process; they share its memory and its GIL."""

    workers: int

    def __post_init__(self) -> None:
        _check_counts(self, "workers")

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        call = checked(self, function)
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(call, items))


@dataclass(frozen=True)
class Processes:
    """Other processes; tasks and results are pickled on the way.

    The start method is named because its default depends on the platform and on
    the Python version. `chunksize` tasks are sent to a worker at a time.
    """

    workers: int
    start_method: str = "spawn"
    chunksize: int = 1

    def __post_init__(self) -> None:
        _check_counts(self, "workers", "chunksize")
        if self.start_method not in get_all_start_methods():
            raise ValueError(
                f"start_method must be one of {get_all_start_methods()} here, "
                f"got {self.start_method!r}"
            )

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        call, context = checked(self, function), get_context(self.start_method)
        with ProcessPoolExecutor(self.workers, mp_context=context) as pool:
            return list(pool.map(call, items, chunksize=self.chunksize))


@dataclass(frozen=True)
class Async:
    """Tasks on one event loop; `function` is a coroutine function.

    The loop runs in its own thread, because a notebook's thread already runs one. It
    sees the caller's context variables, as with `asyncio.run`.
    `at_once` limits how many tasks are in flight: 1 awaits them one after another,
    None is no limit.
    """

    at_once: int | None = None

    def __post_init__(self) -> None:
        if self.at_once is not None:
            _check_counts(self, "at_once")

    def map(
        self, function: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T]
    ) -> list[R]:
        import asyncio  # here: every spawned worker imports this module
        from contextvars import copy_context

        call: Callable[[T], Coroutine[Any, Any, R]] = checked(self, function)
        context = copy_context()

        async def all_of_them() -> list[R]:
            tasks = list(items)
            slots = asyncio.Semaphore(self.at_once or len(tasks) or 1)

            async def one(item: T) -> R:
                async with slots:
                    return await call(item)

            return await asyncio.gather(*map(one, tasks))

        with ThreadPoolExecutor(1) as own_thread:
            return own_thread.submit(context.run, asyncio.run, all_of_them()).result()


def checked(strategy: Strategy, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` as `strategy` runs it: `Async` awaits, others mustn't need to.

    Raises TypeError if it's known by now that `strategy` can't run it, and says which
    one can. What's returned raises it if only the first result tells.
    """
    if not callable(function):
        raise TypeError(f"{label(strategy)} runs functions, got {function!r}")
    if isinstance(strategy, Async):
        return function if iscoroutinefunction(function) else _awaiting(function)
    if is_function(function, iscoroutinefunction, isasyncgenfunction):
        raise TypeError(
            f"{label(strategy)} runs plain functions, got the coroutine function "
            f"{function!r}; only Async runs those"
        )
    return Plain(function)


def _awaiting(
    function: Callable[[T], Any],
) -> Callable[[T], Coroutine[Any, Any, Any]]:
    """Return a coroutine function that awaits what `function` returns."""
    refused = False

    async def call(item: T) -> Any:
        nonlocal refused
        result = None if refused else function(item)
        if isawaitable(result):
            return await result
        refused = True  # the other tasks have started, and would block the loop as well
        raise TypeError(
            f"Async runs coroutine functions (async def), got {function!r}, which "
            "returned nothing to await: it would block the event loop"
        )

    return call


def label(strategy: object) -> str:
    """Return a strategy as it's written in code, without numbers that are defaults."""
    if not is_dataclass(strategy):
        return repr(strategy)
    given = [(field, getattr(strategy, field.name)) for field in fields(strategy)]
    shown = [
        f"{field.name}={value!r}"
        for field, value in given
        if value != field.default or isinstance(value, str)
    ]
    return f"{type(strategy).__name__}({', '.join(shown)})"


def _check_counts(strategy: object, *names: str) -> None:
    for name in names:
        count = check_count(name, getattr(strategy, name))
        object.__setattr__(strategy, name, count)  # of numpy's integers, Python's own
