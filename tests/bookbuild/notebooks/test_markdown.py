"""Does plain Markdown say what the page says? It is read by another Markdown reader."""

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from myst_parser.docutils_ import Parser
from sphinx_design.dropdown import dropdown_main, dropdown_title

from bookbuild.notebooks.markdown import Markdown

# What writes a page is the same for all examples.
FIXED = settings(suppress_health_check=list(HealthCheck))
READER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
WRITER = Markdown(
    link=lambda link: link.get("refuri", ""), picture=lambda picture: picture["uri"]
)


def parsed(source):
    """The nodes of a page's Markdown."""
    options = {
        "myst_enable_extensions": ["colon_fence", "deflist", "dollarmath"],
        "doctitle_xform": False,
    }
    return publish_doctree(source, parser=Parser(), settings_overrides=options)


def written(source):
    """What becomes of a page's Markdown."""
    return WRITER.blocks(parsed(source))


def read(markdown):
    """What a notebook would show of it."""
    return BeautifulSoup(READER.render(markdown), "html.parser")


def shown(markdown):
    """The words that a notebook would show of it."""
    return " ".join(read(markdown).get_text().split())


@pytest.mark.parametrize(
    "source",
    [
        "A word, *another*, **a third**, ***and both***.",
        "`code`, ``with ` a tick``, and `` `only` ticks ``",
        "A [link](https://example.org/a_b) and <https://example.org/>",
        "![a picture](https://example.org/a.png)",
        "# One\n\n## Two\n\nText.\n\n### Three",
        "- one\n\n- two\n\n  - three\n  - four\n\n- five",
        "- one\n\n  more of it\n\n- two",
        "3. three\n4. four",
        "> A quotation.\n>\n> - with a list",
        "```python\nx = 1\n\n\ny = 2\n```",
        "````python\n```\nfence\n```\n````",
        "| a | b |\n| --- | --- |\n| `x\\|y` | *z* |",
        "A formula, $a_b * c_d$, and\n\n$$\nx^2 < y\n$$",
        "Above.\n\n---\n\nBelow.",
    ],
)
def test_what_is_plain_markdown_stays_what_it_is(source):
    assert READER.render(written(source)).split() == READER.render(source).split()


def test_the_lines_of_a_paragraph_become_one():
    assert written("One.\nTwo.") == "One. Two."


def test_a_note_is_a_quotation_with_its_title_in_bold():
    assert written(":::{note}\nMind.\n\nThe gap.\n:::") == (
        "> **Note**\n>\n> Mind.\n>\n> The gap."
    )


def test_a_box_with_a_title_of_its_own_has_no_other():
    assert written(":::{admonition} Predict\nHow long?\n:::") == (
        "> **Predict**\n>\n> How long?"
    )


def test_a_term_stands_above_its_definition():
    assert written("lock\n: What one can hold.") == "- **lock**\n\n  What one can hold."


def test_a_box_of_a_claim_is_a_quotation():
    sentence = nodes.paragraph("", "It holds.")

    assert WRITER.block(nodes.container("", sentence, classes=["claim"])) == (
        "> It holds."
    )


def test_what_is_folded_can_be_unfolded_in_a_notebook():
    title = dropdown_title("", "", nodes.raw("", "<svg/>"), nodes.Text("a < b"))
    folded = dropdown_main("", title, nodes.paragraph("", "Use `<`."))

    found = read(WRITER.block(folded))

    assert found.find("summary").get_text() == "a < b"
    assert found.find("p").get_text() == "Use `<`."


def test_a_link_that_leads_nowhere_is_only_its_text():
    assert Markdown(lambda _: "", lambda _: "").block(
        nodes.paragraph("", "", nodes.reference("", "text", refuri="there.html"))
    ) == ("text")


def test_a_picture_that_is_nowhere_is_what_is_said_of_it():
    assert Markdown(lambda _: "", lambda _: "").block(
        nodes.image(uri="there.png", alt="a lock")
    ) == ("a lock")


def test_an_address_with_parentheses_is_whole():
    link = nodes.reference("", "text", refuri="https://example.org/a_(b) c")

    found = read(WRITER.block(nodes.paragraph("", "", link)))

    assert found.find("a")["href"] == "https://example.org/a_%28b%29%20c"


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("10{sup}`6` and m{sub}`2`", "10<sup>6</sup> and m<sub>2</sub>"),
        ("x<sup>2</sup>, <kbd>a</kbd>", "x<sup>2</sup>, <kbd>a</kbd>"),
        ("one\\\ntwo  \nthree", "one<br>two<br>three"),
        ("one<br/>two", "one<br>two"),
        ("> one\\\n> two", "> one<br>two"),
        ("- one\\\n  two", "- one<br>two"),
    ],
)
def test_what_is_raised_or_broken_in_a_text_stays_so(source, seen):
    assert written(source) == seen


def test_footnotes_have_their_numbers_and_stand_below():
    page = "A note[^one], and[^2].\n\n[^one]: It is.\n\n    More.\n[^2]: There."

    assert written(page).split("\n\n") == [
        "A note<sup>1</sup>, and<sup>2</sup>.",
        "***",
        "<sup>1</sup> It is.",
        "More.",
        "<sup>2</sup> There.",
    ]


def test_an_abbreviation_is_explained():
    short = nodes.abbreviation("", "GIL", explanation="global lock")

    assert WRITER.block(nodes.paragraph("", "", short)) == "GIL (global lock)"


def test_blocks_in_a_cell_of_a_table_are_lines_of_it():
    source = (
        ":::{list-table}\n* - - one\n    - two\n  - 1. x\n    2. y\n"
        "* - ```python\n    if x:\n        y\n    ```\n  - $$\n    a\n    $$\n:::"
    )

    assert written(source).splitlines()[2:] == [
        "| - one<br>- two | 1. x<br>2. y |",
        "| `if x:`<br>`     y ` | $a$ |",
    ]


def test_a_cell_over_two_columns_leaves_the_others_where_they_are():
    grid = "+---+---+\n| a | b |\n+---+---+\n| c     |\n+---+---+\n"

    assert written(f"```{{eval-rst}}\n{grid}```").endswith("| a | b |\n| c |  |")


def test_lines_of_a_session_stay_lines():
    session = nodes.doctest_block("", ">>> x\n1")

    assert WRITER.block(session) == "```python\n>>> x\n1\n```"


def test_nested_lists_and_definitions_keep_their_blocks():
    source = "- one\n  1. two\n     - three\n  2. four\n\nterm\n: First.\n\n  - more"

    found = read(written(source))

    assert found.select_one("ul ol ul li").get_text().strip() == "three"
    assert found.select("ul")[-1].get_text().strip() == "more"
    assert found.find("strong").get_text() == "term"


def test_an_equation_has_the_number_that_references_call_it_by():
    equation = nodes.math_block("a", "a", number="1.2")

    assert WRITER.block(equation) == "$$\na\n\\tag{1.2}\n$$"


def test_a_note_that_has_its_title_already_has_no_second_one():
    note = nodes.note("", nodes.title("", "Nota"), nodes.paragraph("", "Mind."))

    assert WRITER.block(note) == "> **Nota**\n>\n> Mind."


def test_html_is_left_out():
    raw = nodes.raw("", "<b>bold</b>", format="html")

    assert WRITER.blocks(nodes.container("", raw, nodes.paragraph("", "Text."))) == (
        "Text."
    )


def test_a_table_without_a_head_is_still_a_table():
    source = ":::{list-table}\n* - a\n  - b\n* - c\n  - d\n:::"

    found = read(written(source))

    assert [cell.get_text() for cell in found.select("td")] == list("abcd")


def test_code_of_no_language_is_taken_for_python_as_on_the_page():
    assert WRITER.block(nodes.literal_block("x = 1\n", "x = 1\n")) == (
        "```python\nx = 1\n```"
    )


# All that Markdown gives a meaning to, and something for it to be given to.
TEXTS = st.text("ab1 \\`*_[](){}<>$~|&;#:+-.=!\n").filter(str.strip)
PLACES = {
    "paragraph": "HERE",
    "heading": "# HERE",
    "list": "- HERE\n- x",
    "quotation": "> HERE",
    "table": "| HERE | x |\n| --- | --- |\n| HERE | y |",
    "note": ":::{note}\nHERE\n:::",
}


@pytest.fixture(params=PLACES)
def place(request):
    """Writes a page in which a node stands somewhere, and the word that it replaces."""
    page = parsed(PLACES[request.param])

    def write(node=None):
        copy = page.deepcopy()
        for text in list(copy.findall(nodes.Text)):
            if node is not None and text.astext() == "HERE":
                text.parent.replace(text, node.deepcopy())
        return WRITER.blocks(copy)

    return write


@FIXED
@given(text=TEXTS)
def test_no_text_is_taken_for_markdown(place, text):
    markdown = place(nodes.Text(text))

    assert shown(markdown) == shown(place()).replace("HERE", " ".join(text.split()))


@FIXED
@given(text=TEXTS)
def test_code_is_shown_as_it_is(place, text):
    text = " ".join(text.split())
    markdown = place(nodes.literal("", text))

    assert text in [code.get_text() for code in read(markdown).find_all("code")]


@given(st.text("ab`~ \n{}").filter(str.strip))
def test_a_block_of_code_is_shown_as_it_is(code):
    block = nodes.literal_block(code, code, language="python")

    found = read(WRITER.block(nodes.block_quote("", block)))

    assert found.find("code").get_text().split() == code.split()
