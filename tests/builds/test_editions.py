"""Do cells run once for all editions, and is each whole, in its own language?

Over 0.25 s: a book of two pages is built in three languages, then again in two.
"""

import json
import re
import shutil
from contextlib import contextmanager

import pytest

from bookbuild.build.pipeline import build
from bookbuild.project.book import Book
from bookbuild.project.editions import folder
from page_tags import tags
from tiny_book import TinyBook, box, cells, complaints, speak_portuguese, translate
from tiny_book import words as text_of

PORTUGUESE = {
    "Tiny": "Miúdo",
    "Nobody": "Ninguém",
    "A formula: $a^2$.": "Uma fórmula: $a^2$.",
    "The page one": "A página um",
    "The page two": "A página dois",
    "Half is {measured}`half`.": "A metade é {measured}`half`.",
    "It is half.": "É a metade.",
    "It is what it is.": "É o que é.",
    "See {ref}`the-second` now.": "Agora veja {ref}`the-second`.",
    "We are in {ref}`the-second`.": "Estamos em {ref}`the-second`.",
    "A first **word**.": "Uma primeira **palavra**.",
    "maker": "marceneira",
    "Who makes.": "Quem faz.",
    "actor": "atriz",
    "Who acts.": "Quem atua.",
}
CHECKS = """\
from paralelo import check, draw, upper_bound
from paralelo.exercises.chapter_one_program import check_predictions
from paralelo.timelines.timeline import Interval, Timeline
check("half", upper_bound(0.5, "s"), at_most=0.75, requires_idle_cores=1)
"""
PICTURE = """\
draw({"alone": Timeline((Interval(0.0, 1.5, 0, 0),))})
"""
ONE = (
    "```{glossary}\nmaker\n  Who makes.\n\nactor\n  Who acts.\n```\n\n"
    "A first **word**.\n\n"
    + cells(CHECKS.rstrip())
    + box("half", "It is half.")
    + "Half is {measured}`half`.\n\n"
    + cells(PICTURE.rstrip(), "check_predictions(sequential=0.7)", "print(0.5, 'on')")
    + "See {ref}`the-second` now.\n"
)
TWO = (
    cells('from paralelo import check\ncheck("so", {1: 0.5}, equals={1: 0.5})')
    + box("so", "It is what it is.")
    + "We are in {ref}`the-second`.\n"
)
ONE_PO = "locale/pt_BR/LC_MESSAGES/book/one.po"
TWO_PO = "locale/pt_BR/LC_MESSAGES/book/two.po"
WORDS_PO = "locale/pt_BR/LC_MESSAGES/words.po"


def chapters(book):
    book.chapter("one", ONE)
    book.chapter("two", TWO)
    path = book.root / "book/two.md"
    path.write_text(path.read_text("utf8").replace("# The", "(the-second)=\n# The"))
    book.contents("one", "two")


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """What the first build said, a copy of its site, and the book.

    German has one translated sentence, and then it's removed.
    """
    root = tmp_path_factory.mktemp("editions")
    book = TinyBook.make(root / "book", {}, runs_cells=True)
    chapters(book)
    speak_portuguese(book)
    folder(book.root, "de").mkdir(parents=True)
    book.bookbuild("translations")
    translate(book, PORTUGUESE)
    translate(book, {"A first **word**.": "Ein erstes **Wort**."}, "de")
    ran = book.build("--strict")
    assert ran.returncode == 0, ran.stderr
    shutil.copytree(book.site, root / "copy/_build/site")
    return ran, TinyBook(root / "copy"), book


@pytest.fixture(scope="module")
def book(first):
    """The book after the next build, without German."""
    *_, book = first
    shutil.rmtree(book.root / "locale/de")
    ran = book.build()
    assert (ran.returncode, ran.stderr) == (0, "")
    return book


@contextmanager
def changed(book, *changes):
    """Let files of the book be others for a while."""
    files = {book.root / path for path, _, _ in changes}
    before = {path: path.read_text("utf8") for path in files}
    for change in changes:
        book.replace(*change)
    yield
    for path, text in before.items():
        path.write_text(text, "utf8")


def pages(book, name):
    return [
        (book.site / f"{slug}/book/{name}.html").read_text("utf8")
        for slug in ("en", "pt-br")
    ]


def test_both_editions_have_the_same_pages(book):
    found = [
        {
            path.relative_to(book.site / slug)
            for path in (book.site / slug).rglob("*.html")
        }
        for slug in ("en", "pt-br")
    ]

    assert found[0] == found[1]


def test_cells_run_once_and_the_manifest_says_so(first):
    _, copy, _ = first
    editions = copy.manifest["editions"]

    assert editions["en"]["executed"] == ["book/one", "book/two"]
    assert editions["pt-br"]["executed"] == editions["de"]["executed"] == []
    assert copy.ran() == {"one", "two"}


def test_the_progress_names_the_editions(first):
    lines = first[0].stdout.splitlines()

    assert lines.index("English") < lines.index("Português (Brasil)")
    assert lines[-1].endswith("_build/site/index.html")


def test_each_page_is_in_its_language(book):
    english, portuguese = pages(book, "one")

    assert '<html lang="en"' in english
    assert '<html lang="pt-BR"' in portuguese
    assert "A first <strong>word</strong>." in english
    assert "Uma primeira <strong>palavra</strong>." in portuguese


def test_a_link_has_the_title_of_the_page_in_the_language(book):
    assert "Agora veja A página dois" in text_of(pages(book, "one")[1])


def test_a_verdict_and_a_value_in_prose_are_said_and_written_as_there(book):
    english, portuguese = map(text_of, pages(book, "one"))

    assert "✓ Checked in this build: 0.5 s (needs at most 0.75)" in english
    assert "✓ Confirmado nesta execução: 0,5 s (exige no máximo 0,75)" in portuguese
    assert "A metade é 0,5 s." in portuguese


def test_a_value_that_is_code_stays_as_python_writes_it(book):
    assert "Evidência{1: 0.5} (exata: " in text_of(pages(book, "two")[1])


def test_a_picture_has_its_words_and_numbers_in_the_language(book):
    portuguese = pages(book, "one")[1]

    assert "<summary>os números</summary>" in portuguese
    assert 'aria-label="alone: tarefas: 1, workers: 1, makespan: 1,5 s' in portuguese
    assert ">0 s</text>" in portuguese
    assert ">1,5</text>" in portuguese
    assert ">alone</text>" in portuguese


def test_a_checker_speaks_the_language(book):
    english, portuguese = map(text_of, pages(book, "one"))

    assert "not yet: there is no prediction for threads" in english
    assert "ainda não: não há previsão para threads" in portuguese


def test_what_a_cell_prints_stays_as_it_is(book):
    for page in pages(book, "one"):
        assert "0.5 on" in text_of(page)


def test_ids_are_the_same_in_both(book):
    for name in ("index", "one", "two"):
        found = [
            [tag["id"] for tag in tags(page) if "id" in tag]
            for page in pages(book, name)
        ]

        assert sorted(found[0]) == sorted(found[1])


def test_a_glossary_is_sorted_in_each_language_and_has_the_other_ones_terms(book):
    terms = [
        re.findall(r"<dt id=[^>]*>(.*?)</dt>", page, re.S)
        for page in pages(book, "one")
    ]
    english, portuguese = (list(map(text_of, found)) for found in terms)

    assert [term.split("#")[0].rstrip("¶") for term in english] == [
        "actor atriz",
        "maker marceneira",
    ]
    assert [term.split("#")[0].rstrip("¶") for term in portuguese] == [
        "atriz actor",
        "marceneira maker",
    ]
    assert '<span class="other-term" lang="pt-BR">atriz</span>' in terms[0][0]


def test_each_page_names_its_twins_and_links_to_them(book):
    english, portuguese = pages(book, "one")

    for page in (english, portuguese):
        assert (
            '<link rel="alternate" hreflang="en" href="../../en/book/one.html">' in page
        )
        alternate = 'hreflang="pt-BR" href="../../pt-br/book/one.html">'
        assert f'<link rel="alternate" {alternate}' in page
    [link] = [tag for tag in tags(portuguese) if tag.get("class") == "edition"]
    assert (link["href"], link["hreflang"]) == ("../../en/book/one.html", "en")


def test_search_has_words_with_and_without_their_accents(book):
    index = (book.site / "pt-br/searchindex.js").read_text("utf8")
    terms = json.loads(index.removeprefix("Search.setIndex(").rstrip(")"))["terms"]

    assert {"metade", "metad"} & terms.keys()
    assert {"formul", "fórmul"} & terms.keys() == {"formul"}  # of "fórmula"
    script = (book.site / "pt-br/_static/language_data.js").read_text("utf8")
    assert "PortugueseStemmer" in script
    assert "normalize" in script


def test_what_is_around_the_text_speaks_the_language(book):
    portuguese = pages(book, "one")[1]

    assert "Pular para o texto" in portuguese
    assert 'aria-label="Sumário"' in portuguese
    assert 'data-done="Copiado"' in portuguese


def test_the_footer_has_the_date_as_it_is_written_there(book):
    date = book.manifest["build"]["date"]
    english, portuguese = pages(book, "one")

    for page in (english, portuguese):
        assert f'<time datetime="{date}">' in page
    assert re.search(r"Gerado em \d+ de [a-zç]+ de \d{4} com", text_of(portuguese))


def test_the_front_leads_to_both_without_a_script(book):
    page = (book.site / "index.html").read_text("utf8")
    links = [tag["href"] for tag in tags(page) if "data-edition" in tag]

    assert links == ["en/book/index.html", "pt-br/book/index.html"]
    assert all((book.site / link).is_file() for link in links)
    assert "<title>Tiny / Miúdo</title>" in page


def test_the_next_build_runs_nothing_and_reads_nothing(book):
    ran = book.build()

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "] book/" not in ran.stdout
    assert book.ran() == set()


@pytest.fixture(scope="module")
def retranslated(book):
    """The page in Portuguese with a changed sentence and without another."""
    half = f'msgstr "{PORTUGUESE["Half is {measured}`half`."]}"'
    with changed(
        book, (ONE_PO, "Uma primeira", "A primeira"), (ONE_PO, half, 'msgstr ""')
    ):
        ran = book.build()
    assert (ran.returncode, ran.stderr) == (0, "")
    return pages(book, "one")[1], book.manifest["editions"]["pt-br"]["executed"]


def test_a_changed_translation_is_in_the_next_site_and_no_cell_runs(retranslated):
    page, executed = retranslated

    assert "A primeira <strong>palavra" in page
    assert executed == []


def test_what_has_no_translation_is_in_english(retranslated):
    page, _ = retranslated

    assert "Half is 0,5 s." in text_of(page)


def test_a_changed_word_of_the_press_is_on_every_page_of_the_next_site(book):
    with changed(book, (WORDS_PO, 'msgstr "Confirmado nesta', 'msgstr "Provado nesta')):
        book.build()

    assert "✓ Provado" in text_of(pages(book, "one")[1])
    assert "✓ Provado" in text_of(pages(book, "two")[1])


@pytest.fixture(scope="module")
def mistaken(book):
    """A build with two faulty translations, and the site's digests before and after."""
    before = book.digest()
    with changed(
        book,
        (ONE_PO, "veja {ref}`the-second`", "veja {ref}`nowhere`"),
        (TWO_PO, "Estamos em {ref}`the-second`", "Estamos na outra"),
    ):
        ran = book.build()
    return ran, before, book.digest()


def test_a_mistake_in_a_translation_stops_the_build_and_names_its_catalogue(mistaken):
    ran, before, after = mistaken

    [said] = [line for line in complaints(ran) if ONE_PO in line]
    assert ran.returncode == 1
    assert said.startswith(f"bookbuild: {ONE_PO}: nothing here is called nowhere")
    assert "(in the translation of book/one.md:" in said
    assert after == before


def test_a_reference_that_a_translation_lost_is_told_with_the_catalogue(mistaken):
    ran, *_ = mistaken

    [said] = [line for line in complaints(ran) if TWO_PO in line]
    assert said.startswith(f"bookbuild: {TWO_PO}: inconsistent")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('msgid "a"\nmsgstr "b\n', "book/two.po:2: write a text between"),
        ('msgid "a"\nmsgid "b"\nmsg "c"\n', "book/two.po"),
    ],
)
def test_a_fault_in_a_catalogue_stops_the_build_before_anything_runs(
    book, body, complaint, capsys
):
    right = (book.root / TWO_PO).read_text("utf8")
    (book.root / TWO_PO).write_text(body, "utf8")

    status = build(Book(book.root))

    (book.root / TWO_PO).write_text(right, "utf8")
    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert complaint in said.err.splitlines()[0]


def test_a_folder_that_is_no_language_stops_the_build(book, capsys):
    wrong = book.root / "locale/xx_YY/LC_MESSAGES"
    wrong.mkdir(parents=True)

    status = build(Book(book.root))

    shutil.rmtree(wrong.parent)
    assert status == 1
    assert "locale/xx_YY: no language has this name" in capsys.readouterr().err


def test_a_third_language_with_one_translated_sentence_is_built(first):
    _, copy, _ = first
    links = [tag for tag in tags(copy.page("one")) if tag.get("class") == "edition"]

    german = (copy.site / "de/book/one.html").read_text("utf8")

    assert "Ein erstes <strong>Wort</strong>" in german
    assert [link["lang"] for link in links] == ["de", "pt-BR"]


def test_a_language_that_was_removed_leaves_the_site(book):
    links = [tag for tag in tags(book.page("one")) if tag.get("class") == "edition"]

    assert not (book.site / "de").exists()
    assert [link["lang"] for link in links] == ["pt-BR"]
