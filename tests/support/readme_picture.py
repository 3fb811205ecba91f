"""Draw the README's picture: three real runs, with their times in the file.

Run this file to make the runs again. `draw_again` draws the runs that a file has, so a
test can tell whether the picture still looks as the book draws it.
"""

import json
import re
from dataclasses import asdict
from pathlib import Path

from paralelo import Async, Sequential, SlowServer, Threads, draw, observe
from paralelo.timelines.timeline import Interval, Timeline
from paralelo.workloads import aio_fetch_stock, fetch_stock

PICTURE = Path(__file__).parents[2] / ".github/three-runs.svg"
WIDTH, LEFT, AROUND = 720, 32, 12  # pixels
STYLE = """
svg { color: #1d1d1b }
.title { font: bold 13px ui-monospace, monospace }
@media (prefers-color-scheme: dark) { svg { color: #e6e3dc } }
"""

Runs = dict[str, Timeline]


def runs() -> Runs:
    """Make the three runs of the book's cover."""
    with SlowServer(latency=0.1) as server:
        urls = server.product_urls(10)
        fetch_stock(urls[0])
        Async().map(aio_fetch_stock, urls[:1])
        return {
            "for url in urls": observe(fetch_stock, urls, Sequential()),
            "ThreadPoolExecutor": observe(fetch_stock, urls, Threads(workers=10)),
            "asyncio.gather": observe(aio_fetch_stock, urls, Async()),
        }


def drawn(runs: Runs) -> str:
    """Return a file with the picture of `runs`, in light and dark, and their times."""
    (inner,) = re.findall(r"<svg .*</svg>", draw(runs).html, re.S)
    height = int(re.search(r'height="(\d+)"', inner)[1]) + 2 * AROUND
    times = {
        title: [asdict(interval) for interval in run.intervals]
        for title, run in runs.items()
    }
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">\n'
        f"<metadata>{json.dumps(times)}</metadata>\n<style>{STYLE}</style>\n"
        f'<svg x="{LEFT}" y="{AROUND}" width="{WIDTH - 2 * LEFT}" '
        f'overflow="visible">{inner}</svg>\n'
        "</svg>\n"
    )


def draw_again(file: str) -> str:
    """Return what `drawn` makes of the runs in a file that it has made."""
    times = json.loads(re.search("<metadata>(.*)</metadata>", file)[1])
    return drawn(
        {
            title: Timeline(tuple(Interval(**each) for each in intervals))
            for title, intervals in times.items()
        }
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn(runs()), "utf8")
