"""What is there to do? Tasks by what they wait for; module-level, so picklable."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor

TIMEOUT = 30  # seconds; `requests` itself would wait for ever


def cpu_heavy(x: int) -> int:
    """The sum of the squares of the numbers below x²: pure Python, CPU-bound."""
    total = 0
    for i in range(x**2):
        total += i**2
    return total


def io_heavy(url: str) -> str:
    """What the server answers at `url`; blocks its thread until then.

    Raises `requests.HTTPError` if the answer is an error.
    """
    import requests  # here: every spawned worker imports this module

    response = requests.get(url, timeout=TIMEOUT)
    response.raise_for_status()
    return response.text


async def aio_heavy(url: str) -> str:
    """What the server answers at `url`; the loop goes on until then.

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


def nothing(item: int) -> int:
    """Return `item`: what is left when there is nothing to do is the overhead."""
    return item


async def aio_nothing(item: int) -> int:
    """Return `item`, as a coroutine."""
    return item


def burn(seconds: float) -> float:
    """Compute until the calling thread has used `seconds` of CPU time; return that.

    The same work on a busy machine and on an idle one; only the wall time differs.
    """
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1000))
    return seconds


def spin(seconds: float) -> Iterator[None]:
    """Add numbers for `seconds` of CPU time, and yield every few hundred additions.

    A workload that reports its progress is a generator: see `observe_turns`.
    """
    end = time.thread_time() + seconds
    total = 0
    while time.thread_time() < end:
        for i in range(300):
            total += i
        yield


def one_c_call(n: int) -> int:
    """The sum of the numbers below `n`, in one call of C that never yields the GIL."""
    return sum(range(n))


def hash_block(megabytes: int) -> str:
    """The SHA-256 digest of a block of zeros; C code that releases the GIL."""
    import hashlib  # here: every spawned worker imports this module

    return hashlib.sha256(bytes(megabytes * 1_000_000)).hexdigest()


async def blocking_heavy(url: str) -> str:
    """`io_heavy` in a coroutine's clothes: it never awaits, so it blocks the loop."""
    return io_heavy(url)


async def polite(seconds: float) -> None:
    """Compute for `seconds`, and let the event loop go on every 5 ms."""
    import asyncio  # here: every spawned worker imports this module

    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        burn(0.005)
        await asyncio.sleep(0)


def ask_the_same_pool(pool: Executor, patience: float) -> str:
    """Submit a task to `pool` from a task of `pool`, and wait for it `patience` s.

    With one worker, that worker is waiting for itself. Returns the name of what it
    came to: a result, or the exception.
    """
    inner = pool.submit(str, "result")
    try:
        return inner.result(timeout=patience)
    except TimeoutError as error:
        return type(error).__name__


def die(status: int) -> None:
    """End this process at once, as a crash in C code or the kernel would."""
    os._exit(status)


class TwoPartError(Exception):
    """An exception that can be raised anywhere, and pickled, but not unpickled.

    `Exception` remembers what `super().__init__` got, one string, and unpickling calls
    the class with just that.
    """

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")


def fail(reason: str) -> None:
    """Raise a `ValueError`."""
    raise ValueError(reason)


def fail_in_two_parts(reason: str) -> None:
    """Raise a `TwoPartError`."""
    raise TwoPartError("part", reason)
