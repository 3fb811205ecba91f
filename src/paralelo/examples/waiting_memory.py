"""Measure the memory of many threads that wait, or of many asyncio tasks.

    python -m paralelo.examples.waiting_memory {threads,tasks} COUNT

Prints the bytes for each of them. It's a program because memory that another part of a
notebook has used before would be used again.
"""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path


def resident() -> int:
    """Return the bytes of memory that this process occupies."""
    statm = Path("/proc/self/statm")
    if statm.exists():  # Linux
        pages = int(statm.read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    command = ["ps", "-o", "rss=", "-p", str(os.getpid())]
    return 1024 * int(subprocess.run(command, capture_output=True, check=True).stdout)


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
