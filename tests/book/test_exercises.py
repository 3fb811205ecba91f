"""Each checker passes the book's solution, and says which mistake a wrong answer is."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import mean, median
from typing import Any

import pytest

from paralelo.exercises import (
    chapter_choosing,
    chapter_concurrent_futures,
    chapter_event_loop,
    chapter_measuring,
    chapter_one_interpreter,
    chapter_one_program,
    chapter_processes,
)
from paralelo.exercises.feedback import not_yet, right
from paralelo.machine import gil_enabled
from paralelo.workloads import aio_fetch_stock


def test_feedback_says_right_or_not_yet_and_escapes_what_it_shows():
    assert str(right("a < b")) == "right: a < b"
    assert "not yet: a &lt; b" in not_yet("a < b")._repr_mimebundle_()[0]["text/html"]


class TestPredictions:
    def test_the_solution_passes(self):
        assert chapter_one_program.check_predictions(
            **chapter_one_program.PREDICTIONS
        ).passed

    @pytest.mark.parametrize(
        ("name", "seconds", "hint"),
        [
            ("threads", 0.7 / 3, "third of a request"),
            ("awaited", 0.1, "only when the one before it is done"),
            ("gathered", 0.7, "how many of the coroutines"),
            ("sequential", 0.1, "at the same time count once"),
        ],
    )
    def test_a_usual_slip_gets_its_own_hint(self, name, seconds, hint):
        wrong = chapter_one_program.PREDICTIONS | {name: seconds}

        answer = chapter_one_program.check_predictions(**wrong)

        assert not answer.passed
        assert hint in answer.reason

    def test_a_missing_and_an_unknown_prediction_are_named(self):
        few = {"sequential": 0.7}
        many = chapter_one_program.PREDICTIONS | {"thread": 0.3}

        assert (
            "no prediction for threads"
            in chapter_one_program.check_predictions(**few).reason
        )
        assert (
            "nothing here is called thread;"
            in chapter_one_program.check_predictions(**many).reason
        )


def timed(summary: Callable[[list[float], float], Any], runs: int = 10) -> Callable:
    """A reader's `measure`: `runs` wall times and CPU ÷ wall, summed up somehow."""

    def measure(action):
        walls, cpu = [], time.process_time()
        for _ in range(runs):
            start = time.perf_counter()
            action()
            walls.append(time.perf_counter() - start)
        return summary(walls, (time.process_time() - cpu) / sum(walls))

    return measure


class TestMeasure:
    def test_the_solution_passes(self):
        answer = chapter_measuring.check_measure(chapter_measuring.measure)

        assert answer.passed, answer.reason

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            (timed(lambda w, share: (min(w), median(w), 1.0)), "which clock stops"),
            (timed(lambda w, share: (min(w), median(w), share), 3), "at least 5 times"),
            (timed(lambda w, share: (max(w) * 2, median(w), share)), "shortest run"),
            (timed(lambda w, share: (min(w), mean(w), share)), "that is the mean"),
            (timed(lambda w, share: (min(w), min(w), share)), "its median is"),
            (timed(lambda w, share: share), "expected (shortest, median, CPU ÷ wall)"),
        ],
    )
    def test_a_usual_slip_is_named(self, wrong, reason):
        answer = chapter_measuring.check_measure(wrong)

        assert not answer.passed
        assert reason in answer.reason


class TestFrozen:
    @pytest.mark.skipif(not gil_enabled(), reason="nothing freezes without a GIL")
    def test_the_solution_passes(self, monkeypatch):
        beats = {"burn": 50, "sum_in_c": 1, "sha256_block": 90}
        monkeypatch.setattr(chapter_one_interpreter, "beats", lambda: beats)

        assert chapter_one_interpreter.check_frozen(
            chapter_one_interpreter.FROZEN
        ).passed

    @pytest.mark.parametrize("names", [set(), {"sum_in_c", "burn"}, {"sha256_block"}])
    def test_a_wrong_guess_is_answered_with_what_was_measured(self, names, monkeypatch):
        beats = {"burn": 50, "sum_in_c": 1, "sha256_block": 90}
        monkeypatch.setattr(chapter_one_interpreter, "beats", lambda: beats)

        answer = chapter_one_interpreter.check_frozen(names)

        assert not answer.passed
        assert "the other thread woke up" in answer.reason

    def test_an_unknown_suspect_is_named(self):
        assert (
            "no suspect is called sleep"
            in chapter_one_interpreter.check_frozen({"sleep"}).reason
        )

    @pytest.mark.skipif(not gil_enabled(), reason="nothing freezes without a GIL")
    def test_one_call_of_c_freezes_the_other_thread(self):
        assert chapter_one_interpreter.beats()["sum_in_c"] <= (
            chapter_one_interpreter.MOST
        )


def one_by_one(function, items, *, workers, timeout):
    answers = []
    for item in items:
        answers += chapter_concurrent_futures.robust_map(
            function, [item], workers=1, timeout=timeout
        )
    return answers


def with_map(function, items, *, workers, timeout):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, items, timeout=timeout))


def without_bound(function, items, *, workers, timeout):
    return chapter_concurrent_futures.robust_map(
        function, items, workers=100, timeout=timeout
    )


def without_order(function, items, *, workers, timeout):
    answers = chapter_concurrent_futures.robust_map(
        function, items, workers=workers, timeout=timeout
    )
    return [answers[1], answers[0], *answers[2:]]


def inside_with(function, items, *, workers, timeout):
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(function, item) for item in items]
        return [
            chapter_concurrent_futures.outcome(future, timeout) for future in futures
        ]


class TestUntilFirstFailure:
    def test_it_returns_all_results_if_none_fails(self):
        results = chapter_concurrent_futures.until_first_failure(
            abs, [-1, 2], workers=2
        )

        assert results == {-1: 1, 2: 2}

    def test_it_drops_the_queue_at_the_first_failure(self, monkeypatch):
        asked, dropped = [], threading.Event()

        class Pool(ThreadPoolExecutor):
            def shutdown(self, wait=True, *, cancel_futures=False):
                super().shutdown(wait=False, cancel_futures=cancel_futures)
                dropped.set()
                super().shutdown(wait=wait)

        def fail_at_first(item):
            asked.append(item)
            if item == 0:
                raise KeyError(item)
            dropped.wait(10)  # so that both workers are busy until then

        monkeypatch.setattr(chapter_concurrent_futures, "ThreadPoolExecutor", Pool)

        results = chapter_concurrent_futures.until_first_failure(
            fail_at_first, range(50), workers=2
        )

        assert results == {}
        assert set(asked) <= {0, 1, 2}


class TestGentleMap:
    def test_it_returns_the_results_in_order(self):
        results = chapter_concurrent_futures.gentle_map(
            abs, range(-9, 0), workers=2, buffer=4
        )

        assert list(results) == list(range(9, 0, -1))

    def test_it_takes_no_more_than_its_buffer_ahead(self):
        taken = []
        results = chapter_concurrent_futures.gentle_map(
            abs, (taken.append(x) or x for x in range(100)), workers=2, buffer=4
        )

        ahead = [len(taken) - given for given, _ in enumerate(results, start=1)]

        assert ahead == [3] * 97 + [2, 1, 0]


class TestRobustMap:
    # Each of these waits for a task that hangs, as a reader's answer would: 0.3 s.

    def test_the_solution_passes(self):
        answer = chapter_concurrent_futures.check_robust_map(
            chapter_concurrent_futures.robust_map
        )

        assert answer.passed, answer.reason

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            (with_map, "the other results are lost"),
            (inside_with, "only when the task that hung was let go"),
            (one_by_one, "three never ran at once"),
            (without_order, "not in the items' order"),
            (lambda *_, **__: None, "expected a list of 8"),
        ],
    )
    def test_a_usual_slip_is_named(self, wrong, reason):
        answer = chapter_concurrent_futures.check_robust_map(wrong)

        assert not answer.passed
        assert reason in answer.reason


WITH_LAMBDA = chapter_processes.REPAIRED.replace(
    "partial(square, int(sys.argv[2]))", "lambda n: square(int(sys.argv[2]), n)"
)
SCALE_LOST = """
import multiprocessing, sys
scale = 1
def square(number):
    return scale * number**2
if __name__ == "__main__":
    scale = int(sys.argv[2])
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        print(*pool.map(square, range(4)))
"""


class TestRepair:
    # Each run starts a program and its pool under every start method: seconds.

    def test_the_solution_passes(self):
        answer = chapter_processes.check_script(chapter_processes.REPAIRED)

        assert answer.passed, answer.reason

    def test_what_the_reader_is_given_does_not_pass(self, monkeypatch):
        monkeypatch.setattr(chapter_processes, "PATIENCE", 4)

        assert not chapter_processes.check_script(chapter_processes.BROKEN).passed

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ("print('0 10 40 90')", "starts no process"),
            ("import multiprocessing; print('0 10 40 90')", "it printed '0 10 40 90'"),
            (WITH_LAMBDA, "can't be pickled"),
            (
                chapter_processes.REPAIRED.replace(
                    'if __name__ == "__main__":', "if True:"
                ),
                "imports the program",
            ),
            (SCALE_LOST, "never heard of the scale"),
        ],
    )
    def test_a_usual_slip_is_named(self, wrong, reason, monkeypatch):
        monkeypatch.setattr(
            chapter_processes, "PATIENCE", 4
        )  # an unguarded pool never ends

        answer = chapter_processes.check_script(wrong)

        assert not answer.passed
        assert reason in answer.reason


async def all_at_once(urls):
    return await asyncio.gather(*map(aio_fetch_stock, urls))


async def in_turn(urls):
    return [await aio_fetch_stock(url) for url in urls]


async def reversed_pages(urls):
    return (await chapter_event_loop.download(urls))[::-1]


async def twice(urls):
    await chapter_event_loop.download(urls)
    return await chapter_event_loop.download(urls)


async def three_at_once(urls):
    batches = [urls[i : i + 3] for i in range(0, len(urls), 3)]
    return [page for batch in batches for page in await all_at_once(batch)]


class TestDownloader:
    # Each starts the slow server: half a second.

    def test_the_solution_passes(self):
        answer = asyncio.run(
            chapter_event_loop.check_downloader(chapter_event_loop.download)
        )

        assert answer.passed, answer.reason

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            (all_at_once, "20 requests at once"),
            (in_turn, "never saw two"),
            (reversed_pages, "in order"),
            (twice, "40 requests for 20 pages"),
            (three_at_once, "saw 3 at once; 5 are allowed"),
        ],
    )
    def test_a_usual_slip_is_named(self, wrong, reason):
        answer = asyncio.run(chapter_event_loop.check_downloader(wrong))

        assert not answer.passed
        assert reason in answer.reason


class TestChoices:
    def test_the_solution_passes(self):
        assert chapter_choosing.check_choices(**chapter_choosing.CHOICES).passed

    @pytest.mark.parametrize("name", chapter_choosing.SCENARIOS)
    def test_a_choice_that_does_not_fit_is_answered_with_the_reason(self, name):
        fitting, reason = chapter_choosing.SCENARIOS[name]
        wrong = min(chapter_choosing.STRATEGIES - fitting)

        answer = chapter_choosing.check_choices(
            **chapter_choosing.CHOICES | {name: wrong}
        )

        assert not answer.passed
        assert answer.reason == f"{name}: not {wrong}: {reason}"

    def test_an_unknown_choice_is_answered_with_the_known_ones(self):
        answer = chapter_choosing.check_choices(
            **chapter_choosing.CHOICES | {"a": "magic"}
        )

        assert "choose one of async, processes, sequential, threads" in answer.reason
