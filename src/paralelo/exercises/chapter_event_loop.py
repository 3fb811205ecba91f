"""Exercises of *The event loop*: download five at once, and tasks in a loop of ours."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any

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
    stocks = {}
    remaining = iter(urls)

    async def worker() -> None:
        for url in remaining:
            stocks[url] = await aio_fetch_stock(url)

    await asyncio.gather(*(worker() for _ in range(5)))
    return [stocks[url] for url in urls]


def advance(generators: list[Generator[Any, None, None]]) -> float | None:
    while generators:
        try:
            step = next(generators[-1])
        except StopIteration:
            generators.pop()  # go on with the one that waits for it
            continue
        if not isinstance(step, Generator):
            return float(step)  # seconds to wait
        generators.append(step)
    return None
