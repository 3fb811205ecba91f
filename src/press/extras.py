"""What of the site only a browser can make: a PDF of each edition, and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from press.cards import draw
from press.catalogues import WORDS, sentences
from press.configuration import settings
from press.editions import Edition
from press.paper import name, print_edition


def make(root: Path, site: Path, editions: Sequence[Edition]) -> list[str]:
    """Add them to `site`, in which the editions are; or say why not, in a line."""
    title = settings(root)["html_title"]
    for edition in editions:
        known = sentences(root, edition.language, WORDS)
        made = site / edition.slug
        pdf = made / name(known.get(title, title))
        lack = print_edition(root, made, edition, pdf) or draw(root, made, edition)
        if lack:
            return [lack]
    return []
