"""Let a search in Portuguese find *execução* for *execucao*, too.

The index has each word with and without its accents. It and the search stem words
first, and then remove their accents. A process that builds several times stems a word
only once, since that takes as long as writing the page that has it.
"""

import unicodedata

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish
from sphinx.search.pt import SearchPortuguese

STEMS: dict[str, str] = {}
#: Follows Sphinx's stemmer, and wraps it.
FOLDING = """
{
  const Accented = Stemmer;
  Stemmer = function () {
    const accented = new Accented();
    this.stemWord = (word) =>
      accented.stemWord(word).normalize("NFD").replace(/[\\u0300-\\u036f]/g, "");
  };
}
"""


def fold(text: str) -> str:
    """Return the text without its accents."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


class English(SearchEnglish):
    """Sphinx's English."""

    def stem(self, word: str) -> str:
        if word not in STEMS:
            STEMS[word] = super().stem(word)
        return STEMS[word]


class Portuguese(SearchPortuguese):
    """Sphinx's Portuguese, with or without accents."""

    js_splitter_code = FOLDING

    def split(self, input: str) -> list[str]:
        words = super().split(input)
        return [*words, *(fold(word) for word in words if word != fold(word))]

    def stem(self, word: str) -> str:
        if word not in STEMS:
            STEMS[word] = fold(super().stem(word))
        return STEMS[word]


def setup(app: Sphinx) -> None:
    STEMS.clear()  # of another language
    app.add_search_language(English)
    app.add_search_language(Portuguese)
