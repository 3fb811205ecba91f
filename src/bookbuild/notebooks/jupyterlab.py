"""Rewrite chapters for JupyterLab, without the roles and directives of the build.

On Binder, JupyterLab opens a chapter's source, without Sphinx. Its MyST extension
leaves out some directives or shows them as errors, so we replace those in Binder's
copy. This needs nothing but the standard library.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

#: What JupyterLab can't show, and what it gets instead.
REPLACED = (
    (r"^(:{3,}|`{3,})\{claim\}.*$", r"\1{admonition} Claim"),
    (r"^:::\{container\}.*\n((?:.*\n)*?):::$", r"\1"),
    (r"^```\{notebooks\}\n```\n", ""),  # of no use in a notebook
    (r"\{measured\}`[^`]+`", "… (in the output above)"),
    (r"\{term\}`([^`<]+?)(?: <[^`>]+>)?`", r"*\1*"),
)
INCLUDED = re.compile(
    r"^```\{literalinclude\} (?P<file>\S+)\n(?P<options>(?::.*\n)*)```$", re.M
)
OPTION = re.compile(r"^:([\w-]+): *(.*)$", re.M)
REFERENCE = re.compile(r"\{ref\}`(?:(?P<words>[^`<]+) <)?(?P<label>[^`<>]+)>?`")
LABELLED = re.compile(r"^\((?P<label>.+)\)=\n#+ (?P<title>.+)$", re.M)
KERNEL = re.compile(r"\A---\n(?:(?!---\n).*\n)*?kernelspec:\n")  # in a chapter's header


class Place(NamedTuple):
    """The target of a label: a page, and a heading on it."""

    page: Path
    title: str


def rewrite(book: Path) -> None:
    """Rewrite all chapters below `book`, in place."""
    pages = {page: page.read_text("utf8") for page in sorted(book.rglob("*.md"))}
    places = {
        found["label"]: Place(page, found["title"])
        for page, text in pages.items()
        for found in LABELLED.finditer(text)
    }
    runs = {page for page, text in pages.items() if KERNEL.match(text)}
    for page in runs:
        page.write_text(rewritten(pages[page], page, places, runs), "utf8")


def rewritten(
    text: str, page: Path, places: Mapping[str, Place], runs: set[Path]
) -> str:
    """Replace in the `text` of `page` what JupyterLab can't show."""

    def referred(found: re.Match[str]) -> str:
        place = places[found["label"]]
        if place.page == page and not found["words"]:
            return found[0]  # within a notebook, JupyterLab finds it
        words = found["words"] or place.title
        if place.page not in runs:  # its text comes from the build
            return f"*{words}*"
        return f"[{words}]({os.path.relpath(place.page, page.parent)})"

    def included(found: re.Match[str]) -> str:
        options = dict(OPTION.findall(found["options"]))
        source = (page.parent / found["file"]).read_text("utf8")
        return f"```python\n{excerpt(source, options)}\n```"

    for pattern, instead in REPLACED:
        text = re.sub(pattern, instead, text, flags=re.M)
    text = INCLUDED.sub(included, text)
    return REFERENCE.sub(referred, text)


def excerpt(source: str, options: Mapping[str, str]) -> str:
    """Return the lines of `source` that Sphinx's `literalinclude` would show."""
    lines = source.splitlines()
    if wanted := options.get("pyobject"):
        lines = _lines_of(source, wanted)
    if begin := options.get("start-at") or options.get("start-after"):
        lines = lines[_line_with(begin, lines) + ("start-after" in options) :]
    if end := options.get("end-at") or options.get("end-before"):
        lines = lines[: _line_with(end, lines) + ("end-at" in options)]
    first = options.get("lines", "1-").removesuffix("-")
    lines = lines[int(first) - 1 :]
    return dedent("\n".join(lines)).strip("\n")


def _lines_of(source: str, wanted: str) -> list[str]:
    """Return the lines of a function or class by its dotted name, with decorators."""
    node: ast.AST = ast.parse(source)
    for name in wanted.split("."):
        inner = ast.iter_child_nodes(node)
        node = next(each for each in inner if getattr(each, "name", "") == name)
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return source.splitlines()[first - 1 : node.end_lineno]


def _line_with(text: str, lines: list[str]) -> int:
    wanted = text[1:-1] if text[0] in "\"'" else text  # quoted, as YAML has it
    return next(n for n, line in enumerate(lines) if wanted in line)


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]))
