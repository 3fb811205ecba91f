"""Broken variants of *How this book checks itself*: each makes its claim fail."""

from itertools import product

from paralelo import SlowServer, Threads
from paralelo.samples import Ratio, Run, Sample
from paralelo.workloads import fetch_stock
from variants import fails


def test_one_thread_has_one_request_in_flight():
    with SlowServer(latency=0.2) as server:
        Threads(4).map(fetch_stock, server.product_urls(4))  # four threads
        in_flight = server.seen().peak

    assert fails("one-thread-has-one-request-in-flight", in_flight=in_flight)


def test_two_busy_processes_use_more_than_one_core():
    in_turns = Sample((Run(wall=1.2, cpu=1.2),))  # one computes after the other

    assert fails("two-busy-processes-use-more-than-one-core", control=in_turns)


def test_two_processes_finish_sooner_than_one():
    in_turns = Ratio((0.9, 0.95, 0.9, 0.85, 0.9, 0.9, 0.99))  # plus their start-up

    assert fails("two-processes-finish-sooner-than-one", speedup=in_turns)


def test_seven_rounds_miss_the_median_once_in_64():
    tosses = list(product(("high", "low"), repeat=6))  # six rounds
    missed = [toss for toss in tosses if len(set(toss)) == 1]

    assert fails(
        "seven-rounds-miss-the-median-once-in-64", tosses=tosses, missed=missed
    )
