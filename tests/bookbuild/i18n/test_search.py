"""A search finds a Portuguese word with and without its accents."""

import pytest

from bookbuild.i18n.search import Portuguese


def indexed(text):
    """The words of a text as the index has them."""
    language = Portuguese({})
    return {language.stem(word.lower()) for word in language.split(text)}


@pytest.mark.parametrize(
    ("accents", "without"),
    [
        ("execução", "execucao"),
        ("condição de corrida", "condicao de corrida"),
        ("vazão", "vazao"),
        ("inicialização", "inicializacao"),
    ],
)
def test_the_index_has_what_is_typed_without_accents(accents, without):
    assert indexed(without) <= indexed(accents)
