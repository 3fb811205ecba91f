"""Evidence: what was measured, and the interval that the true value lies in."""

import math
from collections.abc import Set
from dataclasses import dataclass, field
from enum import StrEnum
from numbers import Integral, Rational, Real
from typing import Any

from ..samples import Ratio
from ..translatable import gettext_noop

LONGEST = 100  # characters of a value that is shown

#: The words that evidence can have as its unit, with their singular. Symbols, such as
#: s or MiB, aren't listed: they're the same in all languages.
UNITS = {
    gettext_noop("cores"): gettext_noop("core"),
    gettext_noop("heartbeats"): gettext_noop("heartbeat"),
    gettext_noop("requests"): gettext_noop("request"),
    gettext_noop("wake-ups"): gettext_noop("wake-up"),
}


class Kind(StrEnum):
    """How background load can have changed the evidence.

    The values are in `claims.json`, and in the ledger's class names.
    """

    EXACT = "exact"  # not at all
    LOWER_BOUND = "lowered"  # it can only have lowered it: the true value isn't less
    UPPER_BOUND = "raised"  # it can only have raised it: the true value isn't more
    RATIO = "ratio"  # in any way, except for the rounds and the control experiment


@dataclass(frozen=True)
class Evidence:
    """A value, and the interval that the true value lies in, both ends included."""

    kind: Kind
    shown: str
    low: float | None = None  # None: not a number, or open on this side
    high: float | None = None
    unit: str = ""
    value: Any = field(default=None, compare=False)
    middle: str = ""  # what prose shows instead of an interval
    number: str = ""  # as it's shown, without its unit; of a ratio, the median
    ends: tuple[str, str] | None = None  # of a ratio's interval, as they're shown
    rounds: int = 0  # of a ratio

    def __post_init__(self) -> None:
        _check_finite(*filter(None, [self.low, self.high]))

    @property
    def in_prose(self) -> str:
        """The value as a sentence shows it: only the middle of an interval."""
        return self.middle or self.shown

    def record(self) -> dict[str, Any]:
        """Return all but the value as JSON types."""
        return {
            "kind": str(self.kind),
            "shown": self.shown,
            "in_prose": self.in_prose,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "number": self.number,
            "ends": list(self.ends or ()),
            "rounds": self.rounds,
        }


def exact(value: object) -> Evidence:
    """Return `value` as evidence that background load can't change.

    Such as a count, an order, an error, or a result of arithmetic. `check` treats every
    value that isn't a float in this way; a float could be a measurement, so `exact`
    says that it was computed.

    Raises ValueError if `value` is infinite or NaN.
    """
    value = _own(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        # A count stays an int: as a float, a large one would be another number.
        shown = _clipped(int(value)) if isinstance(value, int) else f"{value:.6g}"
        return Evidence(Kind.EXACT, shown, value, value, value=value, number=shown)
    return Evidence(Kind.EXACT, _clipped(value), value=value)


def lower_bound(value: float, unit: str = "") -> Evidence:
    """Return evidence that the true value is `value` or more.

    For measurements that background load can only lower, such as the cores that a run
    used. `unit` is shown after the value: a symbol, or a plural of `UNITS`. Raises
    ValueError if `value` isn't finite.
    """
    value = _own(value)
    number = _number(value)
    shown = f"{number} {unit}".rstrip()
    return Evidence(Kind.LOWER_BOUND, shown, low=value, unit=unit, number=number)


def upper_bound(value: float, unit: str = "") -> Evidence:
    """Return evidence that the true value is `value` or less.

    For measurements that background load can only raise, such as the shortest of some
    wall times. `unit` is shown after the value: a symbol, or a plural of `UNITS`.
    Raises ValueError if `value` isn't finite.
    """
    value = _own(value)
    number = _number(value)
    shown = f"{number} {unit}".rstrip()
    return Evidence(Kind.UPPER_BOUND, shown, high=value, unit=unit, number=number)


def evidence_of(value: object) -> Evidence:
    """Return evidence for a plain value or a ratio; raise TypeError for a float."""
    if isinstance(value, Evidence):
        return value
    if isinstance(value, Ratio):
        _check_finite(
            *value.values
        )  # min() and max() of numbers and NaN can be any of them
        number, low, high = (f"{n:.3g}" for n in (value.median, value.low, value.high))
        return Evidence(
            Kind.RATIO,
            f"{number} × [{low}, {high}]",
            *(value.low, value.high, "×", value),
            middle=f"{number} ×",
            number=number,
            ends=(low, high),
            rounds=len(value.values),
        )
    if isinstance(_own(value), float):
        raise TypeError(
            f"{value!r} is a float: write exact(…) if it was computed, upper_bound(…) "
            "if background load can only raise it, or lower_bound(…) if only lower it"
        )
    return exact(value)


def _own(value: Any) -> Any:
    """Return numpy's numbers as Python's own, which JSON and `Evidence` know."""
    if isinstance(value, Integral) and not isinstance(value, int):
        return int(value)
    if isinstance(value, Real) and not isinstance(value, Rational):
        return float(value)
    return value


def _check_finite(*values: float) -> None:
    for value in values:
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"evidence must be a finite number, got {value!r}")


def _number(value: float) -> str:
    return f"{value:.0f}" if 1e3 <= abs(value) < 1e15 else f"{value:.3g}"


def _clipped(value: object) -> str:
    text = repr(value)
    if isinstance(value, set | frozenset) and value:
        text = f"{{{', '.join(map(repr, _in_order(value)))}}}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _in_order(values: Set[Any]) -> list[Any]:
    """Return a set's members in one order: a set's own differs between processes."""
    try:
        return sorted(values)
    except TypeError:  # they can't be compared
        return sorted(values, key=repr)
