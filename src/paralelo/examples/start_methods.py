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
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

setting = "as imported"
lock = threading.Lock()
PATIENCE = 1.0  # seconds to wait for a lock that may never be released


def report_setting(answers: Any) -> None:
    answers.put(setting)


def report_memory(answers: Any) -> None:
    answers.put(memory())


def report_threads(answers: Any) -> None:
    answers.put(threading.active_count())


def report_lock(answers: Any) -> None:
    answers.put("free" if lock.acquire(timeout=PATIENCE) else "still locked")


def memory() -> str:
    """Return the memory of this process: its own pages, and its share of others."""
    try:
        with open("/proc/self/smaps_rollup") as file:
            pages = next(line for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return "unknown"
    return f"{int(pages.split()[1]) / 1024:.1f} MiB"


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


def run_lambda_in_pool(context: Any) -> str:
    """Give a lambda to a pool; return whether it runs, or the exception's name."""
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        error = pool.submit(lambda: None).exception()
    return type(error).__name__ if error else "runs"


@contextmanager
def locked_by_a_thread() -> Iterator[None]:
    """Let another thread hold `lock` until the end of the block."""
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            locked.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


def main(method: str) -> dict[str, str]:
    global setting
    context: Any = multiprocessing.get_context(method)
    first, later = start_times(context)
    setting = "changed"
    with locked_by_a_thread():
        threads, held = ask(context, report_threads), ask(context, report_lock)
    return {
        "method": method,
        "first start": f"{first * 1e3:.0f} ms",
        "later start": f"{later * 1e3:.0f} ms",
        "memory": ask(context, report_memory),
        "a changed global": ask(context, report_setting),
        "threads": threads,
        "a held lock": held,
        "a lambda": ask(context, lambda answers: answers.put("runs")),
        "a lambda in a pool": run_lambda_in_pool(context),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
