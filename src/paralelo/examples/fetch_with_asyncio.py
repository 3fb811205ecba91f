"""Ask for the stock of many products, four at a time, on one event loop."""

import asyncio
import sys

import aiohttp


async def fetch_stock(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(url) as response:
        response.raise_for_status()
        return int((await response.json())["stock"])


async def main(urls: list[str]) -> None:
    four = aiohttp.TCPConnector(limit=4)
    patience = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5)
    async with aiohttp.ClientSession(connector=four, timeout=patience) as session:
        stocks = await asyncio.gather(*(fetch_stock(session, url) for url in urls))
    for url, stock in zip(urls, stocks, strict=True):
        print(url, stock)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
