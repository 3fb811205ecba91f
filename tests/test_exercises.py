"""Each checker passes the book's solution, and says which mistake a wrong answer is."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import mean, median
from typing import Any

import pytest

from paralelo.exercises import (
    bounded,
    choosing,
    freezing,
    measuring,
    repair,
    robust,
    solutions,
    waiting,
)
from paralelo.exercises.feedback import not_yet, right
from paralelo.machine import gil_enabled
from paralelo.workloads import aio_heavy


def test_feedback_says_right_or_not_yet_and_escapes_what_it_shows():
    assert str(right("a < b")) == "right: a < b"
    assert "not yet: a &lt; b" in not_yet("a < b")._repr_mimebundle_()[0]["text/html"]


class TestPredictions:
    def test_the_solution_passes(self):
        assert waiting.check_predictions(**solutions.PREDICTIONS).passed

    @pytest.mark.parametrize(
        ("name", "seconds", "hint"),
        [
            ("threads", 0.7 / 3, "third of a request"),
            ("awaited", 0.1, "only when the one before it is done"),
            ("gathered", 0.7, "how many of the coroutines"),
            ("sequential", 0.1, "nobody waiting beside"),
        ],
    )
    def test_a_usual_slip_gets_its_own_hint(self, name, seconds, hint):
        wrong = solutions.PREDICTIONS | {name: seconds}

        answer = waiting.check_predictions(**wrong)

        assert not answer.passed
        assert hint in answer.reason

    def test_a_missing_and_an_unknown_prediction_are_named(self):
        few = {"sequential": 0.7}
        many = solutions.PREDICTIONS | {"thread": 0.3}

        assert "no prediction for threads" in waiting.check_predictions(**few).reason
        assert (
            "nothing here is called thread;" in waiting.check_predictions(**many).reason
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
        answer = measuring.check_measure(solutions.measure)

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
        answer = measuring.check_measure(wrong)

        assert not answer.passed
        assert reason in answer.reason


class TestFrozen:
    @pytest.mark.skipif(not gil_enabled(), reason="nothing freezes without a GIL")
    def test_the_solution_passes(self, monkeypatch):
        shares = {"burn": 0.02, "one_c_call": 0.99, "hash_block": 0.3}
        monkeypatch.setattr(freezing, "longest_shares", lambda: shares)

        assert freezing.check_frozen(solutions.FROZEN).passed

    @pytest.mark.parametrize("names", [set(), {"one_c_call", "burn"}, {"hash_block"}])
    def test_a_wrong_guess_is_answered_with_what_was_measured(self, names, monkeypatch):
        shares = {"burn": 0.02, "one_c_call": 0.99, "hash_block": 0.3}
        monkeypatch.setattr(freezing, "longest_shares", lambda: shares)

        answer = freezing.check_frozen(names)

        assert not answer.passed
        assert "the longest single wait beside it was" in answer.reason

    def test_an_unknown_suspect_is_named(self):
        assert "no suspect is called sleep" in freezing.check_frozen({"sleep"}).reason

    @pytest.mark.skipif(not gil_enabled(), reason="nothing freezes without a GIL")
    def test_one_call_of_c_holds_up_a_heartbeat_longer_than_hashing_does(self):
        shares = freezing.longest_shares()

        assert shares["one_c_call"] > shares["hash_block"]


def one_by_one(function, items, *, workers, timeout):
    answers = []
    for item in items:
        answers += solutions.robust_map(function, [item], workers=1, timeout=timeout)
    return answers


def with_map(function, items, *, workers, timeout):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, items, timeout=timeout))


def without_bound(function, items, *, workers, timeout):
    return solutions.robust_map(function, items, workers=100, timeout=timeout)


def without_order(function, items, *, workers, timeout):
    answers = solutions.robust_map(function, items, workers=workers, timeout=timeout)
    return [answers[1], answers[0], *answers[2:]]


def inside_with(function, items, *, workers, timeout):
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(function, item) for item in items]
        return [solutions.outcome(future, timeout) for future in futures]


class TestRobustMap:
    # Each of these waits for a task that hangs, as a reader's answer would: 0.3 s.

    def test_the_solution_passes(self):
        answer = robust.check_robust_map(solutions.robust_map)

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
        answer = robust.check_robust_map(wrong)

        assert not answer.passed
        assert reason in answer.reason


WITH_LAMBDA = solutions.REPAIRED.replace(
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
        answer = repair.check_script(solutions.REPAIRED)

        assert answer.passed, answer.reason

    def test_what_the_reader_is_given_does_not_pass(self, monkeypatch):
        monkeypatch.setattr(repair, "PATIENCE", 4)

        assert not repair.check_script(repair.BROKEN).passed

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ("print('0 10 40 90')", "starts no process"),
            ("import multiprocessing; print('0 10 40 90')", "it printed '0 10 40 90'"),
            (WITH_LAMBDA, "can't be pickled"),
            (
                solutions.REPAIRED.replace('if __name__ == "__main__":', "if True:"),
                "imports the program",
            ),
            (SCALE_LOST, "never heard of the scale"),
        ],
    )
    def test_a_usual_slip_is_named(self, wrong, reason, monkeypatch):
        monkeypatch.setattr(repair, "PATIENCE", 4)  # an unguarded pool never ends

        answer = repair.check_script(wrong)

        assert not answer.passed
        assert reason in answer.reason


async def all_at_once(urls):
    return await asyncio.gather(*map(aio_heavy, urls))


async def in_turn(urls):
    return [await aio_heavy(url) for url in urls]


async def reversed_pages(urls):
    return (await solutions.download(urls))[::-1]


async def twice(urls):
    await solutions.download(urls)
    return await solutions.download(urls)


async def three_at_once(urls):
    batches = [urls[i : i + 3] for i in range(0, len(urls), 3)]
    return [page for batch in batches for page in await all_at_once(batch)]


class TestDownloader:
    # Each starts the slow server: half a second.

    def test_the_solution_passes(self):
        answer = asyncio.run(bounded.check_downloader(solutions.download))

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
        answer = asyncio.run(bounded.check_downloader(wrong))

        assert not answer.passed
        assert reason in answer.reason


class TestChoices:
    def test_the_solution_passes(self):
        assert choosing.check_choices(**solutions.CHOICES).passed

    @pytest.mark.parametrize("name", choosing.SCENARIOS)
    def test_a_choice_that_does_not_fit_is_answered_with_the_reason(self, name):
        fitting, reason = choosing.SCENARIOS[name]
        wrong = min(choosing.STRATEGIES - fitting)

        answer = choosing.check_choices(**solutions.CHOICES | {name: wrong})

        assert not answer.passed
        assert answer.reason == f"{name}: not {wrong}: {reason}"

    def test_an_unknown_choice_is_answered_with_the_known_ones(self):
        answer = choosing.check_choices(**solutions.CHOICES | {"a": "magic"})

        assert "choose one of async, processes, sequential, threads" in answer.reason
