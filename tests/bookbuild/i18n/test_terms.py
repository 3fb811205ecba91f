"""Is a term called by another name noticed, whatever its number and gender?"""

from pathlib import Path

import pytest

from bookbuild.i18n.fidelity import FILE, Terms, terms
from bookbuild.project.book import Book

PAIRS = {
    "race condition": "condição de corrida",
    "thread": "thread",
    "strategy": "estratégia",
    "turn": "turno",
    "GIL": "GIL",
    "interpreter": "interpretador",
    "core": "núcleo",
}


@pytest.fixture(scope="module")
def portuguese():
    return Terms("pt_BR", PAIRS, ["fios? de execução"])


@pytest.mark.parametrize(
    ("message", "translation"),
    [
        ("Two threads", "Duas threads"),
        ("Race conditions, drawn", "Condições de corrida, desenhadas"),
        ("Three strategies", "Três estratégias"),
        ("Other interpreters", "Outros interpretadores"),
        ("A core", "Um núcleo"),
        ("Two turns", "Dois turnos"),
        ("`thread` is a name", "`thread` é um nome"),
        ("*The GIL and threads*: a talk", "*The GIL and threads*: uma palestra"),
        ("threading", "outra coisa"),
        ("a {thread} here", "um {thread} aqui"),
        ("a thread-safe list", "uma lista segura"),
    ],
)
def test_a_term_by_its_name_is_right(portuguese, message, translation):
    assert list(portuguese.misused(message, translation)) == []


@pytest.mark.parametrize(
    ("message", "translation", "wrong"),
    [
        ("Two threads", "Dois fios", "thread is thread"),
        ("A race condition", "Uma corrida", "race condition is condição de corrida"),
        ("Strategies", "Táticas", "strategy is estratégia"),
        ("A turn of 5 ms", "Uma vez de 5 ms", "turn is turno"),
        ("Two cores", "Dois processadores", "core is núcleo"),
        (
            "It runs",
            "Roda num fio de execução",
            "fio de execução is one of the words to avoid",
        ),
        ("*The GIL*: threads", "*The GIL*: linhas", "thread is thread"),
    ],
)
def test_a_term_by_another_name_is_found(portuguese, message, translation, wrong):
    assert list(portuguese.misused(message, translation)) == [wrong]


def test_a_term_may_have_several_names():
    known = Terms("pt_BR", {"blocking": ["bloqueante", "bloquear"]})

    assert list(known.misused("blocking calls", "chamadas bloqueantes")) == []
    assert list(known.misused("without blocking", "e não bloqueia")) == []
    assert list(known.misused("blocking", "que para")) == [
        "blocking is bloqueante or bloquear"
    ]


def test_a_language_without_terms_of_its_own_has_those_of_its_glossary(tmp_path):
    assert terms(Book(tmp_path), "pt_BR").pairs == {}


def test_a_file_that_has_no_terms_is_refused(tmp_path):
    file = tmp_path / "locale/pt_BR" / FILE
    file.parent.mkdir(parents=True)
    file.write_text("- a\n- b\n")

    with pytest.raises(ValueError, match="write pairs:, and never:"):
        terms(Book(tmp_path), "pt_BR")


def test_a_language_that_no_stemmer_knows_is_compared_letter_by_letter():
    galician = Terms("gl", {"thread": "fío"})

    assert list(galician.misused("threads", "fíos")) == []
    assert list(galician.misused("threads", "liñas")) == ["thread is fío"]


def test_the_books_terms_are_those_of_its_glossary():
    pairs = terms(Book(Path(__file__).parents[3]), "pt_BR").pairs

    assert pairs["race condition"] == "condição de corrida"
    assert pairs["critical section"] == "seção crítica"
    assert [term for term in pairs if term.endswith(".")] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [("a: [", "while parsing"), ("never: ['(']", "unterminated subpattern")],
)
def test_a_fault_in_the_terms_is_told_with_the_file(tmp_path, text, why):
    file = tmp_path / "locale/pt_BR" / FILE
    file.parent.mkdir(parents=True)
    file.write_text(text)

    with pytest.raises(ValueError, match=why) as told:
        terms(Book(tmp_path), "pt_BR")

    assert str(told.value).startswith(f"{file}: ")


def test_an_empty_file_of_terms_says_nothing(tmp_path):
    file = tmp_path / "locale/pt_BR" / FILE
    file.parent.mkdir(parents=True)
    file.write_text("# nothing yet\n")

    assert terms(Book(tmp_path), "pt_BR").never == ()


def test_a_phrase_that_is_never_said_may_be_one_of_two():
    known = Terms("pt_BR", {}, ["fio|linha"])

    assert list(known.misused("a", "fiofó e alinhado")) == []
    assert list(known.misused("a", "um fio")) == ["fio is one of the words to avoid"]
