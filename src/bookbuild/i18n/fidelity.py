"""Compare a translation with its sentence, as far as a program can.

Both must have the same code, formulas, references and their targets, footnotes, line
breaks, addresses, and numbers, which each language writes in its own way. And
translations must call each term of the book by one name: the glossary's translation
pairs the terms; `terms.yml`, in the language's folder, has more pairs, and the phrases
to avoid. There, a term may have a list of names, such as an adjective and a verb.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import snowballstemmer  # type: ignore[import-untyped]
import yaml  # type: ignore[import-untyped]
from babel import Locale

from bookbuild.i18n.catalogs import sentences
from bookbuild.i18n.search import fold
from bookbuild.project.book import Book
from bookbuild.project.editions import FOLDER

ROLE = re.compile(r"\{([\w:+-]+)\}(`+)(.+?)\2")
TITLED = re.compile(r".*<([^<>]+)>$")  # a role's words, and its target
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
FORMULA = re.compile(r"(?<![\\$])\$(?!\s)([^$]+?)(?<!\s)\$")
ADDRESS = re.compile(r"https?://[^\s<>)\]]+(?<![.,;:])")
LINK = re.compile(r"\]\(([^)\s]+)\)")
NOTE = re.compile(r"\[\^([^\]\s]+)\]")
BREAK = re.compile(r"<br\s*/?>")
NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")
VERSION = re.compile(r"3\.(?:[89]|1\d)(?:\.\d+)?")  # of Python; 3.5 is a number
NAMED = re.compile(
    r"(?:Python|[Vv]ersion|[Ss]ection|[Ss]ince|BY|WCAG) (\d+(?:\.\d+)+)"
)  # names, rather than numbers
GLOSSARY, FILE = "book/glossary", "terms.yml"
WORD = re.compile(r"\w+(?:-\w+)*")
CITED = re.compile(r"(?<![*\w])\*([^*]+)\*(?!\*)")  # in italics, such as a title
LONGEST = 3  # words of a term; longer entries are definitions


def differences(message: str, translation: str, language: str) -> list[str]:
    """List what a translation changed and shouldn't have, a few words each."""
    found = []
    parts = zip(_parts(message), _parts(translation), strict=True)
    for (kind, wanted), (_kind, given) in parts:
        lost, added = Counter(wanted) - Counter(given), Counter(given) - Counter(wanted)
        found += [f"{kind} {part} is missing" for part in lost.elements()]
        found += [f"{kind} {part} is not in the English" for part in added.elements()]
    found += _numbers(plain(message), plain(translation), language)
    if message.strip() == message and translation.strip() != translation:
        found.append("it begins or ends with a space")
    return found


def plain(message: str) -> str:
    """Return a message without code, roles, formulas and addresses."""
    for pattern in (ROLE, CODE, FORMULA, ADDRESS, LINK, NOTE):
        message = pattern.sub(" … ", message)
    return message


def _parts(message: str) -> Iterator[tuple[str, list[str]]]:
    roles = [(name, TITLED.sub(r"\1", text)) for name, _, text in ROLE.findall(message)]
    yield "the role", [f"{{{name}}}`{target}`" for name, target in roles]
    rest = ROLE.sub(" ", message)
    yield "the code", [f"`{code[2]}`" for code in CODE.finditer(rest)]
    rest = CODE.sub(" ", rest)
    yield "the formula", FORMULA.findall(rest)
    yield "the footnote", NOTE.findall(rest)
    yield "the line break", BREAK.findall(rest)
    yield "the address", ADDRESS.findall(rest) + LINK.findall(rest)


def _numbers(message: str, translation: str, language: str) -> Iterator[str]:
    """List numbers that differ, or are written as in English: 0.1, 20,000."""
    symbols = Locale.parse(language).number_symbols["latn"]
    decimal, group = str(symbols["decimal"]), str(symbols["group"])
    wanted = Counter(number.replace(",", "") for number in NUMBER.findall(message))
    names = set(NAMED.findall(message))  # which keep their points
    if group not in ".,":
        between = rf"(?<=\d)[\s{re.escape(group)}](?=\d{{3}}\b)"
        translation = re.sub(between, "", translation)
    for number in NUMBER.findall(translation):
        is_name = number in names or VERSION.fullmatch(number)
        english = number.replace(group, "").replace(decimal, ".")
        if wanted[meant := number if is_name else english]:
            wanted[meant] -= 1
        elif wanted[number]:
            wanted[number] -= 1
            yield f"the number {number} has an English point"
        else:
            yield f"the number {number} is not in the English"
    yield from (f"the number {number} is missing" for number in wanted.elements())


@dataclass(frozen=True)
class Terms:
    """The terms of the book in one language, and the phrases it never uses."""

    language: str
    pairs: Mapping[str, str | Sequence[str]]
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
        for term, given in self.pairs.items():
            names = [given] if isinstance(given, str) else given
            said = (self._stems(name) in stems for name in names)
            if _has(message, term) and not any(said):
                yield f"{term} is {' or '.join(names)}"
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
