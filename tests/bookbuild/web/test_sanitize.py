"""What of an output's HTML may be in a page?"""

import pytest

from bookbuild.web.sanitize import (
    ANYWHERE,
    ATTRIBUTES,
    HTML,
    MATHML,
    SVG,
    Ids,
    clean,
    clean_file,
)
from paralelo import Threads, draw
from paralelo.timelines.timeline import Interval, Timeline

RUNNING = {"script", "iframe", "object", "embed", "base", "meta", "link"}
RUNNING |= {"style", "form", "input", "button", "template", "foreignObject", "animate"}
TABLE = (  # as pandas writes it
    "<div>\n<style scoped>\n    .dataframe th { text-align: right; }\n</style>\n"
    '<table border="1" class="dataframe"><thead><tr style="text-align: right;">'
    "<th></th><th>a &amp; b</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr>"
    "</tbody></table></div>"
)


def test_nothing_that_runs_asks_or_styles_is_on_the_list():
    attributes = ANYWHERE.union(*ATTRIBUTES.values())

    assert not RUNNING & (HTML | SVG | MATHML)
    assert not {name for name in attributes if name.startswith("on")}
    assert not {"style", "srcdoc", "action", "formaction", "name"} & attributes


def test_a_picture_of_the_laboratory_loses_its_styles_only():
    picture = draw(
        {Threads(workers=2): Timeline((Interval(0.0, 1.0, worker=0, task=0, cpu=0.5),))}
    )

    cleaned, left_out = clean(picture.html)

    assert left_out == []
    assert "style=" not in cleaned
    assert clean(cleaned).html == cleaned


@pytest.mark.parametrize(
    "html",
    [
        '<svg viewBox="0 0 9 9"><title>a</title><g fill="rgb(1, 2, 3)"></g></svg>',
        '<details open=""><summary>a</summary><p>b</p></details>',
        '<math display="block"><mi>x</mi><mtext>a b</mtext></math>',
        '<a href="https://x.org/a?b=c" target="_blank">d</a><a href="mailto:a@b">e</a>',
        '<img src="data:image/png;base64,AA==" alt="f"><img src="g.png" alt="">',
        "<code>a &lt; b</code><br>1 &gt; 0, x = 1",
    ],
)
def test_what_is_on_the_list_stays_as_it_is(html):
    assert clean(html) == (html, [])


def test_a_table_of_pandas_loses_its_styles_without_a_word():
    cleaned, left_out = clean(TABLE)

    assert '<table border="1" class="dataframe"><thead><tr><th></th>' in cleaned
    assert "text-align" not in cleaned
    assert left_out == []


def test_what_is_left_out_is_named():
    assert clean('<p onclick="a()">b</p><script>c</script>') == (
        "<p>b</p>",
        ["<script>", "onclick="],
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:a",
        "java\tscript:a",
        "\x01javascript:a",
        "JAVASCRIPT:a",
        "data:text/html,a",
        "data:image/svg+xml,a",
        "vbscript:a",
        "blob:a",
        "file:///a",
    ],
)
def test_an_address_that_could_run_is_left_out(address):
    assert clean(f'<a href="{address}">b</a>') == ("<a>b</a>", ["href="])


@pytest.mark.parametrize("address", ["https://x.org/a", "//x.org/a", r"/\x.org/a"])
def test_a_picture_of_another_site_is_left_out(address):
    assert clean(f'<img src="{address}">') == ("<img>", ["src="])


def test_a_name_of_the_pages_own_always_means_the_pages_own():
    html = (
        '<svg id="a" aria-labelledby="a b"><rect fill="url(#a) none"></rect>'
        '<use href="#a"></use></svg><a href="#a">a</a>'
    )

    cleaned, left_out = clean(html)

    assert cleaned == (
        '<svg id="output_a" aria-labelledby="output_a output_b">'
        '<rect fill="url(#output_a) none"></rect>'
        '<use href="#output_a"></use></svg><a href="#output_a">a</a>'
    )
    assert left_out == []


PAINTED = '<svg><defs><g id="p"></g></defs><rect fill="url(#p)"></rect></svg>'


def test_two_drawings_that_use_one_name_keep_to_their_own_parts():
    ids = Ids()

    first, second, third = (clean(PAINTED, ids).html for _ in range(3))

    assert first == PAINTED.replace('"p"', '"output_p"').replace("#p", "#output_p")
    assert second == first.replace("output_p", "output_p_2")
    assert third == first.replace("output_p", "output_p_3")


def test_two_drawings_in_one_output_keep_to_their_own_parts():
    drawn = clean(PAINTED * 2, Ids()).html

    first = clean(PAINTED).html
    assert drawn == first + first.replace("output_p", "output_p_2")


def test_a_reference_may_come_before_its_part_or_lead_to_an_earlier_output():
    ids = Ids()
    clean('<p id="a"></p><p id="b"></p>', ids)

    html = '<a href="#a">a</a><a href="#b">b</a><p id="a"></p><a href="#c">c</a>'

    assert clean(html, ids).html == (
        '<a href="#output_a_2">a</a><a href="#output_b">b</a><p id="output_a_2"></p>'
        '<a href="#output_c">c</a>'
    )


def test_a_name_that_looks_like_one_of_ours_is_no_ids_twin():
    ids, given = Ids(), ("a", "output_a", "a_2", "a", "output_a_2")

    names = [clean(f'<p id="{name}"></p>', ids).html for name in given]

    assert len(set(names)) == len(given)


def test_a_drawing_keeps_its_styles_as_attributes():
    styled = (
        "<svg><defs><g id='p'></g></defs><rect class='x' style='fill: url(\"#p\"); "
        "stroke:#f00;all:unset'/><text fill=red STYLE=\"font-family: 'A'; "
        "fill:blue\">a</text></svg><p style='color: red'>b</p>"
    )

    cleaned, left_out = clean(styled)

    assert cleaned == (
        '<svg><defs><g id="output_p"></g></defs>'
        '<rect fill="url(#output_p)" stroke="#f00" class="x"></rect>'
        '<text font-family="\'A\'" fill="blue">a</text></svg><p>b</p>'
    )
    assert left_out == []


@pytest.mark.parametrize("paint", ["url(//x.org)", r"u\72l(//x.org)", "image(url(x))"])
def test_a_paint_that_asks_for_something_is_left_out(paint):
    assert clean(f'<svg><rect fill="{paint}"></rect></svg>').left_out == ["fill="]


def test_a_file_keeps_its_ids_and_the_styles_of_its_elements():
    style = "fill:red;clip-path:url(&quot;#b&quot;)"
    svg = f'<g id="a" style="{style}">\N{NO-BREAK SPACE}</g>'

    cleaned, left_out = clean_file(f'<?xml version="1.0"?><svg>{svg}</svg>')

    assert cleaned.endswith(f">{svg}</svg>")
    assert cleaned.startswith("<svg ")
    assert 'xmlns="http://www.w3.org/2000/svg"' in cleaned
    assert left_out == []


@pytest.mark.parametrize("style", ["fill:url(//x.org)", r"fill:u\72l(//x.org)"])
def test_a_style_in_a_file_that_asks_for_something_is_left_out(style):
    assert "style" not in clean_file(f'<svg><rect style="{style}"/></svg>').html


def test_what_is_no_drawing_leaves_no_file():
    assert clean_file("<p>a</p>").html == ""
