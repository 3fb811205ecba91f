"""Print a line for each page that is built; on a terminal, also the current cell."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bookbuild.project.editions import ENGLISH, Edition

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

    from bookbuild.execution.client import Place

TICK = 0.5  # seconds between two looks at the clock, on a terminal
CLEAR = "\x1b[K"  # clears the rest of the line


def usual_seconds(manifest: Path) -> dict[str, float]:
    """Return how long each page's cells took, from the manifest of the last site."""
    try:
        pages = json.loads(manifest.read_text("utf8"))["pages"]
    except (OSError, ValueError, KeyError):
        return {}
    return {name: page["seconds"] for name, page in pages.items() if page["seconds"]}


@dataclass
class Progress:
    """Prints the page that is being read, and the time that its cells took."""

    to: TextIO
    usual: Mapping[str, float]  # seconds, by page
    reading: str = ""
    expected: int = 0
    number: int = 0
    edition: Edition = ENGLISH
    #: By edition, the pages whose cells ran for it, with their seconds.
    executed: defaultdict[Edition, dict[str, float]] = field(
        default_factory=lambda: defaultdict(dict), init=False
    )
    _place: Place | None = field(default=None, init=False)
    _page_began: float = field(default=0, init=False)

    def listen(self, app: Sphinx, edition: Edition) -> None:
        """Follow a build of Sphinx, and the cells that it runs."""
        from bookbuild.execution.cache import CELL_STARTS

        self.edition = edition
        app.connect("env-before-read-docs", self._plan)
        app.connect("source-read", self._start)
        app.connect("doctree-read", self._end)
        if self.to.isatty():
            app.connect(CELL_STARTS, lambda _app, place: self._cell(place))
            threading.Thread(target=self._tick, daemon=True).start()

    def _plan(self, _app: Sphinx, _env: object, docnames: list[str]) -> None:
        self.number, self.expected = 0, len(docnames)

    def _start(self, _app: Sphinx, docname: str, _text: list[str]) -> None:
        self.number += 1
        self.reading, self._page_began = docname, time.monotonic()
        self._print(self._head())

    def _head(self) -> str:
        return f"[{self.number:2}/{self.expected}] {self.reading} "

    def _cell(self, place: Place) -> None:
        self._place = place
        self._print(self.line(place, time.monotonic() - self._page_began))

    def line(self, place: Place, passed: float) -> str:
        """Return the line of a page whose cells have run for `passed` seconds."""
        usual = self.usual.get(self.reading)
        about = f" of about {usual:.0f} s" if usual else " s"
        cell = f"cell {place.cell} of {place.cells}, {passed:.0f}{about}"
        return f"\r{self._head()}{cell}{CLEAR}"

    def _tick(self) -> None:
        while True:
            time.sleep(TICK)
            if place := self._place:
                self._cell(place)

    def _end(self, app: Sphinx, _tree: nodes.document) -> None:
        self._place = None
        start = f"\r{self._head()}{CLEAR}" if self.to.isatty() else ""
        self._print(f"{start}{self._outcome(app)}\n")
        self.reading = ""

    def _outcome(self, app: Sphinx) -> str:
        from bookbuild.execution.failures import chapter_of

        chapter, page = chapter_of(app), app.env.docname
        if "failure" in app.env.nb_metadata[page]:  # type: ignore[attr-defined]
            return "FAILED" if chapter and chapter.run else "not run"
        if not chapter or not chapter.exec_metadata:
            return ""
        if not chapter.run:
            return "unchanged, not run again"
        self.executed[self.edition][page] = chapter.run.seconds
        return f"{chapter.run.seconds:.1f} s of cells"

    def stop(self) -> str:
        """End the line of the page in which the build stopped; return its name."""
        self._place = None
        if self.reading:
            self._print("FAILED\n")
        return self.reading

    def _print(self, text: str) -> None:
        """Print `text` at once, in the line that was begun."""
        print(text, end="", file=self.to, flush=True)
