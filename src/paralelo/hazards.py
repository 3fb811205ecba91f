"""Race conditions, deadlocks and starvation, scheduled so that they always happen."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from .arguments import check_count, check_finite, refuse_coroutine

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

T = TypeVar("T")


class Counter(Protocol):
    """An object with a number in it: a `multiprocessing.Value`, or a namespace."""

    value: int


class Barrier(Protocol):
    """A `threading.Barrier` or a `multiprocessing.Barrier`."""

    def wait(self) -> int: ...


class ThreadTimeoutError(TimeoutError):
    """A thread didn't get where it should within its time.

    `dump` holds the name and the stack of every thread of this process at the moment
    when the exception was made; the innermost call comes last.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.dump = _stacks()


def _stacks() -> str:
    import traceback  # here: every spawned worker imports this module

    frames = sys._current_frames()
    return "\n".join(
        f"{thread.name}\n" + "".join(traceback.format_stack(frames[thread.ident]))
        for thread in threading.enumerate()
        if thread.ident in frames  # or it ended in the meantime
    )


def run_in_threads(*actions: Callable[[], T], timeout: float = 30.0) -> list[T]:
    """Run each action in its own thread, and return the results in order.

    The threads are called `worker 0`, `worker 1` and so on. They have `timeout` seconds
    together. A thread that isn't done by then goes on as a daemon thread, which doesn't
    keep the program from ending.

    Raises
    ------
    ThreadTimeoutError
        If a thread isn't done within the timeout.
    BaseException
        The first exception that an action raised; a `ThreadTimeoutError` only if no
        action raised another one.
    """
    check_finite("timeout", timeout)
    results: dict[int, T] = {}
    errors: list[BaseException] = []

    def run(number: int, action: Callable[[], T]) -> None:
        try:
            results[number] = refuse_coroutine(action, action())
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=run, args=item, name=f"worker {item[0]}", daemon=True)
        for item in enumerate(actions)
    ]
    end = time.monotonic() + timeout
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    late = [thread.name for thread in threads if thread.is_alive()]
    # A thread may have timed out because another one failed, and be heard first.
    first = min(
        errors, key=lambda error: isinstance(error, ThreadTimeoutError), default=None
    )
    if late:
        raise ThreadTimeoutError(
            f"not done within {timeout:g} s: {', '.join(late)}"
        ) from first
    if first:
        raise first
    return [results[number] for number in range(len(actions))]


class Schedule:
    """Steps of several threads, taken in the order in which they're listed.

    The same interleaving comes out every time. A step may be listed more than once: it
    is then taken as many times. A thread that has waited for `timeout` seconds gives
    up, and so do all others that wait.
    """

    def __init__(self, *steps: str, timeout: float = 10.0) -> None:
        check_finite("timeout", timeout)
        self.steps = steps
        self.timeout = timeout
        self._free: list[str | None] = [*steps]  # None where a thread has come
        self._passed = 0
        self._error: BaseException | None = None
        self._changed = threading.Condition()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Start the block once all steps listed before `name` have been taken.

        The step is taken at the end of the block: what the block does is then done.

        Raises
        ------
        ThreadTimeoutError
            If an earlier step wasn't taken: within the timeout, or because of an
            exception in any step of the schedule, which is then the cause of this one.
        LookupError
            If `name` isn't in the schedule, or is listed fewer times than it's reached.
        """
        try:
            self._wait_for(name)
            yield
        except BaseException as error:
            with self._changed:
                self._error = self._error or error
                self._changed.notify_all()
            raise
        with self._changed:
            self._passed += 1
            self._changed.notify_all()

    def _wait_for(self, name: str) -> None:
        with self._changed:
            if name not in self._free:
                steps = ", ".join(map(repr, self.steps))
                raise LookupError(f"no step {name!r} left; there were: {steps}")
            position = self._free.index(name)
            self._free[position] = None
            self._changed.wait_for(
                lambda: self._passed == position or self._error, self.timeout
            )
            if self._passed != position:
                awaited = self.steps[self._passed]
                raise ThreadTimeoutError(
                    f"waited in vain for {awaited!r}"
                ) from self._error


def increment_without_lock(counter: Counter, barrier: Barrier) -> None:
    """Read the counter, wait until all others have read it, write it plus one.

    The barrier only makes certain what could happen at any time without it: all workers
    read the same number, so that all additions but one are lost.
    """
    seen = counter.value
    barrier.wait()
    counter.value = seen + 1


def increment_with_lock(counter: "Synchronized[int]", barrier: Barrier) -> None:
    """Wait until all workers are here, then add one to the counter under its lock.

    The counter is a `multiprocessing.Value`, which brings its lock.
    """
    barrier.wait()
    with counter.get_lock():
        counter.value += 1


def acquire_both(
    first: threading.Lock,
    second: threading.Lock,
    barrier: Barrier,
    timeout: float = 0.1,
) -> bool:
    """Acquire one lock and then, while holding it, another; return whether it worked.

    All threads that do this at the same time share the barrier, so that none of them
    tries its second lock before each has tried its first. A thread that doesn't get the
    second lock within `timeout` seconds holds the first one until all have given up:
    waiting for longer wouldn't have helped.
    """
    waiting = not first.acquire(blocking=False)
    barrier.wait()
    if waiting:
        first.acquire()
    both = second.acquire(timeout=timeout)
    if both:
        second.release()
    else:
        barrier.wait()
    first.release()
    return both


class ReaderPreferenceLock:
    """A lock for many readers or one writer, whose waiting writers hold up no reader.

    As long as there are readers inside, more can enter, and the writer waits.

    Source: Courtois, Heymans and Parnas (1971), Concurrent Control with "Readers" and
    "Writers", problem 1.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.readers = 0  # inside
        self.writers = 0  # waiting
        self.changed = threading.Condition()

    def admits_readers(self) -> bool:
        """Return whether another reader may enter now, next to those inside."""
        return True

    @contextmanager
    def read(self) -> Iterator[None]:
        """Read in this block, next to other readers."""
        with self.changed:
            self._request()
            self.changed.wait_for(self.admits_readers)
            self.readers += 1
        try:
            yield
        finally:
            with self.changed:
                self.readers -= 1
                self.changed.notify_all()

    @contextmanager
    def write(self) -> Iterator[None]:
        """Write in this block, alone."""
        with self.changed:
            self._request()
            self.writers += 1
            self.changed.wait_for(lambda: self.readers == 0)
            self.writers -= 1
            try:
                yield  # still holding the condition's lock: no thread can enter
            finally:
                self.changed.notify_all()

    def _request(self) -> None:
        self.requests += 1
        self.changed.notify_all()

    def wait_for_requests(self, count: int) -> None:
        """Wait until `count` threads have asked: each is inside, waits, or has left."""
        check_count("count", count, least=0)
        with self.changed:
            self.changed.wait_for(lambda: self.requests >= count)


class WriterPreferenceLock(ReaderPreferenceLock):
    """The same lock, but a waiting writer holds up all readers that come later.

    Now the readers starve if there's always a writer waiting.

    Source: as `ReaderPreferenceLock`, problem 2.
    """

    def admits_readers(self) -> bool:
        """Return whether another reader may enter now, next to those inside."""
        return self.writers == 0


def entry_order(lock_type: type[ReaderPreferenceLock], rounds: int) -> list[str]:
    """Return who entered a lock, in order: two readers in turns, and one writer.

    The readers read `rounds` times in all. The writer asks when the first reader is
    inside, and the second reader asks when the writer waits. A reader leaves as soon as
    the other one has asked, whether that one has entered or has to wait. Where the lock
    lets the writer starve, ``"writer"`` is the last entry.

    Raises ValueError if `rounds` is less than 1.
    """
    check_count("rounds", rounds)
    lock = lock_type()
    entries: list[str] = []

    def read(positions: range) -> None:
        for position in positions:
            lock.wait_for_requests(
                position + (position > 0)
            )  # the second is the writer's
            with lock.read():
                entries.append("reader")
                lock.wait_for_requests(min(position + 3, rounds + 1))

    def write() -> None:
        lock.wait_for_requests(1)
        with lock.write():
            entries.append("writer")

    one, other = range(0, rounds, 2), range(1, rounds, 2)
    run_in_threads(partial(read, one), partial(read, other), write)
    return entries
