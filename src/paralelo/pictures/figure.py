"""Put drawings and their numbers into one figure.

An SVG here is as wide as the page: places along the time axis are percentages, so
that text keeps its size on a phone. Colours are in the drawing, so that it is the
same in a notebook; the book's style sheet only adds to it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..strategies import label
from ..translatable import Message, gettext_noop, message, metadata

LANE, GAP = 18, 6  # pixels: a lane's height, and the space between two
TITLE, AXIS = 24, 26  # pixels: a line above the lanes of a run; below the last

#: The only words in a picture; everything else is numbers, units and names of code.
WORDS = {
    "table": gettext_noop("the numbers"),
    "worker": gettext_noop("worker"),
    "task": gettext_noop("task"),
    "start": gettext_noop("start (s)"),
    "end": gettext_noop("end (s)"),
    "cpu": gettext_noop("CPU (s)"),
    "runs": gettext_noop("runs (s)"),
    "predicted": gettext_noop("predicted"),
}


@dataclass(frozen=True)
class Picture:
    """A drawing (HTML with SVG), and in `text` what it says, for screen readers."""

    html: str
    text: str
    messages: Sequence[Message] = ()  # the words that are in it

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        return {"text/plain": self.text, "text/html": self.html}, metadata(
            self.messages
        )

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Scale:
    """The time axis: from 0 to `end`, a tick every `step`, in `unit`s of `size` s."""

    end: float
    step: float
    unit: str
    size: float

    @classmethod
    def up_to(cls, longest: float) -> "Scale":
        """A scale with 4 to 7 ticks at round numbers that holds `longest` seconds."""
        longest = longest or 1.0
        unit, size = next(
            (name, size)
            for name, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
            if longest >= size or name == "µs"
        )
        power = 10.0 ** math.floor(math.log10(longest / size))
        for step in (0.2 * power, 0.25 * power, 0.5 * power, power, 2 * power):
            if longest / size / step <= 6:
                break
        return cls(longest, step, unit, size)

    def at(self, seconds: float) -> str:
        """Return the place of a moment on the axis, in percent."""
        return f"{100 * (seconds / self.end):.2f}%"  # a tenth of a pixel is enough

    def ticks(self) -> Iterator[tuple[str, str]]:
        """Yield the place and the label of each tick; the first one names the unit."""
        count = math.floor(self.end / self.size / self.step + 1e-9)
        for number in range(count + 1):
            label = f"{number * self.step:g}"
            where = self.at(number * self.step * self.size)
            yield where, f"{label} {self.unit}" if number == 0 else label


@dataclass(frozen=True)
class Block:
    """One run's part of a drawing: the lines above it, its marks, and their height.

    The height is in pixels, without the lines, which are named by their roles.
    """

    lines: Mapping[str, str]
    marks: Sequence[str]
    height: int


def figure(
    kind: str,
    blocks: Sequence[Block],
    scale: Scale,
    summary: Sequence[Message],
    table: str,
    words: Sequence[Message] = (),
) -> Picture:
    text = "\n".join(map(str, summary))
    parts, top = [], 0
    for block in blocks:
        for role, line in block.lines.items():
            if line:
                parts.append(
                    f'<text x="0" y="{top + 16}" class="{role}">{escape(line)}</text>'
                )
                top += TITLE
        parts.append(f'<svg y="{top}" overflow="visible">{"".join(block.marks)}</svg>')
        top += block.height + GAP
    parts += [
        f'<line x1="{x}" x2="{x}" y1="{top}" y2="{top + 5}" stroke="currentColor"/>'
        f'<text x="{x}" y="{top + 19}" text-anchor="middle" class="tick">{label}</text>'
        for x, label in scale.ticks()
    ]
    svg = (
        f'<svg role="img" aria-label="{escape(text)}" width="100%" '
        f'height="{top + AXIS}" overflow="visible" fill="currentColor" '
        'style="display:block;font:12px system-ui,sans-serif">'
        f'<line x1="0" x2="100%" y1="{top}" y2="{top}" stroke="currentColor"/>'
        f"{''.join(parts)}</svg>"
    )
    html = (
        f'<figure class="lanes {kind}" style="margin:1em 2em 1em 2.2em">{svg}'
        f"<details><summary>{WORDS['table']}</summary>"
        f'<div class="numbers">{table}</div></details></figure>'
    )
    return Picture(html, text, (*summary, *words, *map(message, WORDS.values())))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return the numbers as a table; a row starts with the title of its run."""
    top = "".join(f'<th scope="col">{WORDS.get(name, name)}</th>' for name in head)
    body = "".join(
        f'<tr><td class="title">{escape(str(title))}</td>'
        + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
        + "</tr>"
        for title, *cells in rows
    )
    return f"<table><thead><tr><td></td>{top}</tr></thead><tbody>{body}</tbody></table>"


def title_of(given: object) -> str:
    return given if isinstance(given, str) else label(given)


def titled(title: str, line: Message) -> Message:
    return message("{title}: {it}", title=title, it=line) if title else line
