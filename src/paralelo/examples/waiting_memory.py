"""Measure the memory of many threads that wait, or of many asyncio tasks.

    python -m paralelo.examples.waiting_memory {threads,tasks} COUNT

Prints the bytes for each of them. It's a program because memory that another part of a
notebook has used before would be used again.
"""

import asyncio
import sys
import threading

import psutil


def resident() -> int:
    """Return the bytes of memory that this process occupies."""
    return int(psutil.Process().memory_info().rss)


def waiting_threads(count: int) -> int:
    released = threading.Event()
    before = resident()
    threads = [threading.Thread(target=released.wait) for _ in range(count)]
    for thread in threads:
        thread.start()  # returns once the thread runs
    used = resident() - before
    released.set()
    for thread in threads:
        thread.join()
    return used


async def waiting_tasks(count: int) -> int:
    released = asyncio.Event()
    before = resident()
    tasks = [asyncio.create_task(released.wait()) for _ in range(count)]
    await asyncio.sleep(0)  # now all of them wait
    used = resident() - before
    released.set()
    await asyncio.gather(*tasks)
    return used


def main(kind: str, count: int) -> None:
    used = (
        waiting_threads(count)
        if kind == "threads"
        else asyncio.run(waiting_tasks(count))
    )
    print(used // count)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
