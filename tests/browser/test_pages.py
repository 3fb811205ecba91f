"""Is every page of the book without a fault? Each is opened once, and asked all.

The editions have the same templates, pictures and cells. So one is looked at on a desk
and in light; the other in dark, and as narrow as WCAG 1.4.10 wants a page to be read: a
phone is wider. `test_specimen.py` asks about other widths and looks.

Over 0.25 s: a page takes half a second, most of it axe's.
"""

import pytest

from browsing import Watch, readable, unfold, window
from questions import AT_FIRST, UNFOLDED, answers, lost_when_spaced
from real_book import PAGES

LOOKS = {
    "en": {"width": 1280, "color_scheme": "light"},
    "pt-br": {"width": 320, "color_scheme": "dark"},
}
OF_SPHINX = ["genindex", "search"]

pytestmark = pytest.mark.usefixtures("npm_packages")


@pytest.fixture(scope="module", params=LOOKS)
def edition(request):
    return request.param


@pytest.fixture(scope="module")
def tab(browser, edition):
    with window(browser, **LOOKS[edition]) as tab:
        yield tab


@pytest.fixture(scope="module")
def watch(tab, site):
    return Watch(tab, site.url)


@pytest.mark.parametrize("page", [*PAGES, *OF_SPHINX])
def test_a_page_is_without_a_fault(site, edition, tab, watch, page):
    tab.goto(f"{site.url}{edition}/{page}.html")

    faults = answers(tab, AT_FIRST)
    unfold(tab)
    faults += answers(tab, [*UNFOLDED, lost_when_spaced])

    assert [*faults, *watch.said()] == []


def test_every_page_that_can_be_read_is_looked_at(site):
    pages = [*PAGES, *OF_SPHINX]
    looked_at = {f"{edition}/{page}.html" for edition in LOOKS for page in pages}

    assert set(readable(site)) == looked_at
