"""Exercises of *The event loop*: download concurrently, at most five at once."""

import asyncio
from collections.abc import Awaitable, Callable

from ..server import SlowServer, stock
from ..workloads import aio_fetch_stock
from .feedback import Feedback, not_yet, right

PAGES, MOST = 20, 5


async def check_downloader(
    download: Callable[[list[str]], Awaitable[list[int]]],
) -> Feedback:
    """Check `await download(urls)`: all the pages, in order, 5 of them at once, and
    never more.

    It gets 20 pages of a slow server, which counts the requests.
    """
    with SlowServer(latency=0.05) as server:
        pages = await download(server.product_urls(PAGES))
        seen = server.seen()
    if pages != [stock(number) for number in range(PAGES)]:
        return not_yet(
            "expected the {pages} pages in order, got {answer}",
            pages=PAGES,
            answer=repr(pages),
        )
    if seen.requests != PAGES:
        return not_yet(
            "{requests} requests for {pages} pages",
            requests=seen.requests,
            pages=PAGES,
        )
    if seen.peak == 1:
        return not_yet("the server never saw two requests at once")
    if seen.peak > MOST:
        return not_yet("the server saw {peak} requests at once", peak=seen.peak)
    if seen.peak < MOST:
        return not_yet(
            "the server saw {peak} at once; {most} are allowed",
            peak=seen.peak,
            most=MOST,
        )
    return right(
        "{requests} requests, {peak} at once", requests=seen.requests, peak=seen.peak
    )


async def download(urls: list[str]) -> list[int]:
    slots = asyncio.Semaphore(5)

    async def one(url: str) -> int:
        async with slots:
            return await aio_fetch_stock(url)

    return await asyncio.gather(*map(one, urls))
