"""The feedback that a checker returns."""

from dataclasses import dataclass
from html import escape
from typing import Any

from ..translatable import Message, message, metadata


@dataclass(frozen=True, repr=False)
class Feedback:
    """Whether an answer passed, and a sentence: why, or what to look at."""

    passed: bool
    message: Message

    @property
    def reason(self) -> str:
        """The sentence."""
        return str(self.message)

    def _whole(self) -> Message:
        if self.passed:
            return message("right: {reason}", reason=self.message)
        return message("not yet: {reason}", reason=self.message)

    def __repr__(self) -> str:
        return str(self._whole())

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        state, sign = ("right", "✓") if self.passed else ("not-yet", "…")
        said = f"{sign} <span>{escape(repr(self))}</span>"
        html = f'<p class="feedback {state}">{said}</p>'
        data = {"text/plain": repr(self), "text/html": html}
        return data, metadata([self._whole()])


def right(reason: str, /, **details: object) -> Feedback:
    """Return feedback for a right answer; `details` fill the places of `reason`."""
    return Feedback(True, Message(reason, details))


def not_yet(reason: str, /, **details: object) -> Feedback:
    """Return feedback for a wrong answer.

    `reason` points at the mistake without giving the answer away; `details` fill its
    places.
    """
    return Feedback(False, Message(reason, details))
