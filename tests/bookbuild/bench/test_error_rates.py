"""Does the simulation count what `check` says? No run is timed here."""

from collections import Counter
from random import Random

import pytest

from bookbuild.bench import error_rates
from bookbuild.bench.error_rates import (
    RATIOS,
    each,
    either,
    largest_false,
    lines,
    shares,
    simulate,
    slowdowns,
    whole,
)
from paralelo.claims.verdict import Outcome
from paralelo.samples import Run, Sample

HOLDS, FAILS, UNDECIDED = Outcome
SILENCE = each([1.0])
IN_STEP = whole([1.0, 2.0] * 50)  # every other run takes twice as long


def counts(ratio, noise=SILENCE, *, count=50):
    return dict(simulate(ratio, noise, count=count, random=Random(1)))


@pytest.mark.parametrize(
    ("ratio", "outcome"), [(0.5, FAILS), (0.98, FAILS), (1, HOLDS), (1.02, HOLDS)]
)
def test_without_noise_every_verdict_is_right(ratio, outcome):
    assert counts(ratio) == {outcome: 50}


@pytest.mark.parametrize("ratio", [0.5, 0.98, 1, 1.02])
def test_noise_that_all_runs_of_a_claim_share_takes_nothing_away(ratio):
    steady = either(each([1.0]), each([9.0]))

    assert counts(ratio, steady) == counts(ratio)


def test_noise_as_large_as_the_difference_leaves_claims_undecided():
    made = counts(1.5, each([1.0, 2.0]), count=1_000)

    assert made[UNDECIDED] > 500


def test_at_equality_all_rounds_are_below_by_chance_alone():
    random = Random(0)
    noise = each([1 + random.random() for _ in range(997)])  # hardly any ties

    made = counts(1, noise, count=20_000)

    assert made[FAILS] / 20_000 == pytest.approx(0.5**7, rel=0.25)
    assert made[HOLDS] / 20_000 == pytest.approx(0.5**7, rel=0.25)


def test_noise_in_step_with_the_runs_misleads_no_more_than_any_other():
    made = counts(1, IN_STEP, count=20_000)

    assert made[FAILS] / 20_000 == pytest.approx(0.5**7, rel=0.25)


def test_noise_as_a_whole_is_of_runs_that_followed_one_another():
    draw, random = whole([float(number) for number in range(20)]), Random(1)

    drawn = [draw(random) for _ in range(200)]

    assert {runs[0] for runs in drawn} == set(range(7))  # every window there is
    assert all(
        list(runs) == list(range(int(runs[0]), 14 + int(runs[0]))) for runs in drawn
    )


def test_noise_on_each_run_is_any_of_what_was_recorded():
    draw, random = each([1.0, 2.0, 3.0]), Random(1)

    assert {factor for _ in range(9) for factor in draw(random)} == {1.0, 2.0, 3.0}


def test_slow_downs_are_by_the_shortest_run_and_in_order():
    sample = Sample((Run(4, 1), Run(2, 1), Run(3, 1)))

    assert slowdowns(sample) == [2, 1, 1.5]


@pytest.mark.parametrize(("ratio", "false"), [(0.98, 0.2), (1, 0.3), (1.02, 0.3)])
def test_a_verdict_is_false_below_one_if_it_holds_and_else_if_it_fails(ratio, false):
    counted = Counter({HOLDS: 2, FAILS: 3, UNDECIDED: 5})

    assert shares(ratio, counted) == (false, 0.5)


def test_the_worst_share_is_over_all_ratios():
    assert largest_false([(0.0, 0.9), (0.01, 0.2), (0.005, 0.5)]) == 0.01


def test_the_table_has_a_line_for_each_ratio():
    made = [shares(ratio, Counter({HOLDS: 1})) for ratio in RATIOS]

    _, _, *rows, last = lines({"one": made, "two": made})

    assert [row.split()[0] for row in rows] == [str(ratio) for ratio in RATIOS]
    assert rows[0].split() == ["0.5", "100.00%", "0.0%", "100.00%", "0.0%"]
    assert rows[-1].split() == ["2", "0.00%", "0.0%", "0.00%", "0.0%"]
    assert last.split() == ["worst", "100.00%", "100.00%"]


@pytest.mark.parametrize(("limit", "status"), [(0.05, 0), (0.0, 1)])
def test_too_many_false_verdicts_are_an_error(monkeypatch, capsys, limit, status):
    monkeypatch.setattr(error_rates, "_record", lambda: {"in step": IN_STEP})
    monkeypatch.setattr(error_rates, "CLAIMS", 2_000)
    monkeypatch.setattr(error_rates, "WORST", limit)

    assert error_rates.error_rates() == status
    assert ("OVER" in capsys.readouterr().out) == bool(status)


def test_the_same_seed_gives_the_same_table():
    noise = each([1.0, 1.5, 3.0])

    assert counts(0.9, noise) == counts(0.9, noise)
