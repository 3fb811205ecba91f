"""What if the machine is busy with something else? Then let it be so on purpose."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

BUSY = "import sys, threading; threading.Thread(target=sys.stdin.read).start()"
BUSY += "\nprint('ready', flush=True)"
BUSY += "\nwhile threading.active_count() > 1: sum(range(1000))"


@contextmanager
def neighbours(count: int) -> Iterator[None]:
    """Keep `count` other processes computing, from beginning to end of the block.

    They end with the block, and also when the process that started them dies.
    """
    import subprocess  # here: every spawned worker imports this module

    if count < 0:
        raise ValueError(f"count must not be negative, got {count!r}")
    started = []
    with ExitStack() as stack:
        for _ in range(count):
            busy = subprocess.Popen(
                [sys.executable, "-S", "-c", BUSY],
                stdin=subprocess.PIPE,  # closed when this process dies: their cue
                stdout=subprocess.PIPE,
            )
            stack.enter_context(busy)  # closes the pipe and waits
            stack.callback(busy.kill)
            started.append(busy)
        for busy in started:
            assert busy.stdout is not None  # it was asked for
            busy.stdout.readline()  # until then it is not computing yet
        yield
