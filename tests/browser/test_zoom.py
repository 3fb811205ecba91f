"""Is nothing lost when the text is made larger or wider, or motion is turned off?

Over 0.25 s: every page is opened in windows of several sizes.
"""

import pytest

from browsing import TOO_WIDE, on_each_page, page_of, script, window

# WCAG 1.4.4 and 1.4.10: what is left of a window of 1280 px, in the page's own pixels.
ZOOMED = {"200 %": (640, 450, 2), "400 %": (320, 256, 4)}
#: WCAG 1.4.12: what a reader may ask for, and lose nothing.
SPACED = """
    () => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`
            * {
                line-height: 1.5 !important;
                letter-spacing: 0.12em !important;
                word-spacing: 0.16em !important;
            }
            p { margin-bottom: 2em !important; }
        `);
        document.adoptedStyleSheets = [sheet];
    }
"""


def lost(tab):
    if tab.evaluate(TOO_WIDE) > 0:
        yield "the page scrolls sideways"
    yield from tab.evaluate(script("lost"))


def lost_when_spaced(tab):
    tab.evaluate(SPACED)
    yield from lost(tab)


def motions(tab):
    return tab.evaluate(script("motion"))


@pytest.mark.parametrize(("width", "height", "zoom"), ZOOMED.values(), ids=ZOOMED)
def test_nothing_is_lost_when_it_is_zoomed(site, browser, width, height, zoom):
    with window(browser, width, height, device_scale_factor=zoom) as tab:
        assert on_each_page(site, tab, lost, unfolded=True) == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_lost_when_the_text_is_spaced(site, browser, width):
    with window(browser, width) as tab:
        assert on_each_page(site, tab, lost_when_spaced, unfolded=True) == {}


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_nothing_moves_by_itself(site, browser, wish):
    with window(browser, reduced_motion=wish) as tab:
        assert on_each_page(site, tab, motions) == {}


@pytest.mark.parametrize(
    ("body", "found"),
    [
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
    ],
)
def test_what_is_lost_is_found(browser, body, found):
    page = f"<style>p {{ margin: 0 }} body {{ margin: 0 }}</style>{body}"
    with page_of(browser, page, width=320) as tab:
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
def test_what_moves_is_found(browser, style, wish, found):
    page = (
        f"<style>@keyframes a {{ to {{ opacity: 0 }} }}</style><p style='{style}'>A</p>"
    )
    with page_of(browser, page, reduced_motion=wish) as tab:
        assert motions(tab) == found
