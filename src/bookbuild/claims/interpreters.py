"""Read and check the claims that builds on other interpreters left, for the ledger.

They may stand beside this build's only if both were made from the same sources: the
manifest beside their claims says which those were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bookbuild.project.book import Book
from bookbuild.project.digests import digest, state
from paralelo.machine import environment_info
from paralelo.translatable import gettext_noop

MANIFEST = "manifest.json"
WANTED = "give the claims.json of a build on another interpreter"
ONE_BUILD = "copy the two from the _build/site of one build"
WITH_GIL = gettext_noop("{python}, with GIL")
WITHOUT_GIL = gettext_noop("{python}, no GIL")
SOURCES = {"src": "src", "lock": "requirements.txt"}  # by the manifest's keys

Record = dict[str, Any]


def interpreter(found: Mapping[str, str], translate: Callable[[str], str] = str) -> str:
    """Return an interpreter's name for the ledger."""
    name = WITH_GIL if found["gil"] == "on" else WITHOUT_GIL
    return translate(name).format(python=found["python"])


def file_name(name: str) -> str:
    """Return the name of the site's file with the claims of this interpreter."""
    return f"claims-{re.sub('[^a-z0-9.]+', '-', name.lower())}.json"


def read(path: Path) -> list[Record]:
    """Read the claims in a file; raise ValueError unless one interpreter made them."""
    try:
        claims: list[Record] = json.loads(path.read_text("utf8"))
        names = sorted({interpreter(claim["interpreter"]) for claim in claims})
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}; {WANTED}") from error
    except (ValueError, TypeError, KeyError):
        names = []
    if len(names) != 1:
        what = f"of {' and of '.join(names)}" if names else "not a list of claims"
        raise ValueError(f"{path}: this is {what}; {WANTED}")
    return claims


def problems(book: Book, files: Sequence[Path]) -> list[str]:
    """Say why not all `files` may stand beside a build of `book`, a line each."""
    found = []
    taken = {interpreter(asdict(environment_info())): "this build"}
    for path in files:
        try:
            claims = read(path)
            _check_sources(path, claims, book)
            name = interpreter(claims[0]["interpreter"])
            if name in taken:
                other = f"this is of {name}, as {taken[name]} is"
                raise ValueError(f"{path}: {other}; {WANTED}")
            taken[name] = str(path)
        except ValueError as error:
            found.append(str(error))
    return found


def _check_sources(path: Path, claims: list[Record], book: Book) -> None:
    """Raise ValueError unless the claims were made from the book as it is now."""
    beside = path.with_name(MANIFEST)
    if not beside.exists():
        why = f"there is no {MANIFEST} beside it, to say what it was made from"
        raise ValueError(f"{path}: {why}; {ONE_BUILD}")
    try:
        manifest = json.loads(beside.read_text("utf8"))
        build = manifest["build"]
        python, commit = build["python"], build["commit"]
        other = _other_source(build, manifest["pages"], book)
    except (TypeError, KeyError, AttributeError, OSError, ValueError):
        raise ValueError(f"{beside}: this is not a manifest; {ONE_BUILD}") from None
    if python != claims[0]["interpreter"]["python"]:
        why = f"the {MANIFEST} beside it is of {python}"
        raise ValueError(f"{path}: {why}; {ONE_BUILD}")
    if other:
        made = f"{other} as it was at commit {commit}" if commit else f"another {other}"
        raise ValueError(f"{path}: this was made from {made}; build both from the same")


def _other_source(build: Record, pages: Record, book: Book) -> str:
    """Return the first source that differed in the build with this manifest."""
    now = state(book.root)
    other = [name for key, name in SOURCES.items() if build[key] != now[key]]
    for page in pages.values():
        if page["sha256"] != digest(book.root / page["source"]):
            other.append(page["source"])
    other += [book.source(page) for page in book.pages if page not in pages]
    return other[0] if other else ""
