"""Are outputs shown by a page's script as the built page has them?

The module is loaded in a page of its own. Over 0.25 s: a browser.
"""

import pytest
from bs4 import BeautifulSoup
from myst_nb.core.lexers import AnsiColorLexer
from pygments import highlight
from pygments.formatters import HtmlFormatter

from bookbuild.execution.terminal import colored
from browsing import window
from static_server import serving
from tiny_book import HERE

#: Show the outputs of each cell in a box of its own.
SHOW = """
    async ([module, cells]) => {
        const { shower } = await import(module);
        document.body.replaceChildren();
        for (const outputs of cells) {
            const box = document.createElement("div");
            document.body.append(box);
            const show = shower(box, { render: async (type, text) => `<p>${type}` });
            for (const output of outputs) show(output);
        }
    }
"""
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk\n"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def tab(browser):
    with serving(HERE / "src/bookbuild/theme/static") as at, window(browser) as tab:
        tab.goto(at)
        yield tab


@pytest.fixture
def show(tab):
    """Shows the outputs of cells, each in a box; the page has nothing else."""

    def show(*cells):
        tab.evaluate(SHOW, [f"{tab.url}outputs.js", cells])
        return tab.locator("body")

    return show


def printed(*texts, name="stdout"):
    return [{"type": "stream", "name": name, "text": text} for text in texts]


def value(data, metadata=None, **more):
    return {"type": "data", "data": data, "metadata": metadata or {}, **more}


def plain(text, **more):
    return value({"text/plain": text}, **more)


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["\r0%", "\r25%", "\r100%", "\n"], "100%\n"),
        (["0%\r", "25%\r", "100%\r\n"], "100%\n"),
        (["a\nlong\rer", "\nb"], "a\ner\nb"),
        (["abx\b", "c\b\b\bxyz"], "xyz"),
        (["\b\bx\n\by"], "x\ny"),
        (["kept\r"], "kept"),
        (["one\r\ntwo\r\n"], "one\ntwo\n"),
        (["\x1b[2K\x1b[1Ga\x1b]0;title\x07b\x1b=c\x00"], "abc"),
        (["\x1b]8;;https://a.example\x1b\\a link\x1b]8;;\x1b\\"], "a link"),
        (["half a \x1b[3", "1mcode\x1b[0m"], "half a code"),
    ],
)
def test_a_line_is_written_over_as_in_a_terminal(show, texts, shown):
    page = show(printed(*texts))

    assert page.locator(".output.stream pre").all_text_contents() == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "a\x1b[1;31mred\x1b[44mon\x1b[0m off",
        "\x1b[2;36mfaint\x1b[22m cyan\x1b[39m \x1b[1;47mbold\x1b[0m no",
        "\x1b[32mgreen\x1b[m no",
        "\x1b[91mbright\x1b[0m \x1b[7mswapped\x1b[27m no",
        "\x1b[38;5;33mcube\x1b[48;5;250m grey\x1b[0m no",
        "\x1b[38;2;250;120;20mmixed\x1b[0m no",
    ],
)
def test_colors_have_the_classes_of_the_built_page(show, text):
    book = BeautifulSoup(
        highlight(colored(text), AnsiColorLexer(), HtmlFormatter()), "html.parser"
    )

    page = show(printed(text), [plain(text)])

    expected = [(it["class"], it.text) for it in book.select("span[class]")]
    for pre in page.locator("pre").all():
        html = BeautifulSoup(pre.inner_html(), "html.parser").select("span[class]")
        assert [(it["class"], it.text) for it in html] == expected


@pytest.mark.parametrize(
    ("codes", "color"),
    [
        *(("91", "-Color-Red"), ("104", "-Color-BGBlue"), ("7", "-Color-BGWhite")),
        *(
            ("38;5;9", "-Color-Red"),
            ("38;5;33", "-Color-Cyan"),
            ("48;5;250", "-Color-BGWhite"),
        ),
        *(("38;2;250;120;20", "-Color-Red"), ("38:2::0:200:0", "-Color-Green")),
        ("38;5;232;1", "-Color-Bold-Black"),
    ],
)
def test_a_color_of_a_larger_palette_is_the_nearest_of_eight(show, codes, color):
    page = show(printed(f"\x1b[{codes}mx\x1b[0m"))

    assert page.locator("pre span span").get_attribute("class").split()[-1] == color


def test_a_color_lasts_until_it_ends_also_over_lines(show):
    page = show(printed("\x1b[31mone\n", "two\n", "three\x1b[0m", " four"))

    assert page.locator(".-Color-Red").all_text_contents() == [
        "one\n",
        "two\n",
        "three",
    ]


def test_prints_of_one_stream_are_one_block_until_something_stands_between(show):
    page = show(
        [
            *printed("a\n", "b\n"),
            plain("1"),
            *printed("e\n", name="stderr"),
            *printed("c\n"),
            *printed("f\n", name="stderr"),
            *printed("d\n"),
        ]
    )

    shown = ["a\nb\n", "1", "c\nd\n", "e\nf\n"]
    assert page.locator("pre").all_text_contents() == shown


@pytest.mark.parametrize(("wait", "left"), [(True, ["b\n"]), (False, ["b\n"])])
def test_what_is_cleared_is_gone(show, wait, left):
    page = show([*printed("a\n"), {"type": "clear", "wait": wait}, *printed("b\n")])

    assert page.locator("pre").all_text_contents() == left


def test_what_is_cleared_waits_for_what_comes_instead(show):
    page = show([*printed("a\n"), {"type": "clear", "wait": True}])

    assert page.locator("pre").all_text_contents() == ["a\n"]


def test_a_display_is_replaced_wherever_it_is_and_adds_nothing(show):
    page = show(
        [plain("1", id="x"), plain("between"), plain("2", id="x")],
        [plain("3", id="x", update=True), plain("none", id="y", update=True)],
    )

    assert page.locator("pre").all_text_contents() == ["3", "between", "3"]


def test_a_picture_has_its_size_and_its_alternative_text(show):
    metadata = {"image/png": {"alt": "a dot", "width": 30, "height": 20}}

    page = show([value({"image/png": PNG, "text/plain": "<Image>"}, metadata)])
    page.locator("img").evaluate("it => it.decode()")

    (picture,) = page.get_by_alt_text("a dot").all()
    assert picture.bounding_box().items() >= {"width": 30, "height": 20}.items()


def test_a_drawing_keeps_its_styles_and_its_ids_to_itself(show):
    svg = (
        '<?xml version="1.0"?>\n<svg width="9" height="9"><g id="a" style="fill:red"/>'
    )

    page = show([value({"image/svg+xml": svg + "</svg>", "text/plain": "a drawing"})])
    page.locator("img").evaluate("it => it.decode()")

    (picture,) = page.get_by_alt_text("a drawing").all()
    assert "fill%3Ared" in picture.get_attribute("src")
    assert picture.bounding_box().items() >= {"width": 9, "height": 9}.items()
    assert page.locator("#a").count() == 0


@pytest.mark.parametrize("kind", ["text/markdown", "text/latex"])
def test_other_texts_are_rendered_by_what_can(show, kind):
    page = show([value({kind: "*x*", "text/plain": "<an object>"})])

    page.get_by_text(kind).wait_for()
    assert page.inner_text() == kind


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (
            {"text/html": "<table><tr><td>1", "text/markdown": "m", "text/plain": "p"},
            "1",
        ),
        ({"application/json": {"a": 1}, "text/plain": "json"}, "json"),
        ({"application/javascript": "alert(1)", "text/plain": "js"}, "js"),
        ({"text/plain": ["two ", "parts"]}, "two parts"),
        ({}, ""),
    ],
)
def test_the_richest_form_that_a_page_may_have_is_shown(show, data, shown):
    assert show([value(data)]).inner_text() == shown


def test_a_traceback_is_shown_without_colors(show):
    page = show([{"type": "error", "text": "\x1b[31mKeyError\x1b[39m: 1"}])

    assert page.locator(".traceback pre").text_content() == "KeyError: 1"
    assert page.locator(".-Color").count() == 0
