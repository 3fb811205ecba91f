"""Is there, around the pages, what readers and search engines expect of a site?

Over 0.25 s: a book of two pages is built in two languages, as one that will be
published below a path; then with what forbids it.
"""

from xml.etree import ElementTree

import pytest

from bookbuild.web.links import dead
from page_tags import links, tags
from tiny_book import TinyBook, cells, complaints, speak_portuguese, words

HOME = "https://example.org/a-book/"
REDIRECTS = """\
    language: en
    rediraffe_redirects:
      book/part/oldest.md: book/older.md
      book/older.md: book/one.md
"""
OLDEST = "      book/part/oldest.md: book/older.md\n"
MARK = '<svg xmlns="http://www.w3.org/2000/svg"/>'
NAMES = {
    "": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book with a mark and renamed pages."""
    root = tmp_path_factory.mktemp("book")
    book = TinyBook.make(root, {"one": cells("6 * 7", "6 * 9")})
    speak_portuguese(book)
    (root / "book/_static").mkdir()
    (root / "book/_static/mark.svg").write_text(MARK)
    book.replace(
        "_config.yml", "sphinx:", "html:\n  favicon: book/_static/mark.svg\nsphinx:"
    )
    book.replace("_config.yml", "    language: en\n", REDIRECTS)
    ran = book.build(BOOK_ADDRESS=HOME.rstrip("/"))
    assert ran.returncode == 0, ran.stderr
    return book


def read(book, page):
    return (book.site / page).read_text("utf8")


def test_every_page_names_its_address_and_its_twins(book):
    page = read(book, "pt-br/book/one.html")

    assert f'<link rel="canonical" href="{HOME}pt-br/book/one.html"' in page
    assert f'hreflang="en" href="{HOME}en/book/one.html"' in page
    assert f'hreflang="pt-BR" href="{HOME}pt-br/book/one.html"' in page


@pytest.fixture(scope="module")
def sitemap(book):
    return ElementTree.parse(book.site / "sitemap.xml").getroot()


def test_the_sitemap_has_every_page_of_every_edition_and_no_other(book, sitemap):
    found = [place.text for place in sitemap.findall("url/loc", NAMES)]

    assert sorted(found) == sorted(
        f"{HOME}{slug}/book/{name}.html"
        for slug in ("en", "pt-br")
        for name in ("index", "one")
    )
    for place in found:
        assert (book.site / place.removeprefix(HOME)).is_file()


def test_a_page_in_the_sitemap_names_itself_its_twin_and_one_for_others(sitemap):
    for page in sitemap.findall("url", NAMES):
        name = page.find("loc", NAMES).text.rpartition("/")[2]

        twins = {
            link.get("hreflang"): link.get("href")
            for link in page.findall("xhtml:link[@rel='alternate']", NAMES)
        }

        assert twins == {
            "en": f"{HOME}en/book/{name}",
            "pt-BR": f"{HOME}pt-br/book/{name}",
            "x-default": f"{HOME}en/book/{name}",
        }


def test_robots_are_sent_to_the_sitemap(book):
    assert f"Sitemap: {HOME}sitemap.xml\n" in read(book, "robots.txt")


def test_the_page_for_what_is_not_found_speaks_every_language(book):
    page = read(book, "404.html")

    assert "Page not found" in words(page)
    assert "Página não encontrada" in words(page)
    parts = tags(page, "section")
    assert [part["lang"] for part in parts] == ["en", "pt-BR"]


def test_the_page_for_what_is_not_found_leads_to_covers_and_searches(book):
    page = read(book, "404.html")

    assert links(page) == [
        f"{slug}/{to}"
        for slug in ("en", "pt-br")
        for to in ("book/index.html", "search.html")
    ]
    assert all((book.site / link).is_file() for link in links(page))


def test_the_page_for_what_is_not_found_begins_at_the_sites_root(book):
    head = read(book, "404.html").partition("<base")

    assert head[2].startswith(' href="/a-book/">')
    assert "href=" not in head[0]  # what comes before would not be counted from there


def test_the_pages_of_no_edition_bear_the_books_mark(book):
    for name in ("index.html", "404.html"):
        [icon] = [tag for tag in tags(read(book, name)) if tag.get("rel") == "icon"]

        assert (book.site / icon["href"]).read_text() == MARK


@pytest.mark.parametrize("slug", ["en", "pt-br"])
@pytest.mark.parametrize(
    ("old", "to"), [("book/older", "one.html"), ("book/part/oldest", "../one.html")]
)
def test_a_renamed_page_leads_to_where_it_is_in_the_end(book, slug, old, to):
    page = read(book, f"{slug}/{old}.html")

    refresh = f'<meta http-equiv="refresh" content="0; url={to}">'
    assert f"<noscript>{refresh}</noscript>" in page
    assert links(page) == [to]
    assert f'<link rel="canonical" href="{HOME}{slug}/book/one.html">' in page
    assert '<meta name="robots" content="noindex">' in page


def test_a_renamed_page_says_so_in_the_language_of_the_edition(book):
    english, portuguese = (
        read(book, f"{slug}/book/older.html") for slug in ("en", "pt-br")
    )

    assert "This page has a new address: book/one.html" in words(
        english.replace("<br>", " ")
    )
    assert "Esta página mudou de endereço:" in portuguese
    assert '<html lang="pt-BR">' in portuguese


def test_no_link_of_what_is_around_the_pages_is_dead(book):
    assert list(dead(book.site)) == []


def test_a_dead_link_of_the_page_for_what_is_not_found_is_seen(book):
    path = book.site / "404.html"
    right = path.read_text("utf8")
    path.write_text(right.replace("en/search.html", "en/nowhere.html"), "utf8")

    found = list(dead(book.site))

    path.write_text(right, "utf8")
    assert found == [("404.html", "en/nowhere.html")]


def test_where_the_address_is_not_known_links_are_relative_and_no_map_is_made(book):
    ran = book.build()

    assert (ran.returncode, ran.stderr) == (0, "")
    assert not (book.site / "sitemap.xml").exists()
    assert not (book.site / "robots.txt").exists()
    assert '<base href="/">' in read(book, "404.html")
    assert '<link rel="canonical" href="one.html">' in read(book, "en/book/older.html")
    assert "https://example.org" not in read(book, "en/book/one.html")


def test_redirects_are_gone_with_their_setting(book):
    book.replace("_config.yml", OLDEST, "")

    ran = book.build()

    book.replace("_config.yml", REDIRECTS.replace(OLDEST, ""), REDIRECTS)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (book.site / "en/book/older.html").exists()
    assert not (book.site / "en/book/part/oldest.html").exists()


def test_a_renaming_that_can_not_be_stops_the_build(book):
    book.replace("_config.yml", "older.md: book/one", "older.md: book/nowhere")

    ran = book.build()

    book.replace("_config.yml", "older.md: book/nowhere", "older.md: book/one")
    assert ran.returncode == 1
    assert [line.partition("; ")[0] for line in complaints(ran)[:2]] == [
        f"bookbuild: _config.yml: rediraffe_redirects: {old}: its target "
        "book/nowhere.md doesn't exist"
        for old in ("book/part/oldest.md", "book/older.md")
    ]


def test_an_address_that_can_not_be_stops_the_build(book):
    ran = book.build(BOOK_ADDRESS="example.org")

    assert ran.returncode == 1
    assert complaints(ran)[0].startswith("bookbuild: BOOK_ADDRESS: 'example.org' is no")
    assert "reading" not in ran.stdout
