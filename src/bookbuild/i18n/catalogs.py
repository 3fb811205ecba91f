"""Read, write and compile the gettext catalogues: one for each page and language."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, denormalize, read_po, write_po

from bookbuild.project.book import Book
from bookbuild.project.editions import MESSAGES, Edition, folder, languages

WORDS = "words"  # the catalogue of messages that are of no page
WIDTH = 88
#: A comment, or a keyword and a text, in which each quotation mark is escaped.
LINE = re.compile(r'|#.*|(msg\w+(\[\d\])? )?"([^"\\]|\\.)*"')
QUOTES = 'write a text between " and ", and \\" for a quotation mark in it'
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # always the same, so that files are
PREVIOUS = re.compile(r"\| msgid .*")
PLACE = re.compile(r"\{[^{}]*\}?|\}")  # for a value; or a brace alone
BROKEN = re.compile(r'(?<!\\)" "')  # where a text continues in the next line
BEFORE = re.compile(r"(?:^#\| .*\n?)+(?<!\n)", re.M)

#: Without dates and names, because git has them.
HEADER = """\
# {name}: the sentences of {source}. CONTRIBUTING.md says how to change them.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def catalogues(root: Path, language: str) -> Iterator[tuple[str, Path]]:
    """Yield each catalogue of a language: its name, such as book/index, and file."""
    top = folder(root, language)
    for path in sorted(top.rglob("*.po")):
        yield path.relative_to(top).with_suffix("").as_posix(), path


def catalogue(book: Book, language: str, name: str) -> Catalog:
    """Return the catalogue of this name; an empty one if there is none.

    It's read once for each `Book`: copy it before you change it. Raises ValueError,
    with file and line, if the file isn't a catalogue.
    """
    key = (language, name)
    if key not in book.catalogues:
        path = folder(book.root, language) / f"{name}.po"
        book.catalogues[key] = read(path, language)
    found: Catalog = book.catalogues[key]
    return found


def sentences(book: Book, language: str, name: str) -> dict[str, str]:
    """Return each English sentence that a catalogue translates, and its translation."""
    return {
        str(message.id): str(message.string)
        for message in catalogue(book, language, name)
        if message.id and message.string and not message.fuzzy
    }


def translated(book: Book, edition: Edition, text: str) -> str:
    """Return `text` in the language of `edition`, if the words' catalogue has it.

    The text comes from `_config.yml`, such as the title, or from code.
    """
    return sentences(book, edition.language, WORDS).get(text, text)


def faults(book: Book) -> list[str]:
    """Say why the catalogues can't be used, a line each; empty if they can."""
    found = []
    for language in languages(book.root):
        try:
            _ = Edition(language).name
            for name, path in catalogues(book.root, language):
                known = catalogue(book, language, name)
                where = path.relative_to(book.root)
                wrong = _misplaced(known) if name == WORDS else ()
                found += [f"{where}: {each}" for each in wrong]
        except ValueError as error:
            found.append(str(error).removeprefix(f"{book.root}{os.sep}"))
    return found


def _misplaced(words: Catalog) -> Iterator[str]:
    """Yield the translations that have other places for values than their texts."""
    for message in words:
        text, translation = str(message.id), str(message.string)
        wanted, given = (sorted(PLACE.findall(each)) for each in (text, translation))
        if text and translation and wanted != given:
            yield f"“{translation}” must have the places of “{text}”"


def read(path: Path, language: str) -> Catalog:
    """Read the catalogue in a file as it is now; a file that isn't there is empty.

    Raises ValueError, with file and line, if the file isn't a catalogue.
    """
    try:
        lines = path.read_text("utf8").split("\n") if path.exists() else []
        for number, line in enumerate(lines, 1):
            if not LINE.fullmatch(line.strip()):  # Babel would misread it
                raise ValueError(f"{path}:{number}: {QUOTES}")
        return _with_previous(read_po(lines, locale=language, abort_invalid=True))
    except PoFileError as error:
        raise ValueError(f"{path}:{error.lineno}: {error}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: this is not UTF-8: {error}") from error


def compile_all(book: Book, language: str, into: Path) -> None:
    """Compile the catalogues of a language to the folders that gettext expects.

    These are below `into`, so that the sources stay free of compiled files. A file that
    hasn't changed keeps its date, because Sphinx reads pages again for a new one.

    Raises ValueError if a file isn't a catalogue.
    """
    known: set[Path] = set()
    top = into / language / MESSAGES
    for name, _path in catalogues(book.root, language):
        made, beside = top / f"{name}.mo", top / f"{name}.po"
        known |= {made, beside}
        content = _compiled(catalogue(book, language, name))
        if not made.exists() or made.read_bytes() != content:
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_bytes(content)
            beside.touch()  # or Sphinx wouldn't find the other
    for old in top.rglob("*.[pm]o"):
        if old not in known:
            old.unlink()


def _compiled(catalogue: Catalog) -> bytes:
    kept = deepcopy(catalogue)
    kept.creation_date = kept.revision_date = NO_DATE
    for message in list(kept):
        # If one line is equal, Sphinx takes the whole menu for translated.
        if message.id and message.id == message.string:
            kept.delete(message.id)
    compiled = io.BytesIO()
    write_mo(compiled, kept)
    return compiled.getvalue()


def _with_previous(catalogue: Catalog) -> Catalog:
    """Restore what fuzzy messages were before, which Babel reads as a comment."""
    for message in catalogue:
        for comment in filter(PREVIOUS.fullmatch, list(message.user_comments)):
            message.user_comments.remove(comment)
            if message.fuzzy:
                message.previous_id = [denormalize(comment.removeprefix("| msgid "))]
    return catalogue


def write(path: Path, catalogue: Catalog, source: str, language: str) -> None:
    """Write a catalogue, the same bytes each time."""
    for message in catalogue:
        message.flags -= {"python-format", "python-brace-format"}  # not of prose
    body = io.BytesIO()
    write_po(
        body,
        catalogue,
        width=WIDTH,
        no_location=True,
        omit_header=True,
        ignore_obsolete=True,
        include_previous=True,
    )
    head = HEADER.format(name=Edition(language).name, source=source, language=language)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = BEFORE.sub(_on_one_line, body.getvalue().decode("utf8").strip())
    path.write_text(f"{head}{text}\n", "utf8")


def _on_one_line(before: re.Match[str]) -> str:
    """Join what a fuzzy message was before: Babel doesn't join broken lines."""
    text = " ".join(line.removeprefix("#| ") for line in before[0].splitlines())
    return "#| " + BROKEN.sub("", text).replace('msgid ""', 'msgid "')
