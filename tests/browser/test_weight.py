"""Is every page light, and does it ask nobody else, with scripts or without?

Over 0.25 s: it waits until each page asks for nothing more. The sizes are the same on
any machine: the server compresses as those do that publish books.
"""

from html.parser import HTMLParser

import pytest

from bookbuild.bench.page_weight import FIRST, LATER, REQUESTS, Visit, served, visit
from browsing import readable, window

INDEX = "searchindex"
HIDDEN = """
    () => [...document.querySelectorAll("article :is(h1, h2, p, pre, td)")]
        .filter((element) => element.innerText.trim() && !element.closest("details"))
        .filter((element) => !element.checkVisibility({ opacityProperty: true }))
        .length
"""


@pytest.fixture(scope="module")
def home(site):
    """Where the site is served compressed."""
    with served(site.folder) as home:
        yield home


def over(visit, home, budget):
    """What is wrong with a visit to a page."""
    if visit.bytes > budget:
        yield f"{visit.bytes:,} bytes, not {budget:,}"
    if len(visit.requests) > REQUESTS:
        yield f"{len(visit.requests)} requests, not {REQUESTS}"
    yield from visit.elsewhere(home)
    if any(INDEX in url for url in visit.requests):
        yield "the search index"


def test_a_first_page_is_light_and_the_next_one_lighter(site, browser, home):
    ordinary = [page for page in readable(site) if "search.html" not in page]
    found = {}
    for page, other in zip(ordinary, ordinary[1:] + ordinary[:1], strict=True):
        with window(browser) as tab:
            faults = list(over(visit(tab, home + page), home, FIRST))
            faults += over(visit(tab, home + other), home, LATER)
        if faults:
            found[page] = faults

    assert found == {}


def test_without_scripts_every_page_can_be_read_and_asks_nobody(site, browser, home):
    found = {}
    with window(browser, java_script_enabled=False) as tab:
        for page in readable(site):
            faults = visit(tab, home + page).elsewhere(home)
            if not tab.locator("main h1:visible").count():
                faults.append("no title")
            if hidden := tab.evaluate(HIDDEN):
                faults.append(f"{hidden} texts are hidden")
            if faults:
                found[page] = faults

    assert found == {}


class Blocking(HTMLParser):
    """The scripts of a page's head that it waits for before it shows anything."""

    def __init__(self, html):
        super().__init__()
        self.in_head, self.found = False, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.in_head = tag == "head" or (self.in_head and tag != "body")
        waits = not {"async", "defer"} & given.keys() and given.get("type") != "module"
        if tag == "script" and "src" in given and self.in_head and waits:
            self.found.append(given["src"])


def test_no_page_waits_for_a_script(site):
    found = {page: Blocking(site.read(page)).found for page in site.pages()}

    assert {page: scripts for page, scripts in found.items() if scripts} == {}


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("<script src=a.js></script>", ["a.js"]),
        ("<script src=a.js defer></script>", []),
        ("<script src=a.js async></script>", []),
        ("<script src=a.js type=module></script>", []),
        ("<script>a()</script>", []),
        ("<body><script src=a.js></script>", []),
    ],
)
def test_a_script_that_a_page_waits_for_is_found(head, found):
    assert Blocking(f"<html><head><title>A</title>{head}").found == found


@pytest.mark.parametrize(
    ("asked", "travelled", "found"),
    [
        (["/a.js"] * REQUESTS, FIRST, []),
        (["/a.js"], FIRST + 1, ["120,001 bytes, not 120,000"]),
        (["/a.js"] * 16, 1, ["16 requests, not 15"]),
        (["http://elsewhere.example/"], 1, ["http://elsewhere.example/"]),
        ([f"/{INDEX}.js"], 1, ["the search index"]),
    ],
)
def test_what_is_too_much_is_said(asked, travelled, found):
    assert list(over(Visit(asked, travelled), "/", FIRST)) == found
