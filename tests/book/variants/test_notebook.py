"""Broken variants of the appendix on benchmarks: each makes its claim fail."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from paralelo import cpu_work, io_wait, measure, simulate
from paralelo.strategies import Sequential, Threads
from paralelo.workloads import (
    aio_fetch_stock,
    aio_fetch_stock_blocking,
    cpu_heavy,
    fetch_stock,
)
from variants import PASSED, fails


def test_doing_nothing_agrees_with_itself():
    # a function that returns something
    results = Threads(2).map(cpu_heavy, range(2))

    assert fails(
        "doing-nothing-agrees-with-itself", by_threads=results, in_a_loop=results
    )


def test_the_sums_are_right():
    # the last addition is missing
    def formula(x):
        n = x**2
        return (n - 1) * n * (2 * n - 1) // 6

    sums = [sum(i**2 for i in range(x**2 - 1)) for x in range(20)]

    assert fails("the-sums-are-right", numbers=range(20), sums=sums, formula=formula)


def test_measure_refuses_what_returns_nothing():
    # a function with a return
    try:
        measure(cpu_heavy, range(2), [Sequential(), Threads(2)], rounds=1)
        refused = False
    except ValueError:
        refused = True

    assert fails("measure-refuses-what-returns-nothing", refused=refused)


def test_one_of_four_workers_gets_no_chunk():
    # four chunks for four workers
    cost = [x**2 for x in range(250)]
    chunks = [sum(cost[i : i + 63]) for i in range(0, 250, 63)]

    assert fails(
        "one-of-four-workers-gets-no-chunk",
        three_chunks=simulate([cpu_work(chunk) for chunk in chunks], workers=4),
    )


def test_spawned_workers_do_not_know_the_cells():
    # a function that a process can import, in place of one from a cell
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(cpu_heavy, range(2)))

    assert fails(
        "spawned-workers-do-not-know-the-cells", outcomes={"spawn": [found, found]}
    )


def test_the_lesson_compared_two_waves_with_three():
    # five workers, not four
    waves = {n: round(simulate([io_wait(1)] * 10, n).makespan) for n in (8, 5)}

    assert fails("the-lesson-compared-two-waves-with-three", waves=waves)


def test_requests_raises_if_nobody_answers(server):
    # a server that answers
    outcome = fetch_stock(server.product_urls(1)[0])

    assert fails("requests-raises-if-nobody-answers", outcome=outcome)


async def begun():
    """Create a task, and do what the lesson didn't: let it begin."""
    made = []

    async def download():
        made.append(1)

    task = asyncio.create_task(download())
    await task
    return 1, 0, len(made)


def test_nothing_was_timed():
    # a benchmark that awaits what it times
    assert fails("nothing-was-timed", counts=asyncio.run(begun()))


def test_the_next_cell_pays():
    # a cell that drops the tasks instead of awaiting them
    made = []

    async def download():
        made.append(1)

    download().close()

    assert fails("the-next-cell-pays", paid=len(made))


def peak(server, *awaitables):
    async def together():
        await asyncio.gather(*awaitables)

    asyncio.run(together())
    return server.seen().peak


def test_either_mistake_loses_everything(server):
    # awaited, and together
    calls = [aio_fetch_stock(url) for url in server.product_urls(5)]

    assert fails(
        "either-mistake-loses-everything",
        peaks=[peak(server, *calls)] * 5,
        overlap=PASSED,
    )


def test_without_the_mistakes_requests_overlap(server):
    # together, but each call blocks the loop
    calls = [aio_fetch_stock_blocking(url) for url in server.product_urls(2)]

    assert fails(
        "without-the-mistakes-requests-overlap", peaks=[peak(server, *calls)] * 5
    )
