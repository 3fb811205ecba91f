"""Exercises of *concurrent.futures*: maps that stop early, survive, and hold back."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from itertools import islice
from typing import Any

from .feedback import Feedback, not_yet, right


def check_robust_map(robust_map: Callable[..., Any]) -> Feedback:
    """Check `robust_map(function, items, workers=…, timeout=…)`: for each item, in
    order, what `function` returned, or the exception that it raised, or a TimeoutError
    if it was not done `timeout` seconds after it was asked for.

    It gets tasks that work, one that raises, and one that hangs until the checker
    releases it.
    """
    release, running, together = threading.Event(), _Peak(), threading.Barrier(3)

    def task(item: int) -> int:
        with running:
            if item < 3:
                with suppress(threading.BrokenBarrierError):
                    together.wait(0.3)  # passes at once if three tasks run at once
            if item == 3:
                raise KeyError(item)
            if item == 5:
                release.wait(10)
            return item * item

    letting_go = threading.Timer(2.0, release.set)
    letting_go.start()
    try:
        answer = robust_map(task, range(8), workers=3, timeout=0.5)
    except Exception as error:
        return not_yet(
            "it raised {error}, and the other results are lost",
            error=type(error).__name__,
        )
    finally:
        late = release.is_set()
        release.set()
        letting_go.cancel()
    if late:
        return not_yet("it came back only when the task that hung was let go")
    return _judge(answer, running.most, together.broken)


class _Peak:
    """The largest number of threads that were inside at once."""

    def __init__(self) -> None:
        self.lock, self.now, self.most = threading.Lock(), 0, 0

    def __enter__(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.now -= 1


def _judge(answer: Any, most: int, alone: bool) -> Feedback:
    if not isinstance(answer, list) or len(answer) != 8:
        return not_yet(
            "expected a list of 8 outcomes, got {answer}", answer=repr(answer)
        )
    if not isinstance(answer[3], KeyError):
        return not_yet(
            "item 3 raised KeyError; in its place there is {outcome}",
            outcome=repr(answer[3]),
        )
    if not isinstance(answer[5], TimeoutError):
        return not_yet(
            "item 5 hung; in its place there is {outcome}", outcome=repr(answer[5])
        )
    expected = [item * item for item in range(8)]
    fine = [item for item in range(8) if item not in (3, 5)]
    if any(answer[item] != expected[item] for item in fine):
        return not_yet(
            "the results are not in the items' order: {answer}", answer=repr(answer)
        )
    if most > 3:
        return not_yet("{most} tasks ran at once; there are 3 workers", most=most)
    if alone:
        return not_yet("three never ran at once; are they submitted together?")
    return right("order kept, error kept, and no task waited for the one that hung")


def until_first_failure(
    function: Callable[[Any], Any], items: Iterable[Any], *, workers: int
) -> dict[Any, Any]:
    results = {}
    with ThreadPoolExecutor(workers) as pool:
        futures = {pool.submit(function, item): item for item in items}
        for future in as_completed(futures):
            if future.exception():
                pool.shutdown(wait=False, cancel_futures=True)
                break
            results[futures[future]] = future.result()
    return results


def robust_map(
    function: Callable[[Any], Any],
    items: Iterable[Any],
    *,
    workers: int,
    timeout: float,
) -> list[Any]:
    pool = ThreadPoolExecutor(workers)
    try:
        futures = [pool.submit(function, item) for item in items]
        return [outcome(future, timeout) for future in futures]
    finally:
        # `with` would wait for the task that hangs
        pool.shutdown(wait=False, cancel_futures=True)


def outcome(future: Future[Any], timeout: float) -> Any:
    try:
        return future.result(timeout)
    except Exception as error:
        return error


def gentle_map(
    function: Callable[[Any], Any], items: Iterable[Any], *, workers: int, buffer: int
) -> Iterator[Any]:
    rest = iter(items)
    with ThreadPoolExecutor(workers) as pool:
        queue = deque(pool.submit(function, item) for item in islice(rest, buffer))
        while queue:
            yield queue.popleft().result()
            for item in islice(rest, 1):
                queue.append(pool.submit(function, item))
