"""Draw runs as lanes: each bar is a task, from its start to its end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count

from ..samples import format_seconds
from ..timelines.timeline import Interval, Timeline
from ..translatable import Message, message
from .figure import (
    GAP,
    LANE,
    WORDS,
    Block,
    Picture,
    Scale,
    figure,
    table,
    title_of,
    titled,
)

EMPTY, FULL = 0.25, 0.8  # shares of a bar that its number, in the middle, is clear of

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

    Dashed outlines show a prediction. Above them are two makespans, the measured and
    the predicted one. A prediction without start-up starts with the run's first task.

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
    return figure("timeline", blocks, scale, summary, table, words)


def _by_title(runs: Timeline | Mapping[object, Timeline]) -> dict[str, Timeline]:
    if isinstance(runs, Timeline):
        return {"": runs}
    return {title_of(title): run for title, run in runs.items()}


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


def _makespans(run: Timeline, predicted: Timeline) -> Message:
    measured, expected = map(format_seconds, (run.makespan, predicted.makespan))
    return message(
        "{measured}; predicted: {expected}", measured=measured, expected=expected
    )


def _line(title: str, run: Timeline, predicted: Timeline | None) -> Message:
    """Return the line of text for one run."""
    line = titled(title, run.summary())
    if predicted is None:
        return line
    expected = format_seconds(predicted.makespan)
    return message("{run}; predicted: {expected}", run=line, expected=expected)


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
    makespans = str(_makespans(run, predicted)) if predicted else ""
    lines = {"title": title, "makespans": makespans}
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
    tint = "" if solid == LANE else 'fill-opacity=".1" '
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
            marks += [mark, _makespans(run, expected[title])]
    return table(("worker", "task", "start", "end", "cpu"), rows), marks


def _rows(title: str, run: Timeline) -> Iterator[Sequence[object]]:
    for i in run.intervals:
        times = (f"{time:.4f}" for time in (i.start, i.end, i.cpu))
        yield (title, i.worker, i.task, *times)
