"""Verdicts: the outcome of checking a claim, and why it's undecided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..machine import gil_enabled, start_method, usable_cores
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
    "gil": gettext_noop("it's about Python with a GIL, and this one runs without"),
    "no gil": gettext_noop("it's about Python without a GIL, and this one has a GIL"),
    "since": gettext_noop("it's about {wanted} and later, and this is {found}"),
    "start method": gettext_noop("this system doesn't have the start method {wanted}"),
    "rounds": gettext_noop("it takes {wanted} rounds, and there were only {found}"),
    "straddles": gettext_noop("the rounds disagree"),
    "no control": gettext_noop("a busy machine could be the reason"),
    "core": gettext_noop("the machine had no core free ({found} of {wanted})"),
    "second core": gettext_noop(
        "the machine had no second core free ({found} of {wanted})"
    ),
    "cores": gettext_noop(
        "the machine didn't have {count} cores free ({found} of {wanted})"
    ),
    "claim": gettext_noop("its control experiment didn't succeed"),
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
    limits: Mapping[str, str] = field(default_factory=dict)  # of `check`, as shown
    controls: tuple[Mapping[str, Any], ...] = ()  # those that passed, where needed

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
        return {
            "id": self.claim,
            "outcome": str(self.outcome),
            "evidence": self.evidence.record(),
            "bound": self.bound,
            "limits": dict(self.limits),
            "text": self.text,
            "plain": str(self),
            "needed": list(self.needed),
            "reason": self.reason,
            "details": dict(self.details),
            "controls": [dict(control) for control in self.controls],
            "interpreter": _interpreter(),
            "machine": _machine(),
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


def _machine() -> dict[str, Any]:
    import platform

    system = f"{platform.system()} {platform.machine()}"
    return {"system": system, "usable_cores": usable_cores()}
