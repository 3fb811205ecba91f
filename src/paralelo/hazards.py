"""How does it go wrong? Interleavings, scripted so that they go wrong every time."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeVar

T = TypeVar("T")


class Counter(Protocol):
    """Anything with a number in it: `multiprocessing.Value`, or a namespace."""

    value: int


class Barrier(Protocol):
    """`threading.Barrier`, or its twin of `multiprocessing`."""

    def wait(self) -> int: ...


class Stuck(TimeoutError):  # noqa: N818 (its base says that it is an error)
    """Somebody waited in vain.

    `dump` is the name and the stack of every thread of this process, as they were
    when this exception was made; the innermost call comes last.
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


def together(*actions: Callable[[], T], limit: float = 30.0) -> list[T]:
    """Run each action in a thread of its own, and return their results in order.

    The threads are called `worker 0`, `worker 1` and so on. `limit` is how many seconds
    they have; who is late is left behind, and cannot keep the program from ending.

    Raises
    ------
    Stuck
        If they are not all done within the limit.
    BaseException
        The first that an action raised; `Stuck` only if no action raised another.
    """
    results: dict[int, T] = {}
    errors: list[BaseException] = []

    def run(number: int, action: Callable[[], T]) -> None:
        try:
            results[number] = action()
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=run, args=item, name=f"worker {item[0]}", daemon=True)
        for item in enumerate(actions)
    ]
    end = time.monotonic() + limit
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    late = [thread.name for thread in threads if thread.is_alive()]
    # Who is stuck may be so because another failed, and can be heard before that one.
    first = min(errors, key=lambda error: isinstance(error, Stuck), default=None)
    if late:
        raise Stuck(f"not done within {limit:g} s: {', '.join(late)}") from first
    if first:
        raise first
    return [results[number] for number in range(len(actions))]


class Script:
    """Places in a program, which threads pass in the order written here, every time.

    A place may be written more than once: it is then passed as many times. Who has
    waited for `limit` seconds gives up, and so does then everybody else.
    """

    def __init__(self, *places: str, limit: float = 10.0) -> None:
        self.places = places
        self.limit = limit
        self._free: list[str | None] = [*places]  # None where somebody has come
        self._passed = 0
        self._error: BaseException | None = None
        self._changed = threading.Condition()

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Begin the block when all places before `place` have been passed.

        The end of the block passes the place: what is done in it is then done.

        Raises
        ------
        Stuck
            If a place before it was not passed: within the limit, or because of an
            error at any place of the script, which is then the cause of this one.
        LookupError
            If `place` is not in the script, or is there less often than it is reached.
        """
        try:
            self._wait_for_turn(place)
            yield
        except BaseException as error:
            with self._changed:
                self._error = self._error or error
                self._changed.notify_all()
            raise
        with self._changed:
            self._passed += 1
            self._changed.notify_all()

    def _wait_for_turn(self, place: str) -> None:
        with self._changed:
            if place not in self._free:
                places = ", ".join(map(repr, self.places))
                raise LookupError(f"no place {place!r} left; there were: {places}")
            turn = self._free.index(place)
            self._free[turn] = None
            self._changed.wait_for(
                lambda: self._passed == turn or self._error, self.limit
            )
            if self._passed != turn:
                awaited = self.places[self._passed]
                raise Stuck(f"waited in vain for {awaited!r}") from self._error


def add_one_carelessly(counter: Counter, barrier: Barrier) -> None:
    """Read, wait until everybody has read, then write what was read plus one.

    The barrier only makes certain what could otherwise happen at any time: both
    workers read the same number, so that one of the two additions is lost.
    """
    seen = counter.value
    barrier.wait()
    counter.value = seen + 1


def take_both(
    first: threading.Lock,
    second: threading.Lock,
    barrier: Barrier,
    patience: float = 0.1,
) -> bool:
    """Take one lock and then, while holding it, another; say whether that worked.

    The barrier, for all threads that do this at the same time, makes certain that
    nobody tries the second lock before everybody has tried the first. Who does not get
    the second within `patience` seconds keeps the first until nobody has any patience
    left: to wait for longer would not have helped.
    """
    waiting = not first.acquire(blocking=False)
    barrier.wait()
    if waiting:
        first.acquire()
    both = second.acquire(timeout=patience)
    if both:
        second.release()
    else:
        barrier.wait()
    first.release()
    return both


class ReadersFirst:
    """A lock for many readers or one writer, and a writer who waits keeps nobody out.

    As long as there are readers inside, more can come in, and the writer waits.

    Source: Courtois, Heymans and Parnas (1971), Concurrent Control with "Readers" and
    "Writers", problem 1.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.readers = 0  # inside
        self.writers = 0  # waiting
        self.changed = threading.Condition()

    def open_to_readers(self) -> bool:
        """May another reader come in beside those who are inside?"""
        return True

    @contextmanager
    def read(self) -> Iterator[None]:
        """Read in this block, beside others who read."""
        with self.changed:
            self._request()
            self.changed.wait_for(self.open_to_readers)
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
                yield  # still holding the condition's lock, so that nobody can come in
            finally:
                self.changed.notify_all()

    def _request(self) -> None:
        self.requests += 1
        self.changed.notify_all()

    def wait_for_requests(self, count: int) -> None:
        """Wait until `count` threads have asked: each is inside, waits, or has left."""
        with self.changed:
            self.changed.wait_for(lambda: self.requests >= count)


class WritersFirst(ReadersFirst):
    """The same lock, but a writer who waits keeps out all readers who come later.

    Now it is the readers who starve if there is always a writer waiting.

    Source: as `ReadersFirst`, problem 2.
    """

    def open_to_readers(self) -> bool:
        """May another reader come in beside those who are inside?"""
        return self.writers == 0


def starvation(kind: type[ReadersFirst], rounds: int) -> list[str]:
    """Who came in, in order, when two readers relieve each other beside a writer.

    The two read `rounds` times in all. The writer asks when the first reader is inside,
    and the second reader asks when the writer waits. A reader leaves as soon as the
    other one has asked, whether that one has come in or has to wait.
    """
    if rounds < 1:
        raise ValueError(f"rounds must be at least 1, got {rounds!r}")
    lock = kind()
    entries: list[str] = []

    def read(turns: range) -> None:
        for turn in turns:
            lock.wait_for_requests(turn + (turn > 0))  # the second is the writer's
            with lock.read():
                entries.append("reader")
                lock.wait_for_requests(min(turn + 3, rounds + 1))

    def write() -> None:
        lock.wait_for_requests(1)
        with lock.write():
            entries.append("writer")

    one, other = range(0, rounds, 2), range(1, rounds, 2)
    together(partial(read, one), partial(read, other), write)
    return entries
