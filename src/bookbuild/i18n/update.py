"""Update the catalogues of all languages from the English sentences.

A new sentence is added without a translation. A changed one keeps its translation,
marked fuzzy, with the sentence before. One that is no longer in the book is removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from babel.messages.catalog import Catalog

from bookbuild.i18n.catalogs import catalogue, catalogues, read, sentences, write
from bookbuild.i18n.extract import SOURCES, templates
from bookbuild.i18n.lint import UNTRANSLATED, complaints
from bookbuild.project.book import Book
from bookbuild.project.editions import folder, languages, own_name


def update(book: Book) -> None:
    """Refresh every catalogue of `book`, and print what there is to translate.

    A sentence that has moved to another page keeps its translation. Each language has
    a folder `locale/LANGUAGE/LC_MESSAGES`.

    Raises ValueError if there is no language, or a catalogue can't be read.
    """
    names = {language: own_name(language) for language in languages(book.root)}
    if not names:
        raise ValueError(
            "there is no language to translate into; create a folder such as "
            "locale/pt_BR/LC_MESSAGES"
        )
    every = dict(templates(book))
    for language, name in names.items():
        print(f"{name}:", flush=True)
        _refresh(book, language, every)


def check(book: Book) -> bool:
    """Print what is wrong with the catalogues; return whether nothing is."""
    # Sentences without a translation come last.
    todo = sorted(complaints(book), key=lambda line: line.endswith(UNTRANSLATED))
    print("\n".join(todo) or "every sentence of the book is translated")
    return not todo


def _refresh(book: Book, language: str, every: Mapping[str, Catalog]) -> None:
    top = folder(book.root, language)
    known = _known(book, language)
    for name, path in catalogues(book.root, language):
        if name not in every:
            path.unlink()
    missing = []
    for name, template in every.items():
        path = top / f"{name}.po"
        found = read(path, language) if path.exists() else Catalog(locale=language)
        found.update(deepcopy(template))  # or languages would share messages
        messages = [message for message in found if message.id]
        for message in messages:
            if message.id in known and (message.fuzzy or not message.string):
                message.string = known[str(message.id)]
                message.flags.discard("fuzzy")
                message.previous_id = []
        write(path, found, SOURCES.get(name, f"{name}.md"), language)
        empty = sum(not message.string for message in messages)
        fuzzy = sum(message.fuzzy for message in messages)
        if empty or fuzzy:
            where = path.relative_to(book.root)
            missing.append(f"  {where}: {empty} missing, {fuzzy} fuzzy")
    print("\n".join(missing) or "  complete")


def _known(book: Book, language: str) -> dict[str, str]:
    """Return the translations of all pages, since a sentence may move to another.

    They include the fuzzy ones with the sentence before, since a change may be undone.
    """
    known = {}
    for name, _path in catalogues(book.root, language):
        for message in catalogue(book, language, name) or ():
            if message.fuzzy and message.previous_id:
                known[str(message.previous_id[0])] = str(message.string)
        known |= sentences(book, language, name)
    return known
