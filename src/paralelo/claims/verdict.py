"""Verdicts: the outcome of checking a claim, and why it's undecided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..machine import gil_enabled, start_method
from ..translatable import gettext_noop
from .evidence import Evidence


class Outcome(StrEnum):
    """The outcome of checking a claim."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"  # the evidence doesn't tell


SIGNS = {Outcome.HOLDS: "✓", Outcome.FAILS: "✗", Outcome.UNDECIDED: "?"}

#: Why a claim is undecided, by the reason's key.
REASONS = {
    "gil": gettext_noop(
        "it is about interpreters with a GIL, and this one runs without"
    ),
    "no gil": gettext_noop(
        "it is about interpreters without a GIL, and this one has one"
    ),
    "since": gettext_noop("it is about {wanted} and later, and this is {found}"),
    "start method": gettext_noop(
        "it needs the start method {wanted}, which this system doesn't have"
    ),
    "rounds": gettext_noop("{found} rounds were made, and it takes {wanted}"),
    "straddles": gettext_noop("the bound lies within the interval"),
    "no control": gettext_noop(
        "a busy machine could have done this, and there is no control"
    ),
    "cores": gettext_noop("the control wanted {wanted} cores and obtained {found}"),
    "claim": gettext_noop("its control, the claim {wanted}, did not hold: {found}"),
}


@dataclass(frozen=True)
class Verdict:
    """The result of checking a claim on this interpreter."""

    claim: str
    outcome: Outcome
    evidence: Evidence
    bound: str
    needed: tuple[str, ...] = ()
    reason: str = ""  # a key of REASONS, where undecided
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The reason as a sentence; empty unless undecided."""
        return REASONS[self.reason].format_map(self.details) if self.reason else ""

    @property
    def text(self) -> str:
        """The evidence and its bound, as short as possible."""
        shown, bound = self.evidence.shown, self.bound
        if not bound.startswith("=") or self.outcome is Outcome.UNDECIDED:
            return f"{shown} ({bound})"
        return shown if self.outcome is Outcome.HOLDS else f"{shown} ≠{bound[1:]}"

    def __str__(self) -> str:
        why = f": {self.why}" if self.reason else ""
        return f"{SIGNS[self.outcome]} {self.text}{why}"

    __repr__ = __str__

    def record(self) -> dict[str, Any]:
        """Return all of it as JSON types: an entry of `claims.json`."""
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
        # Jupyter keeps an output's metadata, and only the book's build reads it.
        return {"text/plain": str(self)}, {"claim": self.record()}


def _interpreter() -> dict[str, str]:
    import platform  # here: every spawned worker imports this module

    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "gil": "on" if gil_enabled() else "off",
        "start_method": start_method(),
    }
