"""Can the whole book be read and used with a keyboard alone?

Over 0.25 s: it goes through every page of an edition with Tab.
"""

import pytest

from browsing import WIDTHS, on_each_page, page_of, readable, script, window

EDITION = "en/"  # the other one is made of the same templates and cells


def walk(tab):
    """Go to the end of the page with Tab; what was wrong on the way."""
    tab.evaluate(script("focus"))
    for _ in range(tab.evaluate("walk.count") + 5):  # a few more: scrolling boxes
        tab.keyboard.press("Tab")
    return tab.evaluate("walk.faults")


def scrollers(tab):
    return tab.evaluate(script("scrollers"))


def nameless(tab):
    """What can have the focus and has no name, as a screen reader is told.

    A box that scrolls needs none: its text is read.
    """
    asked = tab.context.new_cdp_session(tab)
    for node in asked.send("Accessibility.getFullAXTree")["nodes"]:
        can = {p["name"]: p["value"].get("value") for p in node.get("properties", ())}
        role, name = (node.get(key, {}).get("value") for key in ("role", "name"))
        if can.get("focusable") and role != "generic" and not name:
            yield f"{role} without a name"


def stuck(tab):
    """The boxes that Enter does not open or Space does not close again."""
    for summary in tab.locator("summary").all():
        if summary.is_visible():
            words = summary.inner_text()
            states = []
            for key in ("Enter", "Space"):
                summary.press(key)
                states.append(summary.evaluate("summary => summary.parentElement.open"))
            if states not in ([True, False], [False, True]):
                yield f"{words!r} does not fold"


def skipped(tab):
    """Whether the first link is one that skips to the text."""
    tab.keyboard.press("Tab")
    href = tab.evaluate("() => document.activeElement.getAttribute('href') ?? ''")
    if not href.startswith("#"):
        yield "the first stop is no skip link"
        return
    if not tab.evaluate("() => document.activeElement.checkVisibility()"):
        yield "the skip link can't be seen"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    if tab.locator("main a[href], main summary").count() and not tab.evaluate(
        "() => !!document.activeElement.closest('main')"
    ):
        yield "the skip link does not lead into the text"


@pytest.mark.parametrize("width", WIDTHS)
def test_tab_reaches_everything_and_shows_where_it_is(site, browser, width):
    with window(browser, width, reduced_motion="reduce") as tab:
        assert on_each_page(site, tab, walk, readable(site, EDITION)) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_first_stop_skips_to_the_text(site, browser, width):
    with window(browser, width) as tab:
        assert on_each_page(site, tab, skipped) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_what_scrolls_on_its_own_can_be_scrolled_with_keys(site, browser, width):
    with window(browser, width) as tab:
        assert on_each_page(site, tab, scrollers, unfolded=True) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_what_can_have_the_focus_has_a_name(site, browser, width):
    with window(browser, width) as tab:
        assert on_each_page(site, tab, lambda tab: list(nameless(tab))) == {}


def test_every_box_folds_with_enter_and_space(site, browser):
    with window(browser) as tab:
        assert on_each_page(site, tab, stuck, readable(site, EDITION)) == {}


@pytest.mark.parametrize(
    ("body", "found"),
    [
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
)
def test_a_fault_on_the_way_is_found(browser, body, found):
    with page_of(browser, body) as tab:
        faults = walk(tab)

    assert len(faults) == len(found)
    for fault, words in zip(faults, found, strict=True):
        assert words in fault


LONG = "<pre {} style='overflow: auto; width: 9em'>A line that is long</pre>"


@pytest.mark.parametrize(
    ("question", "body", "found"),
    [
        (scrollers, LONG.format(""), "scrolls, but gets no focus"),
        (scrollers, LONG.format("tabindex=0"), ""),
        (nameless, "<button></button>", "button without a name"),
        (nameless, "<button>Go</button>", ""),
        (skipped, "<main><a href=x>On</a></main>", "no skip link"),
        (
            skipped,
            "<a href=#text>Skip</a><a href=x>On</a><main id=t><a href=x>On</a></main>",
            "does not lead into the text",
        ),
        (
            skipped,
            "<a href=#t>Skip</a><a href=x>On</a><main id=t><a href=x>On</a></main>",
            "",
        ),
        (
            stuck,
            "<details><summary onkeyup=event.preventDefault()>No</summary></details>",
            "does not fold",
        ),
        (stuck, "<details><summary>More</summary></details>", ""),
    ],
)
def test_what_a_keyboard_can_not_do_is_found(browser, question, body, found):
    with page_of(browser, body) as tab:
        faults = list(question(tab))

    assert len(faults) == bool(found)
    assert all(found in fault for fault in faults)
