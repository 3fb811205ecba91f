"""Can a page of the site stand in one page with all others, on paper?"""

import pytest
from bs4 import BeautifulSoup

from bookbuild.site.pdf import lower_headings, printable

PAGES = ["book/index", "book/see/one", "book/see/two"]
PAGE = """<main><nav><a href="two.html">two</a></nav><article class="body">
{}</article></main>"""


def article(body, base=""):
    return printable(PAGE.format(body), "book/see/one", PAGES, base=base)


def test_what_is_of_use_on_a_screen_only_is_left_out():
    body = """<h1>One<a class="headerlink" href="#one">#</a></h1><button>Copy</button>
    <div class="toctree-wrapper"></div><script>run()</script>
    <div class="ledger-filters"><label><input type="radio"> all</label></div>
    <figure class="lanes"><svg></svg><details><table></table></details></figure>"""

    made = article(body)

    assert made.get_text().split() == ["One"]
    assert [tag.name for tag in made.find_all(True)] == ["h1", "figure", "svg"]


def test_what_is_folded_is_open():
    made = article(
        "<details><summary>Solution</summary><p>42</p></details>"
        '<details class="hide"><summary>Show</summary><pre>6 * 7</pre></details>'
    )

    assert str(made.details) == (
        '<details open=""><summary>Solution</summary><p>42</p></details>'
    )
    assert made.pre.parent == made  # nobody could tell what its fold was for


def test_names_begin_with_their_page_wherever_they_are_used():
    body = """<p id="a" aria-labelledby="b c">see <a href="#a">a</a></p>
    <svg><use href="#b"></use><rect fill="url(#b)" style="stroke: url('#c')"></svg>
    <table><td headers="b c"></td></table>"""

    made = article(body)

    assert made.p["id"] == "book/see/one--a"
    assert made.a["href"] == "#book/see/one--a"
    assert made.use["href"] == "#book/see/one--b"
    assert made.rect["fill"] == "url(#book/see/one--b)"
    assert made.rect["style"] == "stroke: url(#book/see/one--c)"
    names = "book/see/one--b book/see/one--c"
    assert made.p["aria-labelledby"] == made.td["headers"] == names


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("two.html", "#book/see/two"),
        ("../index.html#how-to", "#book/index--how-to"),
        ("https://example.org/two.html#a", "https://example.org/two.html#a"),
        ("../../claims.json", "https://book.org/en/claims.json"),
    ],
)
def test_a_link_leads_to_the_same_thing_from_paper(link, leads_to):
    made = article(f'<a href="{link}">there</a>', base="https://book.org/en/")

    assert made.a["href"] == leads_to


def test_a_link_to_a_file_is_none_where_nobody_knows_the_address_of_the_site():
    made = article('<a href="../../claims.json">claims.json</a>')

    assert str(made.a) == "<a>claims.json</a>"


def test_a_picture_is_found_from_the_folder_of_the_edition():
    made = article('<img src="../../_images/one.png" alt="">')

    assert made.img["src"] == "_images/one.png"


def test_headings_can_make_room_for_one_above_them():
    made = BeautifulSoup("<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>", "html.parser")

    lower_headings(made)

    assert str(made) == "<h2>a</h2><h3>b</h3><h4>c</h4><h3>d</h3>"


def test_a_page_without_an_article_is_named():
    with pytest.raises(
        ValueError, match=r"book/see/one\.html: this page has no article"
    ):
        printable("<main></main>", "book/see/one", PAGES)
