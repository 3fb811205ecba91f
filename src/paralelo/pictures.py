"""Pictures of runs: lanes and dots in SVG, with the numbers in a table.

An SVG here is as wide as the page: places along the time axis are percentages, so
that text keeps its size on a phone. Colours are in the drawing, so that it is the
same in a notebook; the book's style sheet only adds to it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import chain, count
from typing import Any

from .measure import Measurement
from .samples import Sample, format_seconds
from .strategies import label
from .timeline import Interval, Timeline
from .translatable import Message, gettext_noop, message, metadata

LANE, GAP = 18, 6  # pixels: a lane's height, and the space between two
EMPTY, FULL = 0.25, 0.8  # shares of a bar that its number, in the middle, is clear of
TITLE, AXIS = 24, 26  # pixels: a line above the lanes of a run; below the last

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


def draw(
    runs: Timeline | Mapping[object, Timeline],
    *,
    by: str = "worker",
    predicted: Timeline | Mapping[object, Timeline] | None = None,
) -> Picture:
    """Draw a run, or several below one another on one time scale.

    A bar is a task on a worker. Its solid part is the share of the time in which the
    worker computed; in the rest it waited. A worker with several tasks in flight gets
    as many lanes as it needs. Hatching is the time before a worker's first task.

    Dashed outlines show a prediction. Above them is an equation of makespans: what was
    measured = what was predicted + what the prediction doesn't explain. A prediction
    without start-up starts with the run's first task.

    Parameters
    ----------
    runs
        A timeline, or timelines by their titles; a strategy makes a good title.
    by
        What a lane is: a ``"worker"``, or a ``"task"``.
    predicted
        The timeline to compare the run with, or timelines by titles of `runs`.

    Raises
    ------
    ValueError
        If `by` is neither of the two.
    LookupError
        If there's a prediction for a title that no run has.
    """
    if by not in ("worker", "task"):
        raise ValueError(f"by must be 'worker' or 'task', got {by!r}")
    named = _by_title(runs)
    expected = _expected(named, predicted or {})
    everything = chain(named.values(), expected.values())
    scale = Scale.up_to(max((run.end for run in everything), default=0.0))
    blocks = [
        _block(title, run, expected.get(title), by, scale)
        for title, run in named.items()
    ]
    summary = [_line(title, run, expected.get(title)) for title, run in named.items()]
    table, words = _timeline_table(named, expected)
    return _figure("timeline", blocks, scale, summary, table, words)


def _by_title(runs: Timeline | Mapping[object, Timeline]) -> dict[str, Timeline]:
    if isinstance(runs, Timeline):
        return {"": runs}
    return {_title(title): run for title, run in runs.items()}


def _title(given: object) -> str:
    return given if isinstance(given, str) else label(given)


def _expected(
    named: Mapping[str, Timeline], predicted: Timeline | Mapping[object, Timeline]
) -> dict[str, Timeline]:
    """Return the predictions by title, each starting where it's drawn."""
    given = _by_title(predicted)
    if unknown := given.keys() - named.keys():
        raise LookupError(
            f"no run is titled {min(unknown)!r}; there are: "
            + ", ".join(map(repr, named))
        )
    return {
        title: run if run.startup else _later(run, named[title].startup)
        for title, run in given.items()
    }


def _later(run: Timeline, delay: float) -> Timeline:
    moved = (
        replace(i, start=i.start + delay, end=i.end + delay) for i in run.intervals
    )
    return Timeline(tuple(moved))


def _equation(run: Timeline, predicted: Timeline) -> str:
    """Return makespan = predicted makespan + residual, without words."""
    residual = round(run.makespan - predicted.makespan, 9)  # no clock is finer
    sign = "\N{MINUS SIGN}" if residual < 0 else "+"
    parts = map(format_seconds, (run.makespan, predicted.makespan, abs(residual)))
    return "{} = {} {sign} {}".format(*parts, sign=sign)


def _line(title: str, run: Timeline, predicted: Timeline | None) -> Message:
    """Return the line of text for one run."""
    line = _titled(title, run.summary())
    if predicted is None:
        return line
    equation = _equation(run, predicted)
    return message("{run}; predicted: {equation}", run=line, equation=equation)


def _titled(title: str, line: Message) -> Message:
    return message("{title}: {it}", title=title, it=line) if title else line


def dot_plot(measured: Measurement | Mapping[str, Sample]) -> Picture:
    """Draw all runs of some samples: a lane for each sample, a dot for each run.

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
        blocks.append(Block({"title": title}, marks, LANE))
    rows = [
        (title, " ".join(f"{wall:.3g}" for wall in sample.walls))
        for title, sample in samples.items()
    ]
    summary = [_titled(title, sample.summary()) for title, sample in samples.items()]
    return _figure("dots", blocks, scale, summary, _table(("runs",), rows))


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
        """Yield the place and the label of each tick; the last one names the unit."""
        count = math.floor(self.end / self.size / self.step + 1e-9)
        for number in range(count + 1):
            label = f"{number * self.step:g}"
            where = self.at(number * self.step * self.size)
            yield where, f"{label} {self.unit}" if number == count else label


@dataclass(frozen=True)
class Block:
    """One run's part of a drawing: the lines above it, its marks, and their height.

    The height is in pixels, without the lines, which are named by their roles.
    """

    lines: Mapping[str, str]
    marks: Sequence[str]
    height: int


def _lanes(run: Timeline, by: str) -> dict[tuple[int, int], list[Interval]]:
    """Return the intervals of each lane, by its owner and its number among the owner's.

    Within a lane, no two intervals overlap.
    """
    lanes: dict[tuple[int, int], list[Interval]] = {}
    for interval in run.intervals:
        owner = interval.worker if by == "worker" else interval.task
        for number in count():
            taken = lanes.setdefault((owner, number), [])
            if not taken or taken[-1].end <= interval.start:
                taken.append(interval)
                break
    return lanes


def _block(
    title: str, run: Timeline, predicted: Timeline | None, by: str, scale: Scale
) -> Block:
    lanes, outlines = _lanes(run, by), _lanes(predicted or Timeline(()), by)
    tops = {
        place: row * (LANE + GAP)
        for row, place in enumerate(sorted(lanes.keys() | outlines.keys()))
    }
    marks = []
    for (owner, number), top in tops.items():
        if number == 0:
            marks.append(
                f'<text x="-8" y="{top + 13}" text-anchor="end" class="worker">'
                f"{owner}</text>"
            )
        if by == "worker" and (startup := _startup(run, owner)):
            marks.append(  # dashes: a pattern would need an id on the page
                f'<line x1="0" x2="{scale.at(startup)}" y1="{top + LANE / 2}" '
                f'y2="{top + LANE / 2}" stroke="currentColor" stroke-opacity=".4" '
                f'stroke-width="{LANE - 8}" stroke-dasharray="1 3" class="startup"/>'
            )
    for place, intervals in lanes.items():
        marks += chain.from_iterable(_bar(i, tops[place], scale) for i in intervals)
    for place, intervals in outlines.items():
        marks += [_outline(interval, tops[place], scale) for interval in intervals]
    equation = _equation(run, predicted) if predicted else ""
    lines = {"title": title, "equation": equation}
    return Block(lines, marks, max(1, len(tops)) * (LANE + GAP) - GAP)


def _startup(run: Timeline, worker: int) -> float:
    """Return the seconds until a worker starts its first task; 0 if it never does."""
    return next((i.start for i in run.intervals if i.worker == worker), 0.0)


def _outline(interval: Interval, top: int, scale: Scale) -> str:
    # Around the bar, not on its edge: an exact prediction has to be visible, too.
    return (
        f'<rect x="{scale.at(interval.start)}" y="{top - 1}" '
        f'width="{scale.at(interval.duration)}" height="{LANE + 2}" fill="none" '
        'stroke="currentColor" stroke-width="1.5" stroke-dasharray="4 3" '
        'class="predicted"/>'
    )


def _bar(interval: Interval, top: int, scale: Scale) -> Iterator[str]:
    colour, ink = COLOURS[interval.worker % len(COLOURS)]
    seen = max(interval.duration, scale.end * 1e-4)  # a bar without width isn't drawn
    x, width = scale.at(interval.start), scale.at(seen)
    solid = round(LANE * interval.share)  # pixels
    tint = "" if solid == LANE else 'fill-opacity=".28" '
    yield (
        f'<rect x="{x}" y="{top}" width="{width}" height="{LANE}" fill="{colour}" '
        f'{tint}stroke="currentColor" stroke-opacity=".55"/>'
    )
    if 0 < solid < LANE:
        yield (
            f'<rect x="{x}" y="{top + LANE - solid}" width="{width}" '
            f'height="{solid}" fill="{colour}"/>'
        )
    digits = len(str(interval.task))
    if interval.duration > (0.02 + 0.025 * digits) * scale.end:  # on a phone, too
        middle = scale.at((interval.start + interval.end) / 2)
        fill = ink if interval.share > FULL else "currentColor"
        if EMPTY < interval.share <= FULL:  # no ink can be read on both of its parts
            half = 4 * digits + 2
            yield (
                f'<rect x="{middle}" y="{top + 2}" width="{2 * half}" '
                f'height="{LANE - 4}" transform="translate(-{half})" fill="#fff" '
                'class="plate"/>'
            )
            fill = "#000"
        yield (
            f'<text x="{middle}" y="{top + 13}" text-anchor="middle" fill="{fill}">'
            f"{interval.task}</text>"
        )


def _figure(
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


def _timeline_table(
    named: Mapping[str, Timeline], expected: Mapping[str, Timeline]
) -> tuple[str, list[Message]]:
    rows: list[Sequence[object]] = []
    marks = []
    for title, run in named.items():
        rows += _rows(title, run)
        if title in expected:
            word = message(WORDS["predicted"])
            mark = message("{title}, {word}", title=title, word=word) if title else word
            rows += _rows(str(mark), expected[title])
            marks.append(mark)
    return _table(("worker", "task", "start", "end", "cpu"), rows), marks


def _rows(title: str, run: Timeline) -> Iterator[Sequence[object]]:
    for i in run.intervals:
        times = (f"{time:.4f}" for time in (i.start, i.end, i.cpu))
        yield (title, i.worker, i.task, *times)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return the numbers as a table; a row starts with the title of its run."""
    top = "".join(f'<th scope="col">{WORDS.get(name, name)}</th>' for name in head)
    body = "".join(
        f'<tr><td class="title">{escape(str(title))}</td>'
        + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
        + "</tr>"
        for title, *cells in rows
    )
    return f"<table><thead><tr><td></td>{top}</tr></thead><tbody>{body}</tbody></table>"
