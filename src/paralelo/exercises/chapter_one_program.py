"""Exercises of *One program, four ways of waiting*: predict five makespans."""

from math import ceil

from ..translatable import Message, message
from .feedback import Feedback, not_yet, right

TASKS, LATENCY, WORKERS = 7, 0.1, 3
WAVES = ceil(TASKS / WORKERS) * LATENCY
RIGHT = {
    "sequential": TASKS * LATENCY,
    "threads": WAVES,
    "processes": WAVES,
    "awaited": TASKS * LATENCY,
    "gathered": LATENCY,
}
TOLERANCE = 0.2  # of the right answer


def check_predictions(**seconds: float) -> Feedback:
    """Check predictions for 7 requests of 0.1 s and pools of 3 workers, in seconds.

    They're named sequential, threads, processes, awaited and gathered, without the time
    to start the workers. Each may be 20% off.
    """
    for name in RIGHT:
        if name not in seconds:
            return not_yet("there is no prediction for {name}", name=name)
    for name, given in seconds.items():
        if name not in RIGHT:
            return not_yet(
                "nothing here is called {name}; there are: {names}",
                name=name,
                names=", ".join(RIGHT),
            )
        if abs(given - RIGHT[name]) > TOLERANCE * RIGHT[name]:
            return not_yet("{name}: {hint}", name=name, hint=_hint(name, given))
    return right("all five; now let the server confirm it")


def _hint(name: str, given: float) -> Message:
    if (
        name in ("threads", "processes")
        and abs(given - TASKS / WORKERS * LATENCY) < 0.01
    ):
        return message(
            "a worker can't take a third of a request; how many rounds does it need?"
        )
    if name == "awaited" and abs(given - LATENCY) < 0.01:
        return message(
            "awaiting in a loop starts a request only when the one before it is done"
        )
    if name == "gathered" and given > 1.2 * LATENCY:
        return message("how many of the coroutines does gather start before it waits?")
    return message(
        "how many waits of {latency} s are there, "
        "if those at the same time count once?",
        latency=LATENCY,
    )


PREDICTIONS = {
    "sequential": 0.7,  # 7 × 0.1
    "threads": 0.3,  # 3 workers: ⌈7/3⌉ = 3 waves
    "processes": 0.3,  # the same waves; starting the workers comes on top
    "awaited": 0.7,  # one after another, on a loop or not
    "gathered": 0.1,  # all 7 at once
}
