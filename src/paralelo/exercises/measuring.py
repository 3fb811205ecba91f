"""Chapter *Measuring without fooling yourself*: write a `measure` of your own."""

import time
from collections.abc import Callable
from itertools import cycle
from statistics import median
from typing import Any

from ..workloads import burn, wait
from .feedback import Feedback, not_yet, right

CLOSE = 0.25  # of the true value; what the calls themselves cost is far less


class Recorder:
    """An action that keeps its own record of how long each of its runs took."""

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

    It is given an action that sleeps, one that computes, one that does both, and one
    that is disturbed now and then; its figures are compared with what the action itself
    noted in the same runs.
    """
    naps = cycle((0.01, 0.03, 0.03, 0.03, 0.15))
    actions = {
        "sleeps": Recorder(lambda: wait(0.02)),
        "computes": Recorder(lambda: burn(0.02)),
        "does both": Recorder(lambda: (wait(0.01), burn(0.02))),
        "is disturbed now and then": Recorder(lambda: wait(next(naps))),
    }
    for name, action in actions.items():
        answer = measure(action)
        mistake = _mistake(answer, action)
        if mistake:
            return not_yet(f"for an action that {name}: {mistake}")
    return right("it tells waiting from computing, and one bad run from a slow action")


def _mistake(answer: Any, action: Recorder) -> str:
    if len(action.walls) < 5:
        return f"it was run {len(action.walls)} times; run it at least 5 times"
    try:
        shortest, middle, share = answer
    except (TypeError, ValueError):
        return f"expected (shortest, median, CPU ÷ wall), got {answer!r}"
    if not _close(shortest, min(action.walls)):
        return f"its shortest run took {min(action.walls):.4f} s, not {shortest:.4f} s"
    if not _close(middle, median(action.walls)):
        mean = sum(action.walls) / len(action.walls)
        hint = " (that is the mean)" if _close(middle, mean) else ""
        return f"its median is {median(action.walls):.4f} s, not {middle:.4f} s{hint}"
    if abs(share - sum(action.cpus) / sum(action.walls)) > CLOSE:
        hint = "; which clock stops while a program sleeps?" if share > 0.9 else ""
        return f"CPU ÷ wall is not {share:.2f}{hint}"
    return ""


def _close(given: float, true: float) -> bool:
    return abs(given - true) <= CLOSE * true
