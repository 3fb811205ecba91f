"""Tasks with a known bottleneck: I/O-bound, CPU-bound, or failing.

They're defined in a module, so that they can be pickled.
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from .arguments import check_finite

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

TIMEOUT = 30  # seconds; `requests` itself would wait forever
SIDE = 1_000  # pixels in each row and in each column of a photo
BLOCK = 10  # pixels in each row and column of it that become one pixel of a thumbnail


def cpu_heavy(x: int) -> int:
    """Return the sum of the squares of the numbers below x²: CPU-bound, pure Python."""
    total = 0
    for i in range(x**2):
        total += i**2
    return total


def make_photo(number: int) -> bytes:
    """Return the grey pixels of a photo, a byte each, made from the seed `number`."""
    from random import Random  # here: every spawned worker imports this module

    return Random(number).randbytes(SIDE * SIDE)


def make_thumbnail(photo: bytes) -> bytes:
    """Shrink a photo to a hundredth of its pixels: CPU-bound, pure Python.

    Each pixel of the thumbnail is the average of a block of the photo's pixels.
    """
    thumbnail = bytearray()
    for top in range(0, SIDE, BLOCK):
        for left in range(0, SIDE, BLOCK):
            rows = range(top, top + BLOCK)
            columns = range(left, left + BLOCK)
            total = sum(photo[SIDE * y + x] for y in rows for x in columns)
            thumbnail.append(total // BLOCK**2)
    return bytes(thumbnail)


def fetch_stock(url: str) -> int:
    """Return the stock of the product at `url`: I/O-bound, and blocks its thread.

    Raises `requests.HTTPError` if the answer is an error.
    """
    import requests  # here: every spawned worker imports this module

    response = requests.get(url, timeout=TIMEOUT)
    response.raise_for_status()
    return int(response.json()["stock"])


async def aio_fetch_stock(url: str) -> int:
    """Return the stock of the product at `url`: I/O-bound, and awaits the answer.

    Raises `aiohttp.ClientResponseError` if the answer is an error.
    """
    import aiohttp  # here: every spawned worker imports this module

    timeout = aiohttp.ClientTimeout(TIMEOUT)
    async with aiohttp.request("GET", url, timeout=timeout) as response:
        response.raise_for_status()
        return int((await response.json())["stock"])


def sleep(seconds: float) -> float:
    """Sleep for `seconds`, and return that. Releases the GIL."""
    time.sleep(seconds)
    return seconds


async def aio_sleep(seconds: float) -> float:
    """Sleep for `seconds` on the event loop, and return that."""
    import asyncio  # here: every spawned worker imports this module

    check_finite("seconds", seconds)
    await asyncio.sleep(seconds)
    return seconds


def no_op(item: int) -> int:
    """Return `item`: a task without work, so that only the overhead is left."""
    return item


async def aio_no_op(item: int) -> int:
    """Return `item` from a coroutine."""
    return item


def burn(seconds: float) -> float:
    """Compute until this thread has used `seconds` of CPU time, and return that.

    It's the same work on a busy machine and on an idle one; only the wall time differs.
    """
    check_finite("seconds", seconds)
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1000))
    return seconds


def spin(seconds: float) -> Iterator[None]:
    """Add numbers for `seconds` of CPU time, and yield every few hundred additions.

    A workload that reports its progress is a generator: see `observe_time_slices`.
    """
    end = time.thread_time() + seconds
    total = 0
    while time.thread_time() < end:
        for i in range(300):
            total += i
        yield


def sum_in_c(n: int) -> int:
    """Return the sum of the numbers below `n`: one C call that holds the GIL."""
    return sum(range(n))


def sha256_block(megabytes: int) -> str:
    """Return the SHA-256 digest of a block of zeros: C code that releases the GIL."""
    import hashlib  # here: every spawned worker imports this module

    return hashlib.sha256(bytes(megabytes * 1_000_000)).hexdigest()


async def aio_fetch_stock_blocking(url: str) -> int:
    """Call `fetch_stock` from a coroutine: it never awaits, so it blocks the loop."""
    return fetch_stock(url)


async def aio_burn_cooperative(seconds: float) -> None:
    """Compute for `seconds`, and let the event loop run other tasks every 5 ms."""
    import asyncio  # here: every spawned worker imports this module

    check_finite("seconds", seconds)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        burn(0.005)
        await asyncio.sleep(0)


def submit_to_same_pool(pool: Executor, looks: int) -> str:
    """Submit a task to `pool` from a task of `pool`, and look for its result.

    With one worker, that worker waits for itself. Returns the task's result, or
    "still waiting" after that many `looks`.
    """
    inner = pool.submit(str, "result")
    for _ in range(looks):
        if inner.done():
            return inner.result()
        time.sleep(0.01)
    return "still waiting"


def report_and_hang(begun: "Event") -> None:
    """Set the event, then sleep for an hour, as a driver that never returns."""
    begun.set()
    time.sleep(3600)


def crash(status: int) -> None:
    """End this process at once, as a crash in C code or the system would."""
    os._exit(status)


class TwoPartError(Exception):
    """An exception that can be raised and pickled, but not unpickled.

    `Exception` keeps what `super().__init__` got, one string, and unpickling calls the
    class with just that.
    """

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")


def fail(reason: str) -> None:
    """Raise a `ValueError`."""
    raise ValueError(reason)


def fail_in_two_parts(reason: str) -> None:
    """Raise a `TwoPartError`."""
    raise TwoPartError("part", reason)
