"""Broken variants of chapter 4: each makes the claim of its name fail."""

import threading
import traceback
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import redirect_stderr
from io import StringIO
from threading import Barrier, Event, Semaphore, Thread
from time import sleep

import requests

from paralelo import cpu_work, simulate
from paralelo.exercises.chapter_concurrent_futures import gentle_map
from variants import PASSED, fails


def reciprocal(number):
    return 1 / number


def until_error(results):
    found = []
    try:
        for result in results:
            found.append(result)
    except ZeroDivisionError:
        pass
    return found


def test_map_ends_at_the_first_error():
    results = map(reciprocal, [1, 0, 2])
    before_builtin, after_builtin = until_error(results), list(results)
    with ThreadPoolExecutor(3) as pool:  # asks each future, so it goes on
        results = map(Future.result, [pool.submit(reciprocal, n) for n in (1, 0, 2)])
        before, after = until_error(results), list(results)

    assert fails(
        "map-ends-at-the-first-error",
        before=before,
        after=after,
        before_builtin=before_builtin,
        after_builtin=after_builtin,
    )


def test_a_future_keeps_its_error():
    with ThreadPoolExecutor(1) as pool:  # the task returns its error
        future = pool.submit(requests.HTTPError, "404")

    assert fails("a-future-keeps-its-error", future=future, requests=requests)


def test_a_dropped_future_says_nothing(monkeypatch):
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)

    def loud():
        try:
            int("sold out")
        except ValueError:
            traceback.print_exc()

    with redirect_stderr(StringIO()) as from_pool, ThreadPoolExecutor(1) as pool:
        pool.submit(loud)  # the task itself prints its error
    with redirect_stderr(StringIO()) as from_thread:
        thread = Thread(target=int, args=["sold out"])
        thread.start()
        thread.join()

    assert "ValueError" in from_thread.getvalue()
    assert fails(
        "a-dropped-future-says-nothing", from_pool=from_pool, from_thread=from_thread
    )


def test_two_failed_requests_cost_no_other_answer():
    answers, errors = [], 0
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(reciprocal, n) for n in [0, *range(2, 10), 0]]
        try:  # one for all futures, around the loop
            for future in as_completed(futures):
                answers.append(future.result())
        except ZeroDivisionError:
            errors += 1
    report = f"{len(answers)} answers, {errors} errors"

    assert fails("two-failed-requests-cost-no-other-answer", report=report)


def test_the_fifth_worker_saves_no_wave():
    waves = {  # the tasks compute, and take turns on one core
        workers: round(simulate([cpu_work(1)] * 12, workers, cores=1).makespan)
        for workers in (3, 4, 5, 6)
    }

    assert fails("the-fifth-worker-saves-no-wave", waves=waves)


def test_a_pool_guesses_its_size():
    with ThreadPoolExecutor(1) as pool:  # a pool that was told its size
        assert fails("a-pool-guesses-its-size", default_size=pool._max_workers)


def peak_of(permits, threads):
    """The most threads inside of `permits`: they leave when all of them are inside."""
    barrier, inside, counts = Barrier(threads), Semaphore(0), []

    def enter(_):
        with permits:
            inside.release()
            barrier.wait(10)
            counts.append(inside._value)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(enter, range(threads)))
    return max(counts)


def test_three_permits_are_three_requests():
    with_permits = peak_of(Semaphore(4), threads=4)  # one permit too many

    assert fails(
        "three-permits-are-three-requests", with_permits=with_permits, eight=PASSED
    )


def test_eight_threads_have_more_than_three_requests():
    without = peak_of(Semaphore(1), threads=1)  # a pool of one

    assert fails("eight-threads-have-more-than-three-requests", without=without)


def test_two_halves_are_not_a_half():
    def predict(chunksize, total=1):  # equal tasks
        chunks, rest = divmod(250, chunksize)
        assert not rest
        return simulate([cpu_work(total / chunks)] * chunks, workers=2)

    assert fails("two-halves-are-not-a-half", predict=predict)


def test_chunks_of_a_hundred_allow_a_factor_of_two():
    cost = [x**2 for x in range(250)]
    chunks = [sum(cost[i::3]) for i in range(3)]  # cheap and expensive ones mixed
    best = {100: sum(cost) / max(chunks)}

    assert fails("chunks-of-a-hundred-allow-a-factor-of-two", best=best)


def test_threads_ignore_chunksize():
    barrier = Barrier(1)
    with ThreadPoolExecutor(2) as pool:  # one thread does the whole chunk
        arrived = pool.submit(lambda: [barrier.wait(10) for _ in (1, 2)]).result()

    assert fails("threads-ignore-chunksize", arrived=arrived)


def test_map_takes_all_items_at_once():
    by_pool, by_builtin = [], []
    numbers = (by_pool.append(n) or n for n in range(1000))
    results = gentle_map(abs, numbers, workers=2, buffer=8)  # with back-pressure
    next(results)
    results.close()

    assert fails(
        "map-takes-all-items-at-once",
        taken_at_once=len(by_pool),
        by_builtin=by_builtin,
    )


def test_a_timeout_stops_no_task():
    happened, answer = [], Event()

    def hang():
        answer.wait(10)
        sleep(0.2)
        happened.append("the task ended")

    pool = ThreadPoolExecutor(1)
    future = pool.submit(hang)
    try:
        future.result(timeout=0.01)
    except TimeoutError:
        happened.append("we gave up")
    answer.set()
    pool.shutdown(wait=False)  # not the end of a block, which waits
    happened.append("the block ended")
    future.result()

    assert fails("a-timeout-stops-no-task", happened=happened)


def test_what_has_begun_is_not_cancelled():
    begun, answer = Semaphore(0), Event()

    def hang():
        begun.release()
        answer.wait(10)

    with ThreadPoolExecutor(2) as pool:  # a second worker: the queue is empty
        running, queued = pool.submit(hang), pool.submit(hang)
        begun.acquire(), begun.acquire()
        cancelled = {"running": running.cancel(), "queued": queued.cancel()}
        answer.set()

    assert fails("what-has-begun-is-not-cancelled", cancelled=cancelled)


def test_shutdown_can_drop_the_queue():
    begun, answer = Event(), Event()

    def hang():
        begun.set()
        answer.wait(10)

    pool = ThreadPoolExecutor(1)
    first, *others = [pool.submit(hang) for _ in range(5)]
    begun.wait(10)
    pool.shutdown(wait=False)  # keeps the queue
    states = first.cancelled(), [future.cancelled() for future in others]
    answer.set()

    assert fails("shutdown-can-drop-the-queue", states=states)


def test_a_pool_of_one_waits_for_itself():
    outcomes = {}
    for workers in (2, 1):
        with ThreadPoolExecutor(workers) as outer, ThreadPoolExecutor(1) as inner:
            task = outer.submit(lambda pool: pool.submit(str, "result").result(), inner)
            outcomes[workers] = task.result()  # a pool of its own for the inner task

    assert fails("a-pool-of-one-waits-for-itself", outcomes=outcomes)
