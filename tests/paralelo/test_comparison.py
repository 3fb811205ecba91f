"""Are results the same where they are, and nowhere else? No numpy is needed."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paralelo.comparison import same

NAN = float("nan")


class Array:
    """What an array of numpy, or of torch, does when it's compared."""

    def __init__(self, *values, shape=None):
        self.values, self.shape = values, shape or (len(values),)

    def each(self, other, compare):
        if self.shape != other.shape:
            raise ValueError("operands could not be broadcast together")
        return Array(*map(compare, self.values, other.values))

    def __eq__(self, other):
        return self.each(other, lambda one, two: one == two)

    def __ne__(self, other):
        return self.each(other, lambda one, two: one != two)

    def __and__(self, other):
        return self.each(other, lambda one, two: one and two)

    def __or__(self, other):
        return self.each(other, lambda one, two: one or two)

    def all(self):
        return all(self.values)

    def __bool__(self):
        raise ValueError("The truth value of an array is ambiguous.")


class Frame(Array):
    """What a frame of pandas, or of polars, does."""

    def equals(self, other):
        return same(self.values, other.values)

    def all(self):
        return Frame()  # a row of truth values, of which there's no truth value


class Raising:
    def __eq__(self, other):
        raise RuntimeError("no two of us are compared")


@dataclass
class Holder:
    content: object


SAME = [
    (NAN, float("nan")),
    (Decimal("NaN"), Decimal("NaN")),
    (complex(NAN, 1), complex(NAN, 1)),
    ([1, (NAN, {"mean": NAN})], [1, (float("nan"), {"mean": float("nan")})]),
    (Array(1, 2), Array(1, 2)),
    (Array(1, NAN), Array(1, float("nan"))),
    ([Array(1), (2, Array(3, 4))], [Array(1), (2, Array(3, 4))]),
    ({"a": Array(1, 2)}, {"a": Array(1, 2)}),
    (Frame(1, NAN), Frame(1, float("nan"))),
    (1, 1.0),
    (True, 1),
    ({1, 2}, {2, 1}),
]
DIFFERENT = [
    (NAN, 1.0),
    ([NAN, 1], [float("nan"), 2]),
    (Array(1, 2), Array(1, 3)),
    (Array(1, NAN), Array(1, 2)),
    (Array(1, 1, shape=(2, 1)), Array(1, 1)),
    ([Array(1, 2)], [Array(1, 2), Array(1, 2)]),
    ([Array(1, 2)], (Array(1, 2),)),
    ([1, 2], Array(1, 2)),
    ({"a": NAN}, {"b": NAN}),
    ({"a": NAN, "b": 1}, {"a": NAN}),
    (Frame(1, 2), Frame(1, 3)),
    (Frame(1, 2), None),
    ("1", 1),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_results_are_the_same(one, other):
    assert same(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_results_are_different(one, other):
    assert not same(one, other)
    assert not same(other, one)


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [0, {"a": (one,)}]])
@pytest.mark.parametrize(
    ("make", "kind", "why"),
    [
        (Raising, "Raising", "RuntimeError"),
        (lambda: Holder(Array(1, 2)), "Holder", "ValueError"),
        (lambda: Decimal("sNaN"), "Decimal", "InvalidOperation"),
    ],
)
def test_what_can_t_be_compared_is_refused_by_its_type(make, kind, why, wrap):
    with pytest.raises(TypeError) as raised:
        same(wrap(make()), wrap(make()))

    assert str(raised.value) == (
        f"results of type {kind} can't be compared with == ({why}); "
        "let the task return numbers, text, or lists"
    )


values = st.recursive(
    st.none() | st.integers(0, 3) | st.floats(allow_nan=False) | st.sampled_from("ab"),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=5,
)


# over 0.25 s: a hundred pairs of nested values are made up
@given(values, values)
def test_without_nan_it_is_what_equals_says(one, other):
    assert same(one, other) == (one == other)
    assert same(one, one)
