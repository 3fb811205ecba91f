import threading
from functools import partial
from multiprocessing import get_context
from types import SimpleNamespace

import pytest

from paralelo.hazards import (
    ReaderPreferenceLock,
    Schedule,
    ThreadTimeoutError,
    WriterPreferenceLock,
    acquire_both,
    entry_order,
    increment_with_lock,
    increment_without_lock,
    run_in_threads,
)

AGAIN = range(50)
SOON = 0.01  # seconds; for what cannot happen, however long one waits


@pytest.fixture(autouse=True)
def _nothing_is_left_running():
    before = threading.enumerate()
    yield
    assert threading.enumerate() == before


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_of_all_careless_additions_one_is_left(workers):
    for _ in AGAIN:
        counter, barrier = SimpleNamespace(value=0), threading.Barrier(workers)

        run_in_threads(*[partial(increment_without_lock, counter, barrier)] * workers)

        assert counter.value == 1


def test_processes_lose_additions_to_a_shared_value_just_the_same():
    context = get_context("spawn")  # two interpreters start: half a second
    counter, barrier = context.Value("i", 0), context.Barrier(2)

    pair = [
        context.Process(target=increment_without_lock, args=(counter, barrier))
        for _ in range(2)
    ]
    for process in pair:
        process.start()
    for process in pair:
        process.join()

    assert counter.value == 1


@pytest.mark.parametrize("workers", [2, 8])
def test_with_the_lock_of_a_value_no_addition_is_lost(workers):
    context = get_context("spawn")
    counter, barrier = context.Value("i", 0), context.Barrier(workers)

    run_in_threads(*[partial(increment_with_lock, counter, barrier)] * workers)

    assert counter.value == workers


def test_results_come_in_the_order_of_the_actions():
    schedule = Schedule("second", "first")

    def at(name):
        with schedule.step(name):
            return name

    assert run_in_threads(partial(at, "first"), partial(at, "second")) == [
        "first",
        "second",
    ]


def test_nothing_together_is_nothing():
    assert run_in_threads() == []


def test_an_error_in_one_thread_is_raised_when_all_are_done():
    done = []

    def fail():
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        run_in_threads(fail, partial(done.append, 1))

    assert done == [1]


def test_an_error_counts_more_than_being_stuck_even_if_it_comes_later():
    waiter, known = [], threading.Event()

    def wait_in_vain():
        waiter.append(threading.current_thread())
        known.set()
        raise ThreadTimeoutError("waited in vain")

    def fail_later():
        known.wait()
        waiter[0].join()
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        run_in_threads(wait_in_vain, fail_later)


def test_who_is_late_is_named_and_cannot_keep_the_program_from_ending():
    release = threading.Event()

    with pytest.raises(ThreadTimeoutError, match=r"0\.01 s: worker 0$") as caught:
        run_in_threads(release.wait, timeout=SOON)
    (late,) = [each for each in threading.enumerate() if each.name == "worker 0"]
    release.set()
    late.join()

    assert late.daemon
    assert "worker 0\n" in caught.value.dump


def test_a_dump_has_the_name_and_the_stack_of_every_thread():
    here, release = threading.Event(), threading.Event()

    def stay():
        here.set()
        release.wait()

    def look():
        here.wait()
        dump = ThreadTimeoutError("not really").dump
        release.set()
        return dump

    dump, _ = run_in_threads(look, stay)

    assert all(f"{name}\n" in dump for name in ("MainThread", "worker 0", "worker 1"))
    assert "in stay\n" in dump
    assert "in look\n    dump = ThreadTimeoutError(" in dump


def add_one(counter, schedule, name):
    with schedule.step(f"{name} reads"):
        seen = counter.value
    with schedule.step(f"{name} writes"):
        counter.value = seen + 1


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        (("A reads", "B reads", "B writes", "A writes"), 1),
        (("A reads", "B reads", "A writes", "B writes"), 1),
        (("A reads", "A writes", "B reads", "B writes"), 2),
        (("B reads", "B writes", "A reads", "A writes"), 2),
    ],
)
def test_the_order_of_the_steps_decides_whether_an_addition_is_lost(steps, left):
    for _ in AGAIN:
        counter, schedule = SimpleNamespace(value=0), Schedule(*steps)

        run_in_threads(*[partial(add_one, counter, schedule, name) for name in "AB"])

        assert counter.value == left


def withdraw(account, amount, schedule, name):
    with schedule.step(f"{name} looks"):
        enough = account.value >= amount
    if enough:
        with schedule.step(f"{name} takes"):
            account.value -= amount
    return enough


@pytest.mark.parametrize(
    ("steps", "paid", "left"),
    [
        (("A looks", "B looks", "A takes", "B takes"), [True, True], -60),
        (("A looks", "A takes", "B looks"), [True, False], 20),
    ],
)
def test_who_acts_after_checking_may_act_on_what_is_no_longer_so(steps, paid, left):
    for _ in AGAIN:
        account, schedule = SimpleNamespace(value=100), Schedule(*steps)

        got = run_in_threads(
            *[partial(withdraw, account, 80, schedule, name) for name in "AB"]
        )

        assert (got, account.value) == (paid, left)


def test_a_step_may_be_passed_more_than_once():
    schedule, said = Schedule(*["tick", "tock"] * 20), []

    def say(word):
        for _ in range(20):
            with schedule.step(word):
                said.append(word)

    run_in_threads(partial(say, "tock"), partial(say, "tick"))

    assert said == ["tick", "tock"] * 20


def visit(schedule, name):
    with schedule.step(name):
        pass


def test_a_step_that_nobody_reaches_is_named_by_those_who_wait():
    schedule = Schedule("A", "B", "C", timeout=SOON)

    with pytest.raises(ThreadTimeoutError, match="'A'") as caught:
        run_in_threads(partial(visit, schedule, "B"), partial(visit, schedule, "C"))

    assert "in visit\n    with schedule.step(name):\n" in caught.value.dump


def test_a_step_that_somebody_does_not_leave_is_named_by_those_who_wait():
    schedule = Schedule("A", "B", timeout=SOON)
    inside, given_up = threading.Event(), threading.Event()

    def stay():
        with schedule.step("A"):
            inside.set()
            given_up.wait()

    def come():
        inside.wait()
        with pytest.raises(ThreadTimeoutError, match="'A'") as caught:
            visit(schedule, "B")
        given_up.set()
        return caught.value.dump

    assert "in stay\n" in run_in_threads(stay, come)[1]


def fail(schedule):
    with schedule.step("A"):
        raise KeyError("gone")


def test_an_error_at_a_step_ends_the_waiting_at_all_later_ones():
    for _ in AGAIN:
        schedule = Schedule("A", "B", "C", timeout=1e6)

        later = [partial(visit, schedule, name) for name in "BC"]
        with pytest.raises(KeyError, match="gone"):
            run_in_threads(*later, partial(fail, schedule))


def test_who_waited_for_a_failed_step_knows_the_reason():
    schedule, error = Schedule("A", "B"), KeyError("gone")

    with pytest.raises(KeyError), schedule.step("A"):
        raise error
    with pytest.raises(ThreadTimeoutError, match="'A'") as caught:
        visit(schedule, "B")

    assert caught.value.__cause__ is error


@pytest.mark.parametrize("name", ["C", "A"])
def test_a_step_that_is_not_left_in_the_schedule_is_a_lookup_error(name):
    schedule = Schedule("A", "B")
    visit(schedule, "A")

    with pytest.raises(LookupError, match=f"no step '{name}' left.*: 'A', 'B'"):
        visit(schedule, name)


def test_opposite_orders_give_nobody_the_second_lock():
    for timeout in [0.0, 0.001] * 25:
        left, right, barrier = threading.Lock(), threading.Lock(), threading.Barrier(2)

        got = run_in_threads(
            partial(acquire_both, left, right, barrier, timeout),
            partial(acquire_both, right, left, barrier, timeout),
        )

        assert got == [False, False]
        assert not left.locked()
        assert not right.locked()


def test_one_order_gives_both_locks_to_everybody():
    for timeout in [0.0, 0.001] * 25:
        left, right, barrier = threading.Lock(), threading.Lock(), threading.Barrier(2)

        got = run_in_threads(
            *[partial(acquire_both, left, right, barrier, timeout)] * 2
        )

        assert got == [True, True]
        assert not left.locked()
        assert not right.locked()


FORKS = 5
NEIGHBOURS = [(fork, (fork + 1) % FORKS) for fork in range(FORKS)]


def dine(pairs, timeout):
    forks = [threading.Lock() for _ in range(FORKS)]
    barrier = threading.Barrier(FORKS)
    return run_in_threads(
        *[
            partial(acquire_both, forks[one], forks[other], barrier, timeout)
            for one, other in pairs
        ]
    )


def test_philosophers_who_all_begin_at_their_left_starve():
    for _ in AGAIN:
        assert dine(NEIGHBOURS, timeout=0) == [False] * FORKS


def test_philosophers_who_begin_at_the_lower_fork_eat_if_they_are_patient():
    for _ in AGAIN:
        assert dine(map(sorted, NEIGHBOURS), timeout=-1) == [True] * FORKS  # for ever


@pytest.mark.parametrize("rounds", [1, 2, 3, 8])
def test_a_writer_waits_for_as_long_as_readers_relieve_each_other(rounds):
    for _ in AGAIN:
        entries = entry_order(ReaderPreferenceLock, rounds)

        assert entries == ["reader"] * rounds + ["writer"]


@pytest.mark.parametrize("rounds", [1, 2, 3, 8])
def test_a_waiting_writer_is_next_where_it_keeps_new_readers_out(rounds):
    for _ in AGAIN:
        entries = entry_order(WriterPreferenceLock, rounds)

        assert entries == ["reader", "writer"] + ["reader"] * (rounds - 1)


def test_there_is_no_starvation_without_readers():
    with pytest.raises(ValueError, match="rounds must be at least 1, got 0"):
        entry_order(ReaderPreferenceLock, 0)


def add_one_alone(lock, counter):
    with lock.write():
        counter.value += 1


@pytest.mark.parametrize("kind", [ReaderPreferenceLock, WriterPreferenceLock])
def test_readers_are_inside_together_and_a_writer_is_alone(kind):
    lock, both = kind(), threading.Barrier(2)
    counter = SimpleNamespace(value=0)

    def read():
        with lock.read():
            both.wait()

    run_in_threads(read, read)
    run_in_threads(*[partial(add_one_alone, lock, counter)] * 8)

    assert counter.value == 8


@pytest.mark.parametrize("kind", [ReaderPreferenceLock, WriterPreferenceLock])
def test_a_lock_is_free_again_after_an_error_inside(kind):
    lock = kind()

    for block in (lock.read, lock.write):
        with pytest.raises(KeyError), block():
            raise KeyError("gone")

    run_in_threads(partial(add_one_alone, lock, SimpleNamespace(value=0)))
