r"""Make what a cell prints readable without a terminal.

A page and a notebook show neither what a program has overwritten, with ``\r`` or
``\b``, nor escape sequences. Of these, only colors mean something there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from nbformat.v4 import new_output

OVERWRITTEN = re.compile(r".*\r(?=[^\r\n])")  # a line that is begun anew
BACKSPACE = re.compile(r"[^\b\n]\x08")
COLORS = re.compile(r"\x1b\[([\d;:]*)m")
ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colors, and moves of the cursor
    r"|\x1b[]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)"  # a title, or either end of a link
    r"|\x1b[ -/]*[0-~]"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"  # other control characters
)
#: What MyST-NB's lexer knows: bold, faint and eight colors of letters and paper.
KNOWN = {0, 1, 2, 22, *range(30, 38), 39, *range(40, 48), 49}
SWAPPED = {7: 47, 27: 49}  # letters and paper: we mark the paper only
BLACK, WHITE = 0, 7


def merged(outputs: Iterable[Any]) -> Iterator[Any]:
    """Join what a cell wrote to each stream, up to the next output of another type.

    The kernel collects what is written to each stream. So which one was first is known
    only across other outputs; between these, we put stdout before stderr.
    """
    for is_stream, group in groupby(outputs, lambda it: it["output_type"] == "stream"):
        if not is_stream:
            yield from group
            continue
        written: dict[str, str] = {}
        for output in group:
            written[output["name"]] = written.get(output["name"], "") + output["text"]
        for name in sorted(written, reverse=True):
            yield new_output("stream", name=name, text=overwritten(written[name]))


def overwritten(text: str) -> str:
    r"""Leave out what a terminal would no longer show, because of ``\r`` or ``\b``."""
    text = OVERWRITTEN.sub("", text)
    while text != (text := BACKSPACE.sub("", text)):
        pass
    return text


def plain(text: str) -> str:
    """Leave out escape sequences and other control characters."""
    return ESCAPES.sub("", text)


def colored(text: str) -> str:
    """Leave out escape sequences, except for the colors that a page can show.

    Of larger palettes, each color becomes the one of eight that is most like it: these
    can be read on light and on dark paper.
    """
    parts = COLORS.split(text)  # every second one has the numbers of colors
    parts[::2] = map(plain, parts[::2])
    parts[1::2] = map(_known, parts[1::2])
    return "".join(parts)


def _known(numbers: str) -> str:
    """Write a color, given as in `COLORS`, for MyST-NB's lexer."""
    given = (int(each or 0) for each in re.split("[;:]", numbers.replace("::", ":")))
    found = ";".join(map(str, _translated(given)))
    return f"\x1b[{found}m" if found else ""


def _translated(given: Iterator[int]) -> Iterator[int]:
    for number in given:
        if number in (38, 48):  # a color of a palette, or a mixed one
            yield number - 8 + _nearest(given)
        elif number in range(90, 98) or number in range(100, 108):  # bright ones
            yield number - 60
        elif (code := SWAPPED.get(number, number)) in KNOWN:
            yield code


def _nearest(given: Iterator[int]) -> int:
    """Return the number, up to 7, of the color that begins here; 9 if it has none."""
    kind = next(given, 0)
    if kind == 2:
        return _hue(next(given, 0), next(given, 0), next(given, 0))
    if kind != 5:
        return 9
    number = next(given, 0)
    if number < 16:
        return number % 8
    if number > 231:
        return WHITE if number > 243 else BLACK
    cube = number - 16
    levels = cube // 36, cube // 6 % 6, cube % 6
    return _hue(*(level and 55 + 40 * level for level in levels))


def _hue(*rgb: int) -> int:
    """Add 1 for red, 2 for green and 4 for blue, as terminals number their colors."""
    low, high = min(rgb), max(rgb)
    if high - low < 40:
        return WHITE if high > 127 else BLACK
    return sum(1 << bit for bit, level in enumerate(rgb) if 2 * level > low + high)
