"""Ask for the stock of many products, four at a time, in a pool of threads."""

import sys
from concurrent.futures import ThreadPoolExecutor

import requests


def fetch_stock(url: str) -> int:
    response = requests.get(url, timeout=5)
    response.raise_for_status()
    return int(response.json()["stock"])


def main(urls: list[str]) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        for url, stock in zip(urls, pool.map(fetch_stock, urls), strict=True):
            print(url, stock)


if __name__ == "__main__":
    main(sys.argv[1:])
