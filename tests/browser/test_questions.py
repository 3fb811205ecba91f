"""Does each question that a page is asked find what it's about, and nothing else?"""

import pytest

from browsing import window
from questions import (
    axe,
    faint,
    lost,
    moving,
    mute,
    nameless,
    scrollers,
    speechless,
    stuck,
    too_wide,
    unexpected,
    unfollowed,
    unreached,
    unskipped,
)

TABLE = "<details><summary>Numbers</summary><table></table></details>"
LONG = "<pre {} style='overflow: auto; width: 9em'>A line that is long</pre>"
SKIP = "<a href={}>Skip</a><a href=x>On</a><main id=t><a href=x>On</a></main>"
TINTED = """
    <svg><rect width=99 height=18 fill=white fill-opacity={tint} />
    <rect y=9 width=99 height=9 fill=#009e73 /><text y=13 fill={ink}>12</text></svg>
"""
ERROR = "<div class='cell {}'><div class='output traceback'>Error</div></div>"
#: By question: pages, and what is found there. A part of each sentence is enough.
FAULTS = {
    too_wide: [
        ("<p style='width: 2000px'>A</p>", ["scrolls sideways"]),
        ("<pre style='overflow: auto'><p style='width: 2000px'>A</p></pre>", []),
    ],
    unexpected: [
        (ERROR.format(""), ["a cell's traceback"]),
        (ERROR.format("tag_raises-exception"), []),
    ],
    unfollowed: [
        ("<body style='background: #000; color: #fff'>", ["against its reader's wish"]),
        ("<body>", []),
    ],
    mute: [
        ("<main><svg></svg></main>", ["svg without a name"]),
        ("<main><svg aria-hidden=true></svg></main>", []),
        ("<main><svg aria-label=' '></svg></main>", ["svg without a name"]),
        ("<main><svg role=img aria-label=Lanes><svg></svg></svg></main>", []),
        ("<main><svg><title>Lanes</title></svg></main>", []),
        ("<main><img src=data:, alt=''></main>", ["img without a name"]),
        ("<main><img src=data:, alt=Lanes></main>", []),
        (
            "<main><figure><svg aria-label=A></svg></figure></main>",
            ["figure. without a table"],
        ),
        (f"<main><figure><svg aria-label=A></svg>{TABLE}</figure></main>", []),
        ("<main><figure>No picture</figure></main>", []),
    ],
    faint: [
        ("<main><p style='color: #777'>Text</p></main>", ['p "Text": 4.48, not 7']),
        ("<main><p style='color: #666'>Text</p></main>", ['p "Text": 5.74, not 7']),
        ("<main><p style='color: #555'>Text</p></main>", []),
        ("<nav><a style='color: #666'>Label</a></nav>", []),
        ("<nav><a style='color: #777'>Label</a></nav>", ['a "Label": 4.48, not 4.5']),
        ("<p style='opacity: 0'>Not there</p>", []),
        ("<div style='background: #000'><p>A</p></div>", ['p "A": 1.00, not 4.5']),
        ("<p style='color: rgb(0 0 0 / 50%)'>Text</p>", ['p "Text": 4.00, not 4.5']),
        (TINTED.format(tint=1, ink="black"), []),
        (TINTED.format(tint=1, ink="white"), ['text "12": 1.00, not 4.5']),
        (TINTED.format(tint=0, ink="#555"), ['text "12": 2.18, not 4.5']),
    ],
    scrollers: [
        (LONG.format(""), ["scrolls, but gets no focus"]),
        (LONG.format("tabindex=0"), []),
    ],
    nameless: [
        ("<button></button>", ["button without a name"]),
        ("<button>Go</button>", []),
    ],
    unskipped: [
        ("<main><a href=x>On</a></main>", ["no skip link"]),
        (SKIP.format("#text"), ["does not lead into the text"]),
        (SKIP.format("#t"), []),
    ],
    stuck: [
        (
            "<details><summary onkeyup=event.preventDefault()>No</summary></details>",
            ["does not fold"],
        ),
        ("<details><summary>More</summary></details>", []),
    ],
    unreached: [
        ("<a href=#>Link</a>", []),
        ("<a href=# style='outline: none'>Link</a>", ["looks the same with the focus"]),
        ("<a href=# style='opacity: 0'>Link</a>", ["has the focus, out of sight"]),
        ("<a href=# style='position: fixed; left: -99px'>L</a>", ["out of sight"]),
        ("<a href=#>Link</a><b style='position: fixed; inset: 0'></b>", ["behind b"]),
        ("<a href=# tabindex=2>Link</a>", ["jumps the queue"]),
        (
            "<a href=# onkeydown='event.preventDefault()'>Trap</a><a href=#>Link</a>",
            ["is not reached"],
        ),
    ],
}
LOST = [
    ("<p>All of it</p>", []),
    ("<p style='width: 400px'>One</p>", ["the page scrolls sideways"]),
    (
        "<p style='width: 3em; overflow: hidden; white-space: nowrap'>One, two</p>",
        ['"One, two" is cut off at the side'],
    ),
    (
        "<p style='height: 1em; overflow: hidden'>One<br><br>Two</p>",
        ['"Two" is cut off above or below'],
    ),
    ("<p style='margin-left: -3em'>One</p>", ['"One" is cut off at the side']),
    ("<pre style='overflow: auto; width: 3em'>One, two</pre>", []),
    (
        "<div style='overflow: clip; width: 3em'><pre style='overflow: auto'>"
        "One, two</pre></div>",
        [],
    ),
    (
        "<pre style='overflow: auto; width: 3em'>One, <b>two</b></pre>"
        "<p style='position: absolute; top: 13px; left: 40px'>Three</p>",
        [],
    ),
    (
        "<p>One</p><p style='position: absolute; top: 0'>Two</p>",
        ['"One" and "Two" overlap'],
    ),
    (
        "<svg><text y=20>One</text><text y=22 x=5>Two</text></svg>",
        ['"One" and "Two" overlap'],
    ),
]


@pytest.fixture(scope="module")
def tab(browser):
    """One tab for all tests here: a new one for each would take longer than they do."""
    with window(browser, color_scheme="light") as tab:
        yield tab


def show(tab, body, *, width=1280, reduced_motion="no-preference"):
    """Show a page that was written for one test."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme="light", reduced_motion=reduced_motion)
    tab.goto("about:blank")  # so that no question remembers the page before
    tab.set_content(f"<!DOCTYPE html><html lang=en><title>A page</title>{body}")


@pytest.mark.parametrize(
    ("question", "body", "found"),
    [(question, *case) for question, cases in FAULTS.items() for case in cases],
)
def test_a_fault_is_found(tab, question, body, found):
    show(tab, body)

    faults = list(question(tab))

    assert len(faults) == len(found), faults
    for fault, words in zip(faults, found, strict=True):
        assert words in fault


@pytest.mark.parametrize(("body", "found"), LOST)
def test_what_is_lost_is_found(tab, body, found):
    show(tab, f"<style>:is(body, p) {{ margin: 0 }}</style>{body}", width=320)

    assert list(lost(tab)) == found


@pytest.mark.parametrize(
    ("style", "wish", "found"),
    [
        ("animation: 9s a", "no-preference", ["p. moves"]),
        ("animation: 9s a", "reduce", ["p. moves", "p. would move"]),
        ("transition: color 1s", "no-preference", []),
        ("transition: color 1s", "reduce", ["p. would move"]),
        ("scroll-behavior: smooth", "reduce", ["p. would move"]),
        ("color: red", "reduce", []),
    ],
)
def test_what_moves_is_found(tab, style, wish, found):
    body = f"<style>@keyframes a {{ to {{ opacity: 0 }} }}</style><p style='{style}'>A"
    show(tab, body, reduced_motion=wish)

    assert moving(tab) == found


def test_a_page_that_has_no_language_is_found(tab):
    tab.set_content("<title>A page</title>")

    assert list(speechless(tab)) == ["no language"]


@pytest.mark.usefixtures("npm_packages")
@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("color-contrast", '<p style="color: #999">Pale</p>'),
        ("target-size", "<button style='width: 9px; height: 9px'></button>" * 2),
        ("label-content-name-mismatch", '<button aria-label="No">Yes</button>'),
        ("empty-table-header", "<table><tr><th></th></tr><tr><td>1</td></tr></table>"),
    ],
)
def test_a_violation_is_found_at_every_level(tab, rule, body):
    show(tab, f"<main><h1>A page</h1>{body}</main>")

    assert rule in {violation.split(":")[0] for violation in axe(tab)}
