import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from paralelo.neighbours import neighbours


def children() -> list[psutil.Process]:
    return psutil.Process().children()


def test_neighbours_compute_and_are_gone_after_the_block():
    before = len(children())  # each neighbour is an interpreter to start

    with neighbours(2):
        during = children()
        deadline = time.monotonic() + 30
        while any(sum(child.cpu_times()[:2]) < 0.05 for child in during[before:]):
            assert time.monotonic() < deadline, "the neighbours do not compute"
            time.sleep(0.05)

    assert len(during) - before == 2
    assert len(children()) == before


def test_neighbours_are_gone_when_the_block_raises():
    before = len(children())

    with pytest.raises(KeyError), neighbours(1):
        raise KeyError

    assert len(children()) == before


def test_a_negative_number_of_neighbours_is_refused():
    with pytest.raises(ValueError, match="count must not be negative, got -1"):
        neighbours(-1).__enter__()


@pytest.mark.skipif(sys.platform == "win32", reason="kills the POSIX way")
def test_neighbours_are_gone_when_their_parent_is_killed():
    program = (
        "import time, psutil\nfrom paralelo.neighbours import neighbours\n"
        "with neighbours(1):\n"
        "    print(psutil.Process().children()[0].pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    )
    with parent:
        neighbour = int(parent.stdout.readline())

        os.kill(parent.pid, signal.SIGKILL)

        deadline = time.monotonic() + 30
        while psutil.pid_exists(neighbour) and (
            psutil.Process(neighbour).status() != psutil.STATUS_ZOMBIE
        ):
            assert time.monotonic() < deadline, "the neighbour lives on"
            time.sleep(0.05)
