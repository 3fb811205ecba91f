"""The picture that a link to a page is shown with, where people send links around."""

from __future__ import annotations

from html import escape
from pathlib import Path

from bs4 import BeautifulSoup

from press import chromium
from press.catalogues import WORDS, sentences
from press.configuration import settings
from press.editions import Edition
from press.preflight import parts
from press.printable import SUFFIX
from press.single import MARK

FOLDER = "_cards"  # of an edition
WIDTH, HEIGHT = 1200, 630  # pixels, as those ask for who show them
PATIENCE = 60  # seconds; one takes less than one
OPTIONS = (
    f"--window-size={WIDTH},{HEIGHT}",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
)
LONG = 60  # letters: a title of more is written smaller
CARD = """<!doctype html>
<html lang="{tag}">
<meta charset="utf-8">
<style>
body {{ box-sizing: border-box; display: flex; flex-direction: column; margin: 0;
  height: {height}px; padding: 72px 80px; background: #fdfcf9; color: #1d1d1b;
  font: 32px/1.3 system-ui, sans-serif; }}
h1 {{ margin: 0 0 auto; font: 600 {size}px/1.15 Charter, "Bitstream Charter",
  "Sitka Text", Cambria, Georgia, serif; letter-spacing: -.01em; text-wrap: balance; }}
p {{ margin: 0; }}
.part {{ min-height: 42px; margin-bottom: 20px; color: #55534d; }}
.book {{ display: flex; align-items: center; gap: 32px; }}
.mark {{ width: 132px; }}
</style>
<p class="part">{part}</p>
<h1>{title}</h1>
<p class="book">{mark} {book}</p>
</html>
"""


def address(page: str) -> str:
    """Where the picture of a page is, from the edition's folder."""
    return f"{FOLDER}/{page}.png"


def draw(root: Path, made: Path, edition: Edition) -> str:
    """Draw a picture for each page of the edition, whose pages are in `made`.

    Returns a line that says why one could not be drawn, or nothing.
    """
    title = settings(root)["html_title"]
    book = sentences(root, edition.language, WORDS).get(title, title)
    every = parts(root)
    known = sentences(root, edition.language, every[0][1][0])
    for caption, pages in every:
        for page in pages:
            html = card(
                tag=edition.tag,
                book=book,
                part=known.get(caption, caption),
                title=_title(made / f"{page}{SUFFIX}"),
            )
            if lack := _draw(html, made / address(page)):
                return lack
    return ""


def card(*, tag: str, book: str, part: str, title: str) -> str:
    """The picture, as HTML."""
    return CARD.format(
        tag=tag,
        height=HEIGHT,
        size=64 if len(title) > LONG else 80,
        part=escape(part),
        title=escape(title),
        mark=MARK,
        book="" if title == book else escape(book),
    )


def _title(page: Path) -> str:
    soup = BeautifulSoup(page.read_text("utf8"), "html.parser")
    for sign in soup.select("a.headerlink"):
        sign.decompose()
    heading = soup.select_one("main article h1")
    return " ".join(heading.get_text().split()) if heading else page.stem


def _draw(html: str, picture: Path) -> str:
    picture.parent.mkdir(parents=True, exist_ok=True)
    source = picture.with_suffix(SUFFIX)
    source.write_text(html, encoding="utf8")
    try:
        return chromium.run(
            source, picture, f"--screenshot={picture}", *OPTIONS, seconds=PATIENCE
        )
    finally:
        source.unlink()
