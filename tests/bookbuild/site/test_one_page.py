"""Is the whole of each edition in its one page, so that every link leads somewhere?"""

import re

import pytest
from bs4 import BeautifulSoup

from bookbuild.project.editions import Edition
from bookbuild.site.pdf import single
from bookbuild.web.links import is_internal

USED = re.compile(r"url\(#([^)]+)\)")


def words(element):
    return " ".join(element.get_text().split())


@pytest.fixture(scope="module", params=["en", "pt_BR"])
def edition(request):
    return Edition(request.param)


@pytest.fixture(scope="module")
def folder(pages, edition):
    return pages.folder / edition.slug


@pytest.fixture(scope="module")
def page(pages, edition, folder):
    html = single(pages.book, folder, edition, sheets={"book/glossary": 123})
    return BeautifulSoup(html, "html.parser")


@pytest.fixture(scope="module")
def chapters(pages, folder):
    """The articles as they are on the site."""
    return {
        name: BeautifulSoup(
            (folder / f"{name}.html").read_text("utf8"), "html.parser"
        ).select_one("main article")
        for name in pages.book.pages
    }


def test_every_id_is_there_once(page):
    ids = [element["id"] for element in page.find_all(id=True)]

    assert ids
    assert len(ids) == len(set(ids))


def test_every_link_within_the_book_has_its_target(page):
    ids = {element["id"] for element in page.find_all(id=True)}
    links = {a["href"] for a in page.find_all("a", href=True)}
    within = {link[1:] for link in links if link.startswith("#")}
    drawn_with = set(USED.findall(str(page.main)))

    assert within
    assert within | drawn_with <= ids


def test_no_link_leads_to_a_page_or_to_a_file_of_this_machine(page):
    links = [a["href"] for a in page.find_all("a", href=True)]

    assert [a for a in links if is_internal(a) and not a.startswith("#")] == []
    assert [a for a in links if a.startswith("file:")] == []


def test_nothing_is_folded(page):
    assert page.find_all("details", open=True)
    assert page.find_all("details", open=False) == []


def test_all_chapters_are_there_and_in_order(page, pages):
    assert [each["id"] for each in page.find_all("article")] == pages.book.pages


def test_a_chapter_has_all_its_sections_and_paragraphs(page, chapters):
    for name, chapter in chapters.items():
        for sign in chapter.select("a.headerlink"):
            sign.decompose()
        text = words(page.find(id=name))
        said = [words(each) for each in chapter.select("section > :is(p, h1, h2, h3)")]

        assert said
        assert [each for each in said if each not in text] == []


def test_parts_and_chapters_and_sections_are_headings_of_three_levels(
    page, pages, edition
):
    parts = [words(heading) for heading in page.select("article > h1")]
    below = [
        {heading.name for heading in page.select(f"article ~ article > {where}")}
        for where in ("section > :is(h1, h2)", "section > section > :is(h2, h3)")
    ]

    first = {"en": "See it and measure it", "pt_BR": "Ver e medir"}[edition.language]
    assert parts[0] == first
    assert len(parts) == sum(bool(caption) for caption, _ in pages.book.parts)
    assert below == [{"h2"}, {"h3"}]


def test_the_contents_name_every_chapter_in_the_language_of_the_edition(
    page, chapters, edition
):
    entries = [words(a) for a in page.nav.find_all("a")]

    assert entries == [words(each.h1).rstrip("#") for each in chapters.values()]
    assert words(page.nav.h1) == {"en": "Contents", "pt-br": "Sumário"}[edition.slug]
    assert [words(s) for s in page.nav.select(".sheet") if words(s)] == ["123"]


def test_the_title_page_says_what_it_is_and_when_it_was_made(page, edition):
    said = words(page.select_one(".title-page"))

    assert page.html["lang"] == edition.tag
    assert said.startswith(page.title.get_text())
    assert edition.name in said
    assert {"en": "Built on", "pt_BR": "Gerado em"}[edition.language] in said
