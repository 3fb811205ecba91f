"""The sentences of the editions that are not English: for each page, a gettext file.

A folder below `locale/`, named for a language as gettext has it, makes an edition.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

FOLDER, MESSAGES = "locale", "LC_MESSAGES"
WORDS, THEME = "words", "theme"  # two catalogues that are of no page
WIDTH = 88
#: A comment, or a keyword and a text; a quotation mark within has a \\ before it.
LINE = re.compile(r'|#.*|(msg\w+(\[\d\])? )?"([^"\\]|\\.)*"')
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
    """The languages that there are catalogues of, but for English, the source."""
    found = (path.parent.name for path in (root / FOLDER).glob(f"*/{MESSAGES}"))
    return sorted(found)


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
    try:
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
        except ValueError as error:
            found.append(str(error))
            continue
        for _name, path in catalogues(root, language):
            try:
                read(path, language)
            except ValueError as error:
                found.append(str(error).removeprefix(f"{root}{os.sep}"))
    return found


def read(path: Path, language: str) -> Catalog:
    """The catalogue in a file; raises ValueError, with file and line, if it is none."""
    try:
        for number, line in enumerate(path.read_text("utf8").splitlines(), 1):
            if not LINE.fullmatch(line.strip()):  # Babel would read something else
                raise ValueError(f"{path}:{number}: a line ends in a quotation mark")
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
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
    top = into / language / MESSAGES
    known = set()
    for name, path in catalogues(root, language):
        catalogue = read(path, language)
        for message in list(catalogue):
            # Sphinx takes a whole menu for translated if one line of it is the same.
            if message.id and message.id == message.string:
                catalogue.delete(message.id)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        # Both or none: Sphinx compiles anew what is older than its source.
        contents = [path.read_bytes(), compiled.getvalue()]
        copies = [top / f"{name}.po", top / f"{name}.mo"]
        known.update(copies)
        if not all(map(Path.exists, copies)) or contents != [
            copy.read_bytes() for copy in copies
        ]:
            copies[0].parent.mkdir(parents=True, exist_ok=True)
            for copy, content in zip(copies, contents, strict=True):
                copy.write_bytes(content)
    for old in top.rglob("*.[pm]o"):
        if old not in known:
            old.unlink()


def write(path: Path, catalogue: Catalog, source: str, language: str) -> None:
    """Write a catalogue, so that a second time it is the same, byte for byte."""
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
    return "#| " + text.replace('" "', "").replace('msgid ""', 'msgid "')
