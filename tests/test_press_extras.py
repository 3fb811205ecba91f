"""What links to a page are shown with, and what else takes a Chromium. Four builds."""

import struct
import sys
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from press import chromium
from press.build import build
from press.cards import card
from press.sphinxext.extras import _add, shortened
from press.tags import tags
from tiny_book import TinyBook, complaints, speak_portuguese

BASE = "https://somebody.example.org/book"
TEXT = 'Somebody said `"2 < 3"`, and *left*.\n\n## Later\n\nNobody came.\n'


def metatags(html):
    found = tags(html, "meta")
    return {tag.get("property", tag.get("name")): tag.get("content") for tag in found}


def tiny(root, base=""):
    book = TinyBook.make(root, {"one": TEXT})
    speak_portuguese(book)
    line = "    language: en\n"
    book.replace("_config.yml", line, f"{line}    html_baseurl: {base}\n")
    return book


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Without extras, and where nobody knows the address of the site."""
    book = tiny(tmp_path_factory.mktemp("plain"), base='""')
    assert book.build().returncode == 0
    return book


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """With extras, and with an address."""
    if chromium.find() is None:
        pytest.skip(chromium.LACK)
    book = tiny(tmp_path_factory.mktemp("full"), base=BASE)
    ran = book.build("--extras", "--strict")
    assert ran.returncode == 0, ran.stderr
    return book


def test_a_page_says_what_it_is_about(plain):
    said = metatags(plain.page("one"))

    assert said["description"] == 'Somebody said "2 < 3", and left.'
    assert said["og:description"] == said["description"]
    assert said["og:title"] == "The page one"
    assert said["og:type"] == "article"
    assert said["og:site_name"] == "Tiny"
    assert said["og:locale"] == "en"
    assert said["og:locale:alternate"] == "pt_BR"
    assert said["twitter:card"] == "summary"


def test_the_first_page_is_the_book(plain):
    assert metatags(plain.page("index"))["og:type"] == "book"


def test_a_plain_build_has_no_extras_and_names_none(plain):
    files = [path.suffix for path in plain.site.rglob("*")]

    assert not {".pdf", ".png"} & set(files) - {
        path.suffix for path in (plain.site / "en/_static").rglob("*")
    }
    assert not list(plain.site.rglob("_cards"))
    assert {"og:image", "og:url"}.isdisjoint(metatags(plain.page("one")))


def test_each_page_of_each_edition_has_a_picture_of_the_size_it_says(full):
    for slug in ("en", "pt-br"):
        for page in ("index", "one"):
            html = (full.site / f"{slug}/book/{page}.html").read_text("utf8")
            said = metatags(html)

            assert said["og:url"] == f"{BASE}/{slug}/book/{page}.html"
            picture = full.site / said["og:image"].removeprefix(f"{BASE}/")
            size = struct.unpack(">II", picture.read_bytes()[16:24])  # as PNG has it
            assert size == (1200, 630)
            assert size == tuple(
                int(said[f"og:image:{side}"]) for side in ("width", "height")
            )
            assert said["twitter:card"] == "summary_large_image"


def test_what_a_picture_shows_is_said_in_the_language_of_the_edition(full):
    page = (full.site / "pt-br/book/one.html").read_text("utf8")

    assert metatags(page)["og:image:alt"] == "The page one, no livro Tiny"


def test_each_edition_has_a_pdf_and_nothing_else_is_left_of_making_it(full):
    made = sorted(
        path.relative_to(full.site).as_posix()
        for path in full.site.rglob("*")
        if path.name in {"tiny.pdf", "single.html"} or path.match("_cards/**/*.html")
    )

    assert made == ["en/tiny.pdf", "pt-br/tiny.pdf"]


@pytest.mark.parametrize(
    ("wanted", "base", "told"),
    [
        (False, BASE, {}),
        (True, "", {"pdf": "../../em-paralelo.pdf"}),
        (
            True,
            f"{BASE}/",
            {
                "pdf": "../../em-paralelo.pdf",
                "card": f"{BASE}/pt-br/_cards/book/see/one.png",
            },
        ),
    ],
)
def test_templates_are_told_of_what_there_will_be(wanted, base, told):
    config = SimpleNamespace(
        language="pt_BR",
        press_editions=["en", "pt_BR"],
        press_extras=wanted,
        html_baseurl=base,
        html_title="Em Paralelo",
        root_doc="book/index",
    )
    env = SimpleNamespace(titles={"book/see/one": nodes.title("", "One")})
    app, context = SimpleNamespace(config=config, env=env), {"pageurl": "an address"}

    _add(app, "book/see/one", "page.html", context, new_document("one"))

    assert {name: context[name] for name in ("pdf", "card") if name in context} == told


def test_where_chromium_fails_nothing_is_published(plain):
    before = plain.digest()

    ran = plain.build("--extras", CHROMIUM=sys.executable)  # it knows no such options

    assert ran.returncode == 1
    assert "did not make tiny.pdf, and ended with" in complaints(ran)[0]
    assert plain.digest() == before


def test_without_a_chromium_it_is_said_before_anything_is_built(
    plain, monkeypatch, capsys
):
    monkeypatch.setattr(chromium, "find", lambda: None)

    status = build(plain.root, extras=True)

    said = capsys.readouterr()
    assert status == 1
    assert said.out == ""
    assert said.err.startswith("press: there is no Chromium here; set CHROMIUM to one")


def test_extras_are_not_of_one_page(plain, capsys):
    status = build(plain.root, only="book/one", extras=True)

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


def test_a_picture_is_of_the_title_the_part_and_the_book():
    html = card(tag="pt-BR", book="Em Paralelo", part="Ver & medir", title="E <agora>?")

    assert '<html lang="pt-BR">' in html
    for words in ("Em Paralelo", "Ver &amp; medir", "E &lt;agora&gt;?"):
        assert words in html
