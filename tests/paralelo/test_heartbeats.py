import asyncio
import threading
import time
from functools import partial
from hashlib import sha256

import pytest

from paralelo.heartbeats import Heartbeat, aio_heartbeat, beats_during, heartbeat
from paralelo.machine import gil_enabled
from paralelo.workloads import sum_in_c


def test_a_heartbeat_names_its_middle_and_its_longest_wait():
    beats = Heartbeat((0.003, 0.001, 0.002))

    assert (beats.median, beats.longest) == (0.002, 0.003)
    assert str(beats) == "median 2 ms, longest 3 ms, 3 beats"


def test_the_heart_beats_until_the_action_is_over():
    over = threading.Event()
    beats = heartbeat(lambda: over.wait(0.05), beat=0.01)

    assert len(beats.gaps) >= 1
    assert all(wait >= 0.009 for wait in beats.gaps)  # a sleep is never shorter


@pytest.mark.skipif(not gil_enabled(), reason="nobody is held up without a GIL")
def test_one_call_of_c_holds_up_the_heart_for_as_long_as_it_lasts():
    lasted = []

    def action():
        start = time.perf_counter()
        sum_in_c(3_000_000)
        lasted.append(time.perf_counter() - start)

    beats = heartbeat(action)

    assert beats.longest > lasted[0] / 2  # the two clocks are not read at once


def test_the_loop_beats_beside_what_awaits():
    beats = asyncio.run(aio_heartbeat(asyncio.sleep(0.05), beat=0.001))

    assert len(beats.gaps) > 1


def test_the_loop_does_not_beat_beside_what_blocks():
    async def block():
        time.sleep(0.05)

    beats = asyncio.run(aio_heartbeat(block(), beat=0.001))

    assert len(beats.gaps) == 1
    assert beats.longest >= 0.05


def test_an_error_beside_the_loop_s_heart_is_raised():
    async def fail():
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        asyncio.run(aio_heartbeat(fail()))


def test_an_error_beside_the_heart_is_raised():
    def fail():
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        heartbeat(fail)


def test_an_action_is_run_once():
    calls = []

    heartbeat(partial(calls.append, 1))

    assert calls == [1]


@pytest.mark.skipif(not gil_enabled(), reason="without a GIL, no thread is held up")
def test_no_beat_falls_into_one_call_of_c_that_holds_the_gil():
    assert beats_during(partial(sum, range(3_000_000)), beat=0.0001) == 0


def test_the_other_thread_beats_while_c_code_has_released_the_gil():
    block = bytes(1_000_000)

    def until_a_beat():
        while not beats_during(partial(sha256, block), beat=0.0001):
            pass  # this machine gave the other thread no core: try again

    until_a_beat()


def test_the_other_thread_beats_during_a_wait():
    beats = iter(lambda: beats_during(partial(time.sleep, 0.01)), 0)

    assert next(beats) >= 1


def test_an_error_during_the_beats_is_raised():
    before = threading.active_count()

    with pytest.raises(ZeroDivisionError):
        beats_during(partial(divmod, 1, 0))

    assert threading.active_count() == before
