"""Does a timeline answer what is asked of a run?"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paralelo.timelines.timeline import Interval, Timeline

moments = st.floats(0, 100)  # seconds


@st.composite
def intervals(draw):
    start, end = sorted([draw(moments), draw(moments)])
    worker, task = draw(st.integers(0, 3)), draw(st.integers(0, 9))
    return Interval(start, end, worker, task)


timelines = st.lists(intervals(), max_size=12).map(
    lambda unsorted: Timeline(tuple(sorted(unsorted)))
)


@pytest.mark.parametrize(("start", "end"), [(2, 1), (-1, 1), (math.nan, 1), (0, -1)])
def test_an_interval_that_does_not_run_forward_from_0_is_refused(start, end):
    with pytest.raises(ValueError, match=f"runs forward from 0, got {start!r}"):
        Interval(start, end, worker=0, task=0)


@pytest.mark.parametrize(
    ("cpu", "share"), [(0.0, 0.0), (1.0, 0.25), (4.0, 1.0), (4.1, 1.0)]
)
def test_the_share_is_the_computed_part_of_the_duration(cpu, share):
    interval = Interval(1, 5, worker=0, task=0, cpu=cpu)

    assert interval.share == share


def test_an_instant_is_all_computed():
    assert Interval(1, 1, worker=0, task=0).share == 1


def test_a_timeline_in_another_order_is_refused():
    late, early = Interval(2, 3, worker=0, task=0), Interval(1, 2, worker=0, task=1)

    with pytest.raises(ValueError, match="in order of their start"):
        Timeline((late, early))


def test_intervals_that_start_together_come_in_any_order():
    long, short = Interval(0, 3, worker=0, task=0), Interval(0, 2, worker=1, task=1)

    assert Timeline((long, short)).tasks == Timeline((short, long)).tasks


def test_a_run_of_two_workers_in_numbers():
    run = Timeline(
        (
            Interval(1, 3, worker=0, task=0),
            Interval(2, 4, worker=1, task=1),
            Interval(3, 5, worker=0, task=2),
        )
    )

    assert (run.workers, run.tasks, run.peak) == (2, 3, 2)
    assert (run.startup, run.end, run.makespan) == (1, 5, 4)
    assert (run.busy, run.average_parallelism, run.utilisation) == (6, 1.5, 0.75)
    assert str(run) == "3 tasks, 2 workers, makespan 4 s, peak 2"


def test_an_empty_run_is_zero_everywhere():
    run = Timeline(())

    assert (run.workers, run.tasks, run.peak) == (0, 0, 0)
    assert (run.startup, run.end, run.makespan) == (0, 0, 0)
    assert (run.busy, run.average_parallelism, run.utilisation) == (0, 0, 0)


def test_two_turns_of_a_task_are_one_task():
    run = Timeline((Interval(0, 1, worker=0, task=7), Interval(2, 3, worker=0, task=7)))

    assert run.tasks == 1


def test_an_interval_that_starts_when_another_ends_is_not_beside_it():
    run = Timeline((Interval(0, 1, worker=0, task=0), Interval(1, 2, worker=1, task=1)))

    assert run.peak == 1


@given(timelines)
def test_the_peak_is_reached_when_some_interval_starts(run):
    lasting = [interval for interval in run.intervals if interval.duration]

    under_way = [
        sum(other.start <= interval.start < other.end for other in lasting)
        for interval in lasting
    ]

    assert run.peak == max(under_way, default=0)


@given(timelines)
def test_the_average_parallelism_is_never_above_the_peak(run):
    assert run.average_parallelism <= run.peak + 1e-9


@given(timelines)
def test_the_run_goes_from_its_first_start_to_its_last_end(run):
    for interval in run.intervals:
        assert run.startup <= interval.start <= interval.end <= run.end


@given(st.lists(moments, max_size=12))
def test_one_worker_with_one_task_at_a_time_is_used_in_full_or_less(times):
    times.sort()
    turns = zip(times[::2], times[1::2], strict=False)

    run = Timeline(tuple(Interval(*turn, worker=0, task=0) for turn in turns))

    assert run.utilisation <= 1 + 1e-9
