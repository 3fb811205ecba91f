"""Run one build and measure its time and memory, and which pages' cells it ran.

The build is ours, or Jupyter Book's own, which it is compared with.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psutil

from bookbuild.console import PREFIX, CommandError

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


class Buildable(Protocol):
    """A book in its own folder, and one way to build it."""

    @property
    def root(self) -> Path:
        """Its folder."""

    def build(self) -> Built:
        """Build it, with what earlier builds left; raises CommandError if it fails."""


@dataclass(frozen=True)
class Ours:
    """A book that `bookbuild` builds."""

    root: Path

    def pages(self) -> dict[str, Any]:
        """Return each page's record in the manifest of the last build."""
        return self._manifest()["pages"]

    def editions(self) -> dict[str, Any]:
        """Return each edition's record in the manifest of the last build."""
        return self._manifest()["editions"]

    def _manifest(self) -> dict[str, dict[str, Any]]:
        manifest = (self.root / "_build/site/manifest.json").read_text("utf8")
        return dict(json.loads(manifest))

    def build(self) -> Built:
        """Run ``python -m bookbuild build``."""
        command = [sys.executable, "-m", "bookbuild", "--root", str(self.root), "build"]
        seconds, peak = watched(command, self.root)
        ran = {
            name: page["seconds"]
            for name, page in self.pages().items()
            if page["cells"] and not page["from_cache"]
        }
        return Built(seconds, peak, ran)


@dataclass(frozen=True)
class Stock:
    """A book that Jupyter Book builds without our extension."""

    root: Path

    def build(self) -> Built:
        """Run ``jupyter-book build``."""
        command = [sys.executable, "-c", STOCK, "build", str(self.root)]
        before = self._executed()
        seconds, peak = watched(command, self.root)
        after = self._executed()
        ran = {
            Path(page).relative_to(self.root).with_suffix("").as_posix(): seconds
            for key, (page, seconds) in after.items()
            if key not in before
        }
        return Built(seconds, peak, ran)

    def _executed(self) -> dict[int, tuple[str, float]]:
        """List the executions in the cache: each one's page, and its seconds."""
        cache = self.root / "_build/.jupyter_cache/global.db"
        if not cache.exists():
            return {}
        with closing(sqlite3.connect(cache)) as database:
            rows = list(database.execute("SELECT pk, uri, data FROM nbcache"))
        return {
            key: (page, float(json.loads(data)["execution_seconds"]))
            for key, page, data in rows
        }


def watched(command: Sequence[str], root: Path) -> tuple[float, int]:
    """Run `command` on the book `root`: its seconds, and the most bytes it took.

    Raises CommandError with its last line of output if it fails.
    """
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    (root / "_build").mkdir(exist_ok=True)
    log = root / "_build/bench.log"
    with log.open("wb") as file:
        start = time.perf_counter()
        process = psutil.Popen(
            command, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
        watch = _Memory(process)
        watch.start()
        try:
            status = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    seconds = time.perf_counter() - start
    watch.join()
    if status:
        lines = log.read_text("utf8", "replace").strip().splitlines() or ["no output"]
        why = next((line for line in lines if line.startswith(PREFIX)), lines[-1])
        why = why.removeprefix(PREFIX)
        raise CommandError(f"the measured build failed: {why}")
    return seconds, watch.peak


class _Memory(threading.Thread):
    """Sample the memory of a process and its descendants until it ends."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.process, self.peak = process, 0

    def run(self) -> None:
        while self.process.is_running():
            try:
                family = [self.process, *self.process.children(recursive=True)]
                self.peak = max(self.peak, sum(map(_resident, family)))
            except psutil.NoSuchProcess:
                return
            time.sleep(STEP)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:  # gone in the meantime
        return 0
