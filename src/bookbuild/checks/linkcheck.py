"""Try the addresses that the book links to, without running cells."""

from __future__ import annotations

import json
import re
import shutil
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from bookbuild.console import complain
from bookbuild.project.book import Book
from bookbuild.project.sphinx_app import sphinx_app

WORK = "_build/links"
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/*.md")
BROKEN = ("broken", "timeout")
MOVED = (301, 308)  # permanently
UNREACHED = "Max retries exceeded"
SETTINGS = {
    "linkcheck_retries": 3,
    "linkcheck_allow_unauthorized": True,  # a page that needs a password exists
    "linkcheck_report_timeouts_as_broken": False,  # keep timeouts apart
}


@dataclass(frozen=True)
class Link:
    """An address that was tried: where it occurs first, and the outcome."""

    file: str
    line: int
    url: str
    outcome: str  # moved, or Sphinx's word: working, broken, timeout, …
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.url}: {self.why}"


def links(book: Book) -> int:
    """Try every address outside of the book, and print broken and moved ones.

    Returns 1 if a link is broken; one that has moved is no failure.
    """
    work = book.root / WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    with (work / "build.log").open("w", encoding="utf8") as log:
        try:
            documents = _of_documents(book.root, work, log)
            tried = [*documents, *_of_the_book(book, work, log)]
        except Exception as error:
            traceback.print_exc(file=log)
            why = str(error).strip() or type(error).__name__
            return complain(
                f"no links were tried: {why.splitlines()[0]}; see {log.name}"
            )
    return _report(sorted(tried, key=lambda link: (link.file, link.line, link.url)))


def _report(tried: Sequence[Link]) -> int:
    broken = [link for link in tried if link.outcome in BROKEN]
    if broken and all(UNREACHED in link.why for link in tried):
        return complain(
            f"none of {len(tried)} addresses could be reached, such as {tried[0].url}; "
            "connect to the network and try again"
        )
    for link in tried:
        if link.outcome == "moved":
            print(link)
    for link in broken:
        print(link, file=sys.stderr)
    print(f"{len(tried)} links, {len(broken)} of them broken", flush=True)
    return 1 if broken else 0


def _of_the_book(book: Book, work: Path, log: TextIO) -> list[Link]:
    config = deepcopy(book.config)
    config |= {"nb_execution_mode": "off", "bookbuild_book": book}
    return _try(book.root, work / "book", config, log)


def _of_documents(root: Path, work: Path, log: TextIO) -> list[Link]:
    """Try the links in README, CONTRIBUTING and docs."""
    found = (path for name in DOCUMENTS for path in sorted(root.glob(name)))
    files = [path.relative_to(root).as_posix() for path in found]
    if not files:
        return []
    config = {
        "extensions": ["myst_parser"],
        "source_suffix": {".md": "markdown"},
        "include_patterns": files,
        "root_doc": files[0].removesuffix(".md"),
    }
    return _try(root, work / "documents", config, log)


def _try(root: Path, out: Path, config: Mapping[str, Any], log: TextIO) -> list[Link]:
    made, config = out / "linkcheck", {**config, **SETTINGS}
    with sphinx_app("linkcheck", root, made, config, log) as app:
        app.build()
    return list(_read(root, made / "output.json"))


def _read(root: Path, report: Path) -> Iterator[Link]:
    for line in report.read_text("utf8").splitlines():
        found = json.loads(line)
        file, url, outcome = found["filename"], found["uri"], found["status"]
        why = (found["info"] or outcome).splitlines()[0]
        if found["code"] in MOVED:
            outcome, why = "moved", f"has moved to {found['info']}"
        if url.startswith(("http://", "https://")):
            at = _line(root / file, url) or found["lineno"]
            yield Link(file, at, url, outcome, why)


def _line(file: Path, url: str) -> int:
    """Return the line of the address; Sphinx knows its paragraph's only. 0 if none."""
    whole = re.compile(rf"{re.escape(url)}(?![\w/?#&=%-])")
    lines = file.read_text("utf8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if whole.search(line)), 0)
