"""Chapter *What one interpreter does at a time*: which function freezes the others?"""

from collections.abc import Callable, Collection
from functools import partial

from ..heartbeat import heartbeat
from ..says import noted
from ..workloads import burn, hash_block, one_c_call
from .feedback import Feedback, not_yet, right

SUSPECTS: dict[str, Callable[[], object]] = {
    "burn": partial(burn, 0.3),
    "one_c_call": partial(one_c_call, 20_000_000),
    "hash_block": partial(hash_block, 200),
}
FREEZES = noted(
    "you said that {name} would freeze the others; the longest single wait beside it "
    "was {longest:.0%} of the time that it took"
)
FREEZES_NOT = noted(
    "you said that {name} would not freeze the others; the longest single wait beside "
    "it was {longest:.0%} of the time that it took"
)
MOST = 0.5  # of the time: who was kept waiting that long at a stretch was frozen


def longest_shares() -> dict[str, float]:
    """The longest wait of a heartbeat beside each suspect, as a share of its time."""
    beats = {name: heartbeat(suspect) for name, suspect in SUSPECTS.items()}
    return {name: each.longest / sum(each.waits) for name, each in beats.items()}


def check_frozen(names: Collection[str]) -> Feedback:
    """Check which of burn, one_c_call and hash_block keep everybody else from running.

    The answer is measured here and now: beside each of them, how late was a heartbeat?
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
        "burn {burn:.0%}, one_c_call {one_c_call:.0%}, hash_block {hash_block:.0%}",
        **shares,
    )
