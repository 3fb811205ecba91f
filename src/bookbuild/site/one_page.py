"""Put all pages of an edition together as one page, for printing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from bookbuild.i18n.catalogs import sentences, translated
from bookbuild.i18n.localize import Speech
from bookbuild.project.book import Book
from bookbuild.project.editions import Edition
from bookbuild.site.article import SUFFIX, lower_headings, printable
from paralelo.translatable import gettext_noop

SHORT = 10  # digits of a commit's name, as people write it
#: The mark of the book: three lanes with staggered bars.
MARK = """\
<svg class="mark" viewBox="0 0 120 66" aria-hidden="true">
<rect width="54" height="18" fill="#e69f00"/>
<rect x="24" y="24" width="66" height="18" fill="#56b4e9"/>
<rect x="60" y="48" width="60" height="18" fill="#009e73"/>
</svg>"""
#: The styles for screens are in a layer, so that those for paper override them.
PAGE = """<!doctype html>
<html lang="{tag}" data-look="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
@import url("_static/book.css") layer(screens);
@import url("_static/print.css");
{feet}
</style>
</head>
<body>
<div class="title-page">
{mark}
<p class="title">{title}</p>
<p class="authors">{authors}</p>
<p class="edition">{edition}</p>
<p class="made">{made}<br>{left_out}</p>
</div>
<nav aria-labelledby="contents">
<h1 id="contents">{contents}</h1>
{entries}
</nav>
<main>
{articles}
</main>
</body>
</html>
"""
LEFT_OUT = gettext_noop(
    "The numbers beneath the pictures, which the site has, are left out on paper."
)
PART = '<h1 class="part">{caption}</h1>'
ENTRY = '<li><a href="#{name}">{title}</a> <span class="sheet">{sheet}</span></li>'
#: Sheets with the same name have the same foot.
FOOT = "@page {sheet} {{ @bottom-left {{ content: {title}; }} }}"


@dataclass(frozen=True)
class Chapter:
    """A page of the book as a chapter of the one page."""

    name: str
    title: str
    article: str


def single(
    book: Book, made: Path, edition: Edition, *, sheets: Mapping[str, int] | None = None
) -> str:
    """Return the page, to be saved in the folder `made` with the pages of `edition`.

    `sheets` has the sheet that each chapter begins on, by name, for the contents.
    """
    speech = Speech(edition.language, partial(translated, book, edition))
    whole = list(_parts(book, made, edition))
    chapters = [chapter for _, some in whole for chapter in some]
    manifest = json.loads((made.parent / "manifest.json").read_text("utf8"))
    return PAGE.format(
        tag=edition.tag,
        title=escape(speech.translate(book.title)),
        feet="\n".join(
            FOOT.format(sheet=f"sheet-{number}", title=_quoted(chapter.title))
            for number, chapter in enumerate(chapters)
        ),
        mark=MARK,
        authors=escape(speech.translate(book.config["author"])),
        edition=escape(edition.name),
        made=escape(_made(manifest["build"], speech)),
        left_out=escape(speech.translate(LEFT_OUT)),
        contents=escape(speech.translate(gettext_noop("Contents"))),
        entries="\n".join(_entries(whole, sheets or {})),
        articles="\n".join(chapter.article for chapter in chapters),
    )


def _parts(
    book: Book, made: Path, edition: Edition
) -> Iterator[tuple[str, list[Chapter]]]:
    """Yield the parts of the book, each with its caption in the edition's language."""
    base = edition.address(book.address)
    # The captions are messages of the cover, whose contents they are.
    known = sentences(book, edition.language, book.cover)
    for caption, some in book.parts:
        title = known.get(caption, caption)
        yield (
            title,
            [
                _chapter(made, page, book.pages, base, title, is_first=page == some[0])
                for page in some
            ],
        )


def _chapter(
    made: Path, page: str, pages: list[str], base: str, caption: str, *, is_first: bool
) -> Chapter:
    html = (made / f"{page}{SUFFIX}").read_text("utf8")
    article = printable(html, page, pages, base=base)
    article["style"] = f"page: sheet-{pages.index(page)}"
    heading = article.find("h1")
    title = " ".join(heading.get_text().split()) if heading else page
    if caption:
        lower_headings(article)
    if caption and is_first:
        above = PART.format(caption=escape(caption))
        article.insert(0, BeautifulSoup(above, "html.parser"))
    return Chapter(page, title, str(article))


def _entries(
    whole: list[tuple[str, list[Chapter]]], sheets: Mapping[str, int]
) -> Iterator[str]:
    for caption, chapters in whole:
        yield f"<p>{escape(caption)}</p>\n<ul>" if caption else "<ul>"
        for chapter in chapters:
            sheet = sheets.get(chapter.name, "")
            yield ENTRY.format(
                name=escape(chapter.name), title=escape(chapter.title), sheet=sheet
            )
        yield "</ul>"


def _made(build: Mapping[str, Any], speech: Speech) -> str:
    """Say when and from what the edition was built, as at each page's foot."""
    date = speech.day(build["date"])
    words = [speech.translate(gettext_noop("Made on {date}")).format(date=date)]
    commit, changed, _nothing = build["commit"].partition("+")
    if commit:
        source = gettext_noop("from commit {commit}")
        if changed:
            source = gettext_noop("from commit {commit}, changed since,")
        words.append(speech.translate(source).format(commit=commit[:SHORT]))
    words.append(
        speech.translate(gettext_noop("with {python}")).format(python=build["python"])
    )
    return f"{' '.join(words)}."


def _quoted(text: str) -> str:
    """Return a CSS string, escaped for a style element."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'
