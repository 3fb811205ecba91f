"""How long, how often, how sure, and on how many cores?"""

import gc
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple, TypeVar

from .says import Saying, metadata, noted, say
from .strategies import Async, Strategy, check_function, label
from .visits import Visit, watched

T = TypeVar("T")
R = TypeVar("R")


class Clock(NamedTuple):
    """Where time is read, in seconds from any fixed origin; tests bring their own."""

    wall: Callable[[], float] = time.perf_counter
    cpu: Callable[[], float] = time.process_time


@dataclass(frozen=True)
class Run:
    """One timed run; both times in seconds, `cpu` over all threads and workers."""

    wall: float
    cpu: float

    @property
    def cores(self) -> float:
        """Cores obtained: how many the run kept busy, on average."""
        return self.cpu / self.wall if self.wall else 0.0


@dataclass(frozen=True, repr=False)
class Sample:
    """Every run that was made of one thing, in order."""

    runs: tuple[Run, ...]

    def __post_init__(self) -> None:
        if not self.runs:
            raise ValueError("a sample needs at least one run")

    @property
    def walls(self) -> tuple[float, ...]:
        """The runs' wall times, in seconds."""
        return tuple(run.wall for run in self.runs)

    @property
    def best(self) -> float:
        """The shortest wall time: the run that others disturbed least."""
        return min(self.walls)

    @property
    def median(self) -> float:
        """The middle one of the wall times."""
        return _middle(self.walls)

    @property
    def cpu(self) -> float:
        """The middle one of the CPU times."""
        return _middle(run.cpu for run in self.runs)

    @property
    def cores(self) -> float:
        """The middle one of the cores obtained."""
        return _middle(run.cores for run in self.runs)

    @property
    def most_cores(self) -> float:
        """The most cores that any run obtained: load can only lower it."""
        return max(run.cores for run in self.runs)

    def saying(self) -> Saying:
        """The sample in one line."""
        return say(
            "{median} (median of {runs}; {best} to {worst}; CPU {cpu})",
            median=seconds(self.median),
            runs=len(self.runs),
            best=seconds(self.best),
            worst=seconds(max(self.walls)),
            cpu=seconds(self.cpu),
        )

    def __repr__(self) -> str:
        return str(self.saying())


@dataclass(frozen=True)
class Ratio:
    """The ratios of two things' times, round by round: their middle and their range.

    The range misses the true median, whatever the distribution of the times, only if
    all rounds fell on one side of it.
    Source: David and Nagaraja (2003), Order Statistics, section 7.1.
    """

    values: tuple[float, ...]

    @property
    def low(self) -> float:
        """The smallest of them."""
        return min(self.values)

    @property
    def median(self) -> float:
        """The middle one of them."""
        return _middle(self.values)

    @property
    def high(self) -> float:
        """The largest of them."""
        return max(self.values)

    @property
    def coverage(self) -> float:
        """The probability that the range holds the true median, from 0 to 1."""
        return 1 - 0.5 ** (len(self.values) - 1)

    def __str__(self) -> str:
        return (
            f"{self.median:.3g} × ({self.low:.3g} to {self.high:.3g}; "
            f"{len(self.values)} rounds, {self.coverage:.1%})"
        )


#: What the columns of a measurement's table are called.
HEAD = (
    noted("median"),
    noted("min"),
    noted("max"),
    noted("CPU"),
    noted("cores"),
)


@dataclass(frozen=True, repr=False)
class Measurement:
    """The same tasks under several strategies: a sample for each, made in rounds.

    Run number n of every sample was made in round n, minutes of load apart from no
    other: that is what makes their ratio worth reading.
    """

    samples: dict[Strategy, Sample]

    def __getitem__(self, strategy: Strategy) -> Sample:
        if strategy not in self.samples:
            known = ", ".join(map(label, self.samples))
            raise LookupError(f"{label(strategy)} was not measured; there are: {known}")
        return self.samples[strategy]

    def speedup(self, before: Strategy, after: Strategy) -> Ratio:
        """How many times sooner `after` is done than `before`, round by round."""
        pairs = zip(self[before].walls, self[after].walls, strict=True)
        return Ratio(tuple(slow / fast for slow, fast in pairs))

    def __repr__(self) -> str:
        return "\n".join(
            f"{label(name)}: {sample}" for name, sample in self.samples.items()
        )

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        html = self._html()
        return {"text/plain": repr(self), "text/html": html}, metadata(map(say, HEAD))

    def _html(self) -> str:
        rows = (
            f'<tr><th scope="row"><code>{escape(label(strategy))}</code></th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(sample))
            + "</tr>"
            for strategy, sample in self.samples.items()
        )
        return (
            '<table class="measurement"><thead><tr><td></td>'
            + "".join(f'<th scope="col">{name}</th>' for name in HEAD)
            + f"</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )


def _cells(sample: Sample) -> tuple[str, ...]:
    times = (sample.median, sample.best, max(sample.walls), sample.cpu)
    return (*map(seconds, times), f"{sample.cores:.2f}")


def seconds(value: float) -> str:
    """A time as people read it: three digits, in s, ms or µs."""
    rounded = float(f"{value:.3g}")  # at first, or 0.9996 s would be 1e+03 ms
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if rounded >= size:
            return f"{rounded / size:.3g} {unit}"
    return f"{rounded / 1e-6:.3g} µs"


def _middle(values: Iterable[float]) -> float:
    from statistics import median  # here: it is slow to import, and workers would

    return median(values)


def repeat(
    action: Callable[[], object],
    *,
    rounds: int = 5,
    warmups: int = 1,
    clock: Clock = Clock(),  # noqa: B008 (immutable)
) -> Sample:
    """Run `action` again and again in this process, and keep the times of every run.

    `warmups` runs that are not kept come first, so that imports and cold caches do not
    count as the action's own. The CPU time is this process's, without its children.
    """
    _check(rounds, warmups)
    for _ in range(warmups):
        action()
    gc.collect()  # nobody pays for the garbage of what was before
    return Sample(tuple(_timed(action, clock)[0] for _ in range(rounds)))


def measure(
    function: Callable[[T], Any],
    items: Iterable[T],
    strategies: Sequence[Strategy],
    *,
    coroutine: Callable[[T], Any] | None = None,
    rounds: int = 5,
    warmups: int = 1,
    clock: Clock = Clock(),  # noqa: B008 (immutable)
) -> Measurement:
    """Time the same tasks under each strategy, in interleaved rounds.

    Each round runs every strategy once, so that whatever else the machine does falls
    on all of them; in an order drawn by lot, or a load that comes and goes in step with
    the runs would always fall on the same one. A run's wall time includes starting and
    stopping the workers; its CPU time is that of this process, and of the worker
    processes as each of them reports it, from its birth to its last task.

    Parameters
    ----------
    function, items
        The tasks: `function` is applied to each item. Its results are compared.
    coroutine
        `function`'s asynchronous twin, which `Async` runs in its place.
    rounds, warmups
        Rounds that are kept, at least 1, after `warmups` that are not.
    clock
        Where time is read; this machine's clocks unless a test says otherwise.

    Raises
    ------
    ValueError
        If there is no strategy, or if they do not return the same results, or only
        None: then they did not do the same work, or none that anybody can check.
    TypeError
        If a strategy that is not `Async` is given a coroutine function.
    """
    _check(rounds, warmups)
    if not strategies:
        raise ValueError("there is nothing to compare: strategies is empty")
    tasks, runs = list(items), {strategy: list[Run]() for strategy in strategies}
    expected: tuple[Strategy, list[Any]] | None = None
    for number in range(warmups + rounds):
        gc.collect()  # no round pays for the garbage of the one before
        # A warm-up is not kept; in the order given, it finds the same fault each time.
        for strategy in list(runs) if number < warmups else _by_lot(runs):
            chosen = _function_for(strategy, function, coroutine)
            action = _bind(strategy, watched(chosen), tasks)
            run, visits = _timed(action, clock)
            results = [visit.result for visit in visits]
            expected = expected or (strategy, results)
            _check_results(*expected, strategy, results)
            if number >= warmups:
                workers = _cpu_of_other_processes(visits)
                runs[strategy].append(Run(run.wall, run.cpu + workers))
    return Measurement({name: Sample(tuple(made)) for name, made in runs.items()})


def _by_lot(strategies: Iterable[Strategy]) -> list[Strategy]:
    from random import sample  # here: every spawned worker imports this module

    given = list(strategies)
    return sample(given, len(given))


def _bind(
    strategy: Strategy, function: Callable[[T], Any], tasks: list[T]
) -> Callable[[], list[Visit[Any]]]:
    return lambda: strategy.map(function, tasks)


def _timed(action: Callable[[], R], clock: Clock) -> tuple[Run, R]:
    wall, cpu = clock.wall(), clock.cpu()
    result = action()
    return Run(wall=clock.wall() - wall, cpu=clock.cpu() - cpu), result


def _cpu_of_other_processes(visits: list[Visit[Any]]) -> float:
    # RUSAGE_CHILDREN is no help: under forkserver the workers are another's children.
    last = {visit.process: 0.0 for visit in visits if visit.process != os.getpid()}
    for visit in visits:
        if visit.process in last:
            last[visit.process] = max(last[visit.process], visit.process_cpu)
    return sum(last.values())


def _function_for(
    strategy: Strategy,
    function: Callable[[T], Any],
    coroutine: Callable[[T], Any] | None,
) -> Callable[[T], Any]:
    if not isinstance(strategy, Async):
        check_function(strategy, function)
        return function
    if coroutine is None:
        raise ValueError(
            f"{label(strategy)} needs coroutine=, the asynchronous twin of {function!r}"
        )
    return coroutine


def _check(rounds: int, warmups: int) -> None:
    if rounds < 1:
        raise ValueError(f"rounds must be at least 1, got {rounds!r}")
    if warmups < 0:
        raise ValueError(f"warmups must not be negative, got {warmups!r}")


def _check_results(
    first: Strategy, expected: list[Any], strategy: Strategy, results: list[Any]
) -> None:
    if results and all(result is None for result in results):
        raise ValueError(
            f"every result of {label(strategy)} is None: a function that does nothing "
            "would pass this comparison; let the task return what it computed"
        )
    if results != expected:
        raise ValueError(
            f"{label(strategy)} and {label(first)} do not return the same results: "
            "they did not do the same work"
        )
