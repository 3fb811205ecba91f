"""Exercises of *Choosing*: eight programs, and the strategy for each."""

from ..translatable import gettext_noop, message
from .feedback import Feedback, not_yet, right

#: For each scenario: the right strategies on an interpreter with a GIL, and why.
SCENARIOS: dict[str, tuple[frozenset[str], str]] = {
    "a": (
        frozenset({"threads", "async"}),
        gettext_noop("it waits, and 50 waits fit in either"),
    ),
    "b": (
        frozenset({"async"}),
        gettext_noop("it waits 20,000 times at once; a task needs less than a thread"),
    ),
    "c": (
        frozenset({"processes"}),
        gettext_noop("it computes in Python, for long enough to pay"),
    ),
    "d": (
        frozenset({"sequential"}),
        gettext_noop("a task is cheaper than handing it over"),
    ),
    "e": (
        frozenset({"threads"}),
        gettext_noop("its C code releases the GIL, and nothing is copied"),
    ),
    "f": (
        frozenset({"sequential"}),
        gettext_noop("each step needs the one before; nothing can overlap"),
    ),
    "g": (
        frozenset({"threads"}),
        gettext_noop("the library blocks; a thread each keeps the loop free"),
    ),
    "h": (
        frozenset({"processes"}),
        gettext_noop("only a process can be killed when its C code hangs"),
    ),
}
STRATEGIES = {"sequential", "threads", "processes", "async"}


def check_choices(**choices: str) -> Feedback:
    """Check a choice for each of the scenarios a to h: sequential, threads, processes
    or async.
    """
    for name, (fitting, reason) in SCENARIOS.items():
        chosen = choices.get(name)
        if chosen not in STRATEGIES:
            known = ", ".join(sorted(STRATEGIES))
            return not_yet(
                "{name}: choose one of {known}; got {chosen}",
                name=name,
                known=known,
                chosen=repr(chosen),
            )
        if chosen not in fitting:
            return not_yet(
                "{name}: not {chosen}: {reason}",
                name=name,
                chosen=chosen,
                reason=message(reason),
            )
    return right("all eight")


CHOICES = {
    "a": "threads",
    "b": "async",
    "c": "processes",
    "d": "sequential",
    "e": "threads",
    "f": "sequential",
    "g": "threads",
    "h": "processes",
}
