"""Could the machine have shown it just now? Experiments whose result is known."""

import sys
from dataclasses import dataclass

#: Computes for so many seconds from the moment it is told to; prints cores obtained.
BUSY = """\
import sys, time
print("ready", flush=True)
sys.stdin.readline()
start, cpu = time.perf_counter(), time.process_time()
while time.perf_counter() < start + float(sys.argv[1]):
    sum(range(1000))
print((time.process_time() - cpu) / (time.perf_counter() - start))
"""
SHARE = 0.85  # of a core; a busy process on an idle machine gets 0.98 and more


@dataclass(frozen=True)
class Cores:
    """The control of every claim about cores: are `count` of them to be had now?

    That many processes which have nothing to do with one another compute at the same
    time, for `seconds`; together they must obtain 0.85 of the cores, 1.7 of two.
    """

    count: int
    seconds: float = 0.25

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"count must be at least 1, got {self.count!r}")
        if not self.seconds > 0:
            raise ValueError(f"seconds must be more than 0, got {self.seconds!r}")

    @property
    def wanted(self) -> float:
        """The least that the processes must obtain together."""
        return self.count * SHARE

    def obtained(self) -> float:
        """Run the control: how many cores did the processes obtain together?"""
        from subprocess import PIPE, Popen  # here: every worker imports this module

        command = [sys.executable, "-S", "-c", BUSY, f"{self.seconds}"]
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
