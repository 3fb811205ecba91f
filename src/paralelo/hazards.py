"""How does it go wrong? Interleavings, scripted so that they go wrong every time."""

from typing import Protocol


class Counter(Protocol):
    """Anything with a number in it: `multiprocessing.Value`, or a namespace."""

    value: int


class Barrier(Protocol):
    """`threading.Barrier`, or its twin of `multiprocessing`."""

    def wait(self) -> int: ...


def add_one_carelessly(counter: Counter, barrier: Barrier) -> None:
    """Read, wait until everybody has read, then write what was read plus one.

    The barrier only makes certain what could otherwise happen at any time: both
    workers read the same number, so that one of the two additions is lost.
    """
    seen = counter.value
    barrier.wait()
    counter.value = seen + 1
