"""Run one build and measure its time and memory, and which pages' cells it ran.

The build is ours, or Jupyter Book's own, which it is compared with.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import psutil

from bookbuild.console import PREFIX, CommandError

TITLE = re.compile(r"^# .+\n", re.M)
SENTENCE = "Here is one sentence more, and no cell of this page has changed: {}.\n"
CACHE = "_build/.jupyter_cache"  # of chapters' outputs
STEP = 0.2  # seconds between two samples of a build's memory
#: The program `jupyter-book`, which has no ``python -m``.
STOCK = "from jupyter_book.cli.main import main; main()"


@dataclass(frozen=True)
class Built:
    """One build: wall time in seconds, peak memory in bytes, and cells.

    `ran` maps each page whose cells ran to how long they took, in seconds.
    """

    seconds: float
    peak: int
    ran: dict[str, float]

    @property
    def cells(self) -> float:
        """Return the seconds that cells took."""
        return sum(self.ran.values())

    @property
    def rest(self) -> float:
        """Return the seconds of everything but cells."""
        return self.seconds - self.cells


@dataclass(frozen=True)
class Buildable(ABC):
    """A book in its own folder, and one way to build it."""

    root: Path
    made: ClassVar[str]  # where its English pages are, from there

    @property
    def site(self) -> Path:
        """The folder with its English pages."""
        return self.root / self.made

    @abstractmethod
    def build(self) -> Built:
        """Build it, with what earlier builds left; raises CommandError if it fails."""

    def change_prose(self, page: str, number: int) -> None:
        """Insert sentence `number` below a page's title, so that its cells move down.

        Raises CommandError if the page has no title.
        """
        path = self.root / f"{page}.md"
        below = rf"\g<0>\n{SENTENCE.format(number)}"
        text, found = TITLE.subn(below, path.read_text("utf8"), count=1)
        if not found:
            raise CommandError(f"{path.name} has no title, to write below")
        path.write_text(text, encoding="utf8")


class Ours(Buildable):
    """A book that `bookbuild` builds."""

    made = "_build/site/en"

    @property
    def manifest(self) -> dict[str, dict[str, Any]]:
        """The manifest of the last build."""
        text = (self.site.parent / "manifest.json").read_text("utf8")
        return dict(json.loads(text))

    def build(self) -> Built:
        command = ["-m", "bookbuild", "--root", str(self.root), "build"]
        seconds, peak = watched(command, self.root)
        ran = {
            name: page["seconds"]
            for name, page in self.manifest["pages"].items()
            if page["cells"] and not page["from_cache"]
        }
        return Built(seconds, peak, ran)


class Stock(Buildable):
    """A book that Jupyter Book builds without our extension."""

    made = "_build/html"

    def build(self) -> Built:
        before = self._executed()
        seconds, peak = watched(["-c", STOCK, "build", str(self.root)], self.root)
        after = self._executed()
        ran = dict(after[key] for key in after.keys() - before.keys())
        return Built(seconds, peak, ran)

    def _executed(self) -> dict[int, tuple[str, float]]:
        """List the executions in the cache: each one's page, and its seconds."""
        from jupyter_cache import get_cache

        cache = get_cache(self.root / CACHE)
        return {
            each.pk: (
                Path(each.uri).relative_to(self.root).with_suffix("").as_posix(),
                each.data["execution_seconds"],
            )
            for each in cache.list_cache_records()
        }


def check_all_ran(builds: Sequence[Built], chapters: int) -> None:
    """Raise CommandError if a build left cells out: then it can't be compared.

    Jupyter Book builds a page whose cells fail, and that takes less time.
    """
    for built in builds:
        if len(built.ran) != chapters:
            ran = f"the cells of {len(built.ran)} chapters, not of {chapters}"
            raise CommandError(f"a clean build ran {ran}")


def watched(arguments: Sequence[str], root: Path) -> tuple[float, int]:
    """Run Python on the book `root`: its seconds, and the most bytes it took.

    Raises CommandError with its last line of output if it fails.
    """
    (root / "_build").mkdir(exist_ok=True)
    log = root / "_build/bench.log"
    start, peak = time.perf_counter(), 0
    with (
        log.open("wb") as file,
        subprocess.Popen(
            [sys.executable, *arguments],
            env=os.environ | {"PYTHONPATH": str(root / "src")},
            stdout=file,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            while process.poll() is None:
                peak = max(peak, _resident(process.pid))
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STEP)
        finally:
            process.terminate()
    seconds = time.perf_counter() - start
    if process.returncode:
        lines = log.read_text("utf8", "replace").strip().splitlines() or ["no output"]
        why = next((line for line in lines if line.startswith(PREFIX)), lines[-1])
        raise CommandError(f"the measured build failed: {why.removeprefix(PREFIX)}")
    return seconds, peak


def _resident(pid: int) -> int:
    """Sum the resident memory of a process and its descendants, in bytes."""
    every = 0
    with suppress(psutil.NoSuchProcess):  # one that is gone in the meantime
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            every += each.memory_info().rss
    return every
