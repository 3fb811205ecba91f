"""Ways to run many independent tasks, all with one method: `map`."""

from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, fields, is_dataclass
from inspect import iscoroutinefunction
from multiprocessing import get_all_start_methods, get_context
from typing import Any, Protocol, TypeVar

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
        return [function(item) for item in items]


@dataclass(frozen=True)
class Threads:
    """Threads of this process; they share its memory and its GIL."""

    workers: int

    def __post_init__(self) -> None:
        _at_least_one("workers", self.workers)

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(function, items))


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
        _at_least_one("workers", self.workers)
        _at_least_one("chunksize", self.chunksize)
        if self.start_method not in get_all_start_methods():
            raise ValueError(
                f"start_method must be one of {get_all_start_methods()} here, "
                f"got {self.start_method!r}"
            )

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
        context = get_context(self.start_method)
        with ProcessPoolExecutor(self.workers, mp_context=context) as pool:
            return list(pool.map(function, items, chunksize=self.chunksize))


@dataclass(frozen=True)
class Async:
    """Tasks on one event loop; `function` is a coroutine function.

    The loop runs in its own thread, because a notebook's thread already runs one.
    `at_once` limits how many tasks are in flight: 1 awaits them one after another,
    None is no limit.
    """

    at_once: int | None = None

    def __post_init__(self) -> None:
        if self.at_once is not None:
            _at_least_one("at_once", self.at_once)

    def map(
        self, function: Callable[[T], Coroutine[Any, Any, R]], items: Iterable[T]
    ) -> list[R]:
        import asyncio  # here: every spawned worker imports this module

        check_function(self, function)

        async def all_of_them() -> list[R]:
            tasks = list(items)
            slots = asyncio.Semaphore(self.at_once or len(tasks) or 1)

            async def one(item: T) -> R:
                async with slots:
                    return await function(item)

            return await asyncio.gather(*map(one, tasks))

        with ThreadPoolExecutor(1) as own_thread:
            return own_thread.submit(asyncio.run, all_of_them()).result()


def check_function(strategy: Strategy, function: Callable[..., Any]) -> None:
    """Raise TypeError if `strategy` can't run `function`, and say which one can."""
    waits = iscoroutinefunction(function)
    if isinstance(strategy, Async) and not waits:
        raise TypeError(
            f"Async runs coroutine functions (async def), got {function!r}, "
            "which would block the event loop"
        )
    if waits and not isinstance(strategy, Async):
        raise TypeError(
            f"{label(strategy)} runs plain functions, got the coroutine function "
            f"{function!r}; only Async runs those"
        )


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


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value!r}")
