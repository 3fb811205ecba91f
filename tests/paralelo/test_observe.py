"""Is what was observed what happened: every task, on its worker, in its time?"""

import asyncio
import threading
from functools import partial
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paralelo import (
    Async,
    Processes,
    Sequential,
    Threads,
    gil_enabled,
    label,
    observe,
    observe_time_slices,
)
from paralelo.instrument import TaskRun
from paralelo.timelines.observe import _TimeSlices
from paralelo.timelines.timeline import Timeline
from paralelo.workloads import aio_sleep, burn, sleep, spin

#: The name of the module is the function's, too.
observing = import_module("paralelo.timelines.observe")


class Told:
    """A strategy that runs nothing, and tells what its workers did instead."""

    def __init__(self, *visits):
        self.visits = visits

    def map(self, function, items):
        return self.visits


def visit(start, end, *, process=1, thread=1, cpu=0.0, result=None):
    return TaskRun(result, start, end, cpu, 0.0, process, thread)


def told(*visits, observe=observe, begun=0.0):
    """The timeline of a run that began at `begun`, with these visits in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(observing, "perf_counter", lambda: begun)
        return observe(
            spin if observe is observe_time_slices else abs, [], Told(*visits)
        )


def test_workers_are_numbered_in_the_order_of_their_first_task():
    run = told(visit(3, 4, thread=77), visit(1, 9, thread=99), visit(9, 10, thread=77))

    assert [(each.task, each.worker) for each in run.intervals] == [
        (1, 0),
        (0, 1),
        (2, 1),
    ]


def test_threads_of_two_processes_are_two_workers():
    run = told(visit(1, 2, process=1), visit(1, 2, process=2))

    assert run.workers == 2


def test_time_is_counted_from_the_beginning_of_the_run():
    run = told(visit(103, 107, cpu=1.5), begun=100)

    (interval,) = run.intervals
    assert (interval.start, interval.end, interval.cpu) == (3, 7, 1.5)
    assert run.startup == 3


def test_a_visit_of_no_duration_took_no_cpu_time():
    (interval,) = told(visit(3, 3)).intervals

    assert interval.cpu == 0


def test_turns_share_the_cpu_time_of_their_task_by_their_duration():
    run = told(
        visit(0, 9, cpu=2.0, result=[(0, 1), (2, 5)]), observe=observe_time_slices
    )

    assert [(each.start, each.end, each.cpu) for each in run.intervals] == [
        (0, 1, 0.5),
        (2, 5, 1.5),
    ]


moments = st.floats(0, 1000)  # seconds


@st.composite
def visits(draw):
    start, end = sorted([draw(moments), draw(moments)])
    process, thread = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    return visit(start, end, process=process, thread=thread)


@given(st.lists(visits(), max_size=12))
def test_every_task_is_there_once_with_its_times(given_visits):
    run = told(*given_visits)

    assert {each.task: (each.start, each.end) for each in run.intervals} == {
        task: (each.start, each.end) for task, each in enumerate(given_visits)
    }
    assert len(run.intervals) == len(given_visits)


@given(st.lists(visits(), max_size=12))
def test_a_worker_is_a_thread_of_a_process(given_visits):
    run = told(*given_visits)

    who = {
        (each.worker, given_visits[each.task].process, given_visits[each.task].thread)
        for each in run.intervals
    }
    assert len(who) == run.workers == len({worker for worker, _, _ in who})
    assert {worker for worker, _, _ in who} == set(range(run.workers))


@pytest.mark.parametrize(
    "strategy", [Sequential(), Threads(2), Processes(2)], ids=label
)
def test_every_task_of_a_real_run_is_observed_once(strategy):
    run = observe(sleep, [0.0] * 5, strategy)

    assert sorted(each.task for each in run.intervals) == [0, 1, 2, 3, 4]
    assert run.startup > 0


def test_sequential_tasks_are_never_beside_each_other():
    run = observe(sleep, [0.001] * 3, Sequential())

    assert (run.workers, run.peak) == (1, 1)
    assert [each.task for each in run.intervals] == [0, 1, 2]


def test_tasks_that_meet_are_on_workers_of_their_own():
    barrier = threading.Barrier(3, timeout=60)

    run = observe(lambda _: barrier.wait(), range(3), Threads(3))

    assert (run.workers, run.peak) == (3, 3)


def test_coroutines_are_beside_each_other_on_one_worker():
    barrier = asyncio.Barrier(4)

    async def meet(_):
        async with barrier:
            await asyncio.sleep(0)

    run = observe(meet, range(4), Async())

    assert (run.workers, run.tasks, run.peak) == (1, 4, 4)


def test_bounded_coroutines_are_beside_each_other_as_far_as_they_may():
    run = observe(aio_sleep, [0.001] * 5, Async(at_once=2))

    assert run.peak == 2


def test_the_turns_of_a_coroutine_are_its_steps():
    async def three_steps(_):
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    run = observe_time_slices(three_steps, range(2), Async())

    assert [each.task for each in run.intervals] == [0, 1, 0, 1, 0, 1]
    assert (run.workers, run.peak) == (1, 1)


@pytest.mark.skipif(not gil_enabled(), reason="without a GIL, time slices do overlap")
def test_the_turns_of_threads_under_a_gil_never_overlap():
    run = observe_time_slices(spin, [0.05] * 3, Threads(3))

    assert (run.tasks, run.peak) == (3, 1)


def test_turns_are_observed_in_other_processes_too():
    run = observe_time_slices(spin, [0.001] * 2, Processes(1))

    assert (run.workers, run.tasks) == (1, 2)


def test_a_task_that_computes_is_seen_to_compute():
    (interval,) = observe(burn, [0.01], Sequential()).intervals

    assert interval.cpu >= 0.01  # CPU time, which no neighbour can lengthen


def test_the_error_of_an_observed_task_is_its_own():
    with pytest.raises(ValueError, match="'three'"):
        observe(int, ["three"], Sequential())


def test_a_function_that_reports_no_progress_has_no_time_slices():
    with pytest.raises(TypeError, match=r"abs.*reports no progress"):
        observe_time_slices(abs, [1], Sequential())


def test_a_coroutine_function_is_refused_by_what_can_t_await():
    with pytest.raises(TypeError, match=r"Threads\(workers=2\) runs plain functions"):
        observe(aio_sleep, [0.0], Threads(2))


class Wait:
    """An object that's called like a coroutine function."""

    async def __call__(self, item):
        await asyncio.sleep(0)
        return item


def wait_later(item):
    return Wait()(item)


class Spin:
    def __call__(self, seconds):
        yield from spin(seconds)


@pytest.mark.parametrize("function", [Wait(), partial(Wait()), wait_later])
@pytest.mark.parametrize("observer", [observe, observe_time_slices])
def test_whatever_returns_a_coroutine_is_observed_on_a_loop(observer, function):
    run = observer(function, range(3), Async())

    steps = 1 if observer is observe else 2
    assert (run.workers, run.tasks, len(run.intervals)) == (1, 3, 3 * steps)


@pytest.mark.parametrize("function", [Wait(), partial(Wait()), wait_later])
@pytest.mark.parametrize("strategy", [Sequential(), Threads(2)], ids=label)
def test_coroutines_are_not_observed_by_what_can_t_await(strategy, function):
    with pytest.raises(TypeError, match=r"only Async runs"):
        observe(function, range(3), strategy)


@pytest.mark.parametrize("function", [spin, Spin(), partial(spin)])
def test_a_generator_function_has_time_slices_and_nothing_else(function):
    assert observe_time_slices(function, [0.0], Sequential()).tasks == 1
    with pytest.raises(TypeError, match=r"a call of it runs nothing; observe_time_sl"):
        observe(function, [0.0], Sequential())


@pytest.mark.parametrize("observer", [observe, observe_time_slices])
def test_a_plain_function_is_not_observed_on_a_loop(observer):
    with pytest.raises(TypeError, match=r"abs.*would block the event loop"):
        observer(abs, [1, 2], Async())


def test_tasks_may_come_from_a_generator():
    assert observe(abs, (n for n in range(3)), Threads(2)).tasks == 3


def test_a_gap_of_nothing_is_refused():
    with pytest.raises(ValueError, match="gap must be finite and more than 0, got 0"):
        observe_time_slices(spin, [0.01], Sequential(), gap=0)


class ManualClock:
    """A clock that moves on only when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    manual = ManualClock()
    monkeypatch.setattr(observing, "perf_counter", manual)
    return manual


@pytest.mark.parametrize(
    ("reports", "turns"),
    [
        ([1, 2, 9, 10], [(0, 2), (9, 10)]),
        ([5, 10], [(0, 10)]),  # just the gap is not more than the gap
        ([6, 12], [(0, 0), (6, 6), (12, 12)]),
        ([], [(0, 0)]),
    ],
)
def test_a_new_turn_begins_after_a_gap_between_reports(clock, reports, turns):
    def task(_):
        for clock.now in reports:
            yield
        clock.now += 100

    assert _TimeSlices(task, gap=5)("item") == turns


def test_a_last_turn_is_long_enough_for_others_to_notice(monkeypatch):
    seconds = iter(range(100))  # each look at the clock takes one
    monkeypatch.setattr(observing, "perf_counter", seconds.__next__)

    turns = _TimeSlices(iter, gap=5)([])

    assert turns == [(0, 0)]
    assert next(seconds) - 1 > 5


@given(st.lists(moments, max_size=12))
def test_turns_follow_one_another_and_reach_the_last_report(reports):
    reports.sort()
    clock = ManualClock()

    def task(_):
        for clock.now in reports:
            yield
        clock.now += 100

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(observing, "perf_counter", clock)
        turns = _TimeSlices(task, gap=5)("item")

    borders = [moment for turn in turns for moment in turn]
    assert borders == sorted(borders)
    assert borders[-1] == max(reports, default=0)


def test_an_observed_run_is_a_timeline():
    assert observe(abs, [], Sequential()) == Timeline(())


def test_each_task_has_a_thread_of_its_own_if_there_are_enough():
    def at_once(_):
        yield

    slices = observe_time_slices(at_once, range(3), Threads(3))

    assert {piece.worker for piece in slices.intervals} == {0, 1, 2}
