"""Measure what the `paralelo` package costs: import, requests in flight, size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bookbuild.console import CommandError
from paralelo.server import SlowServer

IN_FLIGHT = 5_500  # requests that the client has in flight

IMPORT = """\
import time
start = time.perf_counter()
import paralelo.instrument, paralelo.workloads
print(time.perf_counter() - start)
"""

#: Makes its requests in the order of their numbers, and prints nothing.
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


def import_time() -> float:
    """Return the seconds that a new process takes to import what a worker needs."""
    return float(_output(IMPORT))


def requests_in_flight() -> float:
    """Return the most requests that the slow server had in flight at one time."""
    with SlowServer(latency=15) as server:
        _output(CLIENT, server.url, str(IN_FLIGHT))
        return server.seen().peak


def size(folder: Path) -> int:
    """Sum the bytes of the files below `folder`."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if not path.is_symlink())


def _output(program: str, *arguments: str) -> str:
    """Run a Python program; return its output, or raise CommandError if it fails."""
    command = [sys.executable, "-c", program, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        why = (ran.stderr.strip().splitlines() or ["no output"])[-1]
        raise CommandError(f"the paralelo package can't be measured: {why}")
    return ran.stdout
