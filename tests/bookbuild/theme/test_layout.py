"""What stands around the text of a page, and what does the page load?"""

import base64
import hashlib
import re
from html.parser import HTMLParser

from bookbuild.web.csp import policy
from page_tags import loads, tags
from tiny_book import words


class Scripts(HTMLParser):
    """The scripts that are in a page itself."""

    def __init__(self, html):
        super().__init__()
        self.found, self.inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "script" and "src" not in dict(attrs)

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found.append(data)


def policy_of(html):
    (found,) = [t["content"] for t in tags(html, "meta") if "http-equiv" in t]
    return found


def names(book, page):
    """The files that a page loads, without folders, versions and other editions."""
    files = {re.sub(r"[?].*", "", url).split("/")[-1] for url in loads(book.page(page))}
    return files - {f"{page}.html"}


def test_a_page_loads_a_few_scripts_and_no_style_sheet_but_the_books(book):
    loaded = names(book, "plain")

    assert loaded == {"book.css", "look.js", "reading.js", "code.js"}


def test_a_page_with_tabs_loads_what_tabs_need(book):
    assert {"sphinx-design.min.css", "design-tabs.js"} <= names(book, "tabs")


def test_no_script_holds_up_a_page(book):
    for tag in tags(book.page("tabs"), "script"):
        assert "src" not in tag or "defer" in tag


def test_the_policy_allows_the_one_script_in_the_page_and_no_other(book):
    html = book.page("plain")
    (script,) = Scripts(html).found
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    allowed = re.search("script-src ([^;]*);", policy_of(html))[1]

    assert allowed == f"'self' 'sha256-{digest}'"


def test_the_policy_forbids_what_it_does_not_name():
    assert policy().startswith("default-src 'none'; ")
    assert "unsafe" not in policy(scripts=["a"], styles=["b"])


def test_a_style_sheet_in_the_page_is_allowed_by_what_it_says():
    one, other = policy(styles=["p {}"]), policy(styles=["q {}"])

    assert "style-src 'self' 'sha256-" in one
    assert one != other


def test_the_contents_list_the_sections_of_the_page_that_is_read(book):
    here, there = book.page("plain"), book.page("tabs")

    menu = re.search('<nav class="contents".*?</nav>', here, re.S)[0]

    assert re.findall('href="(#[^"]+)"', menu) == ["#early", "#late"]
    assert "A short title" in words(menu)
    assert "#early" not in there


def test_a_page_says_in_which_part_of_the_book_it_is(book):
    assert '<p class="part">Beginnings</p>' in book.page("plain")
    assert 'class="part"' not in book.page("index")


def test_a_hidden_cell_is_named_by_what_is_written_on_it(book):
    summary = re.search("<summary>.*?</summary>", book.page("hidden"), re.S)[0]

    assert words(summary) == "Show the codeHide the code"


def test_a_page_leads_to_the_page_before_it_and_after_it(book):
    links = {
        tag["rel"]: tag["href"]
        for tag in tags(book.page("tabs"), "a", "link")
        if tag.get("rel") in {"prev", "next"}
    }

    assert links == {"prev": "plain.html", "next": "hidden.html"}


def test_what_no_page_loads_is_not_published(book):
    static = {path.name for path in (book.site / "en/_static").rglob("*")}

    assert {"look.js", "searchtools.js", "language_data.js"} <= static
    assert not {"fontawesome.js", "bootstrap.js", "vendor", "basic.css"} & static


def test_a_folder_of_the_book_may_be_called_as_one_of_the_themes(book):
    assert (book.site / "en/book/scripts/one.html").exists()
