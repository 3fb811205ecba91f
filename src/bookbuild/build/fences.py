"""Find code and box fences that are never closed.

Markdown closes them where the page or the box around them ends. Then cells are in a box
and never run, or a cell has the next box in it, and Sphinx reports the consequences.
"""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin

BLOCKS = ["blockquote", "code", "fence", "html_block", "list"]
#: A directive, unless its content isn't Markdown.
DIRECTIVE = re.compile(r"\s*\{(?!(?:code(?:-\w+)?|literalinclude|math|raw)\})")


def unclosed(markdown: str, above: int = 0) -> str:
    """Describe the first fence that is never closed; empty if there is none.

    The description begins with its line. The text has `above` lines above it.
    """
    for token in _parser().parse(f"{markdown.rstrip()}\n"):
        if token.type in ("fence", "colon_fence"):
            found = _described(token, above)
            if not found and DIRECTIVE.match(token.info):
                assert token.map
                found = unclosed(token.content, above + token.map[0] + 1)
            if found:
                return found
    return ""


@cache
def _parser() -> MarkdownIt:
    """Return a parser of these blocks only, which is much quicker than one of all."""
    parser = MarkdownIt("zero", {"html": True}).use(colon_fence_plugin)
    return parser.enable(BLOCKS).disable("inline")


def _described(token: Token, above: int) -> str:
    """Describe a fence that isn't closed; empty if it is.

    A fence that opens within another one must be shorter than that: otherwise its end
    is the other's end, too.
    """
    assert token.map
    start, end = token.map
    mark, lines = token.markup, token.content.splitlines()
    longer = mark + mark[0]
    opening = re.compile(rf" {{0,3}}{mark}{mark[0]}* *[^\s{mark[0]}]")
    inside = next((n for n, line in enumerate(lines, 1) if opening.match(line)), 0)
    what = f"{above + start + 1}: this {mark} is never closed"
    if not token.info.strip():
        what = f"{what}, or it closes nothing"
    if inside:
        line = above + start + 1 + inside
        return f"{what}: line {line} opens another, which only {longer} could contain"
    is_closed = end - start == len(lines) + 2  # with the fence's own two lines
    return "" if is_closed else what
