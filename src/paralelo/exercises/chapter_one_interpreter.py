"""Exercises of *The GIL*: find what freezes the other threads."""

from collections.abc import Callable, Collection
from functools import partial

from ..heartbeats import beats_during
from ..translatable import gettext_noop
from ..workloads import burn, sha256_block, sum_in_c
from .feedback import Feedback, not_yet, right

SUSPECTS: dict[str, Callable[[], object]] = {
    "burn": partial(burn, 0.3),
    "sum_in_c": partial(sum_in_c, 20_000_000),
    "sha256_block": partial(sha256_block, 200),
}
FREEZES = gettext_noop(
    "you said that {name} freezes the other thread, but the other thread woke up "
    "{beats} times during the call"
)
FREEZES_NOT = gettext_noop(
    "you said that {name} doesn't freeze the other thread, but the other thread woke "
    "up only {beats} times during the call"
)
MOST = 3  # times: around its call of C code, a suspect has Python code as well


def beats() -> dict[str, int]:
    """Measure each suspect: how often another thread woke up during the call."""
    return {name: beats_during(suspect) for name, suspect in SUSPECTS.items()}


def check_frozen(names: Collection[str]) -> Feedback:
    """Check which of burn, sum_in_c and sha256_block keep other threads from running.

    The right answer is measured on this machine: another thread sleeps for a
    millisecond at a time, and counts how often it wakes up.
    """
    unknown = set(names) - set(SUSPECTS)
    if unknown:
        return not_yet("no suspect is called {name}", name=min(unknown))
    found = beats()
    for name, count in found.items():
        if (count <= MOST) != (name in names):
            said = FREEZES if name in names else FREEZES_NOT
            return not_yet(said, name=name, beats=count)
    return right(
        "the other thread woke up during burn {burn} times, during sum_in_c "
        "{sum_in_c} times, during sha256_block {sha256_block} times",
        **found,
    )


FROZEN = {"sum_in_c"}
