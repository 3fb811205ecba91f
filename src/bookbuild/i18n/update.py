"""Bring the catalogues of all languages up to date with the English sentences.

What is new is empty in them; what was changed keeps its translation, marked fuzzy, with
the sentence that it was a translation of; what is gone is gone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog

from bookbuild.build.preflight import problems as preflight
from bookbuild.i18n.catalogs import (
    catalogues,
    folder,
    languages,
    own_name,
    read,
    sentences,
    write,
)
from bookbuild.i18n.extract import SOURCES, templates
from bookbuild.i18n.lint import UNSAID, complaints


def translations(root: Path, *, check: bool = False) -> int:
    """Refresh every catalogue below `root`, and say what there is to do; 0 if it went.

    A sentence that has moved to another page takes its translation with it. A language
    is a folder in `locale/`, with another one, LC_MESSAGES, in it.

    With `check`, nothing is changed; 1 if there is anything to do.
    """
    try:
        if found := preflight(root):
            raise ValueError("\n".join(found))
        if check:
            # What is wrong comes before what is only not there yet.
            todo = sorted(complaints(root), key=lambda line: line.endswith(UNSAID))
            print("\n".join(todo) or "every sentence of the book is translated")
            return 1 if todo else 0
        spoken = {language: own_name(language) for language in languages(root)}
        if not spoken:
            raise ValueError(
                "there is no language; make a folder: locale/pt_BR/LC_MESSAGES"
            )
        every = dict(templates(root))
        for language, name in spoken.items():
            print(f"{name}:", flush=True)
            _refresh(root, language, every)
    except ValueError as error:
        print(f"bookbuild: {error}", file=sys.stderr)
        return 1
    return 0


def _refresh(root: Path, language: str, every: Mapping[str, Catalog]) -> None:
    top = folder(root, language)
    known = _known(root, language)
    for name, path in catalogues(root, language):
        if name not in every:
            path.unlink()
    lacks = []
    for name, template in every.items():
        path = top / f"{name}.po"
        catalogue = read(path, language) if path.exists() else Catalog(locale=language)
        catalogue.update(deepcopy(template))  # or languages would share messages
        messages = [message for message in catalogue if message.id]
        for message in messages:
            if message.id in known and (message.fuzzy or not message.string):
                message.string = known[str(message.id)]
                message.flags.discard("fuzzy")
                message.previous_id = []
        write(path, catalogue, SOURCES.get(name, f"{name}.md"), language)
        missing = sum(not message.string for message in messages)
        fuzzy = sum(message.fuzzy for message in messages)
        if missing or fuzzy:
            lacks.append(
                f"  {path.relative_to(root)}: {missing} missing, {fuzzy} fuzzy"
            )
    print("\n".join(lacks) or "  complete")


def _known(root: Path, language: str) -> dict[str, str]:
    """Every sentence that is translated, wherever: one may move to another page.

    Also what a fuzzy one is a translation of: the change of it may be taken back.
    """
    known = {}
    for name, path in catalogues(root, language):
        for message in read(path, language):
            if message.fuzzy and message.previous_id:
                known[str(message.previous_id[0])] = str(message.string)
        known |= sentences(root, language, name)
    return known
