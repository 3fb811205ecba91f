"""Exercises of *What one interpreter does at a time*: find what freezes a thread."""

from collections.abc import Callable, Collection
from functools import partial

from ..heartbeats import heartbeat
from ..translatable import gettext_noop
from ..workloads import burn, sha256_block, sum_in_c
from .feedback import Feedback, not_yet, right

SUSPECTS: dict[str, Callable[[], object]] = {
    "burn": partial(burn, 0.3),
    "sum_in_c": partial(sum_in_c, 20_000_000),
    "sha256_block": partial(sha256_block, 200),
}
FREEZES = gettext_noop(
    "you said that {name} would freeze the others; the longest single wait beside it "
    "was {longest:.0%} of the time that it took"
)
FREEZES_NOT = gettext_noop(
    "you said that {name} would not freeze the others; the longest single wait beside "
    "it was {longest:.0%} of the time that it took"
)
MOST = 0.5  # of the time: a thread that waits for so long without a break is frozen


def longest_shares() -> dict[str, float]:
    """Measure each suspect: the longest gap of a heartbeat ÷ the time it took."""
    beats = {name: heartbeat(suspect) for name, suspect in SUSPECTS.items()}
    return {name: each.longest / sum(each.gaps) for name, each in beats.items()}


def check_frozen(names: Collection[str]) -> Feedback:
    """Check which of burn, sum_in_c and sha256_block keep other threads from running.

    The right answer is measured on this machine, by the heartbeat of another thread.
    """
    unknown = set(names) - set(SUSPECTS)
    if unknown:
        return not_yet("no suspect is called {name}", name=min(unknown))
    shares = longest_shares()
    for name, longest in shares.items():
        if (longest > MOST) != (name in names):
            said = FREEZES if name in names else FREEZES_NOT
            return not_yet(said, name=name, longest=longest)
    return right(
        "burn {burn:.0%}, sum_in_c {sum_in_c:.0%}, sha256_block {sha256_block:.0%}",
        **shares,
    )


FROZEN = {"sum_in_c"}
