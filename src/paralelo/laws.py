"""Laws of parallel computing: Amdahl, Gustafson, Little, Graham."""

import math
from collections.abc import Iterable

from .arguments import check_count, check_finite


def amdahl(part: float, workers: float) -> float:
    """Return the largest speed-up of the same work on more workers.

    `part` is the share of one worker's time that can be done in parallel, from 0 to 1;
    the rest stays sequential. ``workers=math.inf`` gives the limit, 1 / (1 - part).

    Raises ValueError for a part outside 0 to 1, and for less than one worker.

    Source: Amdahl (1967), Validity of the Single Processor Approach to Achieving Large
    Scale Computing Capabilities.
    """
    _check(workers, part)
    seconds = (1 - part) + part / workers  # of each second that one worker takes
    return 1 / seconds if seconds else math.inf


def gustafson(part: float, workers: float) -> float:
    """Return how many times more work is done in the same time, if the work grows.

    `part` is the share of the workers' time in which all of them work, from 0 to 1; in
    the rest, one works, and its work doesn't grow. In `amdahl`, `part` is a share of a
    single worker's time.

    Raises ValueError for a part outside 0 to 1, and for less than one worker.

    Source: Gustafson (1988), Reevaluating Amdahl's Law.
    """
    _check(workers, part)
    return (1 - part) + part * workers if part else 1.0  # 0 × ∞ would be no number


def little(throughput: float, latency: float) -> float:
    """Return how many tasks are in flight on average: throughput × latency.

    Throughput is in tasks per second, latency in seconds per task. Two of the three
    give the third: throughput = in flight / latency, latency = in flight / throughput.
    All are averages over a time long enough for as many tasks to end as start; how
    tasks arrive, and in which order they're served, doesn't matter.

    Raises ValueError for a negative or infinite throughput or latency.

    Source: Little (1961), A Proof for the Queuing Formula: L = λW.
    """
    check_finite("throughput", throughput)
    check_finite("latency", latency)
    return throughput * latency


def graham(workers: float) -> float:
    """Return the largest ratio of a list schedule's makespan to the best one.

    A list schedule gives the next task on the list to the first free worker, whatever
    the order of the list. Python's pools do the same.

    Raises ValueError for less than one worker.

    Source: Graham (1966), Bounds for Certain Multiprocessing Anomalies.
    """
    _check(workers)
    return 2 - 1 / workers


def graham_longest_first(workers: float) -> float:
    """Return the same ratio as `graham` for a list with the longest task first.

    No task waits for the result of another.

    Raises ValueError for less than one worker.

    Source: Graham (1969), Bounds on Multiprocessing Timing Anomalies.
    """
    _check(workers)
    return 4 / 3 - 1 / (3 * workers)


def waves(tasks: int, workers: int) -> int:
    """Return how many rounds it takes if each worker does one task in each round.

    Equal tasks take this many times as long as one of them.

    Raises ValueError for a negative number of tasks, and for less than one worker.
    """
    check_count("workers", workers)
    check_count("tasks", tasks, least=0)
    return -(-tasks // workers)  # divided and rounded up


def makespan_bounds(costs: Iterable[float], workers: float) -> tuple[float, float]:
    """Return the shortest and the longest makespan of a list schedule, in seconds.

    `costs` are seconds per task. No schedule is shorter than its longest task, or than
    an equal share of the work. When the task that ends last was started, no worker had
    been free before, so an equal share of the other work is all that delayed it.

    Raises ValueError for a negative or infinite cost, and for less than one worker.

    Source: Graham (1969), Bounds on Multiprocessing Timing Anomalies.
    """
    _check(workers)
    given = list(costs)
    for cost in given:
        check_finite("costs", cost)
    longest, fair = max(given, default=0.0), sum(given) / workers
    return max(longest, fair), fair + (1 - 1 / workers) * longest


def _check(workers: float, part: float = 0.0) -> None:
    if not workers >= 1:  # also refuses NaN
        raise ValueError(f"workers must be at least 1, got {workers!r}")
    if not 0 <= part <= 1:
        raise ValueError(f"part must be from 0 to 1, got {part!r}")
