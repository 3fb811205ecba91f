"""A thread or a task that sleeps for 1 ms at a time: how late it wakes, how often."""

import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import call
from typing import Any

from .arguments import check_finite, refuse_coroutine

BEAT = 0.001  # seconds


@dataclass(frozen=True, repr=False)
class Heartbeat:
    """The gaps between the beats of a heartbeat, in seconds, in order."""

    gaps: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median gap; of an even number, the larger one in the middle."""
        return sorted(self.gaps)[len(self.gaps) // 2]

    @property
    def longest(self) -> float:
        """The longest gap: for that long, the heartbeat couldn't run."""
        return max(self.gaps)

    def __repr__(self) -> str:
        return (
            f"median {self.median * 1e3:.3g} ms, longest {self.longest * 1e3:.3g} ms, "
            f"{len(self.gaps)} beats"
        )


def heartbeat(action: Callable[[], object], *, beat: float = BEAT) -> Heartbeat:
    """Run `action` in another thread, while this one sleeps `beat` seconds at a time.

    This thread needs the GIL when it wakes up, so a gap that's longer than `beat` shows
    for how long `action` held it. An exception of `action` is raised here.
    """
    check_finite("beat", beat)
    gaps, beating = [], threading.Event()

    def work() -> None:
        beating.wait()  # or an action that holds the GIL would be over before we look
        refuse_coroutine(action, action())

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        last = time.perf_counter()
        while not future.done():
            beating.set()
            time.sleep(beat)
            gaps.append(time.perf_counter() - last)
            last += gaps[-1]
    future.result()  # raises what the action raised
    return Heartbeat(tuple(gaps))


def beats_during(action: Callable[[], object], *, beat: float = BEAT) -> int:
    """Run `action`, and return how often another thread woke up in the meantime.

    The other thread sleeps `beat` seconds at a time. It's 0 if `action` is one call of
    C code that holds the GIL: the beats are counted before and after it in the same
    call of C code. Background load can only lower it.
    """
    check_finite("beat", beat)
    beats: list[None] = []
    beating, over = threading.Event(), threading.Event()
    calls: tuple[Callable[[], Any], ...] = beats.__len__, action, beats.__len__

    def work() -> None:
        while not over.is_set():
            time.sleep(beat)
            beats.append(None)
            beating.set()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
        try:
            beating.wait()
            # One C call: Python code between the three would be a chance to switch.
            before, result, after = map(call, calls)
        finally:
            over.set()
    refuse_coroutine(action, result)
    return int(after - before)


async def aio_heartbeat(
    awaitable: Awaitable[object], *, beat: float = BEAT
) -> Heartbeat:
    """Await `awaitable`, while this task sleeps `beat` seconds at a time.

    Both run on the same event loop, so a gap that's longer than `beat` shows for how
    long `awaitable` blocked the loop. Its exception is raised here.
    """
    import asyncio  # here: every spawned worker imports this module

    check_finite("beat", beat)
    gaps = []
    work = asyncio.ensure_future(awaitable)
    last = time.perf_counter()
    while True:
        await asyncio.sleep(beat)
        gaps.append(time.perf_counter() - last)
        last += gaps[-1]
        if work.done():
            work.result()  # raises what the work raised
            return Heartbeat(tuple(gaps))
