"""A small book with all that stands around the text of a page."""

from shutil import copy2

import pytest

from bookbuild.theme.opengraph import CARD
from git import git
from tiny_book import HERE, TinyBook, cells, speak_portuguese

ADDRESS = "https://somebody.example.org/book"
REPOSITORY = "https://github.com/someone/a-book"
TABS = """\
::::{tab-set}
:::{tab-item} One
First.
:::
:::{tab-item} Two
Second.
:::
::::
"""
DRAWN = 'display(HTML(\'<svg id="cell-1"><g id="a"></g></svg>\'))'
DOT = (  # a picture
    "bytes.fromhex('47494638376101000100800000ffffff0000002c00000000010001000002"
    "024401003b'), format='gif'"
)
PAGES = {
    "plain": "## Early\n\nText.\n\n### Deep\n\nText.\n\n## Late\n\nText.\n",
    "tabs": TABS,
    "hidden": "```{code-cell} ipython3\n:tags: [hide-input]\n6 * 7\n```\n",
    "cells": cells("6 * 7")
    + "\n## Cell 2\n\nThis heading has the name that a cell would have.\n\n"
    + cells("6 * 9")
    + "\n## Run tools\n\n## Code tools\n\n## Contents\n\n(main)=\n## Main\n\n"
    + "And the template's own names.\n\n"
    + cells(f"from IPython.display import HTML, Image\n{DRAWN}\n{DRAWN}")
    + cells(f"Image({DOT}, alt='A dot')", f"Image({DOT})"),
    "text": 'Somebody said `"2 < 3"`, and *left*.\n\n## Later\n\nNobody came.\n',
}
CONTENTS = """\
format: jb-book
root: book/index
parts:
- caption: Beginnings
  chapters:
  - file: book/plain
    title: A short title
- caption: More
  chapters:
  - file: book/tabs
  - file: book/hidden
  - file: book/cells
  - file: book/text
  - file: book/scripts/one
"""


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """In two languages, with an address and a picture, in a repository of GitHub.

    A page has changed since the last commit. Tests may build the book again.
    """
    book = TinyBook.make(tmp_path_factory.mktemp("book"), PAGES).clone()
    speak_portuguese(book)
    for folder in ("book/scripts", "static"):
        (book.root / folder).mkdir()
    (book.root / "book/scripts/one.md").write_text("# One\n")
    copy2(HERE / "book/_static" / CARD, book.root / "static")
    (book.root / "_toc.yml").write_text(CONTENTS)
    line = "    language: en\n"
    more = f"    html_baseurl: {ADDRESS}\n    html_static_path: [static]\n"
    book.replace("_config.yml", line, f"{line}{more}")
    git(book.root, "checkout", "-b", "draft")
    git(book.root, "remote", "add", "origin", f"{REPOSITORY}.git")
    git(book.root, "add", ".")
    git(book.root, "commit", "-m", "begin")
    book.replace("book/plain.md", "## Late\n\nText.", "## Late\n\nText, and more.")
    ran = book.build("--strict")
    assert ran.returncode == 0, ran.stderr
    return book


@pytest.fixture(scope="session")
def editions(book):
    """What reads a page of the book in both languages."""

    def read(page):
        return [
            (book.site / f"{slug}/book/{page}.html").read_text("utf8")
            for slug in ("en", "pt-br")
        ]

    return read
