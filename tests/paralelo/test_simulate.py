"""Do ideal workers keep the laws, and do the simulated runs look like observed ones?"""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paralelo.laws import graham, makespan_bounds, waves
from paralelo.timelines.simulate import (
    cpu_work,
    io_wait,
    simulate,
    simulate_loop,
    simulate_time_slices,
)
from paralelo.timelines.timeline import Interval, Timeline

milliseconds = st.integers(0, 50).map(lambda number: number / 1000)
steps = st.builds(
    lambda kind, time: kind(time), st.sampled_from([cpu_work, io_wait]), milliseconds
)
some_tasks = st.lists(
    st.lists(steps, max_size=4).map(lambda parts: sum(parts, start=())), max_size=8
)
some_workers = st.integers(1, 5)
machines = st.fixed_dictionaries(
    {
        "workers": some_workers,
        "cores": st.none() | st.integers(1, 3),
        "gil": st.booleans(),
        "startup": milliseconds,
        "overhead": milliseconds,
        "switch_interval": st.sampled_from([0.005, 0.0013, math.inf]),
    }
)


def cost(task):
    return sum(step.seconds for step in task)


def computed(task):
    return sum(step.seconds for step in task if step.computing)


def spans(intervals):
    return [(interval.start, interval.end) for interval in intervals]


def near(seconds):
    return pytest.approx(seconds, rel=1e-9, abs=1e-9)


def test_each_task_goes_to_the_first_free_worker():
    run = simulate([cpu_work(3), io_wait(1), cpu_work(1) + io_wait(2), cpu_work(1)], 2)

    assert run == Timeline(
        (
            Interval(0, 3, worker=0, task=0, cpu=3),
            Interval(0, 1, worker=1, task=1, cpu=0),
            Interval(1, 4, worker=1, task=2, cpu=1),
            Interval(3, 4, worker=0, task=3, cpu=1),
        )
    )


def test_workers_with_one_gil_take_turns():
    tasks = [cpu_work(0.012), cpu_work(0.006)]

    turns = simulate_time_slices(tasks, 2, gil=True, switch_interval=0.005)

    assert turns == Timeline(
        (
            Interval(0.0, 0.005, worker=0, task=0, cpu=0.005),
            Interval(0.005, 0.01, worker=1, task=1, cpu=0.005),
            Interval(0.01, 0.015, worker=0, task=0, cpu=0.005),
            Interval(0.015, 0.016, worker=1, task=1, cpu=0.001),
            Interval(0.016, 0.018, worker=0, task=0, cpu=0.002),
        )
    )


def test_an_interval_goes_from_the_first_turn_to_the_last():
    run = simulate([cpu_work(0.012), cpu_work(0.006)], 2, gil=True)

    assert run == Timeline(
        (
            Interval(0.0, 0.018, worker=0, task=0, cpu=0.012),
            Interval(0.005, 0.016, worker=1, task=1, cpu=0.006),
        )
    )


def test_a_turn_goes_on_as_long_as_nobody_else_wants_the_core():
    turns = simulate_time_slices([cpu_work(1) + cpu_work(2)], 2, gil=True)

    assert turns == Timeline((Interval(0, 3, worker=0, task=0, cpu=3),))


def test_who_comes_while_another_computes_waits_for_a_switch_interval():
    turns = simulate_time_slices(
        [cpu_work(1), io_wait(0.102) + cpu_work(0.003)], 2, gil=True
    )

    late = [turn for turn in turns.intervals if turn.task == 1]
    assert spans(late) == [(0.005, 0.005), (0.112, 0.115)]  # it came at 0.107


def test_turns_go_round():
    turns = simulate_time_slices([cpu_work(0.01)] * 3, 3, gil=True)

    assert [turn.worker for turn in turns.intervals] == [0, 1, 2, 0, 1, 2]
    assert all(turn.cpu == 0.005 for turn in turns.intervals)


def test_a_turn_is_over_though_a_new_step_begins():
    tasks = [cpu_work(0.005) + cpu_work(0.005), cpu_work(0.001)]

    run = simulate(tasks, 2, gil=True)

    assert [interval.end for interval in run.intervals] == [0.011, 0.006]


def test_workers_share_the_cores_that_there_are():
    run = simulate([cpu_work(1)] * 3, 3, cores=2, switch_interval=math.inf)

    assert [(each.start, each.end) for each in run.intervals] == [
        (0, 1),
        (0, 1),
        (1, 2),
    ]


def test_handing_over_takes_the_gil_and_is_no_part_of_the_interval():
    run = simulate([cpu_work(2)] * 2, 2, gil=True, overhead=1, switch_interval=math.inf)

    assert run == Timeline(
        (
            Interval(1, 3, worker=0, task=0, cpu=2),
            Interval(4, 6, worker=1, task=1, cpu=2),
        )
    )


def test_a_turn_begins_with_what_is_handed_over():
    turns = simulate_time_slices([cpu_work(0.004)] * 2, 2, gil=True, overhead=0.003)

    assert spans(turns.intervals)[0] == (0.003, 0.005)


def test_workers_are_numbered_in_the_order_in_which_they_start_a_task():
    # Of three workers, the third hands over on the core that the first had to give up.
    run = simulate([cpu_work(1)] * 3, 3, cores=2, overhead=0.007)

    assert [each.worker for each in run.intervals] == [0, 1, 2]
    assert [each.task for each in run.intervals] == [1, 0, 2]


def test_a_task_that_computes_holds_up_the_loop():
    run = simulate_loop(
        [io_wait(1), cpu_work(5), io_wait(2) + cpu_work(1), cpu_work(1)]
    )

    assert run == Timeline(
        (
            Interval(0, 6, worker=0, task=0, cpu=0),  # after task 3, which came first
            Interval(0, 5, worker=0, task=1, cpu=5),
            Interval(5, 8, worker=0, task=2, cpu=1),
            Interval(5, 6, worker=0, task=3, cpu=1),
        )
    )


def test_a_loop_can_have_fewer_tasks_under_way():
    run = simulate_loop([io_wait(2), io_wait(1), io_wait(1)], at_once=2)

    assert spans(run.intervals) == [(0, 2), (0, 1), (1, 2)]


def test_tasks_that_start_together_come_in_their_order():
    run = simulate_loop([io_wait(3), io_wait(1), io_wait(2)])

    assert [interval.task for interval in run.intervals] == [0, 1, 2]


def test_nothing_to_do_is_an_empty_run():
    assert (
        simulate([], 3)
        == simulate_time_slices([], 3)
        == simulate_loop([])
        == Timeline(())
    )


@given(some_tasks, machines)
def test_every_task_is_run_exactly_once_and_computes_what_it_should(tasks, machine):
    for run in (simulate(tasks, **machine), simulate_loop(tasks)):
        cpu = {interval.task: interval.cpu for interval in run.intervals}

        assert len(run.intervals) == len(tasks)
        assert cpu == {
            number: near(computed(task)) for number, task in enumerate(tasks)
        }


@given(some_tasks, machines)
def test_turns_are_the_same_run_seen_more_closely(tasks, machine):
    run, turns = simulate(tasks, **machine), simulate_time_slices(tasks, **machine)

    for whole in run.intervals:
        own = [turn for turn in turns.intervals if turn.task == whole.task]
        assert {turn.worker for turn in own} == {whole.worker}
        assert (own[0].start, own[-1].end) == (whole.start, whole.end)
        assert sum(turn.duration for turn in own) == near(whole.cpu)
        assert all(before.end < after.start for before, after in pairwise(own))


@given(some_tasks, machines)
def test_nobody_has_two_tasks_and_no_core_two_turns(tasks, machine):
    at_once = 1 if machine["gil"] else machine["cores"] or machine["workers"]

    assert simulate(tasks, **machine).peak <= machine["workers"]
    assert simulate_time_slices(tasks, **machine).peak <= at_once


@given(some_tasks, machines)
def test_workers_are_numbered_from_0_without_a_gap(tasks, machine):
    run = simulate(tasks, **machine)

    starts = dict.fromkeys(interval.worker for interval in run.intervals)
    assert sorted(starts) == list(range(run.workers))


@given(some_tasks, machines)
def test_the_same_tasks_give_the_same_run(tasks, machine):
    assert simulate(tasks, **machine) == simulate(tasks, **machine)


@given(some_tasks, some_workers)
def test_the_makespan_keeps_grahams_bounds(tasks, workers):
    makespan = simulate(tasks, workers).makespan

    least, most = makespan_bounds(map(cost, tasks), workers)
    assert least - 1e-9 <= makespan <= most + 1e-9
    assert makespan <= graham(workers) * least + 1e-9


@pytest.mark.parametrize("workers", [2, 3, 4])
def test_grahams_factor_is_reached(workers):
    tasks = [cpu_work(1)] * (workers * (workers - 1)) + [cpu_work(workers)]

    best = simulate(tasks[::-1], workers).makespan

    assert simulate(tasks, workers).makespan == near(graham(workers) * best)


@given(some_tasks, machines)
def test_one_worker_takes_the_sum(tasks, machine):
    run = simulate(tasks, **machine | {"workers": 1, "overhead": 0})

    assert run.makespan == near(sum(map(cost, tasks)))


@given(some_tasks, some_workers)
def test_one_more_worker_with_a_core_of_its_own_never_hurts(tasks, workers):
    fewer, more = simulate(tasks, workers), simulate(tasks, workers + 1)

    assert more.makespan <= fewer.makespan


@given(some_tasks, some_workers)
def test_with_one_gil_the_work_takes_as_long_as_all_computing_at_least(tasks, workers):
    run = simulate(tasks, workers, gil=True)

    assert run.makespan >= sum(map(computed, tasks)) - 1e-9


@given(st.lists(milliseconds, max_size=8), some_workers)
def test_threads_that_only_compute_under_one_gil_take_the_sum(times, workers):
    run = simulate(map(cpu_work, times), workers, gil=True)

    assert run.makespan == near(sum(times))


@given(st.integers(1, 20), some_workers)
def test_equal_waits_take_as_many_times_as_there_are_waves(number, workers):
    run = simulate([io_wait(0.1)] * number, workers)

    assert run.makespan == near(waves(number, workers) * 0.1)


@given(st.lists(milliseconds, max_size=8), some_workers)
def test_one_gil_or_one_core_is_enough_to_wait(times, workers):
    tasks = [io_wait(time) for time in times]

    free = simulate(tasks, workers)

    assert simulate(tasks, workers, gil=True) == free
    assert simulate(tasks, workers, cores=1) == free


@given(some_tasks, machines, milliseconds)
def test_startup_comes_before_everything_else(tasks, machine, startup):
    at_once = simulate(tasks, **machine | {"startup": 0})
    later = simulate(tasks, **machine | {"startup": startup})

    for before, after in zip(at_once.intervals, later.intervals, strict=True):
        assert after.start == near(before.start + startup)
        assert after.end == near(before.end + startup)


@given(st.integers(0, 10**10))
def test_every_nanosecond_counts(nanoseconds):
    run = simulate([io_wait(nanoseconds / 10**9)], 1)

    assert run.end == nanoseconds / 10**9


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_all_waits_are_under_way_on_one_loop(times):
    run = simulate_loop(map(io_wait, times))

    assert (run.peak, run.workers) == (len(times), 1)
    assert run.end == max(times)


@given(some_tasks)
def test_a_loop_with_one_task_at_once_takes_the_sum(tasks):
    run = simulate_loop(tasks, at_once=1)

    assert run.peak <= 1
    assert run.makespan == near(sum(map(cost, tasks)))


@given(st.lists(milliseconds, max_size=8))
def test_tasks_that_only_compute_come_one_after_another_on_a_loop(times):
    run = simulate_loop(map(cpu_work, times))

    assert run.peak <= 1
    assert run.end == near(sum(times))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"workers": 0}, "workers must be at least 1, got 0"),
        ({"cores": 0}, "cores must be at least 1, got 0"),
        ({"cores": 0, "gil": True}, "cores must be at least 1, got 0"),
        ({"switch_interval": 0}, "switch_interval must be at least 1e-09 s, got 0"),
        ({"switch_interval": math.nan}, "switch_interval must be .* got nan"),
        ({"startup": -1}, "startup must be finite and not negative, got -1"),
        ({"startup": math.inf}, "startup must be finite and not negative, got inf"),
        ({"overhead": -1}, "overhead must be finite and not negative, got -1"),
    ],
)
@pytest.mark.parametrize("simulation", [simulate, simulate_time_slices])
def test_a_machine_that_there_cannot_be_is_refused(simulation, wrong, message):
    with pytest.raises(ValueError, match=message):
        simulation([cpu_work(1)], **{"workers": 1} | wrong)


def test_a_loop_without_tasks_at_once_is_refused():
    with pytest.raises(ValueError, match="at_once must be at least 1, got 0"):
        simulate_loop([io_wait(1)], at_once=0)


@pytest.mark.parametrize("kind", [cpu_work, io_wait])
@pytest.mark.parametrize("seconds", [-1, math.inf, math.nan])
def test_no_step_takes_less_than_nothing_or_for_ever(kind, seconds):
    with pytest.raises(ValueError, match=f"seconds must be finite .* got {seconds}"):
        kind(seconds)


@pytest.mark.parametrize("tasks", [cpu_work(1), [0.1], ["ab"], [(0.1,)]])
def test_what_is_no_task_is_refused(tasks):
    with pytest.raises(
        TypeError, match=r"a task is made of cpu_work\(\) and io_wait\(\)"
    ):
        simulate(tasks, 2)
    with pytest.raises(
        TypeError, match=r"a task is made of cpu_work\(\) and io_wait\(\)"
    ):
        simulate_loop(tasks)


def test_a_year_of_computing_is_simulated_at_once():
    run = simulate([cpu_work(3e7)] * 3, workers=4)  # 6e9 switch intervals

    assert (run.makespan, run.workers) == (3e7, 3)
