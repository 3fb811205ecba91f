"""Broken variants of chapter 1: each makes the claim of its name fail."""

from paralelo import Async, Sequential, Threads, measure, observe
from paralelo.workloads import aio_fetch_stock, fetch_stock
from variants import PASSED, fails


def test_requests_in_a_loop_never_overlap(server, urls):
    Threads(2).map(fetch_stock, urls)  # not a loop: two threads

    assert fails("requests-in-a-loop-never-overlap", server=server)


def test_a_pool_answers_in_order():
    results = ["last", "first", "next"]  # as they end, like `as_completed`

    assert fails("a-pool-answers-in-order", results=results)


def test_ten_threads_overlap_their_waits(server, urls):
    Threads(1).map(fetch_stock, urls)  # the pool has a single thread

    assert fails("ten-threads-overlap-their-waits", server=server)


def test_four_threads_never_have_five_under_way(server, urls):
    Async().map(aio_fetch_stock, urls)  # nothing limits it to four

    assert fails(
        "four-threads-never-have-five-under-way", server=server, overlapping=PASSED
    )


def test_awaiting_in_turn_overlaps_nothing(server, urls):
    Async().map(aio_fetch_stock, urls)  # all of them start before one is awaited

    assert fails("awaiting-in-turn-overlaps-nothing", server=server, overlapping=PASSED)


def test_one_thread_runs_all_gathered_requests(urls):
    gathered = observe(fetch_stock, urls, Threads(10))  # threads, not an event loop

    assert fails("one-thread-runs-all-gathered-requests", gathered=gathered)


def test_one_thread_overlaps_its_waits(server, urls):
    Async(at_once=1).map(aio_fetch_stock, urls)  # one after the other

    assert fails("one-thread-overlaps-its-waits", server=server)


def test_a_blocking_call_overlaps_nothing(server, urls):
    Async().map(aio_fetch_stock, urls)  # a call that awaits instead of blocking

    assert fails(
        "a-blocking-call-overlaps-nothing", server=server, on_one_thread=PASSED
    )


def test_ten_requests_in_four_threads_take_less_than_four_waves(server, urls):
    times = measure(fetch_stock, urls, [Sequential()], rounds=1, warmups=0)
    times = {Threads(4): times[Sequential()]}  # a pool that makes them one by one

    assert fails(
        "ten-requests-in-four-threads-take-less-than-four-waves",
        times=times,
        server=server,
    )


def test_ten_gathered_requests_take_less_than_two_in_a_row(server, urls):
    times = measure(fetch_stock, urls, [Sequential()], rounds=1, warmups=0)
    times = {Async(): times[Sequential()]}  # awaited one by one

    assert fails(
        "ten-gathered-requests-take-less-than-two-in-a-row",
        times=times,
        server=server,
    )
