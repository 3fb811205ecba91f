"""Are the published editions twins: the same pages, cells and outputs, two languages?

Over 0.25 s: the book is built, and opened in a browser.
"""

import json
import re
from html import unescape

import pytest

from bookbuild.i18n.catalogs import catalogues, sentences
from bookbuild.i18n.messages import QUANTITY
from bookbuild.project.book import Book
from page_tags import tags
from page_text import prose
from tiny_book import HERE

SLUGS = ("en", "pt-br")
BOOK = Book(HERE)
EVERY = BOOK.editions
TAGS = {edition.slug: edition.tag for edition in EVERY}
SWITCH = re.compile("([A-Z]{2,3} [^ ]+( [(][^)]+[)])? ?)+")
OUTPUT = re.compile(
    r'<figure class="lanes.*?</figure>|<table class="(?:measurement|circumstances)".*?'
    r'</table>|<p class="feedback.*?</p>',
    re.S,
)
NAME = re.compile(r"(?:C?Python|PyPy|Linux|Windows|Darwin) \S+|fork|spawn|forkserver")
NEEDED = re.compile(r"… · .*")  # in the ledger: the name of a claim, what it needed
ENGLISH = re.compile(r"\b(?:the|of|and|is|are|was|that|which|with|have|not)\b")
CLAIM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
CITED = re.compile(r"https?://|\(\d{4}\)|, \d{4}\.|\b(?:19|20)\d\d:")
LEDGER = "book/ledger.html"


@pytest.fixture(scope="module")
def twins(site):
    """Each page's name, with its text in both editions."""
    names = {
        slug: [
            page.removeprefix(f"{slug}/")
            for page in site.pages()
            if page.startswith(f"{slug}/")
        ]
        for slug in SLUGS
    }
    assert names["en"] == names["pt-br"]
    return {
        name: [site.read(f"{slug}/{name}") for slug in SLUGS] for name in names["en"]
    }


def test_every_page_says_its_language_and_names_its_twin(twins):
    for name, pages in twins.items():
        if "http-equiv" in pages[0]:  # it only leads to the first page
            continue
        up = "../" * (name.count("/") + 1)
        for slug, page in zip(SLUGS, pages, strict=True):
            found = tags(page)
            assert [tag["lang"] for tag in found if "data-content_root" in tag] == [
                TAGS[slug]
            ], name
            alternates = {
                tag["hreflang"]: tag["href"]
                for tag in found
                if tag.get("rel") == "alternate" and tag.get("class") != "edition"
            }
            assert alternates == {TAGS[s]: f"{up}{s}/{name}" for s in TAGS}, name


def test_both_editions_have_the_same_anchors(twins):
    for name in twins.keys() - {"genindex.html"}:  # whose anchors are first letters
        pages = twins[name]
        english, portuguese = (
            sorted(tag["id"] for tag in tags(page) if "id" in tag) for page in pages
        )

        assert english == portuguese, name


def test_both_editions_have_the_same_code_and_print_the_same(twins):
    for name, pages in twins.items():
        english, portuguese = (re.findall(r"<pre>.*?</pre>", p, re.S) for p in pages)

        assert english == portuguese, name


def test_pictures_and_tables_differ_in_their_words_only(twins):
    seen = 0
    for name, pages in twins.items():
        english, portuguese = (OUTPUT.findall(page) for page in pages)
        assert len(english) == len(portuguese), name
        for one, other in zip(english, portuguese, strict=True):
            assert skeleton(one) == skeleton(other), name
            assert numbers(one) == numbers(other), name
            seen += one != other
    assert seen > 20


def skeleton(html):
    return re.findall(r"<[^>]+>", re.sub(r'aria-label="[^"]*"', "", html))


def numbers(html):
    return sorted(re.findall(r"\d+", unescape(re.sub(r"<[^>]+>", " ", html))))


def test_no_sentence_is_the_same_in_both_languages(twins, kept):
    for name, pages in twins.items():
        assert untranslated(*pages, kept) == set(), name


@pytest.mark.parametrize(
    "html",
    ["<p>This is in no catalogue.</p>", "<th>machines</th>", "<b title='Pages'></b>"],
)
def test_a_text_that_escapes_translation_is_found(twins, kept, html):
    pages = [page.replace("</main>", f"{html}</main>") for page in twins[LEDGER]]

    assert untranslated(*pages, kept) == set(prose(html))


@pytest.fixture(scope="module")
def kept():
    """The messages whose Portuguese is the same: their translator has seen them."""
    return {
        message
        for name, _path in catalogues(HERE, "pt_BR")
        for message, said in sentences(BOOK, "pt_BR", name).items()
        if message == said
    }


def untranslated(english, portuguese, kept):
    """The texts that are on both pages, although they are of one language."""
    # A heading may have its link, which is a "#"; the index has single letters.
    same = {text.removesuffix("#") for text in {*prose(english)} & {*prose(portuguese)}}
    return {text for text in same - kept if len(text) > 1 and not is_name(text)}


def is_name(text):
    """Whether a text is of names or numbers, or cites somebody, in any language."""
    known = (NEEDED, QUANTITY, NAME, SWITCH)
    whole = any(pattern.fullmatch(text) for pattern in known)
    return whole or bool(CITED.search(text))


def test_no_english_sentence_is_left_in_portuguese(twins):
    for name, (_english, portuguese) in twins.items():
        left = [
            text
            for text in (CLAIM.sub("…", block) for block in prose(portuguese))
            if len(set(ENGLISH.findall(text))) > 1 and not is_name(text)
        ]

        assert left == [], name


def test_the_second_edition_runs_no_cell(site):
    made = json.loads(site.read("manifest.json"))["editions"]

    assert made.keys() == TAGS.keys()
    assert [e["executed"] for slug, e in made.items() if slug != "en"] == [
        [] for _ in EVERY[1:]
    ]


@pytest.mark.parametrize(
    ("language", "slug"),
    [
        ("pt-BR", "pt-br"),
        ("pt-PT", "pt-br"),
        ("pt", "pt-br"),
        ("en-US", "en"),
        ("fr-FR", "en"),
    ],
)
def test_the_front_leads_to_the_edition_in_the_readers_language(
    site, browser, language, slug
):
    context = browser.new_context(locale=language)
    tab = context.new_page()

    tab.goto(site.url, wait_until="commit")  # what the page loads doesn't matter
    tab.wait_for_url(f"**/{slug}/book/index.html", wait_until="commit")

    context.close()


def test_the_front_remembers_what_a_reader_has_chosen(site, browser):
    context = browser.new_context(locale="pt-BR")
    tab = context.new_page()
    tab.goto(f"{site.url}pt-br/book/ledger.html")

    tab.locator("a[data-edition=en]").click()
    tab.wait_for_url("**/en/book/ledger.html")
    tab.goto(site.url)

    tab.wait_for_url("**/en/book/index.html")
    context.close()


def test_without_a_script_the_front_is_a_link_to_each_edition(site, browser):
    context = browser.new_context(java_script_enabled=False, locale="pt-BR")
    tab = context.new_page()
    tab.goto(site.url)
    links = tab.get_by_role("link")

    assert {"In Parallel", "Em Paralelo"} <= set(links.all_inner_texts())
    tab.get_by_role("link", name="Em Paralelo").click()

    tab.wait_for_url("**/pt-br/book/index.html")
    context.close()


def test_a_page_leads_to_its_twin_at_the_section_that_is_read(site, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(f"{site.url}en/book/see/one-program.html#one-program-asyncio")
    section = tab.locator("section:has(> #one-program-asyncio)")
    wanted = section.get_attribute("id")

    place = tab.locator("a[data-edition=pt-br]").bounding_box()
    tab.mouse.click(place["x"] + 5, place["y"] + 5)  # click() might scroll
    tab.wait_for_url(f"**/pt-br/book/see/one-program.html#{wanted}")

    heading = tab.get_by_role("heading", name="Uma thread que não bloqueia")
    assert 0 <= heading.bounding_box()["y"] < 900 / 3
    context.close()


def test_at_the_top_of_a_page_its_twin_is_entered_at_the_top(site, browser):
    tab = browser.new_context().new_page()
    tab.goto(f"{site.url}pt-br/book/glossary.html")

    tab.locator("a[data-edition=en]").click()
    tab.wait_for_url("**/en/book/glossary.html")

    tab.context.close()


def test_without_a_script_a_page_leads_to_its_twin(site, browser):
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto(f"{site.url}en/book/choosing/choosing.html")

    tab.locator("a[data-edition=pt-br]").click()
    tab.wait_for_url("**/pt-br/book/choosing/choosing.html")

    tab.context.close()


def results(tab, site, words):
    """The pages that the search for `words` finds, in the Portuguese edition."""
    tab.goto(f"{site.url}pt-br/search.html?q={words}", wait_until="commit")
    tab.wait_for_function(
        "() => document.querySelector('.search-summary, #search-results > p')"
        "?.textContent.match(/\\d/)"
    )
    found = tab.locator("ul.search > li > a")
    return {re.split("[?#]", link.get_attribute("href"))[0] for link in found.all()}


@pytest.mark.parametrize(
    ("accents", "without"),
    [("execução", "execucao"), ("condição de corrida", "condicao de corrida")],
)
def test_a_search_finds_words_with_and_without_accents(site, browser, accents, without):
    tab = browser.new_page()

    found = results(tab, site, accents)

    assert found
    assert results(tab, site, without) >= found
    tab.close()
