"""Are catalogues read and written as gettext has them, and faults in them told?"""

import os
from gettext import GNUTranslations
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.catalog import Catalog

from bookbuild.i18n.catalogs import (
    QUOTES,
    catalogues,
    compile_all,
    faults,
    read,
    sentences,
    write,
)
from bookbuild.i18n.transforms import UNTRANSLATED, untranslated
from bookbuild.project.book import Book
from bookbuild.project.editions import Edition, languages

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def root(tmp_path):
    (tmp_path / "locale/pt_BR/LC_MESSAGES/book").mkdir(parents=True)
    return tmp_path


def put(root, body, name="book/one", language="pt_BR"):
    path = root / f"locale/{language}/LC_MESSAGES/{name}.po"
    path.write_text(HEADER + body, encoding="utf8")
    return path


def test_each_folder_with_catalogues_is_a_language(root):
    (root / "locale/de/LC_MESSAGES").mkdir(parents=True)
    (root / "locale/en/LC_MESSAGES").mkdir(parents=True)  # is what there is already
    (root / "locale/notes").mkdir()

    assert languages(root) == ["de", "pt_BR"]
    assert languages(root / "elsewhere") == []


@pytest.mark.parametrize(
    ("language", "name"),
    [("pt_BR", "Português (Brasil)"), ("de", "Deutsch"), ("en", "English")],
)
def test_a_language_is_called_as_its_speakers_call_it(language, name):
    assert Edition(language).name == name


@pytest.mark.parametrize(
    "language", ["xx_YY", "klingon", "pt-BR", "pt_br", "de_DE.UTF-8", "1"]
)
def test_a_language_that_nobody_knows_is_refused_with_its_folder(language):
    with pytest.raises(
        ValueError, match=f"^locale/{language}: no language has this name"
    ):
        _ = Edition(language).name


def test_sentences_are_those_that_are_translated(root):
    put(
        root,
        'msgid "a"\nmsgstr "á"\n\nmsgid "b"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "c"\nmsgstr "ç"\n',
    )

    assert sentences(Book(root), "pt_BR", "book/one") == {"a": "á"}
    assert sentences(Book(root), "pt_BR", "book/two") == {}


@pytest.mark.parametrize(
    ("body", "line", "why"),
    [
        ('msgid "a"\nmsgstr "b\n', 6, QUOTES),
        ('msgid "a"\nmsgstr b"\n', 6, QUOTES),
        ('msgid "a"\nmsgstr "b "c" d"\n', 6, QUOTES),
        ('msgid "a"\nnonsense\n', 6, QUOTES),
    ],
)
def test_a_fault_in_a_catalogue_is_told_with_file_and_line(root, body, line, why):
    put(root, body)

    [fault] = faults(Book(root))

    assert fault == f"locale/pt_BR/LC_MESSAGES/book/one.po:{line}: {why}"


def test_a_catalogue_in_another_encoding_is_told(root):
    path = put(root, "")
    path.write_bytes(b'msgid "a"\nmsgstr "\xe7"\n')

    [fault] = faults(Book(root))

    assert fault.startswith("locale/pt_BR/LC_MESSAGES/book/one.po: this is not UTF-8")


def test_a_folder_that_is_no_language_is_told(root):
    (root / "locale/xx_YY/LC_MESSAGES").mkdir(parents=True)

    [fault] = faults(Book(root))

    assert fault.startswith("locale/xx_YY: no language has this name")


def test_what_is_right_has_no_fault(root):
    put(root, '# a note\n#, fuzzy\n#| msgid "z"\nmsgid ""\n"a \\"b\\""\nmsgstr "b"\n')

    assert faults(Book(root)) == []


def test_a_catalogue_written_twice_is_the_same(root):
    path = root / "locale/pt_BR/LC_MESSAGES/book/one.po"
    catalogue = Catalog(locale="pt_BR")
    catalogue.add("{ref}`a` says " + "much " * 40, "{ref}`a` diz " + "muito " * 40)
    catalogue.add("b", "c", flags=["fuzzy"], previous_id="a " * 60)

    write(path, catalogue, "book/one.md", "pt_BR")
    first = path.read_bytes()
    write(path, read(path, "pt_BR"), "book/one.md", "pt_BR")

    assert path.read_bytes() == first
    assert b"python-brace-format" not in first
    assert f'#| msgid "{"a " * 60}"'.encode() in first
    assert b"Date" not in first


def test_no_machine_and_no_person_is_named_in_a_catalogue(root):
    path = root / "locale/pt_BR/LC_MESSAGES/book/one.po"

    write(path, Catalog(locale="pt_BR"), "book/one.md", "pt_BR")

    assert path.read_text("utf8").splitlines()[0] == (
        "# Português (Brasil): the sentences of book/one.md. "
        "CONTRIBUTING.md says how to change them."
    )


def compiled(folder):
    with (folder / "pt_BR/LC_MESSAGES/book/one.mo").open("rb") as file:
        return GNUTranslations(file)


def test_compiled_catalogues_leave_out_what_is_fuzzy_or_the_same(root):
    put(
        root,
        'msgid "a"\nmsgstr "á"\n\nmsgid "asyncio"\nmsgstr "asyncio"\n\n'
        '#, fuzzy\nmsgid "c"\nmsgstr "ç"\n',
    )

    compile_all(Book(root), "pt_BR", root / "work")

    known = compiled(root / "work")._catalog
    assert {text: known[text] for text in known if text} == {"a": "á"}
    assert not list((root / "locale").rglob("*.mo"))


def test_what_is_compiled_has_no_date_of_its_own(root):
    put(root, 'msgid "a"\nmsgstr "á"\n')

    compile_all(Book(root), "pt_BR", root / "work")

    header = compiled(root / "work").info()
    assert header["pot-creation-date"].startswith("2000-01-01")
    assert header["po-revision-date"].startswith("2000-01-01")


@pytest.mark.parametrize(
    "wrong", ["{tarefas}", "{n", "{n} {", "", "{n:.2f}", "{n} {m}"]
)
def test_a_word_without_the_places_of_the_english_is_told(root, wrong):
    body = f'msgid "{{n}} tasks"\nmsgstr "{wrong} tarefas"\n'
    put(root, body, "words")

    [fault] = faults(Book(root))

    assert fault.startswith("locale/pt_BR/LC_MESSAGES/words.po: “")
    assert fault.endswith("must have the places of “{n} tasks”")


def test_what_a_sentence_was_is_kept_with_its_quotation_marks(root):
    path = root / "locale/pt_BR/LC_MESSAGES/book/one.po"
    before = 'it says "word" and ' * 12
    catalogue = Catalog(locale="pt_BR")
    catalogue.add("b", "c", flags=["fuzzy"], previous_id=before)

    write(path, catalogue, "book/one.md", "pt_BR")

    assert read(path, "pt_BR").get("b").previous_id == [before]


def test_only_what_changed_is_compiled_again(root):
    old = 1_000_000_000
    put(root, 'msgid "a"\nmsgstr "á"\n')
    put(root, 'msgid "a"\nmsgstr "á"\n', "book/two")
    compile_all(Book(root), "pt_BR", root / "work")
    made = sorted((root / "work").rglob("*.mo"))
    for path in made:
        os.utime(path, (old, old))

    put(root, 'msgid "a"\nmsgstr "à"\n')
    compile_all(Book(root), "pt_BR", root / "work")

    assert [path.stat().st_mtime == old for path in made] == [False, True]
    assert compiled(root / "work").gettext("a") == "à"


def test_what_is_gone_is_no_longer_compiled(root):
    put(root, 'msgid "a"\nmsgstr "á"\n', "book/two").unlink()
    put(root, 'msgid "a"\nmsgstr "á"\n')
    compile_all(Book(root), "pt_BR", root / "work")
    Path(root / "work/pt_BR/LC_MESSAGES/gone.mo").touch()

    compile_all(Book(root), "pt_BR", root / "work")

    names = {path.name for path in (root / "work").rglob("*.[pm]o")}
    assert names == {"one.po", "one.mo"}
    assert [name for name, _ in catalogues(root, "pt_BR")] == ["book/one"]


@pytest.fixture
def lacking(root):
    """A function that tells what these numbers of sentences are said to be."""

    def say(language="pt_BR", **numbers):
        config = SimpleNamespace(bookbuild_book=Book(root), language=language)
        pages = {page: {UNTRANSLATED: number} for page, number in numbers.items()}
        return untranslated(SimpleNamespace(config=config, metadata=pages), pages)

    return say


def test_what_is_left_in_english_is_counted(root, lacking):
    assert lacking(one=0, two=0) == ""
    assert lacking(one=0, two=1) == (
        "pt_BR: 1 sentence of two isn't translated; make translations tells more"
    )
    assert lacking(one=2, two=1) == (
        "pt_BR: 3 sentences of 2 pages aren't translated; make translations tells more"
    )


def test_english_is_the_source_and_lacks_nothing(lacking):
    assert lacking("en", one=1) == ""


def test_words_of_the_code_that_are_left_in_english_are_counted(root, lacking):
    body = 'msgid "a"\nmsgstr ""\n\nmsgid "b"\nmsgstr "b"\n\n'
    put(root, f'{body}#, fuzzy\nmsgid "c"\nmsgstr "d"\n', "words")

    assert lacking().startswith("pt_BR: 2 sentences of words.po aren't translated")
