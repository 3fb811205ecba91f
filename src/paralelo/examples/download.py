"""Download ten pages at once: the notebook's ``await main()``, as a program.

    python -m paralelo.examples.download [COUNT]

The pages come from a slow server on this machine, so no network is needed.
"""

import argparse
import asyncio
import time

import aiohttp

from paralelo.server import SlowServer

LATENCY = 0.2  # seconds that the server takes for each answer
TIMEOUT = aiohttp.ClientTimeout(total=30)


async def fetch(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(url) as response:
        response.raise_for_status()
        return int((await response.json())["stock"])


async def main(urls: list[str]) -> list[int]:
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(fetch(session, url)) for url in urls]
        return [task.result() for task in tasks]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m paralelo.examples.download")
    parser.add_argument("count", type=int, nargs="?", default=10, help="how many pages")
    count = parser.parse_args().count

    with SlowServer(LATENCY) as server:
        start = time.perf_counter()
        pages = asyncio.run(main(server.product_urls(count)))
        seconds = time.perf_counter() - start
        print(*pages)
        print(f"{len(pages)} pages of {LATENCY} s each in {seconds:.2f} s")
