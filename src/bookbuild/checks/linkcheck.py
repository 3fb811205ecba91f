"""Try the addresses that the book links to, without running cells."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookbuild.console import CommandError, complain
from bookbuild.project.book import Book

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


@dataclass(frozen=True, order=True)
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
    shutil.rmtree(book.root / WORK, ignore_errors=True)
    of_the_book = _try(book.root, "book", book.config | {"nb_execution_mode": "off"})
    tried = sorted([*of_the_book, *_of_documents(book.root)])
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


def _of_documents(root: Path) -> Sequence[Link]:
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
    return _try(root, "documents", config)


def _try(root: Path, name: str, config: dict[str, Any]) -> Sequence[Link]:
    """Run Sphinx's linkcheck with this configuration, in a process of its own."""
    work = root / WORK / name
    work.mkdir(parents=True)
    settings = (f"{each} = {value!r}\n" for each, value in (config | SETTINGS).items())
    (work / "conf.py").write_text("".join(settings), "utf8")
    log, report = work / "build.log", work / "output.json"
    sphinx = [sys.executable, "-m", "sphinx", "-b", "linkcheck", "-c", str(work)]
    with log.open("w", encoding="utf8") as file:
        subprocess.call([*sphinx, root, work], stdout=file, stderr=file)
    if not report.exists():
        raise CommandError(f"no links were tried: Sphinx failed; see {log}")
    return list(_read(root, report))


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
