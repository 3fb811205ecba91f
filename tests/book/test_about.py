"""Is it so, what the page about the book says of the site?

Over 0.25 s: every page of the book is opened in a browser.
"""

import pytest

from bookbuild.pyodide.publish import PUBLISHED
from browsing import is_redirect
from page_tags import links

ABOUT = "book/about.html"
SLUGS = ("en", "pt-br")
#: The edition, the light or the dark (in two parts), and the words of the last search.
KEPT = {"edition", "look", "code"}
CHANGED = "book/asyncio/event-loop.html"  # a page with cells that can be run in it
STORED = "() => [Object.keys(localStorage), Object.keys(sessionStorage)]"


@pytest.fixture(scope="module")
def visit(site, browser):
    """A tab in which a reader has opened every page, searched, and made each choice."""
    context = browser.new_context()
    tab = context.new_page()
    for page in site.pages():
        if not is_redirect(site.read(page)):
            tab.goto(site.url + page)
    tab.goto(f"{site.url}en/search.html?q=thread")
    tab.wait_for_function("() => document.querySelector('ul.search > li > a')")
    tab.goto(f"{site.url}en/{CHANGED}")
    if (edit := tab.locator(".run-edit").first).count():
        edit.click()
        tab.locator("textarea:focus").fill("changed")
    tab.goto(f"{site.url}en/{ABOUT}")
    tab.locator("button.look").click()
    tab.locator("a[data-edition=pt-br]").click()
    tab.wait_for_url(f"**/pt-br/{ABOUT}")
    yield tab
    context.close()


def test_no_page_sets_a_cookie(visit):
    assert visit.context.cookies() == []


def test_the_browser_keeps_what_the_page_says_and_no_more(site, visit):
    local, session = visit.evaluate(STORED)

    in_page = (site.folder / PUBLISHED).exists()  # or no code could be changed
    assert set(local) == KEPT - (set() if in_page else {"code"})
    assert session == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_cover_leads_to_the_page(site, slug):
    assert "about.html" in {
        link.partition("#")[0] for link in links(site.read(f"{slug}/book/index.html"))
    }
