"""Broken variants of chapter 1: each makes the claim of its name fail."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from paralelo import Async, SlowServer, Threads, observe
from paralelo.workloads import aio_fetch_stock, fetch_stock
from variants import fails


@pytest.fixture(scope="module")
def supplier():
    with SlowServer(latency=0.1) as server:
        yield server


@pytest.fixture
def server(supplier):
    supplier.reset()
    return supplier


@pytest.fixture
def urls(server):
    return server.product_urls(10)


def fetch_in_threads(urls, workers):
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(fetch_stock, urls))


def test_requests_in_a_loop_never_overlap(server, urls):
    fetch_in_threads(urls, 2)  # what looks like a loop has two threads

    assert fails("requests-in-a-loop-never-overlap", server=server)


def test_ten_threads_overlap_their_waits(server, urls):
    fetch_in_threads(urls, 1)  # the pool has a single thread

    assert fails("ten-threads-overlap-their-waits", server=server, seen=server.seen())


def test_a_blocking_call_overlaps_nothing(server, urls):
    Async().map(aio_fetch_stock, urls)  # a call that awaits, not one that blocks

    assert fails("a-blocking-call-overlaps-nothing", server=server)


def test_one_thread_runs_all_gathered_requests(urls):
    gathered = observe(fetch_stock, urls, Threads(10))  # threads, not an event loop

    assert fails("one-thread-runs-all-gathered-requests", gathered=gathered)


def test_one_thread_overlaps_its_waits(urls):
    gathered = observe(aio_fetch_stock, urls, Async(at_once=1))  # one by one

    assert fails("one-thread-overlaps-its-waits", gathered=gathered)
