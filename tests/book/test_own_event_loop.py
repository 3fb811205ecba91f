"""The event loop that chapter 6 builds, as its page has it, with a clock of ours."""

from hypothesis import given
from hypothesis import strategies as st

from page_cells import EVENT_LOOP, define
from paralelo.exercises.chapter_event_loop import advance

naps = st.lists(st.floats(0, 10), max_size=5)  # seconds of one task's sleeps


class Clock:
    """Time that passes while somebody sleeps, and a little at each look."""

    def __init__(self, tick: float = 0.0) -> None:
        self.seconds, self.tick = 0.0, tick

    def now(self) -> float:
        self.seconds += self.tick
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def run(clock, *tasks):
    space = define(EVENT_LOOP, "run")
    space |= {"monotonic": clock.now, "sleep": clock.sleep}
    space["run"](*tasks)


def sleeper(name, seconds, log, clock):
    for number, nap in enumerate(seconds):
        log.append((name, number, clock.seconds))
        yield nap
    log.append((name, len(seconds), clock.seconds))


@given(st.lists(naps, max_size=5))
def test_the_tasks_together_take_as_long_as_the_longest(all_naps):
    clock, log = Clock(), []

    run(clock, *[sleeper(name, naps, log, clock) for name, naps in enumerate(all_naps)])

    longest = max(map(sum, all_naps), default=0.0)
    assert abs(clock.seconds - longest) < 1e-9 * max(1.0, longest)


@given(st.lists(naps, max_size=5))
def test_every_task_comes_to_its_end_in_its_own_order(all_naps):
    clock, log = Clock(), []

    run(clock, *[sleeper(name, naps, log, clock) for name, naps in enumerate(all_naps)])

    for name, seconds in enumerate(all_naps):
        mine = [number for who, number, _ in log if who == name]
        assert mine == list(range(len(seconds) + 1))


@given(st.floats(0, 0.01))
def test_the_naps_and_the_kettles_come_in_the_order_that_the_solution_says(tick):
    lines, clock = [], Clock(tick)
    tea = define(EVENT_LOOP, "tea", run=lambda *tasks: None)
    tea["lines"] = lines
    nap = define(EVENT_LOOP, "nap", lines=lines)["nap"]

    run(clock, tea["tea"]("Ana"), tea["tea"]("Bruno"), nap("Carla"))

    assert lines == [
        "Ana puts the kettle on",
        "Bruno puts the kettle on",
        "Carla begins nap 1",
        "Carla begins nap 2",
        "Ana pours",
        "Bruno pours",
        "Carla begins nap 3",
        "Carla is awake",
    ]


def test_advance_goes_on_where_an_inner_generator_ends():
    def inner(first):
        yield first
        yield first + 1

    def outer():
        yield inner(1)
        yield 3
        yield inner(4)

    task = [outer()]

    assert [advance(task) for _ in range(6)] == [1, 2, 3, 4, 5, None]
