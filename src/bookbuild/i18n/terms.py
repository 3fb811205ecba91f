"""Check that translations call each term of the book by one name.

The glossary's translation pairs the terms. `terms.yml`, in the language's folder,
has more pairs, and the phrases to avoid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import snowballstemmer  # type: ignore[import-untyped]
import yaml  # type: ignore[import-untyped]
from babel import Locale

from bookbuild.i18n.catalogs import sentences
from bookbuild.i18n.fidelity import plain
from bookbuild.i18n.search import fold
from bookbuild.project.book import Book
from bookbuild.project.editions import FOLDER

GLOSSARY, FILE = "book/glossary", "terms.yml"
WORD = re.compile(r"\w+(?:-\w+)*")
CITED = re.compile(r"(?<![*\w])\*([^*]+)\*(?!\*)")  # in italics, such as a title
LONGEST = 3  # words of a term; longer entries are definitions


@dataclass(frozen=True)
class Terms:
    """The terms of the book in one language, and the phrases it never uses."""

    language: str
    pairs: Mapping[str, str]
    never: Sequence[str] = ()  # regular expressions

    @cached_property
    def _stem(self) -> Any:
        """The stemmer of the language, or one that changes nothing."""
        name = f"{Locale.parse(self.language).english_name}".split()[0].lower()
        known = name in snowballstemmer.algorithms()
        return snowballstemmer.stemmer(name).stemWord if known else str

    def misused(self, message: str, translation: str) -> Iterator[str]:
        """Yield what a translation calls by another name, a few words each."""
        for title in set(CITED.findall(message)) & set(CITED.findall(translation)):
            message = message.replace(title, "")
            translation = translation.replace(title, "")
        message, translation = plain(message), plain(translation)
        stems = self._stems(translation)
        for term, name in self.pairs.items():
            if _has(message, term) and self._stems(name) not in stems:
                yield f"{term} is {name}"
        for phrase in self.never:
            if found := re.search(rf"\b(?:{phrase})\b", translation, re.I):
                yield f"{found[0]} is one of the words to avoid"

    def _stems(self, text: str) -> str:
        """Return the stem of each word, also of plurals that a stemmer doesn't know."""
        words = map(self._stem, WORD.findall(text.lower()))
        stems = (fold(self._stem(word.removesuffix("s"))) for word in words)
        stems = (stem.rstrip("aeo") for stem in stems)
        return f" {' '.join(stems)} "


def _has(text: str, term: str) -> bool:
    """Return whether an English text has a term, in the singular or the plural."""
    plural = rf"(?:{re.escape(term)}|{re.escape(term.removesuffix('y'))}ie)(?:e?s)?"
    return bool(re.search(rf"(?<![\w.{{-]){plural}(?![\w-])(?!\.\w)", text, re.I))


def terms(book: Book, language: str) -> Terms:
    """Return the terms of `book`; raises ValueError if their file can't be used."""
    file = book.root / FOLDER / language / FILE
    pairs = {
        term: name
        for term, name in sentences(book, language, GLOSSARY).items()
        if len(term.split()) <= LONGEST and not term.endswith(".")
    }
    try:
        more = (yaml.safe_load(file.read_text("utf8")) if file.exists() else {}) or {}
        found = Terms(language, pairs | more.get("pairs", {}), more.get("never", ()))
        for phrase in found.never:
            re.compile(phrase)
    except (yaml.YAMLError, AttributeError, TypeError, re.error) as error:
        what = "write pairs:, and never: with regular expressions, in it"
        raise ValueError(f"{file}: {what}: {error}") from error
    return found
