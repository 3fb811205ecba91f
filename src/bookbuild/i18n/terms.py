"""Check that translations call each term of the book by one name.

The glossary's translation pairs the terms. `terms.yml`, in the language's folder,
has more pairs, the phrases in which a word isn't the term, and the words to avoid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import snowballstemmer  # type: ignore[import-untyped]
import yaml  # type: ignore[import-untyped]
from babel import Locale

from bookbuild.i18n.catalogs import catalogue, catalogues, sentences
from bookbuild.i18n.fidelity import plain
from bookbuild.project.book import Book
from bookbuild.project.editions import FOLDER

GLOSSARY, FILE = "book/glossary", "terms.yml"
WORD = re.compile(r"\w+(?:-\w+)*")
CITED = re.compile(r"(?<![*\w])\*([^*]+)\*(?!\*)")  # in italics, such as a title
ENDINGS = ("s", "es", "ões")  # of plurals, where a stemmer leaves them
LONGEST = 3  # words of a term; longer entries are definitions
SHOWN = 60  # characters of a sentence in a complaint


class Terms:
    """The terms of the book in one language."""

    def __init__(self, language: str, pairs: Mapping[str, str], more: Any) -> None:
        self.language = language
        self.pairs = {**pairs, **(more.get("pairs") or {})}
        self.excepted = {
            term: re.compile(phrases, re.I)
            for term, phrases in (more.get("except") or {}).items()
        }
        self.never = [
            re.compile(rf"\b(?:{phrase})\b", re.I) for phrase in more.get("never") or []
        ]

    @cached_property
    def _stem(self) -> Any:
        """The stemmer of the language, or one that changes nothing."""
        name = f"{Locale.parse(self.language).english_name}".split()[0].lower()
        known = name in snowballstemmer.algorithms()
        return snowballstemmer.stemmer(name).stemWord if known else str

    def misused(self, message: str, translation: str) -> Iterator[str]:
        """Yield what a translation calls by another name, a few words each."""
        cited = set(CITED.findall(message)) & set(CITED.findall(translation))
        for title in cited:
            message, translation = (
                message.replace(title, ""),
                translation.replace(title, ""),
            )
        message, translation = plain(message), plain(translation)
        roots = self._roots(translation)
        for term, name in self.pairs.items():
            rest = message
            if term in self.excepted:
                rest = self.excepted[term].sub("", rest)
            if _has(rest, term) and not _in_a_row(self._roots(name), roots):
                yield f"{term} is {name}"
        for phrase in self.never:
            if found := phrase.search(translation):
                yield f"{found[0]} is one of the words to avoid"

    def _roots(self, text: str) -> list[set[str]]:
        """Return the possible stems of each word: no stemmer knows all plurals."""
        from bookbuild.i18n.search import fold

        return [
            {
                fold(self._stem(form)).rstrip("aeo")
                for form in (word, *map(word.removesuffix, ENDINGS))
            }
            for word in WORD.findall(text.lower())
        ]


def _has(text: str, term: str) -> bool:
    plural = rf"(?:{re.escape(term)}|{re.escape(term.removesuffix('y'))}ie)"
    return bool(
        re.search(rf"(?<![\w.{{-]){plural}(?:e?s)?(?![\w-])(?!\.\w)", text, re.I)
    )


def _in_a_row(some: list[set[str]], words: list[set[str]]) -> bool:
    return any(
        all(map(set.intersection, some, words[at:]))
        for at in range(len(words) - len(some) + 1)
    )


def terms(book: Book, language: str) -> Terms:
    """Return the terms of `book`; raises ValueError if their file can't be used."""
    file = book.root / FOLDER / language / FILE
    try:
        more = (yaml.safe_load(file.read_text("utf8")) if file.exists() else {}) or {}
    except yaml.YAMLError as error:
        raise ValueError(f"{file}: this is not YAML: {error}") from error
    if not isinstance(more, dict):
        raise ValueError(f"{file}: write pairs:, except: or never: in it")
    pairs = {
        term: name
        for term, name in sentences(book, language, GLOSSARY).items()
        if len(term.split()) <= LONGEST and not term.endswith(".")
    }
    try:
        return Terms(language, pairs, more)
    except re.error as error:
        why = f"{error.pattern!r} is not a regular expression: {error}"
        raise ValueError(f"{file}: {why}") from None


def misused(book: Book, language: str) -> list[str]:
    """List where a translation calls a term by another name, a line each."""
    known, found = terms(book, language), []
    for name, path in catalogues(book.root, language):
        for message in catalogue(book, language, name) or ():
            if message.id and message.string:
                where = path.relative_to(book.root).as_posix()
                wrong = known.misused(str(message.id), str(message.string))
                start = f"{message.id}"[:SHOWN]
                found += [f"{where}: “{start}…”: {each}" for each in wrong]
    return found
