"""What does a checker say?"""

from dataclasses import dataclass
from html import escape
from typing import Any

from ..says import Saying, metadata, say


@dataclass(frozen=True, repr=False)
class Feedback:
    """Whether an answer passed, and one sentence on why, or on what to look at."""

    passed: bool
    saying: Saying

    @property
    def reason(self) -> str:
        """The sentence."""
        return str(self.saying)

    def _whole(self) -> Saying:
        if self.passed:
            return say("right: {reason}", reason=self.saying)
        return say("not yet: {reason}", reason=self.saying)

    def __repr__(self) -> str:
        return str(self._whole())

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        state, sign = ("right", "✓") if self.passed else ("not-yet", "…")
        said = f"{sign} <span>{escape(repr(self))}</span>"
        html = f'<p class="feedback {state}">{said}</p>'
        data = {"text/plain": repr(self), "text/html": html}
        return data, metadata([self._whole()])


def right(reason: str, /, **details: object) -> Feedback:
    """An answer that passed; `details` stand in the places of `reason`."""
    return Feedback(True, Saying(reason, details))


def not_yet(reason: str, /, **details: object) -> Feedback:
    """An answer that did not; `reason` points at the mistake without giving it away."""
    return Feedback(False, Saying(reason, details))
