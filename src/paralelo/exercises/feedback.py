"""What does a checker say?"""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, repr=False)
class Feedback:
    """Whether an answer passed, and one sentence on why, or on what to look at."""

    passed: bool
    reason: str

    def __repr__(self) -> str:
        return f"{'right' if self.passed else 'not yet'}: {self.reason}"

    def _repr_html_(self) -> str:
        state, sign = ("right", "✓") if self.passed else ("not-yet", "…")
        return f'<p class="feedback {state}">{sign} {escape(str(self))}</p>'


def right(reason: str) -> Feedback:
    """An answer that passed."""
    return Feedback(True, reason)


def not_yet(reason: str) -> Feedback:
    """An answer that did not; `reason` points at the mistake without giving it away."""
    return Feedback(False, reason)
