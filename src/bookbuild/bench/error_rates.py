"""Simulate how often a verdict on a ratio is wrong, with noise of this machine.

The real `check` judges thousands of claims that one action takes at least as long as
another, on ratios whose true value is known. Each run costs what it would without
noise, times a slow-down factor that was just recorded on this machine: the wall times
of a fixed workload divided by the shortest of them, idle and under background load. The
factors are drawn

- independently for each run, from one of the two conditions or from both mixed;
- as a block of consecutive runs for a whole claim, so that bursts, drifts and periodic
  load keep their shape.

As in `measure`, the order of the two actions in a round is random. So at a true ratio
of 1 each round errs to either side with the same probability, whatever the noise, and
seven rounds all err to the same wrong side in 1 of 128 cases; farther from 1, in fewer.
Without the random order, noise in step with the runs would mislead in half of all
cases.

What this doesn't show: load that slows only one of the two actions (the control
experiment detects that, and here every control passes), load that comes after the
control, other workloads, other machines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random

from bookbuild.project.book import Book
from paralelo.busy import background_load
from paralelo.claims.check import ROUNDS, check
from paralelo.claims.verdict import Outcome
from paralelo.machine import environment_info, usable_cores
from paralelo.samples import Ratio, Sample, format_seconds, repeat
from paralelo.workloads import cpu_heavy

RATIOS = (0.5, 0.67, 0.8, 0.9, 0.95, 0.98, 1, 1.02, 1.05, 1.1, 1.25, 1.5, 2)
RUNS = 1_000  # recorded in each condition
CLAIMS = 16_000  # simulated for each share: enough to tell 0.78% from 1%
WORST = 0.01  # the largest permitted share of false verdicts
WORK = partial(cpu_heavy, 400)  # 160,000 squares, about 5 ms
PASSED = check("control", True, equals=True)

#: Draws the slow-down factors of all the runs of one claim.
Noise = Callable[[Random], Sequence[float]]
RUNS_OF_A_CLAIM = 2 * ROUNDS

Shares = tuple[float, float]  # of the verdicts: those that are false, and undecided
Table = dict[str, list[Shares]]  # by noise; for each of `RATIOS`


def each(factors: Sequence[float]) -> Noise:
    """Draw a factor for each run independently."""
    return lambda random: random.choices(factors, k=RUNS_OF_A_CLAIM)


def whole(factors: Sequence[float]) -> Noise:
    """Draw a block of consecutive factors, as they were recorded."""

    def draw(random: Random) -> Sequence[float]:
        start = random.randrange(len(factors) - RUNS_OF_A_CLAIM + 1)
        return factors[start : start + RUNS_OF_A_CLAIM]

    return draw


def either(*noises: Noise) -> Noise:
    """Choose one of these noises at random for each claim."""
    return lambda random: random.choice(noises)(random)


def simulate(
    ratio: float, noise: Noise, *, count: int, random: Random
) -> Counter[Outcome]:
    """Check `count` times that a ratio whose true value is `ratio` is at least 1."""
    return Counter(_outcome(ratio, noise(random), random) for _ in range(count))


def _outcome(ratio: float, factors: Sequence[float], random: Random) -> Outcome:
    """Check rounds of two actions in random order, slowed down by `factors`."""
    made = []
    for pair in zip(factors[::2], factors[1::2], strict=True):
        before, after = random.sample(pair, 2)
        made.append(ratio * before / after)
    rounds = Ratio(tuple(made))
    return check("ratio", rounds, at_least=1, requires_claim=PASSED).outcome


def shares(ratio: float, counts: Counter[Outcome]) -> Shares:
    """Return the shares of false and undecided verdicts on a ratio.

    *Holds* is false if the ratio is below 1, and *fails* is if it's at least 1.
    """
    false = Outcome.HOLDS if ratio < 1 else Outcome.FAILS
    every = counts.total()
    return counts[false] / every, counts[Outcome.UNDECIDED] / every


def error_rates(_book: Book | None = None) -> int:
    """Print the table; return 1 if noise leads to too many false verdicts."""
    random = Random(20)
    table = {name: _row(noise, random) for name, noise in _record().items()}
    print("", *lines(table), sep="\n")
    worst = max(map(largest_false, table.values()))
    print(
        f"\nnoise misleads {ROUNDS} rounds in {worst:.2%} of claims at worst "
        f"(≤ {WORST:.0%}){'  OVER' if worst > WORST else ''}"
    )
    return int(worst > WORST)


def _row(noise: Noise, random: Random) -> list[Shares]:
    return [
        shares(ratio, simulate(ratio, noise, count=CLAIMS, random=random))
        for ratio in RATIOS
    ]


def _record() -> dict[str, Noise]:
    """Record the noises of this machine, by name."""
    print(environment_info())
    alone = _slowdowns_of_work("alone")
    with background_load(usable_cores()):
        beside = _slowdowns_of_work(f"beside {usable_cores()} busy processes")
    return {
        "alone, each": each(alone),
        "beside, each": each(beside),
        "mixed, each": each(alone + beside),
        "alone, whole": whole(alone),
        "beside, whole": whole(beside),
        "mixed, whole": either(whole(alone), whole(beside)),
    }


def _slowdowns_of_work(where: str) -> list[float]:
    sample = repeat(WORK, rounds=RUNS, warmups=20)
    factors = slowdowns(sample)
    deciles = sorted(factors)[RUNS // 10 :: RUNS // 5]
    print(
        f"{RUNS} runs {where}: shortest {format_seconds(sample.best)}; one tenth, "
        f"three, five, seven, nine: × {', '.join(f'{each:.3g}' for each in deciles)}; "
        f"longest × {max(factors):.3g}",
        flush=True,
    )
    return factors


def slowdowns(sample: Sample) -> list[float]:
    """Divide each run's wall time by the shortest, in the order of the runs."""
    return [wall / sample.best for wall in sample.walls]


def largest_false(row: Sequence[Shares]) -> float:
    """Return the largest share of false verdicts over all true ratios."""
    return max(false for false, _undecided in row)


def lines(table: Table) -> Iterator[str]:
    """Format the table: the shares of false and undecided verdicts, by true ratio."""
    yield "ratio  " + "".join(f"{name:>16}" for name in table)
    yield "       " + "   false  undec." * len(table)
    for ratio, *row in zip(RATIOS, *table.values(), strict=True):
        cells = (f"{false:8.2%}{undecided:8.1%}" for false, undecided in row)
        yield f"{ratio:<7}{''.join(cells)}"
    worst = (f"{largest_false(row):8.2%}{'':8}" for row in table.values())
    yield f"worst  {''.join(worst)}"
