"""Does the sentence hold, on this evidence, on this machine?

The sentence is in the chapter's prose, where it can be translated; its bound is in the
cell above it, where a reader can turn it. They meet at the claim's name.
"""

import math
import re
import sys
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing import get_all_start_methods
from typing import Any

from .controls import Cores
from .machine import gil_enabled, start_method
from .measure import Ratio
from .says import noted

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ROUNDS = 7  # all on the wrong side of a bound by chance: fewer than 1 in 100
LONGEST = 100  # characters of a value that is shown


class Outcome(StrEnum):
    """What evidence says of a claim."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"  # it might be either, or the machine could not show it


class Kind(StrEnum):
    """How much a busy machine could have to do with a piece of evidence."""

    EXACT = "exact"  # nothing
    LOWERED = "lowered"  # load can only lower it: the truth is no less than this
    RAISED = "raised"  # load can only raise it: the truth is no more than this
    RATIO = "ratio"  # anything, but for the rounds and the control


SIGNS = {Outcome.HOLDS: "✓", Outcome.FAILS: "✗", Outcome.UNDECIDED: "?"}

#: Why a claim is undecided.
REASONS = {
    "gil": noted("it is about interpreters with a GIL, and this one runs without"),
    "no gil": noted("it is about interpreters without a GIL, and this one has one"),
    "since": noted("it is about {wanted} and later, and this is {found}"),
    "start method": noted(
        "it needs the start method {wanted}, which this system lacks"
    ),
    "rounds": noted("{found} rounds were made, and it takes {wanted}"),
    "straddles": noted("the bound lies within the interval"),
    "no control": noted("a busy machine could have done this, and there is no control"),
    "cores": noted("the control wanted {wanted} cores and obtained {found}"),
    "claim": noted("its control, the claim {wanted}, did not hold: {found}"),
}


@dataclass(frozen=True)
class Evidence:
    """A value, and between what and what the truth lies by it."""

    kind: Kind
    shown: str
    low: float | None = None  # None: not a number, or no limit on this side
    high: float | None = None
    unit: str = ""
    value: Any = field(default=None, compare=False)
    middle: str = ""  # what prose says in the place of an interval

    def __post_init__(self) -> None:
        _check_finite(*filter(None, [self.low, self.high]))

    @property
    def in_prose(self) -> str:
        """The value as a sentence has it: of an interval, only the middle."""
        return self.middle or self.shown


def exact(value: object) -> Evidence:
    """A value that no load can change: a count, an order, an error, some arithmetic.

    `check` takes everything that is not a float for one; a float it takes for a
    measurement, unless it is told here that it was computed.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        # A count stays an int: as a float, a large one would be another number.
        shown = _clipped(int(value)) if isinstance(value, int) else f"{value:.6g}"
        return Evidence(Kind.EXACT, shown, value, value, value=value)
    return Evidence(Kind.EXACT, _clipped(value), value=value)


def load_lowers(value: float, unit: str = "") -> Evidence:
    """A value that load can only lower, such as the cores that a run obtained."""
    return Evidence(Kind.LOWERED, _number(value, unit), low=value, unit=unit)


def load_raises(value: float, unit: str = "") -> Evidence:
    """A value that load can only raise, such as the shortest of some wall times."""
    return Evidence(Kind.RAISED, _number(value, unit), high=value, unit=unit)


def _of(value: object) -> Evidence:
    """The evidence that a plain value or a ratio is."""
    if isinstance(value, Evidence):
        return value
    if isinstance(value, Ratio):
        _check_finite(*value.values)  # the least of some numbers and a NaN is any
        middle = f"{value.median:.3g} ×"
        shown = f"{middle} [{value.low:.3g}, {value.high:.3g}]"
        return Evidence(Kind.RATIO, shown, value.low, value.high, "×", value, middle)
    if isinstance(value, float):
        raise TypeError(
            f"{value!r} is a float: is it exact(…), or does load raise it, "
            "load_raises(…), or lower it, load_lowers(…)?"
        )
    return exact(value)


@dataclass(frozen=True)
class Needs:
    """What an interpreter must have for a claim to be about it; None: never mind."""

    gil: bool | None = None
    since: tuple[int, int] | None = None
    start_method: str | None = None  # which the system must offer

    def missing(self) -> tuple[str, dict[str, str]] | None:
        """Why this interpreter is another one than the claim is about, if it is."""
        if self.gil is not None and self.gil != gil_enabled():
            return ("gil" if self.gil else "no gil"), {}
        if self.since is not None and sys.version_info < self.since:
            found = f"Python {_dotted(sys.version_info[:3])}"
            return "since", {"wanted": f"Python {_dotted(self.since)}", "found": found}
        if self.start_method not in (None, *get_all_start_methods()):
            return "start method", {"wanted": f"{self.start_method}"}
        return None

    def __str__(self) -> str:
        gil = {None: "", True: "GIL", False: "no GIL"}[self.gil]
        since = f"Python ≥ {self.since[0]}.{self.since[1]}" if self.since else ""
        return ", ".join(filter(None, [gil, since, self.start_method]))


@dataclass(frozen=True)
class Verdict:
    """What a cell's evidence says about a claim, on this interpreter."""

    claim: str
    outcome: Outcome
    evidence: Evidence
    bound: str
    needed: tuple[str, ...] = ()
    reason: str = ""  # a key of REASONS, where undecided
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The reason, in words; empty unless undecided."""
        return REASONS[self.reason].format_map(self.details) if self.reason else ""

    @property
    def text(self) -> str:
        """The evidence beside its bound, as short as can be."""
        shown, bound = self.evidence.shown, self.bound
        if not bound.startswith("=") or self.outcome is Outcome.UNDECIDED:
            return f"{shown} ({bound})"
        return shown if self.outcome is Outcome.HOLDS else f"{shown} ≠{bound[1:]}"

    def __str__(self) -> str:
        why = f": {self.why}" if self.reason else ""
        return f"{SIGNS[self.outcome]} {self.text}{why}"

    __repr__ = __str__

    def record(self) -> dict[str, Any]:
        """All of it, for programs: what `claims.json` is made of."""
        given = self.evidence
        return {
            "id": self.claim,
            "outcome": str(self.outcome),
            "evidence": {
                "kind": str(given.kind),
                "shown": given.shown,
                "in_prose": given.in_prose,
                "low": given.low,
                "high": given.high,
                "unit": given.unit,
            },
            "bound": self.bound,
            "text": self.text,
            "plain": str(self),
            "needed": list(self.needed),
            "reason": self.reason,
            "details": dict(self.details),
            "interpreter": _interpreter(),
        }

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        # What is in an output's metadata, Jupyter keeps, and only the press looks at.
        return {"text/plain": str(self)}, {"claim": self.record()}


_UNSAID: Any = object()  # None is a value that a claim can be about


def check(
    claim: str,
    evidence: object,
    *,
    equals: object = _UNSAID,
    at_least: float = -math.inf,
    at_most: float = math.inf,
    control: Cores | Verdict | None = None,
    needs: Needs = Needs(),
) -> Verdict:
    """Hold `claim` against `evidence`; as the last line of a cell, for all to see.

    Evidence says between what and what the truth lies. The claim *holds* if all of
    that is within the bounds, *fails* if none of it is, and is *undecided* otherwise.

    - A plain value is exact: it is within the bounds, or not.
    - What load can only lower or raise, by `load_lowers` and `load_raises`, is a limit
      of the truth on one side. On the other side there is none, unless `control` shows
      that there was no load.
    - A `Ratio` is an interval, from the smallest to the largest of its rounds. With
      seven rounds it misses the true median in 1 of 64 cases, in half of them on the
      side that matters. It counts only with seven rounds, and with a `control`.

    Parameters
    ----------
    claim
        Its name: words in lower case, joined by hyphens. The page states it.
    evidence
        What was found out.
    equals, at_least, at_most
        The bounds: a value to be equal to, or limits that are within them.
    control
        An experiment whose result is known, run now if it decides anything; or the
        verdict of a claim that must hold for this one to mean something.
    needs
        The interpreters that the claim is about; on others it is undecided.

    Raises
    ------
    ValueError
        If the claim's name is none, or if there is no bound, or no value within; and
        if the evidence is not a number, or an infinite one.
    TypeError
        If the evidence is a plain float.
    """
    if not NAME.fullmatch(claim):
        raise ValueError(f"a claim's name is like-this, got {claim!r}")
    given = _of(evidence)
    bounds = _Bounds(equals, at_least, at_most)
    bounds.check(given)
    needed = tuple(filter(None, [str(needs), _name_of(control)]))
    outcome, reason, details = _judge(given, bounds, control, needs)
    return Verdict(
        claim, outcome, given, bounds.shown(given.unit), needed, reason, details
    )


@dataclass(frozen=True)
class _Bounds:
    equals: object
    low: float
    high: float

    def check(self, evidence: Evidence) -> None:
        if not self.low <= self.high:  # nor of what is not a number
            raise ValueError(f"nothing is at least {self.low} and at most {self.high}")
        limited = self.low > -math.inf or self.high < math.inf
        if limited == (self.equals is not _UNSAID):
            raise ValueError("a claim needs either equals=, or at_least= or at_most=")
        if not limited and evidence.kind is not Kind.EXACT:
            raise ValueError(
                f"{evidence.shown} is a measurement, and equals nothing: "
                "give at_least= or at_most="
            )
        if limited and evidence.low is evidence.high is None:
            raise ValueError(
                f"{evidence.shown} has no size: give equals= in place of limits"
            )

    def shown(self, unit: str) -> str:
        if self.equals is not _UNSAID:
            return f"= {exact(self.equals).shown}"
        low = f"≥ {_bound(self.low)} {unit}".rstrip() if self.low > -math.inf else ""
        high = f"≤ {_bound(self.high)} {unit}".rstrip() if self.high < math.inf else ""
        return ", ".join(filter(None, [low, high]))

    def judge(self, low: float, high: float) -> Outcome:
        if self.low <= low and high <= self.high:
            return Outcome.HOLDS
        if high < self.low or self.high < low:
            return Outcome.FAILS
        return Outcome.UNDECIDED


_Judgement = tuple[Outcome, str, dict[str, str]]


def _judge(
    evidence: Evidence, bounds: _Bounds, control: Cores | Verdict | None, needs: Needs
) -> _Judgement:
    if missing := needs.missing():
        return Outcome.UNDECIDED, *missing
    if bounds.equals is not _UNSAID:
        same = evidence.value == bounds.equals
        return (Outcome.HOLDS if same else Outcome.FAILS), "", {}
    low = -math.inf if evidence.low is None else evidence.low
    high = math.inf if evidence.high is None else evidence.high
    outcome = bounds.judge(low, high)
    if evidence.kind is Kind.RATIO:
        return _judge_ratio(evidence.value, outcome, control)
    if outcome is Outcome.UNDECIDED:
        if failed := _failed(control):
            return Outcome.UNDECIDED, *failed
        # There was no load to lower or raise it: what was measured is the truth.
        truth = high if evidence.kind is Kind.RAISED else low
        outcome = bounds.judge(truth, truth)
    return outcome, "", {}


def _judge_ratio(
    ratio: Ratio, outcome: Outcome, control: Cores | Verdict | None
) -> _Judgement:
    if len(ratio.values) < ROUNDS:
        details = {"found": f"{len(ratio.values)}", "wanted": f"{ROUNDS}"}
        return Outcome.UNDECIDED, "rounds", details
    if outcome is Outcome.UNDECIDED:
        return outcome, "straddles", {}
    if failed := _failed(control):
        return Outcome.UNDECIDED, *failed
    return outcome, "", {}


def _failed(control: Cores | Verdict | None) -> tuple[str, dict[str, str]] | None:
    """Why `control` does not show that the machine was able to; None if it does."""
    if control is None:
        return "no control", {}
    if isinstance(control, Verdict):
        if control.outcome is Outcome.HOLDS:
            return None
        return "claim", {"wanted": control.claim, "found": control.evidence.shown}
    obtained = control.obtained()
    if obtained >= control.wanted:
        return None
    return "cores", {"wanted": f"{control.wanted:.2g}", "found": f"{obtained:.2f}"}


def _name_of(control: Cores | Verdict | None) -> str:
    if isinstance(control, Verdict):
        return control.claim
    return f"Cores({control.count})" if control else ""


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _interpreter() -> dict[str, str]:
    import platform  # here: every spawned worker imports this module

    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "gil": "on" if gil_enabled() else "off",
        "start_method": start_method(),
    }


def _check_finite(*values: float) -> None:
    for value in values:
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"evidence must be a finite number, got {value!r}")


def _number(value: float, unit: str) -> str:
    shown = f"{value:.0f}" if 1e3 <= abs(value) < 1e15 else f"{value:.3g}"
    return f"{shown} {unit}".rstrip()


def _bound(value: float) -> str:
    """As its writer had it: no digit less."""
    return f"{value}" if isinstance(value, int) else f"{value:.12g}"


def _clipped(value: object) -> str:
    text = repr(value)
    if isinstance(value, set | frozenset) and value:
        text = f"{{{', '.join(map(repr, _in_order(value)))}}}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _in_order(values: Set[Any]) -> list[Any]:
    """A set's members in one order: it has another one in every process."""
    try:
        return sorted(values)
    except TypeError:  # they have no order among themselves
        return sorted(values, key=repr)
