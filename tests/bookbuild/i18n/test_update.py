"""Do catalogues follow the pages, and is what they lack told before it is published?

Over 0.25 s: Sphinx reads the pages for each of the commands.
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
    "Nobody": "Ninguém",
}
BODY = f"Before 0.5 s.\n\n{cells('6 * 7')}\nAfter it, see `f`.\n\n$$\nx\n$$\n"


@pytest.fixture
def book(translated, tmp_path):
    copytree(translated.root, tmp_path, dirs_exist_ok=True)
    return TinyBook(tmp_path)


@pytest.fixture(scope="module")
def translated(tmp_path_factory):
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": BODY})
    speak_portuguese(book)
    book.bookbuild("translations")
    translate(book, PORTUGUESE)
    return book


def known(book, name="book/one"):
    return sentences(Book(book.root), "pt_BR", name)


def test_a_new_language_gets_a_catalogue_for_each_page_and_two_more(book):
    top = folder(book.root, "pt_BR")

    names = {path.relative_to(top).as_posix() for path in top.rglob("*.po")}

    assert names == {"book/index.po", "book/one.po", "words.po"}
    assert known(book, "words")["Tiny"] == "Miúdo"


def test_sentences_are_there_and_code_formulas_and_outputs_are_not(book):
    assert set(known(book)) == {
        "The page one",
        "Before 0.5 s.",
        "After it, see `f`.",
    }


def test_refreshing_what_is_complete_changes_no_byte(book):
    before = {path: path.read_bytes() for path in book.root.rglob("*.po")}

    ran = book.bookbuild("translations")

    assert ran.stdout.splitlines() == ["Português (Brasil):", "  complete"]
    assert {path: path.read_bytes() for path in book.root.rglob("*.po")} == before


def test_what_is_complete_has_nothing_to_complain_of(book):
    ran = book.bookbuild("translations", "--check")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "every sentence of the book is translated\n"


def test_a_changed_sentence_keeps_its_translation_but_is_not_used(book):
    book.replace("book/one.md", "Before 0.5 s.", "Long before 0.5 s.")

    ran = book.bookbuild("translations")

    assert "book/one.po: 0 missing, 1 fuzzy" in ran.stdout
    assert "Long before 0.5 s." not in known(book)
    text = (folder(book.root, "pt_BR") / "book/one.po").read_text("utf8")
    assert '#, fuzzy\n#| msgid "Before 0.5 s."\n' in text
    assert 'msgstr "Antes de 0,5 s."' in text


def test_a_change_that_is_taken_back_needs_no_new_translation(book):
    book.replace("book/one.md", "Before 0.5 s.", "Long before 0.5 s.")
    book.bookbuild("translations")
    book.replace("book/one.md", "Long before 0.5 s.", "Before 0.5 s.")

    ran = book.bookbuild("translations")

    assert ran.stdout.splitlines() == ["Português (Brasil):", "  complete"]
    assert known(book)["Before 0.5 s."] == "Antes de 0,5 s."


def test_a_sentence_that_moves_to_another_page_takes_its_translation_along(book):
    book.replace("book/one.md", "After it, see `f`.", "")
    book.chapter("two", "After it, see `f`.\n")
    book.contents("one", "two")

    book.bookbuild("translations")

    assert known(book, "book/two")["After it, see `f`."] == "Depois, veja `f`."
    assert "After it, see `f`." not in known(book)


def test_what_one_language_has_is_not_taken_for_another_ones(book):
    folder(book.root, "de").mkdir(parents=True)
    book.bookbuild("translations")
    translate(book, {"After it, see `f`.": "Danach siehe `f`."}, "de")
    path = "locale/pt_BR/LC_MESSAGES/book/one.po"
    book.replace(path, "Depois, veja `f`.", "")
    book.replace("book/one.md", "After it, see `f`.", "")
    book.chapter("two", "After it, see `f`.\n")
    book.contents("one", "two")

    book.bookbuild("translations")

    german = sentences(Book(book.root), "de", "book/two")
    assert german["After it, see `f`."] == "Danach siehe `f`."
    assert "After it, see `f`." not in known(book, "book/two")


def test_a_page_by_another_name_keeps_its_translations(book):
    page = (book.root / "book/one.md").read_text("utf8")
    book.contents("two")
    (book.root / "book/two.md").write_text(page, "utf8")

    book.bookbuild("translations")

    assert known(book, "book/two")["Before 0.5 s."] == "Antes de 0,5 s."
    assert not (folder(book.root, "pt_BR") / "book/one.po").exists()


def test_what_a_check_complains_of_is_said_by_the_command_that_refreshes(book):
    book.replace(ONE, "veja `f`", "veja `g`")

    ran = book.bookbuild("translations")

    assert ran.stdout.splitlines() == [
        "Português (Brasil):",
        f"  {ONE}: “After it, see `f`.”: the code `f` is missing",
        f"  {ONE}: “After it, see `f`.”: the code `g` is not in the English",
    ]


def checked(book):
    ran = book.bookbuild("translations", "--check")

    assert ran.returncode == 1
    return ran.stdout.splitlines()


ONE = "locale/pt_BR/LC_MESSAGES/book/one.po"


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        ("book/one.md", "Before 0.5 s.", "Then.", "“Then.” is not in it; make transl"),
        ("book/one.md", "Before", "Long", "“Before 0.5 s.” isn't in the book; m"),
        (ONE, '"Antes de 0,5 s."', '""', "“Before 0.5 s.” has no translation"),
        (
            ONE,
            '\nmsgid "Before',
            '\n#, fuzzy\nmsgid "Before',
            "“Before 0.5 s.” is fuzzy",
        ),
        (ONE, "veja `f`", "veja `g`", "“After it, see `f`.”: the code `f` is missing"),
        (ONE, "0,5", "0.5", "“Before 0.5 s.”: the number 0.5 has an English point"),
    ],
)
def test_whatever_is_wrong_with_a_catalogue_is_told(book, path, old, new, found):
    book.replace(path, old, new)

    assert any(line.startswith(f"{ONE}: {found}") for line in checked(book))


def test_a_catalogue_that_is_missing_or_of_no_page_is_told(book):
    path = folder(book.root, "pt_BR") / "book/one.po"
    path.rename(path.with_name("two.po"))

    assert checked(book) == [
        f"{ONE}: it is missing; make translations creates it",
        f"{ONE.replace('one', 'two')}: the book has no such page; remove it",
    ]


def test_a_term_by_another_name_is_told(book):
    book.replace(ONE, "Depois", "Num fio de execução, depois")
    (book.root / "locale/pt_BR/terms.yml").write_text("never: [fio de execução]")

    [line] = checked(book)

    assert line.endswith("fio de execução is one of the words to avoid")


def test_without_a_language_it_is_told_how_to_begin_one(tmp_path):
    book = TinyBook.make(tmp_path, {})

    ran = book.bookbuild("translations")

    assert ran.returncode == 1
    assert "create a folder such as locale/pt_BR/LC_MESSAGES" in ran.stderr


def test_a_fault_in_a_catalogue_is_told_before_anything_is_written(book):
    book.replace(ONE, 'msgstr "Depois', "msgstr Depois")

    ran = book.bookbuild("translations")

    assert ran.returncode == 1
    assert f"{ONE}:" in ran.stderr


def test_the_real_book_is_translated_all_of_it_and_faithfully():
    ran = TinyBook(HERE).bookbuild("translations", "--check")

    assert (ran.stdout, ran.stderr, ran.returncode) == (
        "every sentence of the book is translated\n",
        "",
        0,
    )
