"""Broken variants of chapter 2: each makes the claim of its name fail."""

import asyncio
import time

import pytest

from paralelo import SlowServer, Threads
from paralelo.samples import Ratio
from paralelo.workloads import aio_fetch_stock, burn, fetch_stock
from variants import fails, verdict


@pytest.fixture(scope="module")
def server():
    with SlowServer(latency=0.02) as server:
        yield server


def cpu_time_of(action):
    start = time.process_time()
    action()
    return time.process_time() - start


def test_only_the_time_of_day_can_be_set_back():
    clocks = {"time": "time", "perf_counter": "time"}  # the wrong clock for durations
    can_be_set = {
        name: time.get_clock_info(clock).adjustable for name, clock in clocks.items()
    }

    assert fails("only-the-time-of-day-can-be-set-back", can_be_set=can_be_set)


def test_ten_requests_take_little_cpu_time(server):
    def fetch_and_compute(url):  # what's done with an answer takes longer than it
        burn(0.03)
        return fetch_stock(url)

    urls = server.product_urls(10)
    cpu = cpu_time_of(lambda: [fetch_and_compute(url) for url in urls])

    assert fails("ten-requests-take-little-cpu-time", clocks={"loop": (1.0, cpu)})


def test_waiting_takes_no_processor():
    def busy_wait(seconds):  # asks for the time until it's over
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass

    cpu = cpu_time_of(lambda: busy_wait(0.1))

    assert fails("waiting-takes-no-processor", clocks={"sleep": (0.1, cpu)})


def test_process_time_counts_every_thread():
    start = time.thread_time()  # only knows the thread that asks
    Threads(2).map(burn, [0.1, 0.1])
    of_all = time.thread_time() - start

    assert fails("process-time-counts-every-thread", of_all=of_all)


def test_timeit_puts_rebound_names_back():
    called = [1, 2, 3, 4, 5]

    assert fails("timeit-puts-rebound-names-back", calls=5, called=called)  # it stays
    assert fails("timeit-puts-rebound-names-back", calls=0, called=[])  # nothing ran


def test_timing_a_coroutine_call_sends_no_request(server):
    async def schedule():
        later = asyncio.create_task(aio_fetch_stock(server.product_urls(1)[0]))
        await asyncio.wait([later], timeout=0.3)  # the page asks the server then

    server.reset()
    asyncio.run(schedule())

    assert fails("timing-a-coroutine-call-sends-no-request", server=server)


def test_four_threads_are_at_least_twice_as_fast():
    as_fast = Ratio((1.0, 0.9, 1.1, 1.0, 1.2, 1.0, 0.8))  # a pool of one thread
    one_round = Ratio((3.3,))  # the first timing of the chapter

    assert fails("four-threads-are-at-least-twice-as-fast", speedup=as_fast)
    found = verdict("four-threads-are-at-least-twice-as-fast", speedup=one_round)
    assert found.outcome == "undecided"


def test_rusage_children_misses_the_children_of_a_fork_server():
    counted = {"fork": True, "forkserver": True, "spawn": True}  # asked the workers

    assert fails(
        "rusage-children-misses-the-children-of-a-fork-server", counted=counted
    )
