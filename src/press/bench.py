"""Are the design's budgets kept? Measured, on this machine, one thing at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from paralelo.server import SlowServer
from press.worktree import copy_tree

IN_FLIGHT = 5_500  # requests that the client of the bench has under way
MEGABYTE = 1_000_000

IMPORT = """\
import time
start = time.perf_counter()
import paralelo
print(time.perf_counter() - start)
"""

#: Opens its requests in the order of their numbers, and reports nothing.
CLIENT = """\
import asyncio, resource, sys
import aiohttp

async def main(url, count):
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        async def fetch(number):
            async with session.get(f"{url}{number}") as response:
                return await response.text()
        await asyncio.gather(*map(fetch, range(count)))

_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@dataclass(frozen=True)
class Row:
    """One budget: what was measured, and what it may be, at most or at least."""

    what: str
    value: float
    budget: float
    unit: str
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the budget is kept."""
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def __str__(self) -> str:
        sign, state = ("≥" if self.at_least else "≤"), ("" if self.kept else "  OVER")
        return (
            f"{self.what:45} {self.value:10,.1f} {self.unit:3} "
            f"({sign} {self.budget:,.0f} {self.unit}){state}"
        )


def bench(root: Path) -> int:
    """Measure and print every budget; 1 if one of them is not kept."""
    rows = []
    for row in _rows(root):
        print(row, flush=True)
        rows.append(row)
    return 0 if all(row.kept for row in rows) else 1


def _rows(root: Path) -> Iterator[Row]:
    imports = [_import_time() for _ in range(11)]
    yield Row("import paralelo (median of 11)", 1e3 * median(imports), 60, "ms")
    yield Row("requests in flight", _requests_in_flight(), 5_000, "", at_least=True)
    yield Row("environment", _size(root / ".venv") / MEGABYTE, 600, "MB")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book"
        if problem := copy_tree(root, copy):
            raise SystemExit(f"press: {problem}")
        clean = _build(copy)
        manifest = json.loads((copy / "_build/site/manifest.json").read_text("utf8"))
        cells = {name: page["seconds"] for name, page in manifest["pages"].items()}
        for name, seconds in cells.items():
            if seconds:
                yield Row(f"cells of {name}", seconds, 30, "s")
        rest = clean.seconds - sum(cells.values())
        allowed = 12 + 0.25 * len(cells)
        yield Row("clean build", clean.seconds, sum(cells.values()) + allowed, "s")
        yield Row("  of it, not cells", rest, allowed, "s")
        yield Row("peak memory of a build", clean.peak / MEGABYTE, 1_500, "MB")
        yield Row("build, nothing changed", _build(copy).seconds, 5, "s")


def _import_time() -> float:
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True
    )
    return float(ran.stdout)


def _requests_in_flight() -> float:
    with SlowServer(latency=15) as server:
        command = [sys.executable, "-c", CLIENT, server.url, str(IN_FLIGHT)]
        subprocess.run(command, check=True)
        return server.seen().peak


def _size(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if not path.is_symlink())


@dataclass
class Built:
    """One build: its wall time in seconds, and the most memory it took, in bytes."""

    seconds: float
    peak: int


def _build(root: Path) -> Built:
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    command = [sys.executable, "-m", "press", "--root", str(root), "build"]
    start = time.perf_counter()
    process = psutil.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    watch = _Memory(process)
    watch.start()
    status = process.wait()
    seconds = time.perf_counter() - start
    watch.join()
    if status:
        raise SystemExit("press: the build that was to be measured failed; see above")
    return Built(seconds, watch.peak)


class _Memory(threading.Thread):
    """Follow what a process and all its descendants take together, while it lives."""

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
            time.sleep(0.2)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:  # gone in the meantime
        return 0
