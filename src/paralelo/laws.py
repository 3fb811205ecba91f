"""What does theory say? How much sooner, how many at once, how far from the best."""

import math
from collections.abc import Iterable


def amdahl(part: float, workers: float) -> float:
    """How many times sooner, at most, the same work is done by more workers.

    `part` is the part of one worker's time that can be divided, from 0 to 1; the rest
    stays one after another. ``workers=math.inf`` gives the limit, 1 / (1 - part).

    Raises ValueError for a part outside 0 to 1, and for less than one worker.

    Source: Amdahl (1967), Validity of the Single Processor Approach to Achieving Large
    Scale Computing Capabilities.
    """
    _check(workers, part)
    seconds = (1 - part) + part / workers  # of each second that one worker takes
    return 1 / seconds if seconds else math.inf


def gustafson(part: float, workers: float) -> float:
    """How many times more work is done in the same time, if the work may grow.

    `part` is the part of the workers' time in which all of them work, from 0 to 1; in
    the rest, one works and does not get more to do. Mind the difference to `amdahl`,
    whose `part` is one of a single worker's time.

    Raises ValueError for a part outside 0 to 1, and for less than one worker.

    Source: Gustafson (1988), Reevaluating Amdahl's Law.
    """
    _check(workers, part)
    return (1 - part) + part * workers if part else 1.0  # 0 × ∞ would be no number


def little(throughput: float, latency: float) -> float:
    """How many tasks are under way, on average: tasks per second × seconds per task.

    Two of the three give the third: throughput = under way / latency, and
    latency = under way / throughput. All are averages over a time long enough for as
    many tasks to end as begin; how tasks arrive, or in which order they are served,
    does not matter.

    Raises ValueError for a negative or infinite throughput or latency.

    Source: Little (1961), A Proof for the Queuing Formula: L = λW.
    """
    for name, value in (("throughput", throughput), ("latency", latency)):
        if not 0 <= value < math.inf:
            raise ValueError(f"{name} must be finite and not negative, got {value!r}")
    return throughput * latency


def graham(workers: float) -> float:
    """How many times the best makespan any list schedule takes, at most.

    A list schedule gives the next task on the list to the first free worker, whatever
    the order of the list: so do the pools of Python.

    Raises ValueError for less than one worker.

    Source: Graham (1966), Bounds for Certain Multiprocessing Anomalies.
    """
    _check(workers)
    return 2 - 1 / workers


def graham_longest_first(workers: float) -> float:
    """How many times the best makespan a list takes, at most, if sorted.

    The longest task comes first, and no task waits for the result of another.

    Raises ValueError for less than one worker.

    Source: Graham (1969), Bounds on Multiprocessing Timing Anomalies.
    """
    _check(workers)
    return 4 / 3 - 1 / (3 * workers)


def waves(tasks: int, workers: int) -> int:
    """How many rounds it takes if each worker does one task in each of them.

    Equal tasks take this many times as long as one of them.

    Raises ValueError for a negative number of tasks, and for less than one worker.
    """
    _check(workers)
    if tasks < 0:
        raise ValueError(f"tasks must not be negative, got {tasks!r}")
    return -(-tasks // workers)  # divided and rounded up


def makespan_bounds(costs: Iterable[float], workers: float) -> tuple[float, float]:
    """The least and the most seconds that any list schedule of these tasks takes.

    `costs` are seconds per task. No schedule at all is done before its longest task
    is, or in less than everyone's fair share of the work. When the task that ends last
    began, no worker was free: so the others' work, shared, is all that delayed it.

    Raises ValueError for a negative or infinite cost, and for less than one worker.

    Source: Graham (1969), Bounds on Multiprocessing Timing Anomalies.
    """
    _check(workers)
    given = list(costs)
    if wrong := [cost for cost in given if not 0 <= cost < math.inf]:
        raise ValueError(f"costs must be finite and not negative, got {wrong[0]!r}")
    longest, fair = max(given, default=0.0), sum(given) / workers
    return max(longest, fair), fair + (1 - 1 / workers) * longest


def _check(workers: float, part: float = 0.0) -> None:
    if not workers >= 1:  # which also refuses what is no number
        raise ValueError(f"workers must be at least 1, got {workers!r}")
    if not 0 <= part <= 1:
        raise ValueError(f"part must be from 0 to 1, got {part!r}")
