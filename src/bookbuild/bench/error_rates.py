"""Simulate how often a verdict on a ratio is wrong, with noise of this machine.

The simulation checks a claim that one action takes at least as long as another, some
thousands of times, with the real `check`, on ratios whose true value is known. Each run
costs what it would without noise, times a slow-down factor that was just recorded on
this machine: the wall times of a fixed workload divided by the shortest of them, idle
and under background load. The factors are drawn

- independently for each run, from one of the two conditions or from both mixed;
- as a block of consecutive runs for a whole claim, so that bursts, drifts and periodic
  load keep their shape.

As in `measure`, the order of the two actions in a round is random. So at a true ratio
of 1 each round errs to either side with the same probability, whatever the noise, and
seven rounds all err to the same wrong side in 1 of 128 cases; farther from 1, in fewer.
Without the random order, noise in step with the runs would mislead in half of all
cases.

What this doesn't show: load that slows only one of the two actions, such as the second
of two processes (detecting that is the control experiment's part, and here every
control passes), load that comes after the control, other workloads, other machines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from random import Random

import paralelo.claims.check as checking
from bookbuild.project.book import Book
from paralelo.busy import background_load
from paralelo.claims.verdict import Outcome
from paralelo.machine import environment_info, usable_cores
from paralelo.samples import Ratio, Sample, format_seconds, repeat
from paralelo.workloads import cpu_heavy

RATIOS = (0.5, 0.67, 0.8, 0.9, 0.95, 0.98, 1, 1.02, 1.05, 1.1, 1.25, 1.5, 2)
ROUNDS = (5, checking.ROUNDS, 9)  # the middle one is the book's
RUNS = 1_000  # recorded in each condition
CLAIMS = 2_000  # simulated, for each share
LIMITED = 16_000  # the same, for the book's rounds: enough to tell 0.78% from 1%
WORST = 0.01  # the largest permitted share of false verdicts
WORK = partial(cpu_heavy, 400)  # 160,000 squares, about 5 ms

PASSED = checking.check("control", True, equals=True)

#: Draws the slow-down factors of a number of consecutive runs.
Noise = Callable[[Random, int], Sequence[float]]


def each(factors: Sequence[float]) -> Noise:
    """Draw a factor for each run independently."""
    return lambda random, runs: random.choices(factors, k=runs)


def whole(factors: Sequence[float]) -> Noise:
    """Draw a block of consecutive factors, as they were recorded."""

    def draw(random: Random, runs: int) -> Sequence[float]:
        start = random.randrange(len(factors) - runs + 1)
        return factors[start : start + runs]

    return draw


def either(*noises: Noise) -> Noise:
    """Choose one of these noises at random for each draw."""
    return lambda random, runs: random.choice(noises)(random, runs)


def slowdowns(sample: Sample) -> list[float]:
    """Divide each run's wall time by the shortest, in the order of the runs."""
    return [wall / sample.best for wall in sample.walls]


@dataclass(frozen=True)
class Shares:
    """Count the outcomes of claims whose true ratio is known."""

    ratio: float
    counts: Counter[Outcome]

    @property
    def false(self) -> float:
        """Return the share of *holds* below 1, or of *fails* at 1 or above."""
        lie = Outcome.HOLDS if self.ratio < 1 else Outcome.FAILS
        return self.counts[lie] / self.counts.total()

    @property
    def undecided(self) -> float:
        """Return the share of undecided verdicts."""
        return self.counts[Outcome.UNDECIDED] / self.counts.total()


def simulate(
    ratio: float, noise: Noise, *, rounds: int, count: int, random: Random
) -> Shares:
    """Check `count` times that a ratio whose true value is `ratio` is at least 1."""
    with _enough(rounds):
        counts = Counter(
            _verdict(ratio, noise(random, 2 * rounds), random) for _ in range(count)
        )
    return Shares(ratio, counts)


def _verdict(ratio: float, factors: Sequence[float], random: Random) -> Outcome:
    """Check rounds of two actions in random order, slowed down by `factors`."""
    made = []
    for pair in zip(factors[::2], factors[1::2], strict=True):
        before, after = random.sample(pair, 2)
        made.append(ratio * before / after)
    rounds = Ratio(tuple(made))
    return checking.check("power", rounds, at_least=1, requires_claim=PASSED).outcome


@contextmanager
def _enough(rounds: int) -> Iterator[None]:
    """Let `check` accept fewer rounds than the book's, for comparison."""
    usual = checking.ROUNDS
    checking.ROUNDS = min(usual, rounds)
    try:
        yield
    finally:
        checking.ROUNDS = usual


Table = dict[str, list[Shares]]  # by noise, one for each true ratio


def power(_book: Book | None = None, *, seed: int = 20) -> int:
    """Print the tables; return 1 if noise misleads the book's rounds too often."""
    noises = _record()
    tables = {}
    for rounds in ROUNDS:
        tables[rounds] = {
            name: _shares(name, noise, rounds, seed) for name, noise in noises.items()
        }
        print(f"\n{rounds} rounds")
        print("\n".join(lines(tables[rounds])), flush=True)
    found = max(map(worst, tables[checking.ROUNDS].values()))
    print(
        f"\nnoise misleads {checking.ROUNDS} rounds in {found:.2%} of claims at worst "
        f"(≤ {WORST:.0%}){'  OVER' if found > WORST else ''}"
    )
    return int(found > WORST)


def _shares(name: str, noise: Noise, rounds: int, seed: int) -> list[Shares]:
    """Simulate the verdicts at each true ratio."""
    random = Random(f"{seed} {name} {rounds}")
    count = LIMITED if rounds == checking.ROUNDS else CLAIMS
    return [
        simulate(ratio, noise, rounds=rounds, count=count, random=random)
        for ratio in RATIOS
    ]


def _record() -> dict[str, Noise]:
    """Record the noises of this machine, by name."""
    print(environment_info())
    alone = _run("alone")
    with background_load(usable_cores()):
        beside = _run(f"beside {usable_cores()} busy processes")
    return {
        "alone, each": each(alone),
        "beside, each": each(beside),
        "mixed, each": each(alone + beside),
        "alone, whole": whole(alone),
        "beside, whole": whole(beside),
        "mixed, whole": either(whole(alone), whole(beside)),
    }


def _run(where: str) -> list[float]:
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


def worst(shares: Sequence[Shares]) -> float:
    """Return the largest share of false verdicts over all true ratios."""
    return max(share.false for share in shares)


def lines(table: Table) -> Iterator[str]:
    """Format the table: false and undecided verdicts in percent, by true ratio."""
    yield "ratio  " + "".join(f"{name:>14}" for name in table)
    yield "       " + "  false undec." * len(table)
    for number, ratio in enumerate(RATIOS):
        row = (shares[number] for shares in table.values())
        cells = (f"{100 * s.false:7.2f}{100 * s.undecided:7.1f}" for s in row)
        yield f"{ratio:<7}{''.join(cells)}"
    yield "worst  " + "".join(f"{100 * worst(s):7.2f}{'':7}" for s in table.values())
