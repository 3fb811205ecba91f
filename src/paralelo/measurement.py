"""Time the same tasks under several strategies, in interleaved rounds."""

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeVar

from .comparison import same
from .instrument import TaskRun, instrumented
from .samples import Clock, Ratio, Run, Sample, check_rounds, format_seconds, timed
from .strategies import Async, Strategy, checked, label
from .translatable import gettext_noop, message, metadata

T = TypeVar("T")


#: The names of the columns of a measurement's table.
HEAD = (
    gettext_noop("median"),
    gettext_noop("min"),
    gettext_noop("max"),
    gettext_noop("CPU"),
    gettext_noop("cores"),
)


@dataclass(frozen=True, repr=False)
class Measurement:
    """The same tasks under several strategies: a sample for each, made in rounds.

    Run number n of every sample was made in round n, so the runs of a round saw about
    the same background load. That's why `speedup` compares them round by round.
    """

    samples: dict[Strategy, Sample]

    def __getitem__(self, strategy: Strategy) -> Sample:
        if strategy not in self.samples:
            known = ", ".join(map(label, self.samples))
            raise LookupError(f"{label(strategy)} was not measured; there are: {known}")
        return self.samples[strategy]

    def speedup(self, before: Strategy, after: Strategy) -> Ratio:
        """Return the wall times of `before` ÷ those of `after`, round by round."""
        pairs = zip(self[before].walls, self[after].walls, strict=True)
        return Ratio(tuple(slow / fast for slow, fast in pairs))

    def __repr__(self) -> str:
        return "\n".join(
            f"{label(name)}: {sample}" for name, sample in self.samples.items()
        )

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        html = self._html()
        return {"text/plain": repr(self), "text/html": html}, metadata(
            map(message, HEAD)
        )

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
    return (*map(format_seconds, times), f"{sample.cores:.2f}")


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

    Each round runs every strategy once, so that background load affects all of them.
    The order within a round is random, or a load that comes and goes in step with the
    runs would always hit the same strategy. A run's wall time includes starting and
    stopping the workers. Its CPU time is that of this process plus that of the worker
    processes, as each of them reports it from its start to its last task.

    Parameters
    ----------
    function, items
        The tasks: `function` is applied to each item. The results are compared: NaN
        is the same as NaN, and arrays and frames are if their elements are.
    coroutine
        The asynchronous version of `function`, which `Async` runs instead.
    rounds, warmups
        Rounds that are kept, at least 1, after `warmups` that aren't.
    clock
        The clocks to read; by default this machine's.

    Raises
    ------
    ValueError
        If there's no strategy, or one of them twice, if `Async` has no `coroutine`, or
        if the strategies don't return the same results, or only None: then they didn't
        do the same work, or none that can be checked.
    TypeError
        If a strategy other than `Async` gets a coroutine function, or if the results
        can't be compared.
    """
    check_rounds(rounds, warmups)
    functions = {
        strategy: instrumented(_function_for(strategy, function, coroutine))
        for strategy in _once_each(strategies)
    }
    tasks, runs = list(items), {strategy: list[Run]() for strategy in functions}
    expected: tuple[Strategy, list[Any]] | None = None
    for number in range(warmups + rounds):
        gc.collect()  # or a round would pay for the garbage of the last one
        # Warm-ups run in the order given, so that they find the same fault each time.
        for strategy in list(runs) if number < warmups else _by_lot(runs):
            action = _bind(strategy, functions[strategy], tasks)
            run, task_runs = timed(action, clock)
            results = [task_run.result for task_run in task_runs]
            expected = expected or (strategy, results)
            _check_results(*expected, strategy, results)
            if number >= warmups:
                workers = _cpu_of_other_processes(task_runs)
                runs[strategy].append(Run(run.wall, run.cpu + workers))
    return Measurement({name: Sample(tuple(made)) for name, made in runs.items()})


def _once_each(strategies: Iterable[Strategy]) -> list[Strategy]:
    given = list(strategies)
    if not given:
        raise ValueError("there is nothing to compare: strategies is empty")
    labels = [label(strategy) for strategy in given]
    for name in labels:
        if labels.count(name) > 1:
            raise ValueError(f"strategies has {name} more than once; name it once")
    return given


def _by_lot(strategies: Iterable[Strategy]) -> list[Strategy]:
    from random import sample  # here: every spawned worker imports this module

    given = list(strategies)
    return sample(given, len(given))


def _bind(
    strategy: Strategy, function: Callable[[T], Any], tasks: list[T]
) -> Callable[[], list[TaskRun[Any]]]:
    return lambda: strategy.map(function, tasks)


def _cpu_of_other_processes(task_runs: list[TaskRun[Any]]) -> float:
    # Not RUSAGE_CHILDREN: under forkserver, the workers are the fork server's children.
    last = {
        task_run.process: 0.0
        for task_run in task_runs
        if task_run.process != os.getpid()
    }
    for task_run in task_runs:
        if task_run.process in last:
            last[task_run.process] = max(last[task_run.process], task_run.process_cpu)
    return sum(last.values())


def _function_for(
    strategy: Strategy,
    function: Callable[[T], Any],
    coroutine: Callable[[T], Any] | None,
) -> Callable[[T], Any]:
    if not isinstance(strategy, Async):
        return checked(strategy, function)
    if coroutine is None:
        raise ValueError(
            f"{label(strategy)} needs coroutine=, the asynchronous version of "
            f"{function!r}"
        )
    return checked(strategy, coroutine)


def _check_results(
    first: Strategy, expected: list[Any], strategy: Strategy, results: list[Any]
) -> None:
    if results and all(result is None for result in results):
        raise ValueError(
            f"every result of {label(strategy)} is None, so a function that does "
            "nothing would pass this comparison; let the task return what it computed"
        )
    if same(results, expected):
        return
    who = f"{label(strategy)} and {label(first)}"
    for kind in map(type, results):
        if kind.__eq__ is object.__eq__:  # type: ignore[comparison-overlap]
            raise TypeError(
                f"{who} return objects of {kind.__name__}, of which no two are "
                "equal; let the task return what is in them"
            )
    raise ValueError(
        f"{who} do not return the same results, "
        "so they did not do the same work; check the function and its coroutine"
    )
