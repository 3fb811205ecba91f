"""What is an event loop? One that can sleep, and nothing else, in twenty-five lines."""

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
    """Run the tasks to their ends, all of them in this one thread.

    `now` and `sleep` are this machine's unless a test brings its own.
    """
    ready = deque(tasks)
    asleep: list[tuple[float, int, Task]] = []  # when to wake whom
    number = 0  # breaks ties
    while ready or asleep:
        if not ready:
            sleep(max(0.0, asleep[0][0] - now()))
        while asleep and asleep[0][0] <= now():
            ready.append(heapq.heappop(asleep)[2])
        while ready:
            task = ready.popleft()
            try:
                seconds = next(task)  # the task runs, until it wants to wait
            except StopIteration:
                continue  # it has come to its end
            number += 1
            heapq.heappush(asleep, (now() + seconds, number, task))
