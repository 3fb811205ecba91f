"""Background load on purpose, and a measurement of how many cores are idle."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from .arguments import check_count, check_finite

#: Computes until its standard input is closed.
FOREVER = """\
import sys, threading
threading.Thread(target=sys.stdin.read).start()
print("ready", flush=True)
while threading.active_count() > 1: sum(range(1000))
"""
#: Waits for a line, computes for so many seconds, and prints how many cores it used.
FOR_A_WHILE = """\
import sys, time
print("ready", flush=True)
sys.stdin.readline()
start, cpu = time.perf_counter(), time.process_time()
while time.perf_counter() < start + float(sys.argv[1]):
    sum(range(1000))
print((time.process_time() - cpu) / (time.perf_counter() - start))
"""
SHARE = 0.85  # of a core; a busy process on an idle machine gets 0.98 and more


@contextmanager
def background_load(count: int) -> Iterator[None]:
    """Keep `count` other processes computing for as long as the block runs.

    They end with the block, and also when the process that started them dies. Raises
    ValueError if `count` is negative.
    """
    import subprocess  # here: every spawned worker imports this module

    check_count("count", count, least=0)
    started = []
    with ExitStack() as stack:
        for _ in range(count):
            busy = subprocess.Popen(
                [sys.executable, "-S", "-c", FOREVER],
                stdin=subprocess.PIPE,  # closed when this process dies, which ends them
                stdout=subprocess.PIPE,
            )
            stack.enter_context(busy)  # closes the pipe and waits
            stack.callback(busy.kill)
            started.append(busy)
        for busy in started:
            assert busy.stdout is not None  # it was asked for
            busy.stdout.readline()  # until then it isn't computing yet
        yield


@dataclass(frozen=True)
class IdleCores:
    """The control experiment of claims about cores: are `count` of them idle now?

    `count` independent processes compute at the same time for `seconds`. Together they
    must use 85% of that many cores: 1.7 of two.
    """

    count: int
    seconds: float = 0.25

    def __post_init__(self) -> None:
        check_count("count", self.count)
        check_finite("seconds", self.seconds, zero=False)

    @property
    def wanted(self) -> float:
        """How many cores the processes must use together."""
        return self.count * SHARE

    def measure(self) -> float:
        """Run the processes, and return how many cores they used together."""
        from subprocess import PIPE, Popen  # here: every worker imports this module

        command = [sys.executable, "-S", "-c", FOR_A_WHILE, f"{self.seconds}"]
        busy = [
            Popen(command, stdin=PIPE, stdout=PIPE, text=True)
            for _ in range(self.count)
        ]
        for process in busy:
            assert process.stdout is not None  # it was asked for
            process.stdout.readline()
        for process in busy:
            assert process.stdin is not None  # likewise
            process.stdin.write("go\n")
            process.stdin.flush()
        return sum(float(process.communicate()[0]) for process in busy)
