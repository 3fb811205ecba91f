"""Is what can't be refused at the door, in one line, wherever it comes in?"""

import math
import re
import threading
from functools import partial
from inspect import isgeneratorfunction

import pytest

from paralelo import (
    Async,
    Processes,
    Sequential,
    SlowServer,
    Threads,
    amdahl,
    background_load,
    beats_during,
    check,
    cpu_work,
    heartbeat,
    little,
    measure,
    observe_time_slices,
    repeat,
    simulate,
    simulate_loop,
)
from paralelo.arguments import is_function, refuse_coroutine
from paralelo.busy import IdleCores
from paralelo.hazards import (
    ReaderPreferenceLock,
    Schedule,
    entry_order,
    run_in_threads,
)
from paralelo.heartbeats import aio_heartbeat
from paralelo.laws import makespan_bounds, waves
from paralelo.timelines.timeline import Interval
from paralelo.workloads import aio_burn_cooperative, aio_sleep, burn, spin

#: All parameters that are counts, by the name that a message gives them.
COUNTS = [
    ("workers", Threads),
    ("workers", Processes),
    ("chunksize", lambda n: Processes(2, chunksize=n)),
    ("at_once", lambda n: Async(at_once=n)),
    ("rounds", lambda n: measure(abs, [1], [Sequential()], rounds=n)),
    ("warmups", lambda n: measure(abs, [1], [Sequential()], warmups=n)),
    ("rounds", lambda n: repeat(int, rounds=n)),
    ("warmups", lambda n: repeat(int, warmups=n)),
    ("workers", lambda n: simulate([cpu_work(1)], n)),
    ("cores", lambda n: simulate([cpu_work(1)], 1, cores=n)),
    ("at_once", lambda n: simulate_loop([cpu_work(1)], at_once=n)),
    ("workers", lambda n: waves(3, n)),
    ("tasks", lambda n: waves(n, 3)),
    ("count", lambda n: background_load(n).__enter__()),
    ("count", IdleCores),
    ("requires_idle_cores", lambda n: check("it-is", 1, equals=1, **cores(n))),
    ("rounds", lambda n: entry_order(ReaderPreferenceLock, n)),
    ("count", lambda n: ReaderPreferenceLock().wait_for_requests(n)),
    ("missing", lambda n: SlowServer(0, missing=[n])),
    ("hanging", lambda n: SlowServer(0, hanging=[n])),
    ("port", lambda n: SlowServer(0, port=n)),
    ("count", lambda n: SlowServer(0).product_urls(n)),
]
#: All parameters that are a time or another number.
NUMBERS = [
    ("latency", SlowServer),
    ("gap", lambda x: observe_time_slices(spin, [0], Sequential(), gap=x)),
    ("seconds", cpu_work),
    ("startup", lambda x: simulate([], 1, startup=x)),
    ("overhead", lambda x: simulate([], 1, overhead=x)),
    ("throughput", lambda x: little(x, 1)),
    ("latency", lambda x: little(1, x)),
    ("costs", lambda x: makespan_bounds([x], 2)),
    ("seconds", lambda x: IdleCores(1, seconds=x)),
    ("timeout", lambda x: run_in_threads(int, timeout=x)),
    ("timeout", lambda x: Schedule(timeout=x)),
    ("beat", lambda x: heartbeat(int, beat=x)),
    ("beat", lambda x: beats_during(int, beat=x)),
    ("beat", lambda x: aio_heartbeat(None, beat=x).send(None)),
    ("seconds", burn),
    ("seconds", lambda x: aio_sleep(x).send(None)),
    ("seconds", lambda x: aio_burn_cooperative(x).send(None)),
]


class Whole:
    """A whole number as numpy has them: no `int`, but it can be an index."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class AsyncCall:
    async def __call__(self, item=None):
        return item


class YieldingCall:
    def __call__(self, item):
        yield item


def cores(count):
    return {"requires_idle_cores": count}


def returns_a_coroutine(item=None):
    return AsyncCall()(item)


async def items(item):
    yield item


@pytest.mark.parametrize("value", [2.0, 2.5, math.nan, math.inf, True, "2"])
@pytest.mark.parametrize(("name", "call"), COUNTS)
def test_a_count_that_is_no_whole_number_is_refused(name, call, value):
    with pytest.raises(
        TypeError, match=f"^{name} must be a whole number, got {value!r}$"
    ):
        call(value)


@pytest.mark.parametrize(("name", "call"), COUNTS)
def test_a_negative_count_is_refused(name, call):
    with pytest.raises(ValueError, match=f"^{name} must .*, got -1$"):
        call(-1)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1])
@pytest.mark.parametrize(("name", "call"), NUMBERS)
def test_a_number_that_is_not_finite_or_negative_is_refused(name, call, value):
    with pytest.raises(ValueError, match=f"^{name} must be finite and .*, got {value}"):
        call(value)


@pytest.mark.parametrize(("name", "call"), NUMBERS)
def test_what_is_no_number_is_refused(name, call):
    with pytest.raises(TypeError, match=f"^{name} must be a number, got '1'$"):
        call("1")


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_an_interval_ends(wrong):
    with pytest.raises(ValueError, match=f"runs forward from 0, got 0 to {wrong}"):
        Interval(0, wrong, worker=0, task=0)


def test_infinity_is_a_number_of_workers_where_a_law_has_a_limit():
    assert amdahl(0.75, math.inf) == 4


@pytest.mark.parametrize(
    "strategy", [Threads(Whole(2)), Processes(Whole(2)), Async(Whole(2))]
)
def test_a_whole_number_of_another_kind_is_an_int_from_there_on(strategy):
    equal = type(strategy)(2)

    assert (strategy, repr(strategy)) == (equal, repr(equal))


def test_a_control_of_another_kind_of_whole_number_is_an_int():
    assert check("it-is", 1, equals=1, **cores(Whole(1))).needed == (
        "requires_idle_cores=1",
    )


@pytest.mark.parametrize(
    "function",
    [YieldingCall(), partial(YieldingCall()), partial(spin, 1), partial(partial(spin))],
)
def test_a_generator_function_is_known_in_an_object_and_a_partial(function):
    assert is_function(function, isgeneratorfunction)


@pytest.mark.parametrize(
    "function", [YieldingCall, abs, int, None, YieldingCall().__init__]
)
def test_a_class_is_not_what_its_objects_are(function):
    assert not is_function(function, isgeneratorfunction)


RUNNERS = [
    partial(repeat, warmups=0),
    repeat,
    heartbeat,
    beats_during,
    run_in_threads,
]


@pytest.mark.parametrize("action", [AsyncCall(), returns_a_coroutine])
@pytest.mark.parametrize("run", RUNNERS)
def test_an_action_that_returns_a_coroutine_is_refused_by_what_can_t_await(run, action):
    message = f"{re.escape(repr(action))} returned a coroutine, and nothing here"

    with pytest.raises(TypeError, match=message):
        run(action)  # that it was never awaited would be a warning, and an error here

    assert threading.active_count() == 1


def test_a_generator_of_coroutines_is_refused_as_well():
    with pytest.raises(TypeError, match="returned a coroutine"):
        refuse_coroutine(items, items(1))
