"""Ask for the stock of many products on one event loop, five at a time."""

import asyncio
import sys

import aiohttp


async def main(urls: list[str]) -> None:
    slots = asyncio.Semaphore(5)
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))

    async def fetch_stock(url: str) -> int:
        async with slots, session.get(url) as response:
            response.raise_for_status()
            return int((await response.json())["stock"])

    async with session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch_stock(url)) for url in urls]
    for url, task in zip(urls, tasks, strict=True):
        print(url, task.result())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
