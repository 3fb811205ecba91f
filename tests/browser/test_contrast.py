"""Can every text be read against its ground, in light and dark, in pictures too?

Over 0.25 s: it computes the contrast of each text of every page, twice.
"""

import pytest

from browsing import SCHEMES, on_each_page, page_of, script, window

LIMITS = {"text": 7, "label": 4.5}
PICTURE = """
    <svg><rect width=99 height=18 fill=white fill-opacity={tint} />
    <rect y=9 width=99 height=9 fill=#009e73 /><text y=13 fill={ink}>12</text></svg>
"""


def faint(tab):
    return tab.evaluate(script("contrast"), LIMITS)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_stands_out_from_what_is_behind_it(site, browser, scheme):
    with window(browser, color_scheme=scheme, reduced_motion="reduce") as tab:
        assert on_each_page(site, tab, faint, unfolded=True) == {}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<main><p style='color: #777'>Text</p></main>", ['p "Text": 4.48, not 7']),
        ("<main><p style='color: #666'>Text</p></main>", ['p "Text": 5.74, not 7']),
        ("<main><p style='color: #555'>Text</p></main>", []),
        ("<nav><a style='color: #666'>Label</a></nav>", []),
        ("<nav><a style='color: #777'>Label</a></nav>", ['a "Label": 4.48, not 4.5']),
        ("<p style='opacity: 0'>Not there</p>", []),
        (
            "<div style='background: #000'><p>Text</p></div>",
            ['p "Text": 1.00, not 4.5'],
        ),
        ("<p style='color: rgb(0 0 0 / 50%)'>Text</p>", ['p "Text": 4.00, not 4.5']),
        (PICTURE.format(tint=1, ink="black"), []),
        (PICTURE.format(tint=1, ink="white"), ['text "12": 1.00, not 4.5']),
        (PICTURE.format(tint=0, ink="#555"), ['text "12": 2.18, not 4.5']),
    ],
)
def test_a_faint_text_is_found(browser, body, found):
    with page_of(browser, body) as tab:
        assert faint(tab) == found
