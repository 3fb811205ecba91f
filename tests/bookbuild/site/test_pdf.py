"""Is the PDF of each edition a book? Printed by Chromium, read by somebody else."""

import re
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from bookbuild.console import CommandError
from bookbuild.project.book import pdf_name
from bookbuild.project.editions import Edition
from bookbuild.site.pdf import page_numbers, print_edition, single
from bookbuild.web import chromium

WIDTH = 612  # pixels of a sheet within its margins: 162 mm
TITLES = {"en": "In Parallel", "pt-br": "Em Paralelo"}
#: Elements that go beyond the sheet, or whose content does and can't be seen.
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((element) =>
    element.getBoundingClientRect().right > innerWidth + 1
    || getComputedStyle(element).overflowX !== "visible"
    && element.scrollWidth > element.clientWidth + 1
  ).map((element) => element.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module", params=["en", "pt_BR"])
def edition(request):
    return Edition(request.param)


@pytest.fixture(scope="module")
def folder(pages, edition):
    """The pages to be printed."""
    return pages.folder / edition.slug


@pytest.fixture(scope="module")
def pdf(browser, pages, edition, folder, tmp_path_factory):
    """The PDF's file; `browser` because there is a Chromium then."""
    file = tmp_path_factory.mktemp("paper") / "book.pdf"
    print_edition(pages.book, folder, edition, file)
    return file


@pytest.fixture(scope="module")
def book(pdf):
    return PdfReader(pdf)


@pytest.fixture(scope="module")
def page(pages, edition, folder):
    """What was printed."""
    return BeautifulSoup(single(pages.book, folder, edition), "html.parser")


def flat(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield " ".join(entry.title.split())


def links(book):
    for sheet in book.pages:
        for link in sheet.get("/Annots", []):
            yield link.get_object()


def test_a_screen_reader_can_read_it(book, edition):
    root = book.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == edition.tag
    assert book.metadata.title == TITLES[edition.slug]


def test_the_outline_has_every_chapter_and_section_in_order(book, page):
    headings = (each.get_text() for each in page.find_all(re.compile("^h[1-6]$")))

    assert list(flat(book.outline)) == [" ".join(text.split()) for text in headings]


def test_its_text_can_be_searched(book, edition):
    words = {"en": "race condition", "pt_BR": "condição de corrida"}[edition.language]

    texts = [" ".join(sheet.extract_text().split()) for sheet in book.pages]

    assert min(map(len, texts)) > 20
    assert any(words in text for text in texts)


def test_every_link_leads_to_a_sheet_or_to_the_web(book):
    within = [link["/Dest"] for link in links(book) if "/Dest" in link]
    out = [link["/A"]["/URI"] for link in links(book) if "/Dest" not in link]

    assert within
    assert {each.lstrip("/") for each in within} <= {
        each.lstrip("/") for each in book.named_destinations
    }
    assert out
    assert [uri for uri in out if not uri.startswith(("https://", "http://"))] == []


def letters(text):
    """Text without spaces, of which a PDF has its own."""
    return "".join(text.split())


def test_the_contents_have_the_sheets_that_chapters_begin_on(book, pdf, page):
    articles, begins = page.find_all("article"), page_numbers(pdf)

    said = re.findall(r" (\d+)\n", f"{book.pages[1].extract_text()}\n")

    assert list(map(int, said))[: len(articles)] == [
        begins[article["id"]] for article in articles
    ]
    for article in articles:
        title = article.find(re.compile("^h[12]$"), class_=None).get_text()
        sheet = book.pages[begins[article["id"]] - 1].extract_text()
        assert letters(title) in letters(sheet)


def test_nothing_is_cut_off_at_the_margin(browser, pages, edition, folder):
    file = folder / "single.html"
    file.write_text(single(pages.book, folder, edition), encoding="utf8")
    sheet = browser.new_page(viewport={"width": WIDTH, "height": 900})
    try:
        sheet.goto(file.as_uri())
        sheet.emulate_media(media="print", color_scheme="light")
        too_wide = sheet.evaluate(TOO_WIDE)
    finally:
        sheet.close()
        file.unlink()

    assert too_wide == []


def test_the_page_that_is_printed_does_not_stay(pdf, folder):
    assert not (folder / "single.html").exists()


@pytest.mark.parametrize(
    ("title", "file"),
    [
        ("Em Paralelo", "em-paralelo.pdf"),
        ("Ação & reação", "acao-reacao.pdf"),
        ("並列", "book.pdf"),
    ],
)
def test_a_pdf_is_named_for_the_book_in_letters_that_all_files_have(title, file):
    assert pdf_name(title) == file


def test_a_chromium_that_fails_is_told_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(chromium, "find", lambda: sys.executable)  # it knows no option

    why = r".* did not make a\.pdf, and ended with [1-9]\d*: .+$"
    with pytest.raises(CommandError, match=why):
        chromium.run(tmp_path / "a.html", tmp_path / "a.pdf", seconds=60)


def test_a_chromium_that_takes_too_long_is_told_in_one_line(monkeypatch, tmp_path):
    def hang(command, *, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(chromium, "find", lambda: "chromium")
    monkeypatch.setattr(subprocess, "run", hang)

    with pytest.raises(CommandError, match=r"^chromium .* within 9 s$"):
        chromium.run(tmp_path / "a.html", tmp_path / "a.pdf", seconds=9)
