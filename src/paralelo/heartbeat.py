"""How long was everybody else held up? A regular beat, and how late each one came."""

import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

BEAT = 0.001  # seconds


@dataclass(frozen=True, repr=False)
class Heartbeat:
    """How long it took from each beat to the next, in seconds, in order."""

    waits: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one of the waits, or the later of the two in the middle."""
        return sorted(self.waits)[len(self.waits) // 2]

    @property
    def longest(self) -> float:
        """The longest wait: for so long, nobody else got anything done."""
        return max(self.waits)

    def __repr__(self) -> str:
        return (
            f"median {self.median * 1e3:.3g} ms, longest {self.longest * 1e3:.3g} ms, "
            f"{len(self.waits)} beats"
        )


def heartbeat(action: Callable[[], object], *, beat: float = BEAT) -> Heartbeat:
    """Run `action` in a thread beside this one, which sleeps `beat` seconds at a time.

    The sleeper needs the GIL when it wakes: its waits show who holds it, and how long.
    What `action` raises is raised here.
    """
    waits, beating = [], threading.Event()

    def work() -> None:
        beating.wait()  # or an action that keeps the GIL would be over before we look
        action()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        last = time.perf_counter()
        while not future.done():
            beating.set()
            time.sleep(beat)
            waits.append(time.perf_counter() - last)
            last += waits[-1]
    future.result()  # raises what the action raised
    return Heartbeat(tuple(waits))


async def heartbeat_of_loop(
    awaitable: Awaitable[object], *, beat: float = BEAT
) -> Heartbeat:
    """Await `awaitable` beside a task of the same loop that sleeps `beat` s at a time.

    A coroutine that blocks holds up every other task of its loop, this one too.
    """
    import asyncio  # here: every spawned worker imports this module

    waits = []
    work = asyncio.ensure_future(awaitable)
    last = time.perf_counter()
    while True:
        await asyncio.sleep(beat)
        waits.append(time.perf_counter() - last)
        last += waits[-1]
        if work.done():
            work.result()  # raises what the work raised
            return Heartbeat(tuple(waits))
