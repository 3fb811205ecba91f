"""Messages that outputs show in the language of each edition.

A cell runs once, in English. Each message of its output is in the output's metadata as
well, as a template and its values, so that the build can translate it for an edition
without running the cell again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


def gettext_noop(text: str) -> str:
    """Return `text`, and mark it so that it's extracted into the catalogs."""
    return text


@dataclass(frozen=True)
class Message:
    """A sentence or a word in English with ``{places}``, and the values for them.

    Values are numbers, names from code, or other messages.
    """

    text: str
    details: Mapping[str, object]

    def __str__(self) -> str:
        return self.text.format_map(self.details)

    def record(self) -> dict[str, Any]:
        """Return the template and its values as JSON types."""
        return {"text": self.text, "details": dict(map(_plain, self.details.items()))}


def message(text: str, /, **details: object) -> Message:
    """Return a message, and mark `text` so that it's extracted into the catalogs."""
    return Message(text, details)


def metadata(messages: Iterable[Message]) -> dict[str, Any]:
    """Return the metadata of an output that shows `messages`."""
    return {"messages": [message.record() for message in messages]}


def _plain(detail: tuple[str, object]) -> tuple[str, object]:
    name, value = detail
    if isinstance(value, Message):
        return name, value.record()
    return name, value if isinstance(value, int | float) else str(value)
