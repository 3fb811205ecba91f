"""Which of Sphinx's warnings are mistakes of a page, and how are they said?

That Sphinx still warns in these words is asked of a build: `builds/test_faults.py`.
"""

import json
from pathlib import Path

import pytest

from bookbuild.build.diagnostics import locate, sort
from bookbuild.project.book import Book

ROOT = Path("/home/ada/a book")
PAGES = ["book/index", "book/one"]
MISTAKES = {
    "link": (
        "book/one.md:14: WARNING: 'myst' cross-reference target not found: "
        "'nowhere.md' [myst.xref_missing]",
        "book/one.md:14: nothing here is called nowhere.md",
    ),
    "label": (
        "book/one.md:14: WARNING: undefined label: 'nowhere' [ref.ref]",
        "book/one.md:14: nothing here is called nowhere",
    ),
    "page": (
        "book/one.md:14: WARNING: unknown document: 'nowhere' [ref.doc]",
        "book/one.md:14: nothing here is called nowhere",
    ),
    "picture": (
        "book/one.md:14: WARNING: image file not readable: book/nowhere.png "
        "[image.not_readable]",
        "book/one.md:14: there is no picture book/nowhere.png",
    ),
    "no line of a picture": (
        "book/one.md:: WARNING: image file not readable: book/nowhere.png",
        "book/one.md: there is no picture book/nowhere.png",
    ),
    "attachment": (
        "book/one.ipynb:20004: WARNING: image file not readable: "
        "book/attachment:dot.png",
        "book/one.ipynb: cell 2, line 3: no picture dot.png is attached to this cell; "
        "put it there again",
    ),
    "included file": (
        'book/one.md:3: CRITICAL: Directive "include": file not found: '
        f"'{ROOT}/book/nowhere.md' [docutils]",
        "book/one.md:3: there is no file book/nowhere.md",
    ),
    "shown file": (
        f"book/one.md:3: WARNING: Include file '{ROOT}/book/nowhere.py' not found or "
        "reading it failed [docutils]",
        "book/one.md:3: there is no file book/nowhere.py",
    ),
    "download": (
        f"book/one.md:3: WARNING: download file not readable: {ROOT}/book/nowhere.zip",
        "book/one.md:3: there is no file book/nowhere.zip",
    ),
    "eval": (
        "book/one.md:3: WARNING: This document does not have a running kernel "
        "[mystnb.eval] [mystnb.eval]",
        "book/one.md:3: {eval} asks a kernel that runs while the page is read, and "
        'there is none: let a cell call myst_nb.glue("name", value), and write '
        "{glue}`name` here",
    ),
    "several types": (
        "book/one.md:2: ERROR: Unknown directive type: 'it' [myst.a] [docutils]",
        "book/one.md:2: Unknown directive type: 'it'",
    ),
    "no line": ("book/one.md: WARNING: it is odd", "book/one.md: it is odd"),
    "translation": (
        "book/one.md:16:<translated>:1: WARNING: undefined label: 'there' [ref.ref]",
        "locale/pt_BR/LC_MESSAGES/book/one.po: nothing here is called there "
        "(in the translation of book/one.md:16)",
    ),
    "lost reference": (
        "book/one.md:16: WARNING: inconsistent references in translated message. "
        "original: [a], translated: [] [i18n.inconsistent_references]",
        "locale/pt_BR/LC_MESSAGES/book/one.po: inconsistent references in translated "
        "message. original: [a], translated: [] (in the translation of book/one.md:16)",
    ),
}
OTHERS = [
    "WARNING: favicon file 'book/nowhere.png' does not exist",
    "/usr/lib/python3/some.py:3: WARNING: it is about this machine",
    f"{ROOT}/book/other.md:14: WARNING: it is about a page of another book",
    "book/two.md:14: the claim 'four-legs' does not hold here: 3 ≠ 4 [bookbuild.exact]",
]


@pytest.mark.parametrize(("warning", "mistake"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_said_with_its_place_in_clear_words(warning, mistake):
    mistakes, others = sort([f"{ROOT}/{warning}"], ROOT, PAGES, "pt_BR")

    assert (mistakes, others) == ({"book/one": [mistake]}, [])


@pytest.mark.parametrize("warning", OTHERS)
def test_what_is_of_no_page_is_no_mistake(warning):
    assert sort([warning], ROOT, PAGES) == ({}, [warning])


def test_a_mistake_that_sphinx_repeats_is_said_once_and_in_its_order():
    lines = [f"{ROOT}/book/one.md:{line}: WARNING: odd" for line in (9, 7, 9)]

    mistakes, _ = sort(lines, ROOT, PAGES)

    assert mistakes == {"book/one": ["book/one.md:9: odd", "book/one.md:7: odd"]}


@pytest.fixture
def book(tmp_path):
    """A text and a notebook, each with a picture in an HTML tag."""
    cells = [{"source": "# A"}, {"source": ["Two\n", "<img src='x y.png'>\n"]}]
    cells += [{"source": "HTML('<a href=\\\"gone.html\\\">')"}]
    (tmp_path / "two.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "one.md").write_text(
        "See x.png.\n\n<img alt=x\nsrc=x.png>\n\n<a href='a.html?b=1&amp;c'>a</a>\n"
    )
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: one\nchapters:\n- file: two\n"
    )
    return Book(tmp_path)


@pytest.mark.parametrize(
    ("link", "page", "found"),
    [
        ("x.png", "en/one.html", "one.md:4"),
        ("x.png", "pt-br/one.html", "one.md:4"),
        ("a.html?b=1&c", "en/one.html", "one.md:6"),
        ("x y.png", "en/two.html", "two.ipynb: cell 2, line 2"),
        ("gone.html", "en/two.html", "two.ipynb: cell 3, line 1"),
        ("y.png", "en/one.html", ""),
        ("x.png", "index.html", ""),
    ],
)
def test_the_tag_with_a_dead_link_is_located_in_the_source(link, page, found, book):
    assert locate(link, page, book) == found
