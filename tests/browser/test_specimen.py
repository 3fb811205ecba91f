"""Is each component and template of the site without a fault, however it's looked at?

The specimen book in `tests/specimen` has each of them once. Here it's looked at in wide
and narrow windows, in light and dark, zoomed and spaced, without motion, without
scripts, and with a keyboard alone. `test_pages.py` asks the pages of the real book what
their content can break; once a week, they're asked all of this, too.

Over 0.25 s: each test opens about ten pages in a browser.
"""

import pytest
from pygments.token import STANDARD_TYPES

from browsing import SCHEMES, WIDTHS, Watch, on_each_page, readable, unfold, window
from page_tags import elements
from questions import (
    AT_FIRST,
    UNFOLDED,
    answers,
    axe,
    lost,
    lost_when_spaced,
    moving,
    stuck,
    unreached,
    unskipped,
)

NOT_FOUND = "404.html"  # for both editions
EDITION = "en/"  # the other one differs in the length of words
#: WCAG 1.4.4 and 1.4.10: what is left of a window of 1280 px, in the page's own pixels.
ZOOMED = {"200 %": (640, 450, 2), "400 %": (320, 256, 4)}
HIDDEN = """
    () => [...document.querySelectorAll("article :is(h1, h2, p, pre, td)")]
        .filter((element) => element.innerText.trim())
        .filter((element) => !element.closest("details, .ledger-interpreter"))
        .filter((element) => !element.checkVisibility({ opacityProperty: true }))
        .map((element) => `hidden: ${element.innerText}`)
"""


@pytest.fixture(
    scope="module",
    params=["specimen", pytest.param("site", marks=pytest.mark.weekly)],
)
def book(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def pages(book):
    """Those of one edition."""
    return readable(book, EDITION)


def components(html):
    """A page's elements, and their classes, but for those of words in code."""
    words = set(STANDARD_TYPES.values())
    for name, attributes in elements(html):
        yield name
        for each in set(attributes.get("class", "").split()) - words:
            yield f"{name}.{each}"


def test_components_are_elements_and_their_classes():
    html = "<p class='claim verdict'>Half of <code><span class=mf>0.5</span></code>"

    assert set(components(html)) == {"p", "p.claim", "p.verdict", "code", "span"}


def test_each_component_of_the_book_is_in_the_specimen(site, specimen):
    known = {
        each
        for page in readable(specimen, EDITION)
        for each in components(specimen.read(page))
    }
    missing = {
        each: page
        for page in readable(site, EDITION)
        for each in components(site.read(page))
        if each not in known
    }

    assert missing == {}, "add these to a page of tests/specimen"


@pytest.mark.usefixtures("npm_packages")
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_without_a_fault(book, browser, pages, width, scheme):
    def faults(tab):
        yield from answers(tab, [*AT_FIRST, axe, moving])
        unfold(tab)
        yield from answers(tab, [*UNFOLDED, lost_when_spaced, unskipped])
        yield from watch.said()

    with window(browser, width, color_scheme=scheme, reduced_motion="reduce") as tab:
        watch = Watch(tab, book.url)
        assert on_each_page(book, tab, faults, pages) == {}


@pytest.mark.usefixtures("npm_packages")
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_page_for_what_is_not_found_is_without_a_fault(
    book, browser, width, scheme
):
    with window(browser, width, color_scheme=scheme) as tab:
        watch = Watch(tab, book.url)
        tab.goto(f"{book.url}{NOT_FOUND}")

        assert [*answers(tab, [*AT_FIRST, axe, *UNFOLDED]), *watch.said()] == []


@pytest.mark.parametrize(("width", "height", "zoom"), ZOOMED.values(), ids=ZOOMED)
def test_nothing_is_lost_when_it_is_zoomed(book, browser, width, height, zoom):
    def faults(tab):
        unfold(tab)
        return lost(tab)

    with window(browser, width, height, device_scale_factor=zoom) as tab:
        every_page = [*readable(book), NOT_FOUND]
        assert on_each_page(book, tab, faults, every_page) == {}


def test_nothing_moves_by_itself(book, browser, pages):
    with window(browser, reduced_motion="no-preference") as tab:
        assert on_each_page(book, tab, moving, pages) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_tab_reaches_everything_and_shows_where_it_is(book, browser, pages, width):
    with window(browser, width, reduced_motion="reduce") as tab:
        assert on_each_page(book, tab, unreached, pages) == {}


def test_every_box_folds_with_enter_and_space(book, browser, pages):
    with window(browser) as tab:
        assert on_each_page(book, tab, stuck, pages) == {}


def test_without_scripts_every_page_can_be_read_and_asks_nobody(book, browser, pages):
    def faults(tab):
        if not tab.locator("main h1:visible").count():
            yield "no title"
        yield from tab.evaluate(HIDDEN)
        yield from watch.said()

    with window(browser, java_script_enabled=False) as tab:
        watch = Watch(tab, book.url)
        assert on_each_page(book, tab, faults, pages) == {}
