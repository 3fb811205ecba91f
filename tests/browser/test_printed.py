"""Is a page whole on paper, and does no script move what is being read?

Over 0.25 s: a browser, which lays out each page of the specimen.
"""

import re

import pytest

from browsing import readable, window

EDITION = "en/"
SHEET = 680  # pixels: A4 without margins of 15 mm
TOO_WIDE = """() => [...document.querySelectorAll("article *")].filter((element) =>
    element.checkVisibility()
    && (element.getBoundingClientRect().right > innerWidth + 1
      || getComputedStyle(element).overflowX !== "visible"
      && getComputedStyle(element).position !== "absolute"
      && element.scrollWidth > element.clientWidth + 1)
  ).map((element) => element.outerHTML.slice(0, 100))"""
FOR_SCREENS = ".run, .run-note, .code-tools, .ledger-filters, .turn, .contents, .top"
FOLDS = "article details:not([open], .minor)"
CUT = """() => [...document.querySelectorAll("article :is(pre, figure, .claim, tr)")]
  .filter((element) => getComputedStyle(element).breakInside !== "avoid")
  .map((element) => element.outerHTML.slice(0, 100))"""
#: How far down each element stands before anybody has done anything.
TOPS = """() => [...document.querySelectorAll("article :is(p, pre, figure, h2, table)")]
  .filter((element) => element.checkVisibility() && !element.closest("template"))
  .map((element) => Math.round(element.getBoundingClientRect().top + scrollY))"""


@pytest.fixture(params=["cells", "claims", "prose", "ledger", "index"])
def page(request):
    return f"{EDITION}book/{request.param}.html"


@pytest.fixture(scope="module")
def sheet(browser, specimen):
    """A tab that shows pages as they are printed, by a reader who chose dark ones."""
    with window(browser, SHEET) as tab:
        tab.goto(f"{specimen.url}{readable(specimen, EDITION)[0]}")
        tab.evaluate("localStorage.setItem('look', 'dark')")
        tab.emulate_media(media="print")
        yield tab


def test_on_paper_nothing_is_cut_off_or_in_two(page, specimen, sheet):
    sheet.goto(f"{specimen.url}{page}")

    assert sheet.evaluate(TOO_WIDE) == []
    assert sheet.evaluate(CUT) == []


def test_on_paper_is_nothing_to_press_and_nothing_that_is_closed(page, specimen, sheet):
    sheet.goto(f"{specimen.url}{page}")

    assert sheet.locator(f":is({FOR_SCREENS}):visible").count() == 0
    assert sheet.locator(f":is({FOLDS}):visible").count() == 0


def test_paper_is_white_and_its_sizes_are_points(specimen, sheet):
    sheet.goto(f"{specimen.url}{EDITION}book/cells.html")

    ink, size = sheet.evaluate("""() => {
        const page = getComputedStyle(document.documentElement);
        return [page.color, parseFloat(page.fontSize)];
    }""")

    assert ink == "rgb(29, 29, 27)"
    assert size == pytest.approx(9.5 * 96 / 72, abs=0.01)


@pytest.mark.parametrize("width", [360, 1280])
def test_what_scripts_add_moves_nothing(page, width, specimen, browser):
    def tops(tab):
        tab.goto(f"{specimen.url}{page}", wait_until="networkidle")
        return tab.evaluate(TOPS)

    with window(browser, width) as early, window(browser, width) as late:
        early.route(re.compile(r"\.js\b"), lambda route: route.abort())

        assert tops(early) == pytest.approx(tops(late), abs=2) != []  # pixels
