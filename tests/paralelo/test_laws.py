"""Do the laws say what their authors say, and refuse what they do not speak of?"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paralelo.laws import (
    amdahl,
    graham,
    graham_longest_first,
    gustafson,
    little,
    makespan_bounds,
    waves,
)

parts = st.floats(0, 1)
workers = st.integers(1, 1000)
costs = st.lists(st.integers(0, 100), max_size=20)


@pytest.mark.parametrize(
    ("part", "workers", "speedup"),
    [
        (0.5, 2, 4 / 3),
        (0.9, 9, 5),
        (0.0, 8, 1),
        (1.0, 8, 8),
        (0.75, math.inf, 4),
        (1.0, math.inf, math.inf),
    ],
)
def test_amdahl_divides_one_part_of_the_time(part, workers, speedup):
    assert amdahl(part, workers) == pytest.approx(speedup)


@pytest.mark.parametrize(
    ("part", "workers", "speedup"),
    [(0.5, 2, 1.5), (0.9, 10, 9.1), (0.0, math.inf, 1), (0.5, math.inf, math.inf)],
)
def test_gustafson_multiplies_one_part_of_the_work(part, workers, speedup):
    assert gustafson(part, workers) == pytest.approx(speedup)


@given(parts, workers)
def test_a_speedup_is_from_1_to_the_number_of_workers(part, workers):
    for speedup in (amdahl(part, workers), gustafson(part, workers)):
        assert 1 - 1e-9 <= speedup <= workers * (1 + 1e-9)


@given(parts, workers)
def test_no_number_of_workers_goes_beyond_amdahls_limit(part, workers):
    assert amdahl(part, workers) <= amdahl(part, math.inf) * (1 + 1e-9)


@given(parts, workers)
def test_both_laws_agree_if_each_is_given_its_own_part(part, workers):
    sequential, divided = 1 - part, part / workers  # seconds of the parallel run
    share = divided / (sequential + divided)

    assert amdahl(part, workers) == pytest.approx(gustafson(share, workers))


def test_little_multiplies_throughput_and_latency():
    assert little(throughput=50, latency=0.2) == 10


@pytest.mark.parametrize(
    ("workers", "any_order", "longest_first"),
    [(1, 1, 1), (2, 3 / 2, 7 / 6), (4, 7 / 4, 5 / 4), (math.inf, 2, 4 / 3)],
)
def test_grahams_factors(workers, any_order, longest_first):
    assert graham(workers) == pytest.approx(any_order)
    assert graham_longest_first(workers) == pytest.approx(longest_first)


@pytest.mark.parametrize(
    ("tasks", "workers", "rounds"), [(0, 3, 0), (1, 3, 1), (3, 3, 1), (4, 3, 2)]
)
def test_waves_count_the_last_round_though_it_is_not_full(tasks, workers, rounds):
    assert waves(tasks, workers) == rounds


@given(st.integers(0, 1000), workers)
def test_waves_are_just_enough_rounds(tasks, workers):
    rounds = waves(tasks, workers)

    assert (rounds - 1) * workers < tasks <= rounds * workers


@pytest.mark.parametrize(
    ("costs", "workers", "bounds"),
    [
        ([3, 3], 2, (3, 4.5)),
        ([1, 1, 1, 1], 2, (2, 2.5)),
        ([5, 1], 2, (5, 5.5)),
        ([2, 3], 1, (5, 5)),
        ([2, 3], math.inf, (3, 3)),
        ([], 4, (0, 0)),
    ],
)
def test_the_makespan_lies_between_bounds(costs, workers, bounds):
    assert makespan_bounds(costs, workers) == bounds


@given(costs, workers)
def test_the_upper_bound_is_within_grahams_factor_of_the_lower(costs, workers):
    least, most = makespan_bounds(costs, workers)

    assert least <= most * (1 + 1e-9)
    assert most <= graham(workers) * least * (1 + 1e-9)


@pytest.mark.parametrize("workers", [0, -1, math.nan])
@pytest.mark.parametrize(
    "law",
    [
        lambda workers: amdahl(0.5, workers),
        lambda workers: gustafson(0.5, workers),
        graham,
        graham_longest_first,
        lambda workers: makespan_bounds([1], workers),
    ],
)
def test_less_than_one_worker_is_refused(law, workers):
    with pytest.raises(ValueError, match=f"workers must be at least 1, got {workers}"):
        law(workers)


@pytest.mark.parametrize("law", [amdahl, gustafson])
@pytest.mark.parametrize("part", [-0.1, 1.1, math.nan])
def test_a_part_is_from_0_to_1(law, part):
    with pytest.raises(ValueError, match=f"part must be from 0 to 1, got {part}"):
        law(part, 2)


@pytest.mark.parametrize("wrong", [-1, math.inf, math.nan])
def test_what_is_negative_or_infinite_is_refused(wrong):
    with pytest.raises(ValueError, match=f"throughput must be .* got {wrong}"):
        little(wrong, 1)
    with pytest.raises(ValueError, match=f"latency must be .* got {wrong}"):
        little(1, wrong)
    with pytest.raises(ValueError, match=f"costs must be .* got {wrong}"):
        makespan_bounds([1, wrong], 2)


def test_waves_of_less_than_no_task_or_without_a_worker_are_refused():
    with pytest.raises(ValueError, match="tasks must not be negative, got -1"):
        waves(-1, 2)
    with pytest.raises(ValueError, match="workers must be at least 1, got 0"):
        waves(3, 0)
