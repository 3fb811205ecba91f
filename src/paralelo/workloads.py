"""What is there to do? Tasks by what they wait for; module-level, so picklable."""

import time
from collections.abc import Iterator
from threading import Event

TIMEOUT = 30  # seconds; `requests` itself would wait for ever


def cpu_heavy(x: int) -> int:
    """The sum of the squares of the numbers below x²: pure Python, CPU-bound."""
    total = 0
    for i in range(x**2):
        total += i**2
    return total


def io_heavy(url: str) -> str:
    """What the server answers at `url`, fetched with `requests`; it blocks its thread.

    Raises `requests.HTTPError` if the answer is an error.
    """
    import requests  # here: every spawned worker imports this module

    response = requests.get(url, timeout=TIMEOUT)
    response.raise_for_status()
    return response.text


async def aio_heavy(url: str) -> str:
    """What the server answers at `url`, fetched with `aiohttp`; the loop goes on.

    Raises `aiohttp.ClientResponseError` if the answer is an error.
    """
    import aiohttp  # here: every spawned worker imports this module

    timeout = aiohttp.ClientTimeout(TIMEOUT)
    async with aiohttp.request("GET", url, timeout=timeout) as response:
        response.raise_for_status()
        return await response.text()


def wait(seconds: float) -> float:
    """Sleep, and return how long: a wait with nothing around it. Releases the GIL."""
    time.sleep(seconds)
    return seconds


async def aio_wait(seconds: float) -> float:
    """Sleep on the event loop, and return how long."""
    import asyncio  # here: every spawned worker imports this module

    await asyncio.sleep(seconds)
    return seconds


def burn(seconds: float) -> float:
    """Compute until the calling thread has used `seconds` of CPU time; return that.

    The same work on a busy machine and on an idle one; only the wall time differs.
    """
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1000))
    return seconds


def spin(seconds: float) -> Iterator[None]:
    """Add numbers for `seconds` of wall time, and yield every few hundred additions.

    A workload that reports its progress is a generator: see `observe_turns`.
    """
    end = time.perf_counter() + seconds
    total = 0
    while time.perf_counter() < end:
        for i in range(300):
            total += i
        yield


def spin_until(stop: Event) -> int:
    """Compute in pure Python until `stop` is set; return the number of rounds."""
    rounds = 0
    while not stop.is_set():
        for _ in range(300):
            rounds += 1
    return rounds
