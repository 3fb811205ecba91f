"""An event loop in twenty-five lines: its tasks can sleep, and nothing else."""

import heapq
import time
from collections import deque
from collections.abc import Callable, Generator

Task = Generator[float, None, None]  # yields for how many seconds it wants to sleep


def run(
    *tasks: Task,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Run all tasks to their ends in this thread.

    `now` and `sleep` are those of `time` unless a test passes its own.
    """
    ready = deque(tasks)
    asleep: list[tuple[float, int, Task]] = []  # when to wake which task
    number = 0  # breaks ties
    while ready or asleep:
        if not ready:
            sleep(max(0.0, asleep[0][0] - now()))
        while asleep and asleep[0][0] <= now():
            ready.append(heapq.heappop(asleep)[2])
        while ready:
            task = ready.popleft()
            try:
                seconds = next(task)  # the task runs until it waits
            except StopIteration:
                continue  # it has ended
            number += 1
            heapq.heappush(asleep, (now() + seconds, number, task))
