"""Chapter *What one interpreter does at a time*: which function freezes the others?"""

import sys
from collections.abc import Callable, Collection
from functools import partial

from ..heartbeat import heartbeat
from ..workloads import burn, hash_block, one_c_call
from .feedback import Feedback, not_yet, right

SUSPECTS: dict[str, Callable[[], object]] = {
    "burn": partial(burn, 0.3),
    "one_c_call": partial(one_c_call, 20_000_000),
    "hash_block": partial(hash_block, 200),
}
TURNS = 10  # a heartbeat this many switch intervals late was frozen, not just waiting


def longest_waits() -> dict[str, float]:
    """The longest wait of a 1 ms heartbeat beside each suspect, in seconds."""
    return {name: heartbeat(suspect).longest for name, suspect in SUSPECTS.items()}


def check_frozen(names: Collection[str]) -> Feedback:
    """Check which of burn, one_c_call and hash_block keep everybody else from running.

    The answer is measured here and now: beside each of them, how late was a heartbeat?
    """
    unknown = set(names) - set(SUSPECTS)
    if unknown:
        return not_yet(f"no suspect is called {min(unknown)}")
    waits = longest_waits()
    limit = TURNS * sys.getswitchinterval()
    for name, longest in waits.items():
        if (longest > limit) != (name in names):
            said = "would freeze the others" if name in names else "would not"
            return not_yet(
                f"you said that {name} {said}; the longest wait beside it was "
                f"{longest * 1e3:.0f} ms, with a switch interval of "
                f"{sys.getswitchinterval() * 1e3:.0f} ms"
            )
    return right(
        ", ".join(f"{name} {wait * 1e3:.0f} ms" for name, wait in waits.items())
    )
