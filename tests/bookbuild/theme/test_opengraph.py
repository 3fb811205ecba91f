"""What links to a page are shown with, and the PDF that pages link to. Two builds."""

import sys
from types import SimpleNamespace

import pytest
from docutils.utils import new_document
from pypdf import PdfWriter

from bookbuild.build.pipeline import build
from bookbuild.project.book import Book
from bookbuild.theme.opengraph import CARD, _describe, shortened
from bookbuild.web import chromium
from page_tags import tags
from tiny_book import complaints

BASE = "https://somebody.example.org/book"
#: A browser that prints nothing but what it was given: printing is `site.pdf`'s.
PRINTER = """\
#!/bin/sh
for option; do
    case $option in --print-to-pdf=*) cp "$0.pdf" "${option#*=}" ;; esac
done
"""


def metatags(html):
    found = tags(html, "meta")
    return {tag.get("property", tag.get("name")): tag.get("content") for tag in found}


def test_a_page_says_what_it_is_about(book):
    said = metatags(book.page("text"))

    assert said["description"] == 'Somebody said "2 < 3", and left.'
    assert said["og:description"] == said["description"]
    assert said["og:title"] == "The page text"
    assert said["og:type"] == "article"
    assert said["og:site_name"] == "Tiny"
    assert said["og:locale"] == "en"
    assert said["og:locale:alternate"] == "pt_BR"


def test_the_first_page_is_the_book(book):
    assert metatags(book.page("index"))["og:type"] == "book"


@pytest.mark.parametrize("page", ["index", "text"])
def test_each_page_names_the_picture_of_its_edition(book, editions, page):
    for slug, html in zip(("en", "pt-br"), editions(page), strict=True):
        said = metatags(html)

        assert said["og:url"] == f"{BASE}/{slug}/book/{page}.html"
        assert said["og:image"] == f"{BASE}/{slug}/_static/card.png"
        assert (book.site / said["og:image"].removeprefix(f"{BASE}/")).is_file()
        assert said["og:image:width"] == "1200"
        assert said["og:image:height"] == "630"
        assert said["og:image:alt"] == "Tiny"
        assert said["twitter:card"] == "summary_large_image"


def test_each_edition_has_a_pdf_and_nothing_else_is_left_of_making_it(book, tmp_path):
    (tmp_path / "printer").write_text(PRINTER)
    (tmp_path / "printer").chmod(0o755)
    sheets = PdfWriter()
    sheets.add_blank_page(100, 100)
    sheets.write(tmp_path / "printer.pdf")

    ran = book.build("--pdf", CHROMIUM=str(tmp_path / "printer"))

    made = sorted(
        path.relative_to(book.site).as_posix()
        for path in book.site.rglob("*")
        if path.name in {"tiny.pdf", "single.html"}
    )
    assert ran.returncode == 0, ran.stderr
    assert made == ["en/tiny.pdf", "pt-br/tiny.pdf"]
    assert 'href="../tiny.pdf"' in book.page("text")


def application(folder, *, pdf=False, base=""):
    """Of a Sphinx in `folder`, what the template's values are made from."""
    config = SimpleNamespace(
        language="pt_BR",
        bookbuild_pdf=pdf,
        html_baseurl=base,
        html_static_path=["styles", "static"],
        html_title="Em Paralelo",
    )
    return SimpleNamespace(config=config, confdir=folder)


def added(app):
    """What the template of a page is given."""
    context = {}
    _describe(app, "book/see/one", "page.html", context, new_document("one"))
    return context


@pytest.mark.parametrize(
    ("pdf", "told"), [(False, None), (True, "../../em-paralelo.pdf")]
)
def test_a_page_links_to_the_pdf_if_there_will_be_one(tmp_path, pdf, told):
    assert added(application(tmp_path, pdf=pdf)).get("pdf") == told


@pytest.mark.parametrize(
    ("has_file", "base", "told"),
    [
        (True, f"{BASE}/", f"{BASE}/pt-br/_static/card.png"),
        (True, "", ""),
        (False, f"{BASE}/", ""),
    ],
)
def test_a_page_names_the_picture_if_it_and_its_address_are_there(
    tmp_path, has_file, base, told
):
    (tmp_path / "static").mkdir()
    if has_file:
        (tmp_path / "static" / CARD).touch()

    assert added(application(tmp_path, base=base)).get("card", "") == told


def test_where_chromium_fails_nothing_is_published(book):
    before = book.digest()

    ran = book.build("--pdf", CHROMIUM=sys.executable)  # it knows no such options

    assert ran.returncode == 1
    assert "did not make tiny.pdf, and ended with" in complaints(ran)[0]
    assert book.digest() == before


def test_without_a_chromium_it_is_said_before_anything_is_built(
    book, monkeypatch, capsys
):
    monkeypatch.setattr(chromium, "find", lambda: None)

    status = build(Book(book.root), pdf=True)

    said = capsys.readouterr()
    assert status == 1
    assert said.out == ""
    assert said.err.startswith(
        "bookbuild: there is no Chromium here; set CHROMIUM to one"
    )


def test_a_pdf_is_not_of_one_page(book, capsys):
    status = build(Book(book.root), only="book/text", pdf=True)

    assert status == 1
    assert "leave one out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("It is short.", "It is short."),
        (f"It is short. {'And more ' * 30}.", "It is short."),
        ("word, " * 40, "word, " * 32 + "word…"),
    ],
)
def test_a_description_ends_with_a_sentence_or_a_word(text, kept):
    assert shortened(text) == kept
    assert len(kept) <= 200
