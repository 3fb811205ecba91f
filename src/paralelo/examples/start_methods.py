"""Report what a new process has of the one that started it.

    python -m paralelo.examples.start_methods {fork,forkserver,spawn}

Prints one line of JSON. It's a program because a notebook must not fork: its kernel has
threads, and a lock that one of them holds stays locked in the child.
"""

import json
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

setting = "as imported"
lock = threading.Lock()
PATIENCE = 1.0  # seconds to wait for a lock that may never be released


def report_setting(answers: Any) -> None:
    answers.put(setting)


def report_memory(answers: Any) -> None:
    answers.put(memory())


def memory() -> str:
    """Return the memory of this process: its own pages, and its share of others."""
    try:
        with open("/proc/self/smaps_rollup") as file:
            pages = next(line for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return "not said here"
    return f"{int(pages.split()[1]) / 1024:.1f} MiB"


def report_lock(answers: Any) -> None:
    answers.put("free" if lock.acquire(timeout=PATIENCE) else "held for ever")


def ask(context: Any, question: Callable[[Any], None]) -> str:
    """Run `question` in a new process; return its answer or an exception's name."""
    answers = context.Queue()
    try:
        process = context.Process(target=question, args=(answers,))
        process.start()
    except Exception as error:
        return type(error).__name__
    answer = str(answers.get())
    process.join()
    return answer


def start_times(context: Any) -> tuple[float, float]:
    """Time the first and a later start of a process that does nothing, in seconds."""
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        process = context.Process(target=abs, args=(0,))
        process.start()
        process.join()
        seconds.append(time.perf_counter() - start)
    return seconds[0], min(seconds[1:])


def main(method: str) -> dict[str, str]:
    global setting
    context: Any = multiprocessing.get_context(method)
    first, later = start_times(context)
    setting = "changed at run time"
    with lock:  # a forked child gets it locked, and no thread there will release it
        held = ask(context, report_lock)
    return {
        "method": method,
        "first start": f"{first * 1e3:.0f} ms",
        "later start": f"{later * 1e3:.0f} ms",
        "memory": ask(context, report_memory),
        "a lambda": ask(context, lambda answers: answers.put("runs")),
        "a changed global": ask(context, report_setting),
        "a held lock": held,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
