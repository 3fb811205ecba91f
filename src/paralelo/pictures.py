"""What does it look like? Runs as lanes, in SVG, with a table for those who don't see.

An SVG here is as wide as the page: places along the time axis are percentages, so
that text keeps its size on a phone. Colours are in the drawing, so that it is the
same in a notebook; the book's style sheet only adds to it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

from .measure import Measurement, Sample
from .strategies import label
from .timeline import Interval, Timeline

LANE, GAP = 18, 6  # pixels: a lane's height, and the space between two
TITLE, AXIS = 24, 26  # pixels: above the lanes of each run; below the last

#: Okabe and Ito (2008), Color Universal Design: told apart by colour-blind readers,
#: and legible on light and dark. Each with the ink that can be read on it.
COLOURS = (
    ("#e69f00", "#000"),
    ("#56b4e9", "#000"),
    ("#009e73", "#000"),
    ("#f0e442", "#000"),
    ("#0072b2", "#fff"),
    ("#d55e00", "#000"),
    ("#cc79a7", "#000"),
)

#: The only words in a picture; everything else is numbers, units and names of code.
WORDS = {
    "table": "the numbers",
    "worker": "worker",
    "task": "task",
    "start": "start (s)",
    "end": "end (s)",
    "cpu": "CPU (s)",
    "runs": "runs (s)",
}


@dataclass(frozen=True)
class Picture:
    """A drawing (HTML with SVG), and in `text` what it says to who can't see it."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def draw(runs: Timeline | Mapping[object, Timeline], *, by: str = "worker") -> Picture:
    """Draw a run, or several under one another on one time scale.

    A bar is a task's stay on a worker; its solid part is the share of it that the
    worker computed, the rest it waited. Where one worker has several tasks under way,
    it gets as many lanes as it needs. Hatching is the time before a worker's
    first task.

    Parameters
    ----------
    runs
        A timeline, or timelines by their titles; a strategy makes a good title.
    by
        What a lane is: a ``"worker"``, or a ``"task"``.
    """
    if by not in ("worker", "task"):
        raise ValueError(f"by must be 'worker' or 'task', got {by!r}")
    named = (
        {_title(title): run for title, run in runs.items()}
        if isinstance(runs, Mapping)
        else {"": runs}
    )
    scale = Scale.up_to(max((run.end for run in named.values()), default=0.0))
    blocks = [_block(title, run, by, scale) for title, run in named.items()]
    summary = "\n".join(
        f"{title}: {run}" if title else str(run) for title, run in named.items()
    )
    return _figure("timeline", blocks, scale, summary, _timeline_table(named))


def _title(given: object) -> str:
    return given if isinstance(given, str) else label(given)


def dots(measured: Measurement | Mapping[str, Sample]) -> Picture:
    """Draw every run of some samples: a lane for each of them, a dot for each run.

    The bar across a lane marks the median.
    """
    given = measured.samples if isinstance(measured, Measurement) else measured
    samples = {_title(name): sample for name, sample in given.items()}
    scale = Scale.up_to(max(max(sample.walls) for sample in samples.values()))
    blocks = []
    for title, sample in samples.items():
        marks = [
            f'<line x1="0" x2="100%" y1="{LANE / 2}" y2="{LANE / 2}" '
            'stroke="currentColor" stroke-opacity=".25"/>',
            f'<rect x="{scale.at(sample.median)}" y="0" width="2" height="{LANE}" '
            'fill="currentColor"/>',
        ]
        marks += [
            f'<circle cx="{scale.at(wall)}" cy="{LANE / 2}" r="4.5" fill="#56b4e9" '
            'fill-opacity=".6" stroke="currentColor" stroke-opacity=".7"/>'
            for wall in sample.walls
        ]
        blocks.append(Block(title, marks, LANE))
    rows = [
        (title, " ".join(f"{wall:.3g}" for wall in sample.walls))
        for title, sample in samples.items()
    ]
    summary = "\n".join(f"{title}: {sample}" for title, sample in samples.items())
    return _figure("dots", blocks, scale, summary, _table(("", "runs"), rows))


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
        """Where a moment lies on the axis."""
        return f"{100 * (seconds / self.end):.3f}%"

    def ticks(self) -> Iterator[tuple[str, str]]:
        """Where each tick lies, and what it says; the last one names the unit."""
        count = math.floor(self.end / self.size / self.step + 1e-9)
        for number in range(count + 1):
            label = f"{number * self.step:g}"
            where = self.at(number * self.step * self.size)
            yield where, f"{label} {self.unit}" if number == count else label


@dataclass(frozen=True)
class Block:
    """One run's part of a drawing: its title, its marks, and their height in pixels."""

    title: str
    marks: Sequence[str]
    height: int


def _lanes(run: Timeline, by: str) -> list[tuple[int, list[Interval]]]:
    """Whose lane it is, and what is in it: within a lane no two intervals overlap."""
    lanes: list[tuple[int, list[Interval]]] = []
    for interval in run.intervals:
        owner = interval.worker if by == "worker" else interval.task
        for whose, taken in lanes:
            if whose == owner and taken[-1].end <= interval.start:
                taken.append(interval)
                break
        else:
            lanes.append((owner, [interval]))
    return sorted(lanes, key=lambda lane: lane[0])


def _block(title: str, run: Timeline, by: str, scale: Scale) -> Block:
    lanes, marks = _lanes(run, by), []
    for number, (owner, intervals) in enumerate(lanes):
        top = number * (LANE + GAP)
        if number == 0 or lanes[number - 1][0] != owner:
            marks.append(
                f'<text x="-8" y="{top + 13}" text-anchor="end" class="worker">'
                f"{owner}</text>"
            )
        if by == "worker" and (startup := _startup(run, owner)):
            marks.append(  # hatched by dashes: a pattern would need an id on the page
                f'<line x1="0" x2="{scale.at(startup)}" y1="{top + LANE / 2}" '
                f'y2="{top + LANE / 2}" stroke="currentColor" stroke-opacity=".4" '
                f'stroke-width="{LANE - 8}" stroke-dasharray="1 3" class="startup"/>'
            )
        marks += chain.from_iterable(_bar(item, top, scale) for item in intervals)
    return Block(title, marks, max(1, len(lanes)) * (LANE + GAP) - GAP)


def _startup(run: Timeline, worker: int) -> float:
    """Seconds until a worker starts its first task."""
    return next(i.start for i in run.intervals if i.worker == worker)


def _bar(interval: Interval, top: int, scale: Scale) -> Iterator[str]:
    colour, ink = COLOURS[interval.worker % len(COLOURS)]
    x, width = scale.at(interval.start), scale.at(interval.duration)
    solid = round(LANE * interval.share, 1)
    yield (
        f'<rect x="{x}" y="{top}" width="{width}" height="{LANE}" fill="{colour}" '
        'fill-opacity=".28" stroke="currentColor" stroke-opacity=".55"/>'
    )
    if solid:
        yield (
            f'<rect x="{x}" y="{top + LANE - solid}" width="{width}" '
            f'height="{solid}" fill="{colour}"/>'
        )
    if interval.duration > 0.04 * scale.end:
        middle = scale.at((interval.start + interval.end) / 2)
        fill = ink if interval.share > 0.6 else "currentColor"
        yield (
            f'<text x="{middle}" y="{top + 13}" text-anchor="middle" fill="{fill}">'
            f"{interval.task}</text>"
        )


def _figure(
    kind: str, blocks: Sequence[Block], scale: Scale, summary: str, table: str
) -> Picture:
    parts, top = [], 0
    for block in blocks:
        if block.title:
            parts.append(
                f'<text x="0" y="{top + 16}" class="title">{escape(block.title)}</text>'
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
        f'<svg role="img" aria-label="{escape(summary)}" width="100%" '
        f'height="{top + AXIS}" overflow="visible" fill="currentColor" '
        'style="display:block;font:12px system-ui,sans-serif">'
        f'<line x1="0" x2="100%" y1="{top}" y2="{top}" stroke="currentColor"/>'
        f"{''.join(parts)}</svg>"
    )
    html = (
        f'<figure class="lanes {kind}" style="margin:1em 2em 1em 2.2em">{svg}'
        f"<details><summary>{WORDS['table']}</summary>{table}</details></figure>"
    )
    return Picture(html, summary)


def _timeline_table(named: Mapping[str, Timeline]) -> str:
    rows = [
        (title, i.worker, i.task, f"{i.start:.4f}", f"{i.end:.4f}", f"{i.cpu:.4f}")
        for title, run in named.items()
        for i in run.intervals
    ]
    return _table(("", "worker", "task", "start", "end", "cpu"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    top = "".join(f'<th scope="col">{WORDS.get(name, name)}</th>' for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
