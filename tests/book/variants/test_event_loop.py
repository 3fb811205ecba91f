"""Broken variants of chapter 6: each makes the claim of its name fail."""

import asyncio
import gc
import time
import weakref

import pytest

from page_cells import EVENT_LOOP, define
from paralelo import Async, observe
from paralelo.workloads import aio_fetch_stock, aio_fetch_stock_blocking, sum_in_c
from variants import PASSED, fails


def trace_of(function, items):
    """What the page's function of this name returns."""
    space = define(EVENT_LOOP, "trace_of", asyncio=asyncio)
    return asyncio.run(space["trace_of"](function, items))


def test_a_generator_runs_when_asked():
    trace = []

    def steps():
        trace.append("begun")
        return iter([0.1])  # an ordinary function: the call runs it

    walk = steps()
    after_call = list(trace)
    next(walk)

    assert fails(
        "a-generator-runs-when-asked", after_call=after_call, after_next=list(trace)
    )


def test_both_kettles_come_first():
    def run(*tasks):  # one task after the other, each to its end
        for task in tasks:
            for _ in task:
                pass

    space = define(EVENT_LOOP, "tea", run=run)

    assert fails("both-kettles-come-first", lines=space["lines"])


def test_a_call_of_async_def_runs_nothing():
    lines = []

    def poll(lines):  # without async
        lines.append("ask")

    poll(lines)

    assert fails("a-call-of-async-def-runs-nothing", lines=lines)


def test_gathered_pages_all_begin_first():
    async def poll(lines):
        lines.append("ask")
        await asyncio.sleep(0.001)
        lines.append("answer")

    async def main():
        in_turn, together = [], []
        for lines in in_turn, together:
            for _ in range(3):  # no gather: what's called together is awaited in turn
                await poll(lines)
        return in_turn, together

    in_turn, together = asyncio.run(main())

    assert fails("gathered-pages-all-begin-first", in_turn=in_turn, together=together)


def test_a_group_cancels_the_others():
    async def fail():
        raise ValueError("no such product")

    async def main():
        patient = asyncio.create_task(asyncio.sleep(60))
        with pytest.raises(ValueError, match="no such"):
            await asyncio.gather(patient, fail())  # no group
        assert fails("a-group-cancels-the-others", patient=patient)

    asyncio.run(main())


def test_gathered_aiohttp_overlaps(server, urls):
    Async(at_once=1).map(aio_fetch_stock, urls)  # awaited one after the other

    assert fails("gathered-aiohttp-overlaps", unlimited=server.seen())


def test_a_semaphore_keeps_five_in_flight(server, urls):
    Async().map(aio_fetch_stock, urls)  # no semaphore

    assert fails(
        "a-semaphore-keeps-five-in-flight", limited=server.seen(), overlaps=PASSED
    )


def test_polite_turns_never_overlap():
    # Whole tasks, pauses included, instead of the steps in which they compute.
    time_slices = observe(asyncio.sleep, [0.01] * 3, Async())

    assert fails("polite-turns-never-overlap", time_slices=time_slices)


def test_an_await_alone_lets_nobody_in():
    async def nothing():
        await asyncio.sleep(0)  # it pauses

    space = define(EVENT_LOOP, "order_with", asyncio=asyncio)

    async def main():
        order_with = space["order_with"]
        return await order_with(nothing), await order_with(lambda: asyncio.sleep(0))

    assert fails("an-await-alone-lets-nobody-in", orders=asyncio.run(main()))


def test_a_blocking_call_stops_the_heart(urls):
    blocked = trace_of(aio_fetch_stock, urls)  # it awaits

    assert fails("a-blocking-call-stops-the-heart", blocked=blocked)


def test_threads_give_the_loop_back(urls):
    threaded = trace_of(aio_fetch_stock_blocking, urls)  # no thread

    assert fails("threads-give-the-loop-back", threaded=threaded)


def test_an_unheld_task_can_be_collected():
    log = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, event: log.append(event["message"]))
        task = asyncio.create_task(asyncio.sleep(60))  # held by the name
        await asyncio.sleep(0)
        gc.collect()
        assert weakref.ref(task)() is task

    asyncio.run(main())

    assert fails("an-unheld-task-can-be-collected", log=log)


def test_asyncio_run_fails_in_a_notebook():
    refused = ""  # in a program, it runs
    try:
        asyncio.run(asyncio.sleep(0))
    except RuntimeError as error:
        refused = str(error)

    assert fails("asyncio-run-fails-in-a-notebook", refused=refused)


def test_computing_stops_the_heart():
    async def compute(n):
        for _ in range(3):
            sum_in_c(n)
            await asyncio.sleep(0.005)  # it lets the heart beat

    assert fails(
        "computing-stops-the-heart",
        computed=trace_of(compute, [1000]),
        goes_on=PASSED,
    )


def test_the_loop_goes_on_while_a_process_computes():
    async def compute(seconds):
        time.sleep(seconds)  # in the loop's own process and thread

    elsewhere = trace_of(compute, [0.05])

    assert fails("the-loop-goes-on-while-a-process-computes", elsewhere=elsewhere)
