"""What if the machine is busy with something else? Then let it be so on purpose."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

BUSY = "import sys, threading; threading.Thread(target=sys.stdin.read).start()"
BUSY += "\nwhile threading.active_count() > 1: sum(range(1000))"


@contextmanager
def neighbours(count: int) -> Iterator[None]:
    """Keep `count` other processes computing for as long as the block lasts.

    They end with the block, and also when the process that started them dies.
    """
    import subprocess  # here: every spawned worker imports this module

    if count < 0:
        raise ValueError(f"count must not be negative, got {count!r}")
    with ExitStack() as stack:
        for _ in range(count):
            busy = subprocess.Popen(
                [sys.executable, "-S", "-c", BUSY],
                stdin=subprocess.PIPE,  # closed when this process dies: their cue
                env=os.environ,
            )
            stack.enter_context(busy)  # closes the pipe and waits
            stack.callback(busy.kill)
        yield
