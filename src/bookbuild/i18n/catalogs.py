"""The sentences of the editions that are not English: for each page, a gettext file.

A folder below `locale/`, named for a language as gettext has it, makes an edition.

Babel is imported by who needs it: where it is missing, the press must still be able to
say so.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

FOLDER, MESSAGES = "locale", "LC_MESSAGES"
WORDS = "words"  # a catalogue that is of no page
WIDTH = 88
#: A comment, or a keyword and a text; a quotation mark within has a \\ before it.
LINE = re.compile(r'|#.*|(msg\w+(\[\d\])? )?"([^"\\]|\\.)*"')
#: A language as gettext has it; one way to write it, since it names a folder.
NAME = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")
QUOTES = 'a text stands between " and "; within it, write \\" for one'
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)  # or each minute would make another file
PREVIOUS = re.compile(r"\| msgid .*")
BROKEN = re.compile(r'(?<!\\)" "')  # where a text goes on in the next line
BEFORE = re.compile(r"(?:^#\| .*\n?)+(?<!\n)", re.M)

#: No dates and no names: who changed which sentence when, git knows.
HEADER = """\
# {name}: the sentences of {source}. CONTRIBUTING.md says how to change them.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def languages(root: Path) -> list[str]:
    """The languages that there are catalogues of: English, the source, needs none."""
    found = (path.parent.name for path in (root / FOLDER).glob(f"*/{MESSAGES}"))
    return sorted(name for name in found if name != "en")


def folder(root: Path, language: str) -> Path:
    """Where the catalogues of a language are."""
    return root / FOLDER / language / MESSAGES


def catalogues(root: Path, language: str) -> Iterator[tuple[str, Path]]:
    """The name of each catalogue of a language, such as book/index, and its file."""
    top = folder(root, language)
    for path in sorted(top.rglob("*.po")):
        yield path.relative_to(top).with_suffix("").as_posix(), path


def own_name(language: str) -> str:
    """What its speakers call a language: "Português (Brasil)".

    Raises ValueError if nobody knows of it.
    """
    from babel import Locale, UnknownLocaleError

    try:
        if not NAME.fullmatch(language):
            raise ValueError(language)
        name = Locale.parse(language).get_display_name()
    except (UnknownLocaleError, ValueError):
        raise ValueError(
            f"{FOLDER}/{language}: no language is called so; a folder's name is like "
            "pt_BR, or de"
        ) from None
    return f"{name[:1].upper()}{name[1:]}" if name else language


def sentences(root: Path, language: str, name: str) -> dict[str, str]:
    """What a catalogue has: each English sentence that it translates, and how."""
    path = folder(root, language) / f"{name}.po"
    found = read(path, language) if path.exists() else ()
    return {
        str(message.id): str(message.string)
        for message in found
        if message.id and message.string and not message.fuzzy
    }


def faults(root: Path) -> list[str]:
    """Why the catalogues of `root` can't be used, a line each; empty if they can."""
    found = []
    for language in languages(root):
        try:
            own_name(language)
            for name, path in catalogues(root, language):
                catalogue = read(path, language)
                if name == WORDS:
                    _check_places(path, catalogue)
        except ValueError as error:
            found.append(str(error).removeprefix(f"{root}{os.sep}"))
    return found


def _check_places(path: Path, catalogue: Catalog) -> None:
    """Raise ValueError if a word has no place for a value, or one that it lacks."""
    for message in catalogue:
        if message.id and message.string:
            try:
                same = _places(message.id) == _places(message.string)
            except ValueError:  # a brace alone
                same = False
            if not same:
                raise ValueError(
                    f"{path}: “{message.string}” must have the places of “{message.id}”"
                )


def _places(text: object) -> list[tuple[str, str | None]]:
    parts = Formatter().parse(str(text))
    return sorted((name, form) for _, name, form, _ in parts if name is not None)


def read(path: Path, language: str) -> Catalog:
    """The catalogue in a file; raises ValueError, with file and line, if it is none."""
    from babel.messages.pofile import PoFileError, read_po

    try:
        for number, line in enumerate(path.read_text("utf8").split("\n"), 1):
            if not LINE.fullmatch(line.strip()):  # Babel would read something else
                raise ValueError(f"{path}:{number}: {QUOTES}")
        with path.open("rb") as file:
            return _with_previous(read_po(file, locale=language, abort_invalid=True))
    except PoFileError as error:
        raise ValueError(f"{path}:{error.lineno}: {error}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: this is not UTF-8: {error}") from error


def compile_all(root: Path, language: str, into: Path) -> None:
    """Compile the catalogues of a language, below `into`, as gettext looks for them.

    What has not changed stays, with its date: Sphinx reads pages again by that. The
    sources get no compiled files among them.

    Raises ValueError if a file is no catalogue.
    """
    from babel.messages.mofile import write_mo

    top = into / language / MESSAGES
    known = set()
    for name, path in catalogues(root, language):
        catalogue = read(path, language)
        catalogue.creation_date = catalogue.revision_date = NO_DATE
        for message in list(catalogue):
            # Sphinx takes a whole menu for translated if one line of it is the same.
            if message.id and message.id == message.string:
                catalogue.delete(message.id)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        made = {".po": path.read_bytes(), ".mo": compiled.getvalue()}
        for suffix, content in made.items():
            copy = top / f"{name}{suffix}"
            known.add(copy)
            if not copy.exists() or copy.read_bytes() != content:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(content)
    for old in top.rglob("*.[pm]o"):
        if old not in known:
            old.unlink()


def _with_previous(catalogue: Catalog) -> Catalog:
    """What fuzzy messages were before: Babel writes it, and reads it as a comment."""
    from babel.messages.pofile import denormalize

    for message in catalogue:
        for comment in filter(PREVIOUS.fullmatch, list(message.user_comments)):
            message.user_comments.remove(comment)
            if message.fuzzy:
                message.previous_id = [denormalize(comment.removeprefix("| msgid "))]
    return catalogue


def write(path: Path, catalogue: Catalog, source: str, language: str) -> None:
    """Write a catalogue, so that a second time it is the same, byte for byte."""
    from babel.messages.pofile import write_po

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
    head = HEADER.format(name=own_name(language), source=source, language=language)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = BEFORE.sub(_on_one_line, body.getvalue().decode("utf8").strip())
    path.write_text(f"{head}{text}\n", "utf8")


def _on_one_line(before: re.Match[str]) -> str:
    """What a fuzzy message was before: Babel breaks it where nobody can read it."""
    text = " ".join(line.removeprefix("#| ") for line in before[0].splitlines())
    return "#| " + BROKEN.sub("", text).replace('msgid ""', 'msgid "')
