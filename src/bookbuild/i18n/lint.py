"""List what is missing, outdated or wrong in the translations."""

from __future__ import annotations

from collections.abc import Iterator

from babel.messages.catalog import Catalog

from bookbuild.i18n.catalogs import catalogue, catalogues
from bookbuild.i18n.extract import SOURCES, templates
from bookbuild.i18n.fidelity import differences
from bookbuild.i18n.terms import SHOWN, misused
from bookbuild.project.book import Book
from bookbuild.project.editions import folder, languages

UNTRANSLATED = "has no translation"


def complaints(book: Book) -> list[str]:
    """List what is wrong with the catalogues of `book`, a line each.

    That is a sentence that is missing in one, or fuzzy, or no longer in the book; a
    translation that changed code or numbers; a term by another name.
    """
    found = []
    every = dict(templates(book))
    for language in languages(book.root):
        top = folder(book.root, language)
        names = {name for name, _path in catalogues(book.root, language)}
        for name in sorted(names | every.keys()):
            where = (top / f"{name}.po").relative_to(book.root).as_posix()
            if name not in names:
                found.append(f"{where}: it is missing; make translations creates it")
            elif name not in every:
                found.append(f"{where}: the book has no such page; remove it")
            elif known := catalogue(book, language, name):
                wrong = _wrong(name, every[name], known, language)
                found += [f"{where}: {each}" for each in wrong]
        found += misused(book, language)
    return found


def _wrong(
    name: str, template: Catalog, catalogue: Catalog, language: str
) -> Iterator[str]:
    wanted = {message.id for message in template if message.id}
    given = {message.id: message for message in catalogue if message.id}
    for text in (message.id for message in template if message.id):
        if text not in given:
            yield f"{_start(text)} is not in it; make translations adds it"
        elif not given[text].string:
            yield f"{_start(text)} {UNTRANSLATED}"
        elif given[text].fuzzy:
            yield f"{_start(text)} is fuzzy: it was changed, and its translation wasn't"
    for text, message in given.items():
        if text not in wanted:
            yield f"{_start(text)} isn't in the book; make translations removes it"
        if message.string:
            found = differences(
                str(text), str(message.string), language, places=name in SOURCES
            )
            yield from (f"{_start(text)}: {each}" for each in found)


def _start(text: object) -> str:
    shown = f"{text}"
    return f"“{shown[:SHOWN]}…”" if len(shown) > SHOWN else f"“{shown}”"
