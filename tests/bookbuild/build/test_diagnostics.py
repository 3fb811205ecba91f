"""Which of Sphinx's warnings are mistakes of a page, and how are they said?

That Sphinx still warns in these words is asked of a build: `builds/test_faults.py`.
"""

from pathlib import Path

import pytest

from bookbuild.build.diagnostics import sort

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
