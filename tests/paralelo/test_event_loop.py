from hypothesis import given
from hypothesis import strategies as st

from paralelo.examples.event_loop import run


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


naps = st.lists(st.floats(0, 10), max_size=5)  # seconds of one task's sleeps


def sleeper(name, seconds, log, clock):
    for number, nap in enumerate(seconds):
        log.append((name, number, clock.now()))
        yield nap
    log.append((name, len(seconds), clock.now()))


@given(st.lists(naps, max_size=5))
def test_the_tasks_together_take_as_long_as_the_longest(all_naps):
    clock, log = Clock(), []

    tasks = [sleeper(name, naps, log, clock) for name, naps in enumerate(all_naps)]
    run(*tasks, now=clock.now, sleep=clock.sleep)

    longest = max(map(sum, all_naps), default=0.0)
    assert abs(clock.seconds - longest) < 1e-9 * max(1.0, longest)


@given(st.lists(naps, max_size=5))
def test_every_task_comes_to_its_end_in_its_own_order(all_naps):
    clock, log = Clock(), []

    tasks = [sleeper(name, naps, log, clock) for name, naps in enumerate(all_naps)]
    run(*tasks, now=clock.now, sleep=clock.sleep)

    for name, seconds in enumerate(all_naps):
        mine = [number for who, number, _ in log if who == name]
        assert mine == list(range(len(seconds) + 1))


def test_two_kettles_boil_at_once():
    clock, log = Clock(), []

    run(
        sleeper("Ana", [0.2], log, clock),
        sleeper("Bruno", [0.2], log, clock),
        now=clock.now,
        sleep=clock.sleep,
    )

    assert [name for name, _, _ in log] == ["Ana", "Bruno", "Ana", "Bruno"]
    assert clock.seconds == 0.2
