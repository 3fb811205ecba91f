import threading
from functools import partial
from multiprocessing import get_context
from types import SimpleNamespace

import pytest

from paralelo.hazards import (
    ReadersFirst,
    Script,
    Stuck,
    WritersFirst,
    add_one_carelessly,
    starvation,
    take_both,
    together,
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

        together(*[partial(add_one_carelessly, counter, barrier)] * workers)

        assert counter.value == 1


def test_processes_lose_additions_to_a_shared_value_just_the_same():
    context = get_context("spawn")  # two interpreters start: half a second
    counter, barrier = context.Value("i", 0), context.Barrier(2)

    pair = [
        context.Process(target=add_one_carelessly, args=(counter, barrier))
        for _ in range(2)
    ]
    for process in pair:
        process.start()
    for process in pair:
        process.join()

    assert counter.value == 1


def test_results_come_in_the_order_of_the_actions():
    script = Script("second", "first")

    def at(place):
        with script.at(place):
            return place

    assert together(partial(at, "first"), partial(at, "second")) == ["first", "second"]


def test_nothing_together_is_nothing():
    assert together() == []


def test_an_error_in_one_thread_is_raised_when_all_are_done():
    done = []

    def fail():
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        together(fail, partial(done.append, 1))

    assert done == [1]


def test_an_error_counts_more_than_being_stuck_even_if_it_comes_later():
    waiter, known = [], threading.Event()

    def wait_in_vain():
        waiter.append(threading.current_thread())
        known.set()
        raise Stuck("waited in vain")

    def fail_later():
        known.wait()
        waiter[0].join()
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        together(wait_in_vain, fail_later)


def test_who_is_late_is_named_and_cannot_keep_the_program_from_ending():
    release = threading.Event()

    with pytest.raises(Stuck, match=r"0\.01 s: worker 0$") as caught:
        together(release.wait, limit=SOON)
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
        dump = Stuck("not really").dump
        release.set()
        return dump

    dump, _ = together(look, stay)

    assert all(f"{name}\n" in dump for name in ("MainThread", "worker 0", "worker 1"))
    assert "in stay\n" in dump
    assert "in look\n    dump = Stuck(" in dump


def add_one(counter, script, name):
    with script.at(f"{name} reads"):
        seen = counter.value
    with script.at(f"{name} writes"):
        counter.value = seen + 1


@pytest.mark.parametrize(
    ("places", "left"),
    [
        (("A reads", "B reads", "B writes", "A writes"), 1),
        (("A reads", "B reads", "A writes", "B writes"), 1),
        (("A reads", "A writes", "B reads", "B writes"), 2),
        (("B reads", "B writes", "A reads", "A writes"), 2),
    ],
)
def test_the_order_of_the_places_decides_whether_an_addition_is_lost(places, left):
    for _ in AGAIN:
        counter, script = SimpleNamespace(value=0), Script(*places)

        together(*[partial(add_one, counter, script, name) for name in "AB"])

        assert counter.value == left


def withdraw(account, amount, script, name):
    with script.at(f"{name} looks"):
        enough = account.value >= amount
    if enough:
        with script.at(f"{name} takes"):
            account.value -= amount
    return enough


@pytest.mark.parametrize(
    ("places", "paid", "left"),
    [
        (("A looks", "B looks", "A takes", "B takes"), [True, True], -60),
        (("A looks", "A takes", "B looks"), [True, False], 20),
    ],
)
def test_who_acts_after_checking_may_act_on_what_is_no_longer_so(places, paid, left):
    for _ in AGAIN:
        account, script = SimpleNamespace(value=100), Script(*places)

        got = together(*[partial(withdraw, account, 80, script, name) for name in "AB"])

        assert (got, account.value) == (paid, left)


def test_a_place_may_be_passed_more_than_once():
    script, said = Script(*["tick", "tock"] * 20), []

    def say(word):
        for _ in range(20):
            with script.at(word):
                said.append(word)

    together(partial(say, "tock"), partial(say, "tick"))

    assert said == ["tick", "tock"] * 20


def visit(script, place):
    with script.at(place):
        pass


def test_a_place_that_nobody_reaches_is_named_by_those_who_wait():
    script = Script("A", "B", "C", limit=SOON)

    with pytest.raises(Stuck, match="'A'") as caught:
        together(partial(visit, script, "B"), partial(visit, script, "C"))

    assert "in visit\n    with script.at(place):\n" in caught.value.dump


def test_a_place_that_somebody_does_not_leave_is_named_by_those_who_wait():
    script = Script("A", "B", limit=SOON)
    inside, given_up = threading.Event(), threading.Event()

    def stay():
        with script.at("A"):
            inside.set()
            given_up.wait()

    def come():
        inside.wait()
        with pytest.raises(Stuck, match="'A'") as caught:
            visit(script, "B")
        given_up.set()
        return caught.value.dump

    assert "in stay\n" in together(stay, come)[1]


def fail(script):
    with script.at("A"):
        raise KeyError("gone")


def test_an_error_at_a_place_ends_the_waiting_at_all_later_ones():
    for _ in AGAIN:
        script = Script("A", "B", "C", limit=1e6)

        later = [partial(visit, script, place) for place in "BC"]
        with pytest.raises(KeyError, match="gone"):
            together(*later, partial(fail, script))


def test_who_waited_for_a_failed_place_knows_the_reason():
    script, error = Script("A", "B"), KeyError("gone")

    with pytest.raises(KeyError), script.at("A"):
        raise error
    with pytest.raises(Stuck, match="'A'") as caught:
        visit(script, "B")

    assert caught.value.__cause__ is error


@pytest.mark.parametrize("place", ["C", "A"])
def test_a_place_that_is_not_left_in_the_script_is_a_lookup_error(place):
    script = Script("A", "B")
    visit(script, "A")

    with pytest.raises(LookupError, match=f"no place '{place}' left.*: 'A', 'B'"):
        visit(script, place)


def test_opposite_orders_give_nobody_the_second_lock():
    for patience in [0.0, 0.001] * 25:
        left, right, barrier = threading.Lock(), threading.Lock(), threading.Barrier(2)

        got = together(
            partial(take_both, left, right, barrier, patience),
            partial(take_both, right, left, barrier, patience),
        )

        assert got == [False, False]
        assert not left.locked()
        assert not right.locked()


def test_one_order_gives_both_locks_to_everybody():
    for patience in [0.0, 0.001] * 25:
        left, right, barrier = threading.Lock(), threading.Lock(), threading.Barrier(2)

        got = together(*[partial(take_both, left, right, barrier, patience)] * 2)

        assert got == [True, True]
        assert not left.locked()
        assert not right.locked()


FORKS = 5
NEIGHBOURS = [(fork, (fork + 1) % FORKS) for fork in range(FORKS)]


def dine(pairs, patience):
    forks = [threading.Lock() for _ in range(FORKS)]
    barrier = threading.Barrier(FORKS)
    return together(
        *[
            partial(take_both, forks[one], forks[other], barrier, patience)
            for one, other in pairs
        ]
    )


def test_philosophers_who_all_begin_at_their_left_starve():
    for _ in AGAIN:
        assert dine(NEIGHBOURS, patience=0) == [False] * FORKS


def test_philosophers_who_begin_at_the_lower_fork_eat_if_they_are_patient():
    for _ in AGAIN:
        assert dine(map(sorted, NEIGHBOURS), patience=-1) == [True] * FORKS  # for ever


@pytest.mark.parametrize("rounds", [1, 2, 3, 8])
def test_a_writer_waits_for_as_long_as_readers_relieve_each_other(rounds):
    for _ in AGAIN:
        entries = starvation(ReadersFirst, rounds)

        assert entries == ["reader"] * rounds + ["writer"]


@pytest.mark.parametrize("rounds", [1, 2, 3, 8])
def test_a_waiting_writer_is_next_where_it_keeps_new_readers_out(rounds):
    for _ in AGAIN:
        entries = starvation(WritersFirst, rounds)

        assert entries == ["reader", "writer"] + ["reader"] * (rounds - 1)


def test_there_is_no_starvation_without_readers():
    with pytest.raises(ValueError, match="rounds must be at least 1, got 0"):
        starvation(ReadersFirst, 0)


def add_one_alone(lock, counter):
    with lock.write():
        counter.value += 1


@pytest.mark.parametrize("kind", [ReadersFirst, WritersFirst])
def test_readers_are_inside_together_and_a_writer_is_alone(kind):
    lock, both = kind(), threading.Barrier(2)
    counter = SimpleNamespace(value=0)

    def read():
        with lock.read():
            both.wait()

    together(read, read)
    together(*[partial(add_one_alone, lock, counter)] * 8)

    assert counter.value == 8


@pytest.mark.parametrize("kind", [ReadersFirst, WritersFirst])
def test_a_lock_is_free_again_after_an_error_inside(kind):
    lock = kind()

    for block in (lock.read, lock.write):
        with pytest.raises(KeyError), block():
            raise KeyError("gone")

    together(partial(add_one_alone, lock, SimpleNamespace(value=0)))
