"""Is every page light, and does it ask nobody else?

What a page fetches is counted from the files, and in a browser for the heaviest page of
each template. The sizes are the same on any machine: the server compresses as those do
that publish books.

Over 0.25 s: the browser waits until a page asks for nothing more.
"""

import gzip
from functools import cache
from html.parser import HTMLParser

import pytest

from bookbuild.bench.page_weight import FIRST, LATER, REQUESTS, Visit, served, visit
from bookbuild.web.links import target
from browsing import readable, window
from page_tags import loads

INDEX = "searchindex"
EDITIONS = ("en/", "pt-br/")


def over(visit, home, budget):
    """What is wrong with a visit to a page."""
    if visit.bytes > budget:
        yield f"{visit.bytes:,} bytes, not {budget:,}"
    if len(visit.requests) > REQUESTS:
        yield f"{len(visit.requests)} requests, not {REQUESTS}"
    yield from visit.elsewhere(home)
    if any(INDEX in url for url in visit.requests):
        yield "the search index"


@cache
def compressed(path):
    return len(gzip.compress(path.read_bytes()))


class Files:
    """What the pages of an edition fetch, as far as files tell."""

    def __init__(self, site, edition):
        self.folder = site.folder
        self.loaded = {
            page: {target(page, link)[0] for link in loads(site.read(page))}
            for page in readable(site, edition)
            if "search.html" not in page
        }
        self.shared = set.intersection(*self.loaded.values())

    def first(self, page):
        return self._visit({page, *self.loaded[page]})

    def later(self, page):
        """A visit after one to any other page."""
        return self._visit({page, *self.loaded[page]} - self.shared)

    def _visit(self, files):
        return Visit(list(files), sum(compressed(self.folder / each) for each in files))

    def heaviest(self):
        """The heaviest of the pages that load the same files, and so on."""
        light_first = sorted(self.loaded, key=lambda page: self.first(page).bytes)
        templates = {frozenset(self.loaded[page]): page for page in light_first}
        return list(templates.values())


@pytest.fixture(scope="module", params=EDITIONS)
def files(site, request):
    return Files(site, request.param)


def test_the_files_of_every_page_are_few_and_light(files):
    found = {
        page: [
            *over(files.first(page), "", FIRST),
            *over(files.later(page), "", LATER),
        ]
        for page in files.loaded
    }

    assert {page: faults for page, faults in found.items() if faults} == {}


def test_a_first_page_is_light_and_the_next_one_lighter(site, browser, files):
    heaviest = files.heaviest()
    found = {}
    with served(site.folder) as home:
        for page, other in zip(heaviest, heaviest[1:] + heaviest[:1], strict=True):
            with window(browser) as tab:
                faults = list(over(visit(tab, home + page), home, FIRST))
                faults += over(visit(tab, home + other), home, LATER)
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
