"""Report the CPU time of a child process, as the system and as the child has it.

    python -m paralelo.examples.children_cpu {fork,forkserver,spawn} SECONDS

A child computes for SECONDS of CPU time. The program prints how many seconds the system
then reports for its children, and how many the child itself reported.
"""

import multiprocessing
import resource
import sys
import time
from typing import Any

from paralelo.workloads import burn


def work(seconds: float, answers: Any) -> None:
    burn(seconds)
    answers.put(time.process_time())


if __name__ == "__main__":
    method, seconds = sys.argv[1], float(sys.argv[2])
    context: Any = multiprocessing.get_context(method)
    answers = context.Queue()
    child = context.Process(target=work, args=(seconds, answers))
    child.start()
    reported = answers.get()
    child.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(used.ru_utime + used.ru_stime, reported)
