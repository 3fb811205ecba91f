"""Are runs timed, kept and compared as they should be? No test here reads a clock."""

import gc
import os
import weakref
from itertools import chain, product, repeat
from multiprocessing import get_all_start_methods
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import paralelo
from paralelo import Async, Processes, Sequential, Threads, measure
from paralelo.instrument import TaskRun
from paralelo.measurement import Measurement
from paralelo.samples import Clock, Ratio, Run, Sample, format_seconds
from paralelo.workloads import aio_sleep, burn, sleep


@pytest.fixture(autouse=True, scope="module")
def collections_are_quick():
    gc.freeze()  # each timed run collects garbage; not that of the tests before it
    yield
    gc.unfreeze()


class ManualClock:
    """A clock that moves on only when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


class Timed:
    """A strategy whose runs take the wall times of its script."""

    def __init__(self, clock, *walls):
        self.clock, self.walls = clock, iter(walls)

    def map(self, function, items):
        self.clock.now += next(self.walls)
        return [function(item) for item in items]


class Noted:
    """A strategy that notes each of its runs."""

    def __init__(self, name, notes):
        self.name, self.notes = name, notes

    def map(self, function, items):
        self.notes.append(self.name)
        return [function(item) for item in items]


class Lying:
    """A strategy whose runs are of other tasks, in the rounds where it is told to."""

    def __init__(self, *lies):
        self.lies = chain(lies, repeat(False))

    def map(self, function, items):
        lie = next(self.lies)
        return [function(item + lie) for item in items]


class Told:
    """A strategy that runs nothing, and tells what its workers did instead."""

    def __init__(self, *visits):
        self.visits = visits

    def map(self, function, items):
        return self.visits


class Ring:
    """An object that only the garbage collector can free."""

    def __init__(self):
        self.me = self


class Litter:
    """A task that leaves garbage, and notes whether what it left before is gone."""

    def __init__(self):
        self.left, self.gone = None, []

    def __call__(self, item=None):
        if self.left:
            self.gone.append(self.left() is None)
        self.left = weakref.ref(Ring())
        return item


def sample(*walls, cpu=1.0):
    return Sample(tuple(Run(wall, cpu) for wall in walls))


def nothing(_):
    return None


async def aio_abs(number):
    return abs(number)


def test_each_round_runs_every_strategy_once():
    notes = []

    measure(abs, [1], [Noted("a", notes), Noted("b", notes)], rounds=20, warmups=1)

    rounds = [notes[i : i + 2] for i in range(0, 42, 2)]
    assert all(sorted(order) == ["a", "b"] for order in rounds)


def test_who_is_first_in_a_round_is_drawn_by_lot():
    notes = []

    measure(abs, [1], [Noted("a", notes), Noted("b", notes)], rounds=99, warmups=0)

    assert set(notes[::2]) == {"a", "b"}  # but for one chance in 2 to the 98


def test_a_warm_up_keeps_to_the_order_given_so_that_its_errors_are_the_same():
    notes, names = [], list("abcdefghij")

    measure(abs, [1], [Noted(name, notes) for name in names], rounds=1, warmups=1)

    assert notes[:10] == names


def test_every_run_is_kept_but_those_that_warm_up():
    clock = ManualClock()
    timed = Timed(clock, 9, 9, 1, 3, 2)

    measured = measure(abs, [1], [timed], rounds=3, warmups=2, clock=Clock(wall=clock))

    assert measured[timed].walls == (1, 3, 2)


def test_each_strategy_keeps_its_own_runs():
    clock = ManualClock()
    slow, fast = Timed(clock, 4, 9), Timed(clock, 2, 3)

    measured = measure(
        abs, [1], [slow, fast], rounds=2, warmups=0, clock=Clock(wall=clock)
    )

    assert measured[slow].walls == (4, 9)
    assert measured[fast].walls == (2, 3)
    assert measured.speedup(slow, fast).values == (2, 3)


def test_the_cpu_time_of_this_process_is_counted():
    clock = ManualClock()
    timed = Timed(clock, 4)

    measured = measure(abs, [1], [timed], rounds=1, warmups=0, clock=Clock(cpu=clock))

    assert measured[timed].runs[0].cpu == 4


def test_the_cpu_time_of_other_processes_is_what_each_told_last():
    strategy = Told(
        TaskRun(1, start=0, end=1, cpu=1, process_cpu=2.0, process=-7, thread=1),
        TaskRun(1, start=3, end=4, cpu=1, process_cpu=4.0, process=-7, thread=1),
        TaskRun(1, start=1, end=2, cpu=1, process_cpu=3.0, process=-7, thread=2),
        TaskRun(1, start=0, end=1, cpu=1, process_cpu=0.5, process=-8, thread=1),
        TaskRun(
            1, start=0, end=1, cpu=1, process_cpu=9.0, process=os.getpid(), thread=1
        ),
    )

    measured = measure(
        abs, [], [strategy], rounds=1, warmups=0, clock=Clock(cpu=ManualClock())
    )

    assert measured[strategy].runs[0].cpu == 4.5


# over 0.25 s: two processes start, and compute 0.1 s each
@pytest.mark.parametrize(
    "method", [each for each in get_all_start_methods() if each != "fork"]
)
def test_the_cpu_time_of_workers_is_counted_however_they_start(method):
    processes, still = Processes(2, method), ManualClock()

    measured = measure(
        burn, [0.1] * 2, [processes], rounds=1, warmups=0, clock=Clock(cpu=still)
    )

    assert measured[processes].runs[0].cpu >= 0.2  # CPU time, told by the workers


def test_real_strategies_can_be_measured_together():
    strategies = [Sequential(), Threads(2), Async(at_once=2)]

    measured = measure(sleep, [0.0], strategies, coroutine=aio_sleep, rounds=1)

    assert list(measured.samples) == strategies


def test_items_from_an_iterator_are_there_in_every_round():
    notes = []

    measure(
        lambda item: notes.append(item) or item, iter("ab"), [Sequential()], rounds=2
    )

    assert notes == ["a", "b"] * 3  # a warm-up, and two rounds


def test_no_items_at_all_can_be_measured():
    measured = measure(abs, [], [Sequential()], rounds=1)

    assert len(measured[Sequential()].runs) == 1


@pytest.mark.parametrize("lies", [(False, True), (True,)], ids=["later", "warming up"])
def test_strategies_with_other_results_are_refused(lies):
    with pytest.raises(ValueError, match="do not return the same results") as raised:
        measure(abs, [1], [Sequential(), Lying(*lies)], rounds=2, warmups=1)

    assert "Lying" in str(raised.value)  # who else, depends on who was first by lot


def test_a_strategy_whose_results_change_is_refused():
    with pytest.raises(ValueError, match="did not do the same work"):
        measure(abs, [1], [Lying(False, True)], rounds=1, warmups=1)


def test_a_function_that_returns_nothing_is_refused_before_it_is_timed():
    notes = []

    with pytest.raises(ValueError, match=r"every result of .* is None"):
        measure(nothing, [1, 2], [Noted("run", notes)], rounds=9, warmups=9)

    assert notes == ["run"]


def test_some_results_may_be_none():
    measured = measure({1: "one"}.get, [1, 2], [Sequential()], rounds=1)

    assert len(measured[Sequential()].runs) == 1


class Page:
    """An object that's equal to itself only, as those of most classes are."""


class Grid:
    """What numpy's arrays do: compared, they aren't true or false."""

    shape = (2,)

    def __eq__(self, other):
        raise ValueError("The truth value of an array is ambiguous")


@pytest.mark.parametrize(
    "make", [lambda n: float("nan"), lambda n: (n, [float("nan")])]
)
def test_results_that_are_no_number_are_the_same(make):
    measured = measure(make, [1, 2], [Sequential(), Threads(2)], rounds=1)

    assert list(measured.samples) == [Sequential(), Threads(2)]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: Page(), r"Sequential.*objects of Page, .* the task return what is"),
        (lambda _: Grid(), r"results of type Grid can't be compared .*the task return"),
    ],
)
def test_results_that_can_t_be_compared_are_refused(make, message):
    with pytest.raises(TypeError, match=message):
        measure(make, [1, 2], [Sequential(), Threads(2)], rounds=1)


@pytest.mark.parametrize("second", [Threads(2), Threads(workers=2)])
def test_a_strategy_is_measured_once(second):
    strategies = [Threads(2), Sequential(), second]

    with pytest.raises(ValueError, match=r"^strategies has Threads\(workers=2\) more "):
        measure(abs, [1], strategies)


def test_strategies_and_items_may_come_from_generators():
    strategies = (Threads(workers) for workers in (1, 2))

    measured = measure(abs, (n for n in (1, 2)), strategies, rounds=1)

    assert list(measured.samples) == [Threads(1), Threads(2)]


class AioAbs:
    async def __call__(self, number):
        return abs(number)


@pytest.mark.parametrize("coroutine", [AioAbs(), lambda number: aio_abs(number)])
def test_async_measures_whatever_returns_a_coroutine(coroutine):
    strategies = [Sequential(), Async()]

    measured = measure(abs, [-1, 2], strategies, coroutine=coroutine, rounds=1)

    assert list(measured.samples) == strategies


@pytest.mark.parametrize("function", [aio_abs, AioAbs()])
def test_nothing_runs_before_all_strategies_can_run_their_function(function):
    notes = []

    with pytest.raises(TypeError, match="only Async runs those"):
        measure(function, [1], [Noted("run", notes)])
    with pytest.raises(ValueError, match="needs coroutine="):
        measure(abs, [1], [Noted("run", notes), Async()])

    assert notes == []


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="strategies is empty"):
        measure(abs, [1], [])


def test_async_without_a_coroutine_is_refused():
    with pytest.raises(ValueError, match=r"Async\(\) needs coroutine=.*built-in.*abs"):
        measure(abs, [1], [Async()])


def test_only_async_runs_the_coroutine():
    measured = measure(abs, [-1], [Sequential(), Async()], coroutine=aio_abs, rounds=1)

    assert list(measured.samples) == [Sequential(), Async()]


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"rounds": 0}, "rounds must be at least 1, got 0"),
        ({"warmups": -1}, "warmups must not be negative, got -1"),
    ],
)
def test_impossible_counts_are_refused_before_anything_runs(counts, message):
    notes = []

    with pytest.raises(ValueError, match=message):
        measure(notes.append, [1], [Sequential()], **counts)
    with pytest.raises(ValueError, match=message):
        paralelo.repeat(lambda: notes.append(1), **counts)

    assert notes == []


def test_a_strategy_that_was_not_measured_is_not_found_and_the_others_are_named():
    measured = Measurement({Sequential(): sample(1), Threads(2): sample(1)})

    with pytest.raises(
        LookupError,
        match=r"^Async\(\) was not measured; there are: "
        r"Sequential\(\), Threads\(workers=2\)$",
    ):
        measured[Async()]


def test_repeating_keeps_every_run_but_those_that_warm_up():
    clock, walls = ManualClock(), iter([9, 1, 3, 2])

    def action():
        clock.now += next(walls)

    repeated = paralelo.repeat(action, rounds=3, warmups=1, clock=Clock(clock, clock))

    assert repeated == Sample((Run(1, 1), Run(3, 3), Run(2, 2)))


def test_no_round_pays_for_the_garbage_of_the_one_before():
    litter = Litter()

    measure(litter, [1], [Sequential()], rounds=2, warmups=1)

    assert litter.gone == [True, True]


def test_no_repetition_pays_for_the_garbage_of_the_warm_up():
    litter = Litter()

    paralelo.repeat(litter, rounds=1, warmups=1)

    assert litter.gone == [True]


def test_a_speedup_compares_run_by_run():
    measured = Measurement({Sequential(): sample(2, 9, 4), Threads(2): sample(1, 3, 8)})

    ratio = measured.speedup(Sequential(), Threads(2))

    assert ratio.values == (2, 3, 0.5)
    assert (ratio.low, ratio.median, ratio.high) == (0.5, 2, 3)
    assert str(ratio) == "2 × (0.5 to 3; 3 rounds, 75.0%)"


walls = st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=9)  # seconds


@given(walls)
def test_nothing_is_sooner_than_itself(walls):
    measured = Measurement({Sequential(): sample(*walls)})

    ratio = measured.speedup(Sequential(), Sequential())

    assert ratio.low == ratio.median == ratio.high == 1


@given(walls, walls)
def test_a_ratio_is_the_others_turned_over(some, others):
    some, others = zip(*zip(some, others, strict=False), strict=True)
    measured = Measurement({Sequential(): sample(*some), Threads(2): sample(*others)})

    there = measured.speedup(Sequential(), Threads(2))
    back = measured.speedup(Threads(2), Sequential())

    assert there.low == pytest.approx(1 / back.high)
    assert there.low <= there.median <= there.high


@pytest.mark.parametrize("rounds", range(1, 9))
def test_the_coverage_is_the_part_of_all_outcomes_that_have_the_median_inside(rounds):
    outcomes = list(product(["below", "above"], repeat=rounds))

    covering = sum(len(set(outcome)) == 2 for outcome in outcomes)

    assert Ratio((1.0,) * rounds).coverage == covering / len(outcomes)


def test_a_sample_in_numbers():
    runs = Sample((Run(2, 1), Run(1, 3), Run(4, 2)))

    assert (runs.best, runs.median, runs.cpu, runs.cores) == (1, 2, 2, 0.5)
    assert str(runs) == "2 s (median of 3; 1 s to 4 s; CPU 2 s)"


def test_a_sample_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one run"):
        Sample(())


def test_the_cores_of_a_run_are_its_cpu_time_by_its_wall_time():
    assert Run(wall=2, cpu=3).cores == 1.5
    assert Run(wall=0, cpu=0).cores == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (75.4321, "75.4 s"),
        (1.0, "1 s"),
        (0.9996, "1 s"),
        (0.9994, "999 ms"),
        (0.0123, "12.3 ms"),
        (0.0009996, "1 ms"),
        (4.56e-6, "4.56 µs"),
        (0.0, "0 µs"),
    ],
)
def test_a_time_is_written_with_three_digits_and_a_fitting_unit(value, text):
    assert format_seconds(value) == text


@given(st.floats(1e-6, 999))
@example(0.9995)
@example(0.0009995)
def test_a_time_is_written_without_an_exponent_and_close_to_what_it_is(value):
    number, unit = format_seconds(value).split()

    size = {"s": 1, "ms": 1e-3, "µs": 1e-6}[unit]
    assert "e" not in number
    assert float(number) * size == pytest.approx(value, rel=0.0051)


def test_a_measurement_has_a_line_for_each_strategy():
    measured = Measurement({Sequential(): sample(2), Threads(2): sample(1)})

    assert str(measured).splitlines() == [
        "Sequential(): 2 s (median of 1; 2 s to 2 s; CPU 1 s)",
        "Threads(workers=2): 1 s (median of 1; 1 s to 1 s; CPU 1 s)",
    ]


def test_a_measurement_as_html_has_a_row_for_each_strategy_and_is_escaped():
    measured = Measurement({"<b>&": sample(2), Threads(2): sample(1, 3, cpu=2.0)})

    table = ElementTree.fromstring(measured._repr_mimebundle_()[0]["text/html"])

    assert [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")] == [
        ["", "median", "min", "max", "CPU", "cores"],
        ["'<b>&'", "2 s", "2 s", "2 s", "1 s", "0.50"],
        ["Threads(workers=2)", "2 s", "1 s", "3 s", "2 s", "1.33"],
    ]
