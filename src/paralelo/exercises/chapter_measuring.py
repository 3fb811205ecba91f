"""Exercises of *Timing code without fooling yourself*: write your own `measure`."""

import time
from collections.abc import Callable
from itertools import cycle
from statistics import median
from typing import Any

from ..translatable import Message, gettext_noop, message
from ..workloads import burn, sleep
from .feedback import Feedback, not_yet, right

NO_MEDIAN = gettext_noop("its median is {true:.4f} s, not {given:.4f} s")
IS_THE_MEAN = gettext_noop(
    "its median is {true:.4f} s, not {given:.4f} s (that is the mean)"
)
WRONG_SHARE = gettext_noop("CPU ÷ wall is not {share:.2f}")
WRONG_CLOCK = gettext_noop(
    "CPU ÷ wall is not {share:.2f}; which clock stops while a program sleeps?"
)
CLOSE = 0.25  # of the true value; the calls themselves cost far less


class Recorder:
    """An action that records the times of its own runs."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.action = action
        self.walls: list[float] = []
        self.cpus: list[float] = []

    def __call__(self) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        self.action()
        self.cpus.append(time.process_time() - cpu)
        self.walls.append(time.perf_counter() - wall)


def check_measure(measure: Callable[[Callable[[], object]], Any]) -> Feedback:
    """Check a function that takes an action, runs it at least 5 times, and returns
    (shortest wall time, median wall time, CPU time ÷ wall time), times in seconds.

    It gets an action that sleeps, one that computes, one that does both, and one that's
    disturbed now and then. Its numbers are compared with those that the action itself
    recorded in the same runs.
    """
    naps = cycle((0.01, 0.03, 0.03, 0.03, 0.15))
    actions = {
        gettext_noop("for an action that sleeps: {mistake}"): Recorder(
            lambda: sleep(0.02)
        ),
        gettext_noop("for an action that computes: {mistake}"): Recorder(
            lambda: burn(0.02)
        ),
        gettext_noop("for an action that does both: {mistake}"): Recorder(
            lambda: (sleep(0.01), burn(0.02))
        ),
        gettext_noop(
            "for an action that is disturbed now and then: {mistake}"
        ): Recorder(lambda: sleep(next(naps))),
    }
    for sentence, action in actions.items():
        answer = measure(action)
        mistake = _mistake(answer, action)
        if mistake:
            return not_yet(sentence, mistake=mistake)
    return right("it tells waiting from computing, and one bad run from a slow action")


def _mistake(answer: Any, action: Recorder) -> Message | None:
    if len(action.walls) < 5:
        return message(
            "it was run {times} times; run it at least 5 times", times=len(action.walls)
        )
    try:
        shortest, middle, share = answer
    except (TypeError, ValueError):
        return message(
            "expected (shortest, median, CPU ÷ wall), got {answer}", answer=repr(answer)
        )
    if not _close(shortest, min(action.walls)):
        return message(
            "its shortest run took {true:.4f} s, not {given:.4f} s",
            true=min(action.walls),
            given=shortest,
        )
    if not _close(middle, median(action.walls)):
        mean = sum(action.walls) / len(action.walls)
        sentence = IS_THE_MEAN if _close(middle, mean) else NO_MEDIAN
        return message(sentence, true=median(action.walls), given=middle)
    if abs(share - sum(action.cpus) / sum(action.walls)) > CLOSE:
        return message(WRONG_CLOCK if share > 0.9 else WRONG_SHARE, share=share)
    return None


def _close(given: float, true: float) -> bool:
    return abs(given - true) <= CLOSE * true


def measure(action: Callable[[], object]) -> tuple[float, float, float]:
    walls, cpus = [], []
    for _ in range(7):
        wall, cpu = time.perf_counter(), time.process_time()
        action()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return min(walls), median(walls), sum(cpus) / sum(walls)
