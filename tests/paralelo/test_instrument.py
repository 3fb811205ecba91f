"""What does a worker know of a task that it ran?"""

import asyncio
import os
import pickle
from functools import partial
from inspect import iscoroutinefunction
from threading import get_ident
from time import perf_counter
from types import coroutine

import pytest

from paralelo import Processes, instrument
from paralelo.instrument import Steps, instrumented
from paralelo.workloads import aio_sleep, burn


async def two_steps(result):
    await asyncio.sleep(0)
    return result


async def fall(reason):
    raise LookupError(reason)


@coroutine
def question(text):
    return (yield text)


async def ask(text):
    return await question(text)


def scripted(*readings):
    """A clock that shows one reading after the other."""
    return iter(readings).__next__


def finish(awaitable):
    """Drive an awaitable to its end without a loop; returns its result, and waits."""
    running, waits = awaitable.__await__(), 0
    while True:
        try:
            next(running)
        except StopIteration as done:
            return done.value, waits
        waits += 1


def test_a_visit_keeps_the_result_and_who_ran_the_task():
    visit = instrumented(abs)(-3)

    assert visit.result == 3
    assert (visit.process, visit.thread) == (os.getpid(), get_ident())


def test_a_visit_notes_wall_and_cpu_time(monkeypatch):
    monkeypatch.setattr(instrument, "perf_counter", scripted(10.0, 15.0))
    monkeypatch.setattr(instrument, "thread_time", scripted(1.0, 3.0))
    monkeypatch.setattr(instrument, "process_time", scripted(7.0))

    visit = instrumented(abs)(-3)

    assert (visit.start, visit.end) == (10, 15)
    assert (visit.cpu, visit.process_cpu) == (2, 7)


def test_a_visit_knows_the_cpu_time_that_its_task_took():
    visit = instrumented(burn)(0.01)

    assert visit.cpu >= 0.01


def test_a_visit_in_another_process_is_timed_by_the_same_clock():
    before = perf_counter()

    (visit,) = Processes(workers=1).map(instrumented(abs), [-3])

    assert visit.process != os.getpid()
    assert before <= visit.start <= visit.end <= perf_counter()


def test_a_watched_function_can_be_pickled():
    copy = pickle.loads(pickle.dumps(instrumented(abs)))

    assert copy(-3).result == 3


@pytest.mark.parametrize("function", [two_steps, partial(aio_sleep)])
def test_a_watched_coroutine_function_is_one_too(function):
    assert iscoroutinefunction(instrumented(function))
    assert not iscoroutinefunction(instrumented(abs))


def test_the_error_of_a_watched_function_is_its_own():
    with pytest.raises(ValueError, match="'three'"):
        instrumented(int)("three")


def test_the_error_of_a_watched_coroutine_is_its_own():
    with pytest.raises(LookupError, match="typo"):
        finish(instrumented(fall)("typo"))


def test_a_visit_of_a_coroutine_counts_its_steps_but_not_its_waits(monkeypatch):
    monkeypatch.setattr(instrument, "perf_counter", scripted(0, 1, 2, 8, 9, 10))
    monkeypatch.setattr(instrument, "thread_time", scripted(0.0, 0.5, 4.0, 4.25))

    visit, waits = finish(instrumented(two_steps)("result"))

    assert (visit.result, waits) == ("result", 1)
    assert (visit.start, visit.end, visit.cpu) == (0, 10, 0.75)


def test_steps_run_from_each_resumption_to_the_next_wait(monkeypatch):
    monkeypatch.setattr(instrument, "perf_counter", scripted(1, 2, 8, 9))
    steps = Steps(two_steps("result"))

    finish(steps)

    assert steps.taken == [(1, 2), (8, 9)]


def test_a_step_that_raises_is_noted_too(monkeypatch):
    monkeypatch.setattr(instrument, "perf_counter", scripted(1, 2))
    steps = Steps(fall("typo"))

    with pytest.raises(LookupError):
        finish(steps)

    assert steps.taken == [(1, 2)]


def test_what_a_wait_answers_reaches_the_coroutine():
    running = Steps(ask("which?")).__await__()
    question = next(running)

    with pytest.raises(StopIteration) as done:
        running.send("that one")

    assert (question, done.value.value) == ("which?", "that one")


def test_a_cancellation_reaches_the_coroutine():
    async def tidy():
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            return "tidied up"

    running = Steps(tidy()).__await__()
    next(running)

    with pytest.raises(StopIteration) as done:
        running.throw(asyncio.CancelledError())

    assert done.value.value == "tidied up"
