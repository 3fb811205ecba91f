"""Let a search in Portuguese find *execução* for *execucao*, too.

The index has each word with and without its accents. It and the search stem words
first, and then remove their accents.
"""

import unicodedata

from sphinx.application import Sphinx
from sphinx.search.pt import SearchPortuguese

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


class Portuguese(SearchPortuguese):
    """Sphinx's Portuguese, with or without accents."""

    js_splitter_code = FOLDING

    def split(self, input: str) -> list[str]:
        words = super().split(input)
        return [*words, *(fold(word) for word in words if word != fold(word))]

    def stem(self, word: str) -> str:
        return fold(super().stem(word))


def setup(app: Sphinx) -> None:
    app.add_search_language(Portuguese)
