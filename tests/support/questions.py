"""What a page in a tab of a browser is asked. Each question yields faults.

`AT_FIRST` is asked of a page as it opens, `UNFOLDED` when all boxes have been opened.
"""

from bookbuild.bench.page_weight import violations
from browsing import TOO_WIDE, script

CONTRAST = {"text": 7, "label": 4.5}
#: Asked of the ink, because a page's ground may be the browser's own.
IS_DARK = """
    () => getComputedStyle(document.body).color
        .match(/[0-9]+/g).every((part) => part >= 128)
"""
WANTS_DARK = "() => matchMedia('(prefers-color-scheme: dark)').matches"
UNEXPECTED = ".cell:not(.tag_raises-exception) .output.traceback"
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


def too_wide(tab):
    if tab.evaluate(TOO_WIDE) > 0:
        yield "the page scrolls sideways"


def unexpected(tab):
    """The errors of cells that aren't there to show one."""
    if tab.locator(UNEXPECTED).count():
        yield "a cell's traceback"


def speechless(tab):
    if tab.locator("html[lang]").count() != 1:
        yield "no language"


def unfollowed(tab):
    """Whether the page is dark where its reader wants it light, or the reverse."""
    if tab.evaluate(IS_DARK) != tab.evaluate(WANTS_DARK):
        yield "light or dark, against its reader's wish"


def axe(tab):
    return violations(tab)


def axe_but_contrast(tab):
    """axe takes 10 s for the contrast of a long page's tables: `faint` computes it."""
    return violations(tab, without=["color-contrast"])


def mute(tab):
    """Pictures that don't say what they show to those who can't see it."""
    return tab.evaluate(script("pictures"))


def faint(tab):
    """Texts that can't be read against their ground, in pictures, too."""
    return tab.evaluate(script("contrast"), CONTRAST)


def scrollers(tab):
    """Boxes that scroll on their own, but not with keys."""
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
    asked.detach()


def lost(tab):
    """Texts that can't be read: cut off, out of the window, or under other texts."""
    yield from too_wide(tab)
    yield from tab.evaluate(script("lost"))


def lost_when_spaced(tab):
    """Asked last, because the page stays spaced."""
    tab.evaluate(SPACED)
    yield from lost(tab)


def moving(tab):
    return tab.evaluate(script("motion"))


def unreached(tab):
    """Go to the end of the page with Tab; what was wrong on the way."""
    tab.evaluate(script("focus"))
    for _ in range(tab.evaluate("walk.count") + 5):  # a few more: scrolling boxes
        tab.keyboard.press("Tab")
    return tab.evaluate("walk.faults")


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


def unskipped(tab):
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


AT_FIRST = (too_wide, unexpected, speechless, unfollowed, nameless)
UNFOLDED = (axe_but_contrast, mute, faint, scrollers, lost)


def answers(tab, questions):
    """The faults that the questions find, each with the question's name."""
    return [f"{ask.__name__}: {fault}" for ask in questions for fault in ask(tab)]
