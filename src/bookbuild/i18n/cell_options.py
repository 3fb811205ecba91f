"""Translate what a cell's options say: prompts of folds, captions, alternative texts.

Sphinx finds no sentence in a cell, and the catalogues are made without running cells:
captions aren't in the page yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.addnodes import translatable
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

PROMPTS = ("prompt_show", "prompt_hide")


class Cell(nodes.container, translatable):
    """A code cell that tells Sphinx what there is to translate in its options."""

    def preserve_original_messages(self) -> None:
        """Do nothing: `TranslateOptions` has stored the messages."""

    def apply_translated_message(
        self, original_message: str, translated_message: str
    ) -> None:
        """Translate the prompts; in a page, captions are nodes of their own."""
        for name in PROMPTS:
            if self.get(name) == original_message:
                self[name] = translated_message

    def extract_original_messages(self) -> list[str]:
        """Return the stored messages."""
        return list(self["messages"])


class TranslateOptions(SphinxTransform):
    """Make each cell of a page a `Cell`; leave its outputs to `paralelo`."""

    default_priority = 4  # before Sphinx looks for what can be translated

    def apply(self, **kwargs: object) -> None:
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") == "cell_code":
                cell.__class__ = Cell
                cell["messages"] = [*self._prompts(cell), *_in_figure(cell)]
            elif "mime_type" in cell:
                for text in cell.findall(nodes.TextElement):
                    text["translatable"] = False  # no catalogue has it

    def _prompts(self, cell: nodes.container) -> Iterator[str]:
        for name in PROMPTS:
            if cell.get(name, usual := self.config[f"nb_code_{name}"]) != usual:
                yield cell[name]


def _in_figure(cell: nodes.container) -> Iterator[str]:
    """Yield the paragraphs of a cell's caption, and what is said of its pictures."""
    options: Any = cell["cell_metadata"].get("mystnb") or {}
    caption = (options.get("figure") or {}).get("caption") or ""
    for paragraph in str(caption).split("\n\n"):
        yield " ".join(paragraph.split("\n")).strip()
    yield str((options.get("image") or {}).get("alt") or "")


def setup(app: Sphinx) -> None:
    app.add_transform(TranslateOptions)
