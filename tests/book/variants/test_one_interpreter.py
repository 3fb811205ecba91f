"""Broken variants of chapter 3: each makes the claim of its name fail."""

import gc
import sys
import weakref
import zlib
from functools import partial
from threading import Barrier, Lock
from types import SimpleNamespace

from page_cells import ONE_INTERPRETER, define
from paralelo import Processes, Threads, beats_during
from paralelo.hazards import (
    ReaderPreferenceLock,
    WriterPreferenceLock,
    acquire_both,
    entry_order,
    increment_without_lock,
    run_in_threads,
)
from paralelo.heartbeats import Heartbeat
from paralelo.measurement import Measurement
from paralelo.samples import Run, Sample
from paralelo.timelines.timeline import Interval, Timeline
from variants import PASSED, fails


def timeline(*stretches):
    """A timeline of stretches, from start to end, in which each computed throughout."""
    return Timeline(
        tuple(
            Interval(start, end, worker, worker, end - start)
            for worker, (start, end) in enumerate(stretches)
        )
    )


def measured(strategy, cores):
    """A measurement of one run that used so many cores for a second."""
    return Measurement({strategy: Sample((Run(wall=1.0, cpu=cores),))})


def test_turns_of_two_processes_overlap():
    apart = timeline((0.0, 0.15), (0.15, 0.3))  # two processes with a lock in common

    assert fails("turns-of-two-processes-overlap", apart=apart)


def test_no_two_turns_overlap():
    slices = timeline((0.0, 0.05), (0.0, 0.05))  # two threads without a GIL

    assert fails("no-two-turns-overlap", slices=slices, overlapping=PASSED)


def test_two_processes_compute_in_parallel():
    times = measured(Processes(2), cores=1.0)  # the second process has nothing to do

    assert fails("two-processes-compute-in-parallel", times=times)


def test_two_threads_share_one_core():
    times = measured(Threads(2), cores=1.9)  # the threads compute without a GIL

    assert fails("two-threads-share-one-core", times=times, in_parallel=PASSED)


def test_a_wait_beside_a_wait_is_in_time():
    late = Heartbeat((0.006,) * 50)  # the other thread computes

    assert fails("a-wait-beside-a-wait-is-in-time", next_to_sleep=late)


def test_a_wait_beside_computing_is_late():
    soon = Heartbeat((0.0011,) * 50)  # the other thread computes without the GIL

    assert fails(
        "a-wait-beside-computing-is-late", next_to_thumbnails=soon, in_time=PASSED
    )


def test_a_shorter_interval_lets_the_sleeper_in_sooner():
    late = Heartbeat((0.006,) * 50)  # the interval is the usual one

    assert fails("a-shorter-interval-lets-the-sleeper-in-sooner", sooner=late)


def test_hashing_lets_others_in():
    beats = beats_during(partial(sum, range(3_000_000)))  # C code that holds the GIL

    assert fails("hashing-lets-others-in", beats={"sha256": beats})


def test_one_c_call_stops_everybody():
    releases = partial(zlib.crc32, bytes(2_000_000))  # C code that releases the GIL
    beats = 0
    while not beats:  # until this machine has given the other thread a core
        beats = beats_during(releases)

    assert fails("one-c-call-stops-everybody", beats={"sum": beats}, hashing=PASSED)


def test_threads_compress_in_parallel():
    compressing = measured(Threads(2), cores=1.0)  # zlib holds the GIL

    assert fails("threads-compress-in-parallel", compressing=compressing)


def test_two_threads_lose_an_addition():
    counter, lock = SimpleNamespace(value=0), Lock()

    def increment():
        with lock:  # the second thread reads when the first has written
            increment_without_lock(counter, Barrier(1))

    run_in_threads(increment, increment)

    assert fails("two-threads-lose-an-addition", counter=counter)


def test_a_lock_keeps_both_additions():
    class Unlocked:  # lets everybody in
        __enter__ = __exit__ = acquire = lambda *_, **__: True

    names = {"SimpleNamespace": SimpleNamespace, "Unlocked": Unlocked}
    page = define(ONE_INTERPRETER, "first", ("Lock()", "Unlocked()"), **names)
    run_in_threads(page["first"], page["second"])

    assert fails("a-lock-keeps-both-additions", counter=page["counter"])


def test_a_name_is_a_reference():
    thing = object()
    names = []
    before = sys.getrefcount(thing)
    names.append(object())  # the second name is another object's
    after = sys.getrefcount(thing)

    assert fails("a-name-is-a-reference", before=before, after=after)


def test_only_the_collector_finds_a_cycle():
    class Node:
        pass

    left = Node()  # refers to no other node
    witness = weakref.ref(left)
    del left
    before = witness() is not None
    gc.collect()

    assert fails(
        "only-the-collector-finds-a-cycle",
        before=before,
        after=witness() is not None,
    )


def test_opposite_orders_deadlock():
    left, right, barrier = Lock(), Lock(), Barrier(2)
    one_order = partial(acquire_both, left, right, barrier)  # for both threads

    opposite = run_in_threads(one_order, one_order)

    assert fails("opposite-orders-deadlock", opposite=opposite)


def test_one_order_never_deadlocks():
    left, right, barrier = Lock(), Lock(), Barrier(2)

    same = run_in_threads(  # opposite orders
        partial(acquire_both, left, right, barrier),
        partial(acquire_both, right, left, barrier),
    )

    assert fails("one-order-never-deadlocks", same=same)


def test_the_writer_comes_last():
    order = entry_order(WriterPreferenceLock, rounds=6)  # a lock that lets it in

    assert fails("the-writer-comes-last", readers_first=order)


def test_a_writer_can_be_let_in():
    order = entry_order(ReaderPreferenceLock, rounds=6)  # a lock that doesn't

    assert fails("a-writer-can-be-let-in", writers_first=order)
