"""Ask for the stock of all products, show the progress, and report what failed."""

import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

import requests


def fetch_stock(url: str) -> int:
    response = requests.get(url, timeout=3)
    response.raise_for_status()
    return int(response.json()["stock"])


def main(urls: list[str]) -> None:
    stocks, errors = {}, {}
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = {pool.submit(fetch_stock, url): url for url in urls}
        for count, future in enumerate(as_completed(futures), start=1):
            url = futures[future]
            try:
                stocks[url] = future.result()
            except Exception as error:
                errors[url] = error
            print(f"{count} of {len(urls)}: {url}")
    for url, reason in errors.items():
        print(f"failed: {url}: {type(reason).__name__}: {reason}")
    print(f"{len(stocks)} answers, {len(errors)} errors")


if __name__ == "__main__":
    main(sys.argv[1:])
