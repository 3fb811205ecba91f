"""Search in Portuguese finds *execução* for *execucao*, too.

The index has each word as it is written and without its accents; what is typed is
looked up as it was typed. Both lose their endings first, and then their accents.
"""

import unicodedata

from sphinx.application import Sphinx
from sphinx.search.pt import SearchPortuguese

#: Comes after Sphinx's stemmer, and goes around it.
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
    """The text without its accents."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


class Portuguese(SearchPortuguese):
    """Sphinx's Portuguese, for readers whose keyboards lack accents."""

    js_splitter_code = FOLDING

    def split(self, input: str) -> list[str]:
        words = super().split(input)
        return [*words, *(fold(word) for word in words if word != fold(word))]

    def stem(self, word: str) -> str:
        return fold(super().stem(word))


def setup(app: Sphinx) -> None:
    app.add_search_language(Portuguese)
