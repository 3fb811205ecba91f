"""Does a verdict say what the evidence says, and no more?"""

import json
import math
import numbers
import sys
from enum import IntEnum

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from paralelo import check, exact, lower_bound, upper_bound
from paralelo.busy import IdleCores
from paralelo.claims.evidence import LONGEST, Evidence, Kind
from paralelo.claims.verdict import REASONS, SIGNS, Outcome
from paralelo.samples import Ratio

HOLDS, FAILS, UNDECIDED = Outcome


class Obtaining(IdleCores):
    """A control of two cores that needs no processes to tell what they obtain."""

    def measure(self):
        return 2.0


class Busy(IdleCores):
    """The same on a busy machine."""

    def measure(self):
        return 0.912


class Unneeded(IdleCores):
    """A control that must not be run."""

    def measure(self):
        raise AssertionError("this control was run, and would have decided nothing")


class Starved(IdleCores):
    """So many cores on a machine that has half a core left."""

    def measure(self):
        return 0.5


def starved(count):
    return {"requires_idle_cores": Starved(count)}


IDLE = {"requires_idle_cores": Obtaining(2)}
BUSY = {"requires_idle_cores": Busy(2)}
UNNEEDED = {"requires_idle_cores": Unneeded(2)}
PASSED = check("control", 1, equals=1)
FAILED = check("control", 1, equals=2)
OPEN = check("control", lower_bound(1.0), at_least=2)
SUPPORTED, REFUTED, UNSURE = (
    {"requires_claim": verdict} for verdict in (PASSED, FAILED, OPEN)
)


def ratio(*values, rounds=7):
    """A ratio whose rounds take turns with the values."""
    return Ratio(tuple(values[number % len(values)] for number in range(rounds)))


class Color(IntEnum):
    RED = 1


# --- exact evidence


@pytest.mark.parametrize(
    ("value", "bounds", "outcome", "text"),
    [
        (5, {"equals": 5}, HOLDS, "5"),
        (5, {"equals": 6}, FAILS, "5 ≠ 6"),
        (5, {"at_least": 5}, HOLDS, "5 (≥ 5)"),
        (5, {"at_least": 6}, FAILS, "5 (≥ 6)"),
        (5, {"at_most": 5}, HOLDS, "5 (≤ 5)"),
        (5, {"at_most": 4.5}, FAILS, "5 (≤ 4.5)"),
        (5, {"at_least": 5, "at_most": 5}, HOLDS, "5 (≥ 5, ≤ 5)"),
        (5, {"at_least": 1, "at_most": 4}, FAILS, "5 (≥ 1, ≤ 4)"),
        (0, {"at_least": 0}, HOLDS, "0 (≥ 0)"),
        (1234567, {"at_most": 1234568}, HOLDS, "1234567 (≤ 1234568)"),
        (1234567, {"equals": 1234568}, FAILS, "1234567 ≠ 1234568"),
        (2**53 + 1, {"at_most": 2**53}, FAILS, f"{2**53 + 1} (≤ {2**53})"),
        (Color.RED, {"equals": 1}, HOLDS, "1"),
        (exact(0.5), {"equals": 0.5}, HOLDS, "0.5"),
        (exact(2 / 3), {"at_most": 0.7}, HOLDS, "0.666667 (≤ 0.7)"),
        (exact(5), {"at_least": 5}, HOLDS, "5 (≥ 5)"),
        (True, {"equals": True}, HOLDS, "True"),
        (False, {"equals": True}, FAILS, "False ≠ True"),
        (exact(True), {"equals": True}, HOLDS, "True"),
        (None, {"equals": None}, HOLDS, "None"),
        (None, {"equals": 0}, FAILS, "None ≠ 0"),
        ("a b", {"equals": "a b"}, HOLDS, "'a b'"),
        ([1, 2], {"equals": [1, 2]}, HOLDS, "[1, 2]"),
        ([1, 2], {"equals": [2, 1]}, FAILS, "[1, 2] ≠ [2, 1]"),
        ({1, 2}, {"equals": [1, 2]}, FAILS, "{1, 2} ≠ [1, 2]"),
        (set(), {"equals": set()}, HOLDS, "set()"),
    ],
)
def test_an_exact_value_is_within_the_bounds_or_not(value, bounds, outcome, text):
    verdict = check("it-is", value, **bounds)

    assert verdict.outcome is outcome
    assert verdict.text == text
    assert verdict.evidence.kind is Kind.EXACT
    assert verdict.why == ""


@pytest.mark.parametrize("value", [{"b", "c", "a"}, frozenset("cab")])
def test_a_set_is_shown_in_one_order(value):
    assert exact(value).shown == "{'a', 'b', 'c'}"


def test_a_set_of_what_has_no_order_is_shown_in_one_order_too():
    assert exact({2, "b", None}).shown == "{'b', 2, None}"


def test_numbers_in_a_set_are_shown_by_size():
    assert exact({10, 9}).shown == "{9, 10}"


@pytest.mark.parametrize("value", ["x" * 200, list(range(99)), 10**200])
def test_a_long_value_is_shown_in_part(value):
    verdict = check("it-is-long", value, equals=value)

    assert verdict.outcome is HOLDS
    assert len(verdict.text) == LONGEST
    assert verdict.text.endswith("…")


def test_a_value_that_is_just_short_enough_is_shown_whole():
    assert exact("x" * (LONGEST - 2)).shown == repr("x" * (LONGEST - 2))


@pytest.mark.parametrize("control", [{}, UNNEEDED, REFUTED])
def test_no_control_matters_to_an_exact_value(control):
    assert check("it-is", 5, equals=5, **control).outcome is HOLDS
    assert check("it-is", 5, at_least=6, **control).outcome is FAILS


# --- evidence that load can only lower, or only raise

ONE_SIDED = [
    (lower_bound(2), {"at_least": 1}, HOLDS),
    (lower_bound(1), {"at_least": 1}, HOLDS),
    (upper_bound(1), {"at_most": 2}, HOLDS),
    (lower_bound(2), {"at_most": 1}, FAILS),
    (upper_bound(1), {"at_least": 2}, FAILS),
    (lower_bound(3), {"at_least": 1, "at_most": 2}, FAILS),
    (upper_bound(0.5), {"at_least": 1, "at_most": 2}, FAILS),
]
OTHER_SIDE = [  # with what is true if there was no load
    (lower_bound(1), {"at_least": 2}, FAILS),
    (upper_bound(2), {"at_most": 1}, FAILS),
    (lower_bound(1), {"at_most": 2}, HOLDS),
    (upper_bound(2), {"at_least": 1}, HOLDS),
    (lower_bound(1.5), {"at_least": 1, "at_most": 2}, HOLDS),
    (upper_bound(3), {"at_least": 1, "at_most": 2}, FAILS),
]


@pytest.mark.parametrize("control", [{}, UNNEEDED, REFUTED])
@pytest.mark.parametrize(("evidence", "bounds", "outcome"), ONE_SIDED)
def test_a_limit_decides_on_its_own_side(evidence, bounds, outcome, control):
    verdict = check("it-is", evidence, **control, **bounds)

    assert (verdict.outcome, verdict.reason) == (outcome, "")


@pytest.mark.parametrize(("evidence", "bounds", "outcome"), OTHER_SIDE)
def test_a_limit_leaves_the_other_side_open(evidence, bounds, outcome):
    verdict = check("it-is", evidence, **bounds)

    assert (verdict.outcome, verdict.reason) == (UNDECIDED, "no control")


@pytest.mark.parametrize("control", [IDLE, SUPPORTED], ids=["cores", "claim"])
@pytest.mark.parametrize(("evidence", "bounds", "outcome"), OTHER_SIDE)
def test_a_control_decides_the_other_side(evidence, bounds, outcome, control):
    verdict = check("it-is", evidence, **control, **bounds)

    assert (verdict.outcome, verdict.reason) == (outcome, "")


@pytest.mark.parametrize(
    ("control", "reason"),
    [(BUSY, "second core"), (REFUTED, "claim"), (UNSURE, "claim")],
)
@pytest.mark.parametrize(("evidence", "bounds", "_outcome"), OTHER_SIDE)
def test_a_control_that_did_not_pass_decides_nothing(
    evidence, bounds, _outcome, control, reason
):
    verdict = check("it-is", evidence, **control, **bounds)

    assert (verdict.outcome, verdict.reason) == (UNDECIDED, reason)


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        (lower_bound(1.9876, "cores"), "1.99 cores (≥ 1.25 cores)"),
        (lower_bound(12345.6), "12346 (≥ 1.25)"),
        (lower_bound(1e20), "1e+20 (≥ 1.25)"),
        (upper_bound(0.00123, "s"), "0.00123 s (≥ 1.25 s)"),
    ],
)
def test_a_measurement_is_shown_with_three_digits_and_its_unit(evidence, text):
    assert check("it-is", evidence, at_least=1.25).text == text


@pytest.mark.parametrize(
    ("bound", "text"), [(5500, "≥ 5500"), (1.0, "≥ 1"), (0.30001, "≥ 0.30001")]
)
def test_a_bound_is_shown_as_it_was_written(bound, text):
    assert check("it-is", lower_bound(1), at_least=bound).bound == text


# --- ratios


@pytest.mark.parametrize(
    ("values", "bounds", "outcome"),
    [
        ((2, 3), {"at_least": 1}, HOLDS),
        ((1, 3), {"at_least": 1}, HOLDS),
        ((0.5, 0.9), {"at_least": 1}, FAILS),
        ((2, 3), {"at_most": 3}, HOLDS),
        ((2, 3), {"at_most": 1}, FAILS),
        ((2, 3), {"at_least": 1, "at_most": 4}, HOLDS),
        ((2, 3), {"at_least": 4, "at_most": 5}, FAILS),
    ],
)
@pytest.mark.parametrize("control", [IDLE, SUPPORTED], ids=["cores", "claim"])
def test_a_ratio_with_a_control_is_decided_by_its_whole_range(
    values, bounds, outcome, control
):
    verdict = check("it-is", ratio(*values), **control, **bounds)

    assert (verdict.outcome, verdict.reason) == (outcome, "")


@pytest.mark.parametrize(
    ("control", "reason"),
    [({}, "no control"), (BUSY, "second core"), (REFUTED, "claim"), (UNSURE, "claim")],
)
@pytest.mark.parametrize("bounds", [{"at_least": 1}, {"at_most": 1}])
def test_a_ratio_without_a_control_that_passed_is_undecided(bounds, control, reason):
    verdict = check("it-is", ratio(2, 3), **control, **bounds)

    assert (verdict.outcome, verdict.reason) == (UNDECIDED, reason)


def test_a_ratio_around_the_bound_is_undecided_whatever_the_control():
    verdict = check("it-is", ratio(0.9, 1.5), at_least=1, **UNNEEDED)

    assert (verdict.outcome, verdict.reason) == (UNDECIDED, "straddles")


def test_a_ratio_of_few_rounds_is_undecided_whatever_the_control():
    few = ratio(2, 3, rounds=6)

    verdict = check("it-is", few, at_least=1, **UNNEEDED)

    assert (verdict.outcome, verdict.reason) == (UNDECIDED, "rounds")
    assert verdict.why == "it takes 7 rounds, and there were only 6"


def test_seven_rounds_and_more_are_enough():
    for rounds in (7, 8, 20):
        some = ratio(2, 3, rounds=rounds)

        assert check("it-is", some, at_least=1, **IDLE).outcome is HOLDS


def test_a_ratio_is_shown_with_its_range_and_in_prose_without():
    verdict = check("it-is", ratio(2.5, 3, 2), at_least=1, **IDLE)

    assert verdict.text == "2.5 × [2, 3] (≥ 1 ×)"
    assert verdict.evidence.in_prose == "2.5 ×"


def test_other_evidence_is_in_prose_as_it_is_shown():
    assert upper_bound(2, "s").in_prose == "2 s"


# --- interpreters


@pytest.mark.parametrize("outcome", [5, 6])
@pytest.mark.parametrize(
    ("gil", "needs", "reason"),
    [
        (True, {"only_free_threaded": True}, "no gil"),
        (False, {"only_with_gil": True}, "gil"),
        (True, {"only_since_python": (9, 0)}, "since"),
        (True, {"only_free_threaded": True, "only_since_python": (9, 0)}, "no gil"),
        (True, {"only_with_start_method": "levitation"}, "start method"),
    ],
)
def test_on_another_interpreter_than_it_is_about_a_claim_is_undecided(
    monkeypatch, gil, needs, reason, outcome
):
    monkeypatch.setattr("paralelo.claims.prerequisites.gil_enabled", lambda: gil)

    verdict = check("it-is", 5, equals=outcome, **needs, **UNNEEDED)

    assert (verdict.outcome, verdict.reason) == (UNDECIDED, reason)
    assert verdict.text == f"5 (= {outcome})"


@pytest.mark.parametrize(
    ("gil", "needs"),
    [
        (True, {}),
        (True, {"only_with_gil": True}),
        (False, {"only_free_threaded": True}),
        (True, {"only_since_python": (3, 11)}),
        (True, {"only_with_start_method": "spawn"}),
        (True, {"only_since_python": sys.version_info[:2]}),
    ],
)
def test_on_the_interpreter_it_is_about_a_claim_is_decided(monkeypatch, gil, needs):
    monkeypatch.setattr("paralelo.claims.prerequisites.gil_enabled", lambda: gil)

    assert check("it-is", 5, equals=5, **needs).outcome is HOLDS


def test_the_least_version_counts_as_a_version_not_as_a_number(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))

    assert check("it-is", 5, equals=5, only_since_python=(3, 14)).outcome is UNDECIDED


@pytest.mark.parametrize(
    ("needs", "control", "needed"),
    [
        ({}, {}, ()),
        ({"only_with_gil": True}, {}, ("GIL",)),
        ({"only_free_threaded": True}, {}, ("no GIL",)),
        ({"only_with_start_method": "fork"}, {}, ("fork",)),
        (
            {"only_free_threaded": True, "only_since_python": (3, 13)},
            {},
            ("no GIL, Python ≥ 3.13",),
        ),
        ({}, {"requires_idle_cores": 2}, ("requires_idle_cores=2",)),
        ({"only_since_python": (3, 9)}, SUPPORTED, ("Python ≥ 3.9", "control")),
    ],
)
def test_a_verdict_names_what_the_claim_needs(needs, control, needed):
    assert check("it-is", 5, equals=5, **needs, **control).needed == needed


def test_a_claim_can_require_idle_cores_and_another_claim():
    both = IDLE | SUPPORTED

    assert check("it-is", ratio(2, 3), at_least=1, **both).outcome is HOLDS
    assert (
        check("it-is", ratio(2, 3), at_least=1, **both | BUSY).reason == "second core"
    )
    assert check("it-is", ratio(2, 3), at_least=1, **both | REFUTED).reason == "claim"


def test_a_verdict_has_what_the_controls_found_that_decided_it():
    measured = check("control", lower_bound(1.71, "cores"), at_least=1.1)
    both = {"requires_idle_cores": Obtaining(2), "requires_claim": measured}

    verdict = check("it-is", lower_bound(1.0, "cores"), at_most=1.1, **both)

    assert verdict.record()["controls"] == [
        {"kind": "claim", "claim": "control", "number": "1.71", "unit": "cores"},
        {"kind": "cores", "wanted": "1.7", "found": "2", "count": "2"},
    ]


def test_controls_that_decided_nothing_are_not_named():
    verdict = check("it-is", lower_bound(2), at_least=1, **SUPPORTED, **IDLE)

    assert verdict.record()["controls"] == []


# --- what is refused


def test_a_claim_that_is_about_no_interpreter_is_refused():
    with pytest.raises(ValueError, match="no interpreter both has a GIL and is free-"):
        check("it-is", 5, equals=5, only_with_gil=True, only_free_threaded=True)


@pytest.mark.parametrize(
    "name", ["", "A", "a b", "a_b", "-a", "a-", "a--b", "é", "a\n", "a.b"]
)
def test_a_name_that_is_not_like_this_is_refused(name):
    with pytest.raises(ValueError, match=r"a claim's name is like-this, got "):
        check(name, 5, equals=5)


@pytest.mark.parametrize("name", ["a", "7", "a-b", "two-2"])
def test_words_and_numbers_joined_by_hyphens_are_a_name(name):
    assert check(name, 5, equals=5).claim == name


@pytest.mark.parametrize(
    "bounds",
    [{}, {"equals": 1, "at_least": 1}, {"equals": None, "at_most": 1}],
)
def test_no_bound_or_one_of_each_kind_is_refused(bounds):
    with pytest.raises(ValueError, match="either equals=, or at_least= or at_most="):
        check("it-is", 5, **bounds)


@pytest.mark.parametrize(
    "bounds",
    [
        {"at_least": 2, "at_most": 1},
        {"at_least": math.nan},
        {"at_most": math.nan},
        {"at_least": math.inf},
        {"at_most": -math.inf},
        {"at_least": math.nan, "at_most": 1},
    ],
)
def test_bounds_with_nothing_between_them_are_refused(bounds):
    with pytest.raises(ValueError, match=r"nothing is at least .* and at most "):
        check("it-is", 5, **bounds)


@pytest.mark.parametrize("value", [lower_bound(1), upper_bound(1), ratio(1)])
def test_a_measurement_that_is_to_equal_something_is_refused(value):
    with pytest.raises(ValueError, match=r"is a measurement, and equals nothing: give"):
        check("it-is", value, equals=1)


@pytest.mark.parametrize("value", ["a", None, True, [1], {1}])
def test_a_limit_for_what_has_no_size_is_refused(value):
    with pytest.raises(ValueError, match="has no size: give equals="):
        check("it-is", value, at_least=1)


@pytest.mark.parametrize("bounds", [{"equals": 0.5}, {"at_least": 0.1}])
def test_a_plain_float_is_refused(bounds):
    with pytest.raises(TypeError, match=r"0\.5 is a float: write exact\(…\) if"):
        check("it-is", 0.5, **bounds)


@numbers.Integral.register
class NumpyInt:
    """A whole number as numpy has them: no `int`, and not for JSON."""

    def __int__(self):
        return 3


@numbers.Real.register
class NumpyFloat:
    def __float__(self):
        return 0.5


def test_numbers_of_numpy_are_evidence_like_python_s_own():
    assert exact(NumpyInt()) == exact(3)
    assert exact(NumpyFloat()) == exact(0.5)
    assert lower_bound(NumpyFloat(), "cores") == lower_bound(0.5, "cores")
    assert upper_bound(NumpyInt(), "s") == upper_bound(3, "s")
    with pytest.raises(TypeError, match=r"is a float: write exact\(…\)"):
        check("it-is", NumpyFloat(), at_least=0.1)


def test_an_exact_value_that_can_t_be_compared_is_refused():
    class Array:
        def __eq__(self, other):
            raise ValueError("ambiguous")

    with pytest.raises(TypeError, match="results of type Array can't be compared"):
        check("it-is", Array(), equals=Array())


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "make", [exact, lower_bound, upper_bound, lambda number: ratio(1, number, 2)]
)
def test_evidence_that_is_no_finite_number_is_refused(make, number):
    with pytest.raises(ValueError, match="must be a finite number, got "):
        check("it-is", make(number), at_least=0, **UNNEEDED)


# --- what is told


@pytest.mark.parametrize(
    ("reason", "arguments", "text"),
    [
        ("gil", {"only_with_gil": True}, "it's about Python with a GIL"),
        ("no gil", {"only_free_threaded": True}, "Python without a GIL"),
        (
            "since",
            {"only_since_python": (9, 1)},
            f"Python 9.1 and later, and this is Python "
            f"{sys.version.split()[0].rstrip('+')}",
        ),
        (
            "start method",
            {"only_with_start_method": "levitation"},
            "this system doesn't have the start method levitation",
        ),
        (
            "rounds",
            {"evidence": ratio(1, rounds=3)},
            "it takes 7 rounds, and there were only 3",
        ),
        ("straddles", {"evidence": ratio(1, 3)}, "the rounds disagree"),
        ("no control", {}, "a busy machine could be the reason"),
        ("core", starved(1), "the machine had no core free (0.5 of 0.85)"),
        ("second core", BUSY, "the machine had no second core free (0.912 of 1.7)"),
        ("cores", starved(3), "the machine didn't have 3 cores free (0.5 of 2.55)"),
        ("claim", REFUTED, "its control experiment didn't succeed"),
    ],
)
def test_each_reason_is_told_in_words(monkeypatch, reason, arguments, text):
    monkeypatch.setattr(
        "paralelo.claims.prerequisites.gil_enabled", lambda: reason != "gil"
    )
    arguments = {"evidence": lower_bound(1), "at_least": 2} | arguments

    verdict = check("it-is", **arguments)

    assert verdict.reason == reason
    assert text in verdict.why
    assert str(verdict) == f"? {verdict.text}: {verdict.why}"


def test_no_reason_is_forgotten_above():
    [mark] = test_each_reason_is_told_in_words.pytestmark

    assert [case[0] for case in mark.args[1]] == list(REASONS)


def test_a_verdict_is_shown_with_its_sign():
    assert repr(check("it-is", 5, equals=5)) == "✓ 5"
    assert repr(check("it-is", 5, equals=6)) == "✗ 5 ≠ 6"
    assert set(SIGNS) == set(Outcome)


def test_a_record_has_everything_for_programs():
    record = check("it-is", lower_bound(1.5, "cores"), at_least=2).record()

    python = record.pop("interpreter")
    assert sorted(python) == ["gil", "python", "start_method"]
    assert sorted(record.pop("machine")) == ["system", "usable_cores"]
    assert record == {
        "id": "it-is",
        "outcome": "undecided",
        "evidence": {
            "kind": "lowered",
            "shown": "1.5 cores",
            "in_prose": "1.5 cores",
            "low": 1.5,
            "high": None,
            "unit": "cores",
            "number": "1.5",
            "ends": [],
            "rounds": 0,
        },
        "bound": "≥ 2 cores",
        "limits": {"at_least": "2"},
        "text": "1.5 cores (≥ 2 cores)",
        "plain": "? 1.5 cores (≥ 2 cores): a busy machine could be the reason",
        "needed": [],
        "reason": "no control",
        "details": {},
        "controls": [],
    }


@pytest.mark.parametrize(
    "verdict",
    [
        PASSED,
        OPEN,
        check("it-is", Color.RED, at_least=1),
        check("it-is", [{1}, object()], equals=0),
        check("it-is", 10**400, at_least=10**399),
        check("it-is", ratio(2, 3), at_least=1, **BUSY, only_with_gil=True),
        check("it-is", "\ud800 \x00", equals=b"\xff"),
    ],
)
def test_a_verdict_travels_in_a_cells_output(verdict):
    data, metadata = verdict._repr_mimebundle_(include=None, exclude=None)

    assert data == {"text/plain": str(verdict)}
    assert json.loads(json.dumps(metadata, allow_nan=False)) == {
        "claim": verdict.record()
    }


# --- for all numbers

numbers = st.one_of(
    st.integers(-(10**20), 10**20), st.floats(-1e9, 1e9, allow_subnormal=False)
)
positive = st.floats(1e-3, 1e3)
rounds = st.lists(positive, min_size=1, max_size=9).map(lambda some: ratio(*some))
evidences = st.one_of(
    st.builds(exact, positive),
    st.builds(lower_bound, positive),
    st.builds(upper_bound, positive),
    rounds,
)
controls = st.sampled_from([{}, IDLE, BUSY, SUPPORTED, REFUTED, UNSURE])
limits = st.tuples(positive, positive).map(sorted)


def outcome(evidence, low=-math.inf, high=math.inf, control=None):
    control = control or {}
    return check("it-is", evidence, at_least=low, at_most=high, **control).outcome


@given(numbers, numbers, controls)
def test_an_exact_number_is_never_undecided(value, bound, control):
    at_least = outcome(exact(value), low=bound, control=control)
    at_most = outcome(exact(value), high=bound, control=control)

    assert (at_least is HOLDS) == (value >= bound)
    assert (at_most is HOLDS) == (value <= bound)
    assert UNDECIDED not in {at_least, at_most}


@given(evidences, limits, positive, positive, controls)
def test_looser_bounds_refute_nothing_and_leave_nothing_open(
    evidence, bounds, below, above, control
):
    low, high = bounds

    tight = outcome(evidence, low, high, control)
    loose = outcome(evidence, low - below, high + above, control)

    if tight is HOLDS:
        assert loose is HOLDS
    if loose is FAILS:
        assert tight is FAILS


@given(numbers, numbers)
def test_what_is_not_at_least_a_bound_is_at_most_that(value, bound):
    at_least, at_most = (
        outcome(exact(value), low=bound),
        outcome(exact(value), high=bound),
    )

    assert {at_least, at_most} == ({HOLDS} if value == bound else {HOLDS, FAILS})


@given(evidences, positive, controls)
def test_no_evidence_refutes_a_claim_and_its_contrary(evidence, bound, control):
    at_least = outcome(evidence, low=bound, control=control)
    at_most = outcome(evidence, high=bound, control=control)

    assert {at_least, at_most} != {FAILS}


@given(positive, limits, st.sampled_from([lower_bound, upper_bound]))
def test_with_a_control_that_passed_a_limit_is_the_truth(value, bounds, limit):
    measured = outcome(limit(value), *bounds, control=IDLE)

    assert measured is outcome(exact(value), *bounds)


@given(positive, limits, st.sampled_from([lower_bound, upper_bound]))
def test_without_a_control_a_limit_says_nothing_that_one_would_refute(
    value, bounds, limit
):
    alone = outcome(limit(value), *bounds)

    assert alone in {UNDECIDED, outcome(exact(value), *bounds)}


@given(positive, positive, positive)
def test_what_load_lowered_proves_no_less_than_what_was_there(truth, part, bound):
    measured = truth * min(part, 1)

    alone = outcome(lower_bound(measured), low=bound)

    assert alone in {UNDECIDED, outcome(exact(truth), low=bound)}


@given(evidences, limits, st.integers(-20, 20), controls)
def test_a_verdict_does_not_depend_on_the_unit(evidence, bounds, exponent, control):
    factor = 2.0**exponent  # exact, so that no bound is met by rounding
    low, high = bounds

    scaled = outcome(_scaled(evidence, factor), low * factor, high * factor, control)

    assert scaled is outcome(evidence, low, high, control)


def _scaled(evidence, factor):
    if isinstance(evidence, Ratio):
        return Ratio(tuple(value * factor for value in evidence.values))
    limits = [value and value * factor for value in (evidence.low, evidence.high)]
    return Evidence(evidence.kind, evidence.shown, *limits)


@given(rounds, positive, controls)
def test_the_order_of_the_rounds_does_not_matter(some, bound, control):
    turned = Ratio(some.values[::-1])

    assert outcome(turned, bound, control=control) is outcome(
        some, bound, control=control
    )


@given(rounds, positive, positive)
def test_one_more_round_never_turns_a_verdict_over(some, bound, value):
    more = Ratio((*some.values, value))

    before, after = (outcome(each, bound, control=IDLE) for each in (some, more))
    assume(before is not UNDECIDED)

    assert after in {before, UNDECIDED}
