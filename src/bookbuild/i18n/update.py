"""Update the catalogues of all languages from the English sentences, and check them.

A new sentence is added without a translation. A changed one keeps its translation,
marked fuzzy, with the sentence before. One that is no longer in the book is removed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import shorten

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bookbuild.i18n.catalogs import WORDS, catalogue, catalogues, sentences, write
from bookbuild.i18n.fidelity import differences, terms
from bookbuild.project.book import Book
from bookbuild.project.editions import FOLDER, MESSAGES, Edition, folder, languages
from bookbuild.project.sphinx_app import printing_to, sphinx_app

#: Cells don't run, since their outputs aren't for translators.
SETTINGS = {"gettext_compact": False, "nb_execution_mode": "off"}
#: Files with messages that are of no page, and the functions that are called with them.
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.md", "jinja2")]
OURS = dict.fromkeys(("_", "gettext_noop", "message", "right", "not_yet"))
SOURCES = {WORDS: "src and _config.yml"}
OF_TEMPLATES = "sphinx"  # the catalogue that Sphinx makes of templates
SETTINGS_SHOWN = ("html_title", "author")  # in _config.yml
UNTRANSLATED = "has no translation"
SHOWN = 60  # characters of a sentence in a complaint


def update(book: Book) -> None:
    """Refresh every catalogue of `book`, and print what there is to do.

    A sentence that has moved to another page keeps its translation. Each language has
    a folder `locale/LANGUAGE/LC_MESSAGES`.

    Raises ValueError if there is no language, or a catalogue can't be read.
    """
    names = {language: Edition(language).name for language in languages(book.root)}
    if not names:
        raise ValueError(
            "there is no language to translate into; create a folder such as "
            "locale/pt_BR/LC_MESSAGES"
        )
    every = dict(templates(book))
    for language, name in names.items():
        print(f"{name}:", flush=True)
        todo = [*_refresh(book, language, every), *_unfaithful(book, language)]
        print("\n".join(f"  {line}" for line in todo) or "  complete")


def _refresh(book: Book, language: str, every: Mapping[str, Catalog]) -> Iterator[str]:
    """Write the catalogues of a language; yield which of them lack translations."""
    known = _known(book, language)
    for name, path in catalogues(book.root, language):
        if name not in every:
            path.unlink()
    for name, template in every.items():
        found = deepcopy(catalogue(book, language, name))
        found.update(deepcopy(template))  # or languages would share messages
        messages = [message for message in found if message.id]
        for message in messages:
            if message.id in known and (message.fuzzy or not message.string):
                message.string = known[str(message.id)]
                message.flags.discard("fuzzy")
                message.previous_id = []
        path = folder(book.root, language) / f"{name}.po"
        write(path, found, SOURCES.get(name, book.source(name)), language)
        book.catalogues[language, name] = found
        empty = sum(not message.string for message in messages)
        fuzzy = sum(message.fuzzy for message in messages)
        if empty or fuzzy:
            where = _where(language, name)
            yield f"{where}: {empty} missing, {fuzzy} fuzzy"


def _known(book: Book, language: str) -> dict[str, str]:
    """Return the translations of all pages, since a sentence may move to another.

    They include the fuzzy ones with the sentence before, since a change may be undone.
    """
    known = {}
    for name, _path in catalogues(book.root, language):
        for message in catalogue(book, language, name):
            if message.fuzzy and message.previous_id:
                known[str(message.previous_id[0])] = str(message.string)
        known |= sentences(book, language, name)
    return known


def check(book: Book) -> bool:
    """Print what is wrong with the catalogues; return whether nothing is.

    That is a sentence that is missing in one, or fuzzy, or no longer in the book; a
    translation that changed code or numbers; a term by another name.
    """
    # Sentences without a translation come last.
    todo = sorted(_complaints(book), key=lambda line: line.endswith(UNTRANSLATED))
    print("\n".join(todo) or "every sentence of the book is translated")
    return not todo


def _complaints(book: Book) -> Iterator[str]:
    every = dict(templates(book))
    for language in languages(book.root):
        names = {name for name, _path in catalogues(book.root, language)}
        for name in sorted(names | every.keys()):
            where = _where(language, name)
            if name not in names:
                yield f"{where}: it is missing; make translations creates it"
            elif name not in every:
                yield f"{where}: the book has no such page; remove it"
            else:
                wrong = _outdated(every[name], catalogue(book, language, name))
                yield from (f"{where}: {each}" for each in wrong)
        yield from _unfaithful(book, language)


def _where(language: str, name: str) -> str:
    return f"{FOLDER}/{language}/{MESSAGES}/{name}.po"


def _outdated(template: Catalog, catalogue: Catalog) -> Iterator[str]:
    """Yield the sentences that a catalogue lacks, or has without need."""
    wanted = {message.id for message in template if message.id}
    given = {message.id: message for message in catalogue if message.id}
    for text in (message.id for message in template if message.id):
        if text not in given:
            yield f"{_start(text)} is not in it; make translations adds it"
        elif not given[text].string:
            yield f"{_start(text)} {UNTRANSLATED}"
        elif given[text].fuzzy:
            yield f"{_start(text)} is fuzzy: it was changed, and its translation wasn't"
    for text in given:
        if text not in wanted:
            yield f"{_start(text)} isn't in the book; make translations removes it"


def _unfaithful(book: Book, language: str) -> Iterator[str]:
    """Yield what is wrong with a language's translations, except the fuzzy ones."""
    known = terms(book, language)
    for name, _path in catalogues(book.root, language):
        for message in catalogue(book, language, name):
            if message.id and message.string and not message.fuzzy:
                sentence, translation = str(message.id), str(message.string)
                for wrong in (
                    *differences(sentence, translation, language),
                    *known.misused(sentence, translation),
                ):
                    yield f"{_where(language, name)}: {_start(sentence)}: {wrong}"


def _start(text: object) -> str:
    return f"“{shorten(str(text), SHOWN, placeholder='…')}”"


def templates(book: Book) -> Iterator[tuple[str, Catalog]]:
    """Yield the name and the template of each catalogue that a language must have."""
    # A copy, because Sphinx changes it.
    config = deepcopy(book.config) | SETTINGS | {"bookbuild_book": book}
    with TemporaryDirectory() as folder:
        made, log = Path(folder) / "templates", io.StringIO()
        gettext = sphinx_app("gettext", book.root, made, config, log)
        with gettext as app, printing_to(log):
            app.build()
        (made / f"{OF_TEMPLATES}.pot").unlink(missing_ok=True)  # WORDS has them
        for path in sorted(made.rglob("*.pot")):
            with path.open("rb") as file:
                yield path.relative_to(made).with_suffix("").as_posix(), read_po(file)
    words = _words([book.root / "src/paralelo", Path(__file__).parents[1]])
    for name in SETTINGS_SHOWN:
        words.add(book.config[name])
    yield WORDS, words


def _words(folders: list[Path]) -> Catalog:
    """Collect the messages in the code below `folders`."""
    found = Catalog()
    for folder_ in folders:
        entries = extract_from_dir(folder_, METHODS, keywords=OURS)
        for _file, _line, message, *_ in sorted(entries, key=lambda entry: entry[:2]):
            found.add(message)
    return found
