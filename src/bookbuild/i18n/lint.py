"""Is the book translated, all of it, and faithfully?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog

from bookbuild.i18n.catalogs import catalogues, folder, languages, read
from bookbuild.i18n.extract import SOURCES, templates
from bookbuild.i18n.fidelity import differences
from bookbuild.i18n.terms import SHOWN, misused

UNSAID = "has no translation"


def complaints(root: Path) -> list[str]:
    """What is wrong with the catalogues below `root`, a line each.

    A sentence that is missing in one, or fuzzy, or no longer in the book; a translation
    that changed what it may not change; a term by another name.
    """
    found = []
    every = dict(templates(root))
    for language in languages(root):
        top = folder(root, language)
        names = {name for name, _path in catalogues(root, language)}
        for name in sorted(names | every.keys()):
            where = (top / f"{name}.po").relative_to(root).as_posix()
            if name not in names:
                found.append(f"{where}: it is missing; make translations makes it")
            elif name not in every:
                found.append(f"{where}: the book has no such page; remove it")
            else:
                catalogue = read(top / f"{name}.po", language)
                wrong = _wrong(name, every[name], catalogue, language)
                found += [f"{where}: {each}" for each in wrong]
        found += misused(root, language)
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
            yield f"{_start(text)} {UNSAID}"
        elif given[text].fuzzy:
            yield f"{_start(text)} is fuzzy: it was changed, and its translation wasn't"
    for text, message in given.items():
        if text not in wanted:
            yield f"{_start(text)} is no longer said; make translations removes it"
        if message.string:
            said = str(message.string)
            for each in differences(str(text), said, language, places=name in SOURCES):
                yield f"{_start(text)}: {each}"


def _start(text: object) -> str:
    shown = f"{text}"
    return f"“{shown[:SHOWN]}…”" if len(shown) > SHOWN else f"“{shown}”"
