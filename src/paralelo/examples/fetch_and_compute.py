"""Ask for the stock of many products in threads, and compute in processes."""

import random
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import requests


def fetch_stock(url: str) -> int:
    response = requests.get(url, timeout=5)
    response.raise_for_status()
    return int(response.json()["stock"])


def days_left(stock: int) -> float:
    """Simulate how many days the stock lasts if up to four are sold each day."""
    chance, days, trials = random.Random(stock), 0, 1000
    for _ in range(trials):
        left = stock
        while left > 0:
            left -= chance.randint(0, 4)
            days += 1
    return days / trials


def main(urls: Iterable[str]) -> None:
    with (
        ThreadPoolExecutor(max_workers=10) as threads,
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes,
    ):
        stocks = threads.map(fetch_stock, urls)
        for url, days in zip(urls, processes.map(days_left, stocks), strict=True):
            print(f"{url} {days:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
