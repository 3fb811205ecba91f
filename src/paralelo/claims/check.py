"""Check a claim of the book against evidence.

The claim's sentence is in the chapter's prose, where it can be translated. Its bound is
in the cell above, where a reader can change it. The claim's name joins the two.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

from ..arguments import check_count
from ..busy import IdleCores
from ..comparison import same
from ..samples import Ratio
from .evidence import Evidence, Kind, evidence_of, exact
from .prerequisites import Controls, Interpreters
from .verdict import Outcome, Verdict

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ROUNDS = 7  # all on the wrong side of a bound by chance: fewer than 1 in 100


_UNSAID: Any = object()  # because None can be a claim's value


def check(
    claim: str,
    evidence: object,
    *,
    equals: object = _UNSAID,
    at_least: float = -math.inf,
    at_most: float = math.inf,
    requires_idle_cores: int | IdleCores | None = None,
    requires_claim: Verdict | None = None,
    only_with_gil: bool = False,
    only_free_threaded: bool = False,
    only_since_python: tuple[int, int] | None = None,
    only_with_start_method: str | None = None,
) -> Verdict:
    """Check `claim` against `evidence`, and return the verdict.

    Write it as the last line of a cell, so that the page shows the verdict. Evidence
    is an interval that the true value lies in. The claim *holds* if the whole interval
    is within the bounds, *fails* if none of it is, and is *undecided* otherwise.

    - A plain value is exact: it's within the bounds or it isn't.
    - `lower_bound` and `upper_bound` limit the true value on one side, because other
      programs can change what was measured in one direction only. The other side is
      open, unless a control experiment shows that the machine wasn't busy: then the
      value that was measured is the true one.
    - A `Ratio` is an interval from its smallest to its largest round. With seven
      rounds it misses the true median in 1 of 64 cases, half of them on the side that
      matters. It needs at least seven rounds and a control experiment.

    Parameters
    ----------
    claim
        The name: words in lower case, joined by hyphens. The page has a box for it.
    evidence
        What was found out: a value that isn't a float, a `Ratio`, or what `exact`,
        `lower_bound` and `upper_bound` return.
    equals, at_least, at_most
        The bounds: a value to be equal to, or limits, which are included.
    requires_idle_cores
        A control experiment: how many cores must be idle for the evidence to mean
        something. They're measured now, for a quarter of a second, unless the claim is
        decided without them. An `IdleCores` measures for another time.
    requires_claim
        A control experiment: the verdict of another claim, which must hold for this
        one to mean something.
    only_with_gil, only_free_threaded
        Whether the claim is only about interpreters with a GIL, or without one. On
        others it's undecided; so it is for the two parameters that follow.
    only_since_python
        The first Python version that the claim is about, such as ``(3, 14)``.
    only_with_start_method
        The start method that the system must offer: fork, spawn or forkserver.

    Raises
    ------
    ValueError
        If the claim's name is malformed, if there's no bound, or no value within the
        bounds, if the evidence isn't a finite number, or if the claim is about both
        kinds of interpreter only.
    TypeError
        If the evidence is a plain float.
    """
    if not NAME.fullmatch(claim):
        raise ValueError(f"a claim's name is like-this, got {claim!r}")
    given = evidence_of(evidence)
    bounds = _Bounds(equals, at_least, at_most)
    bounds.check(given)
    interpreters = Interpreters(
        only_with_gil, only_free_threaded, only_since_python, only_with_start_method
    )
    if not isinstance(requires_idle_cores, IdleCores | None):
        count = check_count("requires_idle_cores", requires_idle_cores)
        requires_idle_cores = IdleCores(count)
    controls = Controls(requires_idle_cores, requires_claim)
    needed = tuple(filter(None, [str(interpreters), *controls.names()]))
    outcome, reason, details = _judge(given, bounds, controls, interpreters)
    return Verdict(
        *(claim, outcome, given, bounds.shown(given.unit), needed, reason, details),
        limits=bounds.limits(),
        controls=tuple(controls.passed),
    )


@dataclass(frozen=True)
class _Bounds:
    equals: object
    low: float
    high: float

    def check(self, evidence: Evidence) -> None:
        possible = self.low < math.inf and self.high > -math.inf
        if not (possible and self.low <= self.high):  # also refuses NaN
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

    def limits(self) -> dict[str, str]:
        """Return each bound that was given, as it's shown, by its parameter's name."""
        if self.equals is not _UNSAID:
            return {"equals": exact(self.equals).shown}
        both = {"at_least": self.low, "at_most": self.high}
        return {name: _bound(n) for name, n in both.items() if abs(n) < math.inf}

    def judge(self, low: float, high: float) -> Outcome:
        if self.low <= low and high <= self.high:
            return Outcome.HOLDS
        if high < self.low or self.high < low:
            return Outcome.FAILS
        return Outcome.UNDECIDED


_Judgement = tuple[Outcome, str, dict[str, str]]


def _judge(
    evidence: Evidence, bounds: _Bounds, controls: Controls, interpreters: Interpreters
) -> _Judgement:
    if reason := interpreters.mismatch():
        return Outcome.UNDECIDED, *reason
    if bounds.equals is not _UNSAID:
        holds = same(evidence.value, bounds.equals)
        return (Outcome.HOLDS if holds else Outcome.FAILS), "", {}
    low = -math.inf if evidence.low is None else evidence.low
    high = math.inf if evidence.high is None else evidence.high
    outcome = bounds.judge(low, high)
    if evidence.kind is Kind.RATIO:
        return _judge_ratio(evidence.value, outcome, controls)
    if outcome is Outcome.UNDECIDED:
        if reason := controls.failure():
            return Outcome.UNDECIDED, *reason
        # There was no load that could change it: the value measured is the true one.
        truth = high if evidence.kind is Kind.UPPER_BOUND else low
        outcome = bounds.judge(truth, truth)
    return outcome, "", {}


def _judge_ratio(ratio: Ratio, outcome: Outcome, controls: Controls) -> _Judgement:
    if len(ratio.values) < ROUNDS:
        details = {"found": f"{len(ratio.values)}", "wanted": f"{ROUNDS}"}
        return Outcome.UNDECIDED, "rounds", details
    if outcome is Outcome.UNDECIDED:
        return outcome, "straddles", {}
    if reason := controls.failure():
        return Outcome.UNDECIDED, *reason
    return outcome, "", {}


def _bound(value: float) -> str:
    """Return a bound as it was written, with all its digits."""
    return f"{value}" if isinstance(value, int) else f"{value:.12g}"
