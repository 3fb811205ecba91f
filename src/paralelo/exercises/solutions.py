"""One right answer to each exercise; chapters show them folded, tests run them."""

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from statistics import median
from typing import Any

from ..workloads import aio_heavy

PREDICTIONS = {
    "sequential": 0.7,  # 7 × 0.1
    "threads": 0.3,  # 3 workers: ⌈7/3⌉ = 3 waves
    "processes": 0.3,  # the same waves; starting the workers comes on top
    "awaited": 0.7,  # one after another, on a loop or not
    "gathered": 0.1,  # all 7 at once
}


def measure(action: Callable[[], object]) -> tuple[float, float, float]:
    walls, cpus = [], []
    for _ in range(7):
        wall, cpu = time.perf_counter(), time.process_time()
        action()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return min(walls), median(walls), sum(cpus) / sum(walls)


FROZEN = {"one_c_call"}


def robust_map(
    function: Callable[[Any], Any],
    items: Iterable[Any],
    *,
    workers: int,
    timeout: float,
) -> list[Any]:
    pool = ThreadPoolExecutor(workers)
    try:
        futures = [pool.submit(function, item) for item in items]
        return [outcome(future, timeout) for future in futures]
    finally:
        pool.shutdown(wait=False)  # `with` would wait for the task that hangs


def outcome(future: Future[Any], timeout: float) -> Any:
    try:
        return future.result(timeout)
    except Exception as error:
        return error


REPAIRED = """\
import multiprocessing
import sys
from functools import partial

def square(scale, number):
    return scale * number**2

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(2) as pool:
        print(*pool.map(partial(square, int(sys.argv[2])), range(4)))
"""


async def download(urls: list[str]) -> list[str]:
    slots = asyncio.Semaphore(5)

    async def one(url: str) -> str:
        async with slots:
            return await aio_heavy(url)

    return await asyncio.gather(*map(one, urls))


CHOICES = {
    "a": "threads",
    "b": "async",
    "c": "processes",
    "d": "sequential",
    "e": "threads",
    "f": "sequential",
    "g": "threads",
    "h": "processes",
}
