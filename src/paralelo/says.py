"""How is something said so that it can be said in another language, too?

A cell runs once, and in English. What its output says to people is in the output's
metadata as well, before details were put in: so the press can say it in the language of
each edition, without running anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


def noted(text: str) -> str:
    """The text itself, which translators find because it is noted here."""
    return text


@dataclass(frozen=True)
class Saying:
    """A sentence or a word in English, with ``{places}``, and what stands in them.

    That is numbers, names of code, or other sayings.
    """

    text: str
    details: Mapping[str, object]

    def __str__(self) -> str:
        return self.text.format_map(self.details)

    def record(self) -> dict[str, Any]:
        """All of it, as JSON has it."""
        return {"text": self.text, "details": dict(map(_plain, self.details.items()))}


def say(text: str, /, **details: object) -> Saying:
    """A saying; translators find its text if it is written here."""
    return Saying(text, details)


def metadata(sayings: Iterable[Saying]) -> dict[str, Any]:
    """What an output says, for whoever shows it in another language."""
    return {"says": [saying.record() for saying in sayings]}


def _plain(detail: tuple[str, object]) -> tuple[str, object]:
    name, value = detail
    if isinstance(value, Saying):
        return name, value.record()
    return name, value if isinstance(value, int | float) else str(value)
