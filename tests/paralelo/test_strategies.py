"""Does every strategy change the time, and not the answer?"""

import asyncio
import math
import multiprocessing
import os
import re
import sys
import threading
from contextvars import ContextVar
from functools import partial, wraps
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paralelo import Async, Processes, Sequential, Threads, label, strategies
from paralelo.instrument import instrumented
from paralelo.workloads import aio_sleep, sleep

METHODS = [
    pytest.param(
        method,
        marks=pytest.mark.skipif(
            method == "fork" and sys.version_info >= (3, 12),
            reason="since 3.12, forking where threads may run is a warning",
        ),
    )
    for method in multiprocessing.get_all_start_methods()
]
STRATEGIES = [
    pytest.param(strategy, id=label(strategy), marks=marks)
    for strategy, marks in [
        (Sequential(), ()),
        (Threads(3), ()),
        *[(Processes(2, *each.values), each.marks) for each in METHODS],
        (Processes(2, chunksize=3), ()),
        (Async(), ()),
        (Async(at_once=2), ()),
    ]
]
every_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


async def aio_factorial(number):
    return math.factorial(number)


async def aio_int(text):
    return int(text)


def kind_of_process(_):
    return type(multiprocessing.current_process()).__name__


def twin(strategy, function, coroutine):
    return coroutine if isinstance(strategy, Async) else function


@every_strategy
def test_a_strategy_changes_the_time_and_not_the_answer(strategy):
    factorial = twin(strategy, math.factorial, aio_factorial)

    answers = strategy.map(factorial, iter([5, 3, 0, 20]))

    assert answers == [120, 6, 1, math.factorial(20)]


@every_strategy
def test_the_results_come_in_the_items_order_whoever_is_done_first(strategy):
    function = twin(strategy, sleep, aio_sleep)

    results = strategy.map(function, [0.02, 0.01, 0.0])

    assert results == [0.02, 0.01, 0.0]


@every_strategy
def test_no_items_are_no_results(strategy):
    assert strategy.map(twin(strategy, sleep, aio_sleep), []) == []


@every_strategy
def test_the_error_of_a_task_is_its_own(strategy):
    read = twin(strategy, int, aio_int)

    with pytest.raises(ValueError, match="'three'"):
        strategy.map(read, ["1", "2", "three", "4"])


@pytest.mark.parametrize("strategy", [Threads, Processes])
def test_a_strategy_without_workers_is_refused(strategy):
    with pytest.raises(ValueError, match="workers must be at least 1, got 0"):
        strategy(0)


def test_a_chunk_without_tasks_is_refused():
    with pytest.raises(ValueError, match="chunksize must be at least 1, got -1"):
        Processes(2, chunksize=-1)


def test_no_tasks_at_once_are_refused():
    with pytest.raises(ValueError, match="at_once must be at least 1, got 0"):
        Async(at_once=0)


def test_an_unknown_start_method_is_refused_and_the_known_are_named():
    with pytest.raises(ValueError, match=r"\[.*'spawn'.*\] here, got 'spwan'"):
        Processes(2, "spwan")


def test_a_plain_function_is_refused_by_async():
    with pytest.raises(TypeError, match=r"async def.*would block the event loop"):
        Async().map(sleep, [0.0])


class Doubled:
    """An object that's called like a coroutine function."""

    async def __call__(self, item):
        await asyncio.sleep(0)
        return 2 * item


def decorated(function):
    @wraps(function)
    def wrapper(item):
        return function(item)

    return wrapper


async def double(item, factor=2):
    return await Doubled()(item) // 2 * factor


def future_double(item):
    return asyncio.ensure_future(double(item))


def later_double(item):
    return double(item)


async def each_double(item):
    yield await double(item)


#: What Async runs, and nothing else: first what's known before a call, then the rest.
KNOWN = [
    double,
    Doubled(),
    partial(double, factor=2),
    partial(Doubled()),
    Doubled().__call__,
]
TOLD = [later_double, decorated(double), lambda item: double(item)]
PLAIN = [Sequential(), Threads(2), Processes(2)]


@pytest.mark.parametrize("function", [*KNOWN, *TOLD, future_double])
@pytest.mark.parametrize("at_once", [None, 1])
def test_async_runs_whatever_returns_an_awaitable(function, at_once):
    assert Async(at_once).map(function, [1, 2, 3]) == [2, 4, 6]


@pytest.mark.parametrize("function", [*KNOWN, each_double])
@pytest.mark.parametrize("strategy", PLAIN, ids=label)
def test_a_coroutine_function_is_refused_before_it_is_called(strategy, function):
    message = f"{label(strategy)} runs plain functions, got the coroutine function"

    with pytest.raises(TypeError, match=re.escape(message)):
        strategy.map(function, iter(pytest.fail, None))  # it asks for no task


# over 0.25 s: a process starts. That nothing was awaited would be a warning, an error.
@pytest.mark.parametrize("strategy", PLAIN, ids=label)
def test_a_function_that_returns_coroutines_is_refused_at_the_first(strategy, capfd):
    with pytest.raises(TypeError, match=r"double .* returned a coroutine, and nothing"):
        strategy.map(later_double, [1, 2, 3])

    assert "never awaited" not in capfd.readouterr().err


@pytest.mark.parametrize("at_once", [None, 1])
def test_async_calls_a_plain_function_only_once_before_it_refuses_it(at_once):
    calls = []

    with pytest.raises(TypeError, match=r"append.*returned nothing to await"):
        Async(at_once).map(calls.append, range(5))

    assert calls == [0]


@pytest.mark.parametrize("strategy", [*PLAIN, Async()], ids=label)
def test_what_can_t_be_called_is_refused(strategy):
    with pytest.raises(
        TypeError, match=re.escape(f"{label(strategy)} runs functions, got 3")
    ):
        strategy.map(3, [])


def test_async_sees_the_context_of_its_caller_and_keeps_its_own():
    place = ContextVar("place", default="nowhere")
    place.set("here")

    async def move(item):
        before = place.get()
        place.set(item)
        return before

    assert Async().map(move, ["there", "elsewhere"]) == ["here", "here"]
    assert place.get() == "here"


def test_as_many_threads_as_workers_run_together():
    barrier = threading.Barrier(3)  # opens when three wait before it

    places = Threads(3).map(lambda _: barrier.wait(timeout=60), range(3))

    assert sorted(places) == [0, 1, 2]


def test_sequential_runs_in_the_calling_thread():
    threads = Sequential().map(lambda _: threading.get_ident(), range(3))

    assert set(threads) == {threading.get_ident()}


def test_threads_run_in_this_process_and_processes_in_others():
    items = [-1, -2]

    of_threads = {visit.process for visit in Threads(2).map(instrumented(abs), items)}
    of_processes = {
        visit.process for visit in Processes(2).map(instrumented(abs), items)
    }

    assert of_threads == {os.getpid()}
    assert os.getpid() not in of_processes


# over 0.25 s: the new process imports this file, and so pytest and hypothesis
@pytest.mark.parametrize("method", METHODS)
def test_the_processes_start_as_they_were_told_to(method):
    (kind,) = Processes(1, start_method=method).map(kind_of_process, [None])

    assert kind.lower() == f"{method}process"


def test_tasks_travel_to_processes_in_chunks(monkeypatch):
    pool = FakePool()
    monkeypatch.setattr(strategies, "ProcessPoolExecutor", pool)

    Processes(2, chunksize=7).map(abs, [-1])

    assert pool.asked == SimpleNamespace(workers=2, chunksize=7)


class FakePool:
    """A pool of processes with no process in it; notes what it was asked for."""

    def __call__(self, workers, mp_context):
        self.asked = SimpleNamespace(workers=workers)
        return self

    def map(self, function, items, chunksize):
        self.asked.chunksize = chunksize
        return map(function, items)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


class Crowd:
    """Counts how many tasks are under way, and the most that ever were."""

    now = most = 0

    async def visit(self, _):
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)  # every other task that may run does so here
        self.now -= 1


@given(st.integers(1, 5), st.integers(0, 12))
def test_async_has_as_many_tasks_under_way_as_it_may(at_once, tasks):
    crowd = Crowd()

    Async(at_once=at_once).map(crowd.visit, range(tasks))

    assert crowd.most == min(at_once, tasks)


def test_async_without_a_bound_has_all_tasks_under_way():
    crowd = Crowd()

    Async().map(crowd.visit, range(100))

    assert crowd.most == 100


def test_async_works_where_a_loop_is_running():
    async def cell():
        return Async().map(aio_factorial, [3])

    assert asyncio.run(cell()) == [6]


def test_async_runs_all_tasks_in_one_thread_that_is_not_the_callers():
    async def thread(_):
        return threading.get_ident()

    threads = set(Async().map(thread, range(3)))

    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_async_leaves_no_task_running_after_an_error():
    ends = []

    async def end(item):
        try:
            await asyncio.sleep(0 if item == "error" else 3600)
            raise ValueError(item)
        finally:
            ends.append(item)

    with pytest.raises(ValueError, match="error"):
        Async().map(end, ["patient", "error"])

    assert sorted(ends) == ["error", "patient"]


@pytest.mark.parametrize(
    ("strategy", "text"),
    [
        (Sequential(), "Sequential()"),
        (Threads(2), "Threads(workers=2)"),
        (Processes(2), "Processes(workers=2, start_method='spawn')"),
        (
            Processes(2, chunksize=8),
            "Processes(workers=2, start_method='spawn', chunksize=8)",
        ),
        (Async(), "Async()"),
        (Async(at_once=3), "Async(at_once=3)"),
        ("what is no dataclass", "'what is no dataclass'"),
    ],
)
def test_a_label_leaves_out_the_numbers_that_are_defaults(strategy, text):
    assert label(strategy) == text


def test_equal_strategies_are_one_key():
    assert {Processes(2): "spawn"}[Processes(2, "spawn")] == "spawn"
