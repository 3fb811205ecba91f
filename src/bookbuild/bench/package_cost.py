"""Measure what the `paralelo` package costs: import time, requests in flight."""

from __future__ import annotations

import subprocess
import sys

from bookbuild.console import CommandError
from paralelo.server import SlowServer

IN_FLIGHT = 5_500  # requests that the client has in flight

IMPORT = """\
import time
start = time.perf_counter()
import paralelo.instrument, paralelo.workloads
print(time.perf_counter() - start)
"""

CLIENT = """\
import resource, sys
from paralelo import Async
from paralelo.workloads import aio_fetch_stock

_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
urls = [f"{sys.argv[1]}products/{n}" for n in range(int(sys.argv[2]))]
Async().map(aio_fetch_stock, urls)
"""


def import_time() -> float:
    """Return the seconds that a new process takes to import what a worker needs."""
    return float(_output(IMPORT))


def requests_in_flight() -> float:
    """Return the most requests that the slow server had in flight at one time."""
    with SlowServer(latency=15) as server:
        _output(CLIENT, server.url, str(IN_FLIGHT))
        return server.seen().peak


def _output(program: str, *arguments: str) -> str:
    """Run a Python program; return its output, or raise CommandError if it fails."""
    command = [sys.executable, "-c", program, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        why = (ran.stderr.strip().splitlines() or ["no output"])[-1]
        raise CommandError(f"the paralelo package can't be measured: {why}")
    return ran.stdout
