"""Tell mistakes in a page, which Sphinx's warnings name the line of, from the rest.

They stop every build. The others are about the machine and its packages, or are claims
that do not hold here, and stop a strict one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from bookbuild.project.editions import FOLDER, MESSAGES

KIND = re.compile(r"( \[[\w.-]+\])+$")  # by which it could be switched off

#: What Sphinx says, and what is clearer.
CLEARER = (
    (r"'myst' cross-reference target not found: '(.*)'", "nothing here is called {}"),
    (r"(?:undefined label|unknown document): '(.*)'", "nothing here is called {}"),
    (r"image file not readable: (.*)", "there is no picture {}"),
)


def sort(
    warnings: Iterable[str], root: Path, pages: Iterable[str], language: str = "en"
) -> tuple[dict[str, list[str]], list[str]]:
    """Return mistakes, by the page that they are in, and the other warnings.

    A mistake starts with the page's file and the line; `pages` has the names of all.
    One in a translation into `language` starts with the catalogue's file.
    """
    here = f"{root}{os.sep}"
    place = re.compile(
        rf"{re.escape(here)}(?P<file>.+?\.\w+)(?P<line>:\d+)?"
        r"(?P<translated>:<translated>(?::\d+)?)?: "
        r"(?:WARNING|ERROR|SEVERE): (?P<what>.*)"
    )
    known = set(pages)
    mistakes: dict[str, list[str]] = {}
    others = []
    for warning in warnings:
        found = place.fullmatch(warning)
        page = Path(found["file"]).with_suffix("").as_posix() if found else ""
        if found and page in known:
            where = Path(found["file"]).as_posix() + (found["line"] or "")
            what = KIND.sub("", found["what"]).replace(here, "")
            said = f"{where}: {_clearer(what)}"
            if found["translated"] or "in translated message" in what:
                catalogue = f"{FOLDER}/{language}/{MESSAGES}/{page}.po"
                said = f"{catalogue}: {_clearer(what)} (in the translation of {where})"
            if said not in mistakes.setdefault(page, []):
                mistakes[page].append(said)
        else:
            others.append(warning)
    return mistakes, others


def _clearer(what: str) -> str:
    for said, words in CLEARER:
        if found := re.fullmatch(said, what):
            return words.format(*found.groups())
    return what
