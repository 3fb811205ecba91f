"""Do catalogues follow the pages, and is what they lack told before it is published?

Over 0.25 s: Sphinx reads the pages for each of the commands. So most tests look at what
one of two did: `refreshed` after several changes, `complaints` of several faults.
"""

from shutil import copytree

import pytest

from bookbuild.i18n.catalogs import sentences
from bookbuild.project.book import Book
from bookbuild.project.editions import folder
from tiny_book import HERE, TinyBook, cells, speak_portuguese, translate

PORTUGUESE = {
    "Tiny": "Miúdo",
    "A formula: $a^2$.": "Uma fórmula: $a^2$.",
    "The page one": "A página um",
    "Before 0.5 s.": "Antes de 0,5 s.",
    "After it, see `f`.": "Depois, veja `f`.",
    "The page two": "A página dois",
    "First.": "Primeiro.",
    "Second.": "Segundo.",
    "Third.": "Terceiro.",
    "Fourth, see `f`.": "Quarto, veja `f`.",
    "Fifth, 0.5 s.": "Quinto, 0,5 s.",
    "Sixth.": "Sexto.",
    "Nobody": "Ninguém",
}
ONE = f"Before 0.5 s.\n\n{cells('6 * 7')}\nAfter it, see `f`.\n\n$$\nx\n$$\n"
TWO = "First.\n\nSecond.\n\nThird.\n\nFourth, see `f`.\n\nFifth, 0.5 s.\n\nSixth.\n"
CATALOGUES = "locale/pt_BR/LC_MESSAGES/book"


@pytest.fixture(scope="module")
def translated(tmp_path_factory):
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": ONE, "two": TWO})
    speak_portuguese(book)
    book.bookbuild("translations")
    translate(book, PORTUGUESE)
    return book


def copy(book, to):
    copytree(book.root, to, dirs_exist_ok=True)
    return TinyBook(to)


@pytest.fixture
def book(translated, tmp_path):
    return copy(translated, tmp_path)


def known(book, name="book/one", language="pt_BR"):
    return sentences(Book(book.root), language, name)


def test_a_new_language_gets_a_catalogue_for_each_page_and_two_more(translated):
    top = folder(translated.root, "pt_BR")

    names = {path.relative_to(top).as_posix() for path in top.rglob("*.po")}

    assert names == {"book/index.po", "book/one.po", "book/two.po", "words.po"}
    assert known(translated, "words")["Tiny"] == "Miúdo"


def test_sentences_are_there_and_code_formulas_and_outputs_are_not(translated):
    assert set(known(translated)) == {
        "The page one",
        "Before 0.5 s.",
        "After it, see `f`.",
    }


def test_refreshing_what_is_complete_changes_no_byte(book):
    before = {path: path.read_bytes() for path in book.root.rglob("*.po")}

    ran = book.bookbuild("translations")

    assert ran.stdout.splitlines() == ["Português (Brasil):", "  complete"]
    assert {path: path.read_bytes() for path in book.root.rglob("*.po")} == before


def test_what_is_complete_has_nothing_to_complain_of(translated):
    ran = translated.bookbuild("translations", "--check")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "every sentence of the book is translated\n"


@pytest.fixture(scope="module")
def refreshed(translated, tmp_path_factory):
    """A book with a changed, a moved and a new sentence, and a page by another name."""
    book = copy(translated, tmp_path_factory.mktemp("refreshed"))
    book.replace("book/one.md", "Before 0.5 s.", "Long before 0.5 s.")
    book.replace("book/one.md", "After it, see `f`.", "")
    book.chapter("three", "After it, see `f`.\n\nNever seen.\n")
    two = book.root / "book/two.md"
    two.rename(two.with_stem("four"))
    book.contents("one", "three", "four")
    return book, book.bookbuild("translations").stdout


def test_a_changed_sentence_keeps_its_translation_but_is_not_used(refreshed):
    book, said = refreshed

    assert "book/one.po: 0 missing, 1 fuzzy" in said
    assert "Long before 0.5 s." not in known(book)
    text = (book.root / f"{CATALOGUES}/one.po").read_text("utf8")
    assert '#, fuzzy\n#| msgid "Before 0.5 s."\n' in text
    assert 'msgstr "Antes de 0,5 s."' in text


def test_a_change_that_is_taken_back_needs_no_new_translation(refreshed, tmp_path):
    book = copy(refreshed[0], tmp_path)
    book.replace("book/one.md", "Long before 0.5 s.", "Before 0.5 s.")

    book.bookbuild("translations")

    assert known(book)["Before 0.5 s."] == "Antes de 0,5 s."


def test_a_new_sentence_is_there_without_a_translation(refreshed):
    book, said = refreshed

    assert "Never seen." not in known(book, "book/three")
    assert "book/three.po: 2 missing, 0 fuzzy" in said  # and the title


def test_a_sentence_that_moves_to_another_page_takes_its_translation_along(refreshed):
    book, _ = refreshed

    assert known(book, "book/three")["After it, see `f`."] == "Depois, veja `f`."
    assert "After it, see `f`." not in known(book)


def test_a_page_by_another_name_keeps_its_translations(refreshed):
    book, _ = refreshed

    assert known(book, "book/four")["First."] == "Primeiro."
    assert not (book.root / f"{CATALOGUES}/two.po").exists()


def test_what_one_language_has_is_not_taken_for_another_ones(book):
    copytree(folder(book.root, "pt_BR"), folder(book.root, "de"))
    for language, translation in (("de", "Danach siehe `f`."), ("pt_BR", "")):
        path = f"locale/{language}/LC_MESSAGES/book/one.po"
        book.replace(path, "Depois, veja `f`.", translation)
    book.replace("book/one.md", "After it, see `f`.", "")
    book.chapter("three", "After it, see `f`.\n")
    book.contents("one", "two", "three")

    book.bookbuild("translations")

    german = known(book, "book/three", "de")
    assert german["After it, see `f`."] == "Danach siehe `f`."
    assert "After it, see `f`." not in known(book, "book/three")


@pytest.fixture(scope="module")
def complaints(translated, tmp_path_factory):
    """What the check says of a book whose catalogues have faults of every kind."""
    book = copy(translated, tmp_path_factory.mktemp("faults"))
    two = f"{CATALOGUES}/two.po"
    book.replace("book/two.md", "First.", "Then.")
    book.replace(two, '"Segundo."', '""')
    book.replace(two, '\nmsgid "Third', '\n#, fuzzy\nmsgid "Third')
    book.replace(two, "Quarto, veja `f`", "Quarto, veja")
    book.replace(two, "0,5", "0.5")
    book.replace(two, '"Sexto."', '"Num fio de execução."')
    (book.root / "locale/pt_BR/terms.yml").write_text("never: [fio de execução]")
    one = book.root / f"{CATALOGUES}/one.po"
    one.rename(one.with_stem("three"))

    ran = book.bookbuild("translations", "--check")

    assert ran.returncode == 1
    return ran.stdout.splitlines()


def test_whatever_is_wrong_with_a_catalogue_is_told(complaints):
    two = f"{CATALOGUES}/two.po: "

    assert [line.removeprefix(two) for line in complaints if two in line] == [
        "“Then.” is not in it; make translations adds it",
        "“Third.” is fuzzy: it was changed, and its translation wasn't",
        "“First.” isn't in the book; make translations removes it",
        "“Fourth, see `f`.”: the code `f` is missing",
        "“Fifth, 0.5 s.”: the number 0.5 has an English point",
        "“Sixth.”: fio de execução is one of the words to avoid",
        "“Second.” has no translation",
    ]


def test_a_catalogue_that_is_missing_or_of_no_page_is_told(complaints):
    assert [line for line in complaints if "two.po" not in line] == [
        f"{CATALOGUES}/one.po: it is missing; make translations creates it",
        f"{CATALOGUES}/three.po: the book has no such page; remove it",
    ]


def test_what_a_check_complains_of_is_said_by_the_command_that_refreshes(book):
    one = f"{CATALOGUES}/one.po"
    book.replace(one, "veja `f`", "veja `g`")

    ran = book.bookbuild("translations")

    assert ran.stdout.splitlines() == [
        "Português (Brasil):",
        f"  {one}: “After it, see `f`.”: the code `f` is missing",
        f"  {one}: “After it, see `f`.”: the code `g` is not in the English",
    ]


def test_without_a_language_it_is_told_how_to_begin_one(tmp_path):
    book = TinyBook.make(tmp_path, {})

    ran = book.bookbuild("translations")

    assert ran.returncode == 1
    assert "create a folder such as locale/pt_BR/LC_MESSAGES" in ran.stderr


def test_a_fault_in_a_catalogue_is_told_before_anything_is_written(book):
    path = f"{CATALOGUES}/one.po"
    book.replace(path, 'msgstr "Depois', "msgstr Depois")

    ran = book.bookbuild("translations")

    assert ran.returncode == 1
    assert f"{path}:" in ran.stderr


def test_the_real_book_is_translated_all_of_it_and_faithfully():
    ran = TinyBook(HERE).bookbuild("translations", "--check")

    assert (ran.stdout, ran.stderr, ran.returncode) == (
        "every sentence of the book is translated\n",
        "",
        0,
    )
