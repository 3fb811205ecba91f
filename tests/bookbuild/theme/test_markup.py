"""Is bold or code that's left open reported, and nothing else?"""

import pytest
from docutils import nodes
from docutils.utils import new_document

from bookbuild.theme import markup


@pytest.fixture
def report(monkeypatch):
    """A function that returns what is said of a page with this node."""
    said = []

    class Logger:
        def warning(self, message, *args, **_):
            said.append(message % args)

    monkeypatch.setattr(markup, "logger", Logger())

    def about(*children):
        tree = new_document("book/one.md")
        tree += nodes.paragraph("", "", *children)
        markup._report(None, tree)
        return said

    return about


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("A **bold word that never ends.", "**"),
        ("A word that never began**.", "**"),
        ("See `f for more.", "`"),
        ("See ``f` for more.", "``"),
    ],
)
def test_a_mark_that_is_left_open_is_reported_with_its_words(report, text, mark):
    [line] = report(nodes.Text(text))

    assert line.startswith(f"this {mark} opens or closes nothing: “")
    assert text[5:20] in line


@pytest.mark.parametrize(
    "node",
    [
        nodes.Text("Two * three is *args, and __init__ is a_name."),
        nodes.literal("", "2 ** 3"),
        nodes.math("", "x**`"),
        nodes.raw("", "<b>**</b>", format="html"),
        nodes.literal_block("", "def f(**options): `"),
    ],
)
def test_code_and_formulas_may_have_these_marks(report, node):
    assert report(node) == []
