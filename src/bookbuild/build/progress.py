"""Print a line for each page that is built; on a terminal, also the current cell.

A cell that takes long is named in a log, too, so that it's known why nothing happens.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TextIO

from docutils import nodes
from sphinx.application import Sphinx

from bookbuild.execution.cache import CELL_RUNS, CELL_STARTS
from bookbuild.execution.client import Place
from bookbuild.execution.failures import OBVIOUS, chapter_of, failures

LONG = 10  # seconds of a cell, after which a line says that it's still running
CLEAR = "\x1b[K"  # clears the rest of the line


@dataclass
class Progress:
    """Prints the page that is being read, and the time that its cells took."""

    to: TextIO
    reading: str = ""
    expected: int = 0
    number: int = 0
    told: tuple[Place, int] | None = None  # the cell that took long, and how long
    began: float = 0.0
    #: By language, the pages whose cells ran for the edition, with their seconds.
    executed: defaultdict[str, dict[str, float]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def listen(self, app: Sphinx) -> None:
        """Follow a build of Sphinx, and the cells that it runs."""
        app.connect("env-before-read-docs", self._plan)
        app.connect("source-read", self._start)
        app.connect("doctree-read", self._end)
        app.connect(CELL_RUNS, self.still)
        if self.to.isatty():
            app.connect(CELL_STARTS, self.cell)

    def _plan(self, _app: Sphinx, _env: object, docnames: list[str]) -> None:
        self.number, self.expected = 0, len(docnames)

    def _start(self, _app: Sphinx, docname: str, _text: list[str]) -> None:
        self.number += 1
        self.reading, self.began = docname, time.monotonic()
        self._print(self._head())

    def cell(self, _app: object, place: Place) -> None:
        """Print the line of a page again, now with the cell that starts."""
        self._print(f"\r{self._head()}cell {place.cell} of {place.cells}{CLEAR}")

    def still(self, _app: object, place: Place, seconds: float) -> None:
        """Say that a cell is still running: each second, in a log every ten seconds."""
        long = f"cell {place.cell} of {place.cells} is still running ({seconds:.0f} s)"
        told = place, int(seconds / LONG)
        if seconds >= LONG and self.to.isatty():
            self._print(f"\r{self._head()}{long}{CLEAR}")
        elif seconds >= LONG and told != self.told:
            self.told = told
            self._print(f"{long}\n{self._head()}")

    def _end(self, app: Sphinx, _tree: nodes.document) -> None:
        start = f"\r{self._head()}{CLEAR}" if self.to.isatty() else ""
        self._print(f"{start}{self._outcome(app)}\n")
        self.reading = ""

    def _head(self) -> str:
        return f"[{self.number:2}/{self.expected}] {self.reading} "

    def _outcome(self, app: Sphinx) -> str:
        chapter, page = chapter_of(app), app.env.docname
        if why := failures(app.env).get(page):
            outcome = "FAILED" if chapter and chapter.run else "not run"
            return outcome if why in OBVIOUS else f"{outcome}\n    {why}"
        if not chapter or not chapter.run:
            return f"{time.monotonic() - self.began:.1f} s, updated"
        self.executed[app.config.language][page] = chapter.run.seconds
        return f"{chapter.run.seconds:.1f} s of cells"

    def stop(self) -> str:
        """End the line of the page in which the build stopped; return its name."""
        if self.reading:
            self._print("FAILED\n")
        return self.reading

    def _print(self, text: str) -> None:
        print(text, end="", file=self.to, flush=True)
