"""Render cells' Markdown and LaTeX as the build does, for pages with a kernel."""

from collections.abc import Callable

from docutils.utils.math.latex2mathml import tex2mathml
from markdown_it import MarkdownIt
from myst_nb.core.render import (  # type: ignore[import-untyped]
    strip_latex_delimiters,
)

from bookbuild.web.sanitize import clean


def render(kind: str, text: str) -> str:
    """Return the HTML of an output of this MIME type.

    Raises an error of some kind for a formula that can't be shown, and KeyError for
    another type.
    """
    return clean(RENDERERS[kind](text)).html


def _latex(text: str) -> str:
    formula = tex2mathml(strip_latex_delimiters(text).strip(), as_block=True)
    return f'<div class="math notranslate">{formula}</div>'


RENDERERS: dict[str, Callable[[str], str]] = {
    "text/latex": _latex,
    "text/markdown": MarkdownIt("commonmark").render,
}
