import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from paralelo.busy import IdleCores, background_load


def children() -> set[psutil.Process]:
    return {*psutil.Process().children()}  # in no order: process ids start over


def test_background_load_computes_and_is_gone_after_the_block():
    before = children()  # each process is an interpreter to start

    with background_load(2):
        added = children() - before
        deadline = time.monotonic() + 30
        while any(sum(child.cpu_times()[:2]) < 0.05 for child in added):
            assert time.monotonic() < deadline, "the processes do not compute"
            time.sleep(0.05)

    assert len(added) == 2
    assert children() == before


def test_background_load_is_gone_when_the_block_raises():
    before = children()

    with pytest.raises(KeyError), background_load(1):
        raise KeyError

    assert children() == before


def test_a_negative_background_load_is_refused():
    with pytest.raises(ValueError, match="count must not be negative, got -1"):
        background_load(-1).__enter__()


@pytest.mark.skipif(sys.platform == "win32", reason="kills the POSIX way")
def test_background_load_is_gone_when_its_parent_is_killed():
    program = (
        "import time, psutil\nfrom paralelo.busy import background_load\n"
        "with background_load(1):\n"
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
            assert time.monotonic() < deadline, "the process lives on"
            time.sleep(0.05)


# over 0.25 s: two interpreters start, and compute for a tenth of a second
def test_processes_obtain_some_cores_and_are_gone():
    before = psutil.Process().children()

    used = IdleCores(2, seconds=0.1).measure()

    assert 0 < used <= 2.2  # CPU time has ticks, and a machine may be busy
    assert psutil.Process().children() == before


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="needs an affinity mask"
)
def test_two_processes_on_one_core_obtain_one():  # over 0.25 s: as above, and a third
    program = (
        "import os\nfrom paralelo.busy import IdleCores\n"
        "os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])\n"
        "print(IdleCores(2, seconds=0.2).measure())\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert 0 < float(ran.stdout) <= 1.2  # whatever else the machine does


@pytest.mark.parametrize(("count", "wanted"), [(1, 0.85), (2, 1.7), (4, 3.4)], ids=str)
def test_a_control_wants_most_of_each_core(count, wanted):
    assert IdleCores(count).wanted == pytest.approx(wanted)


@pytest.mark.parametrize("count", [0, -1])
def test_less_than_one_core_is_refused(count):
    with pytest.raises(ValueError, match=f"count must be at least 1, got {count}"):
        IdleCores(count)


@pytest.mark.parametrize("seconds", [0, -1.0])
def test_no_time_at_all_is_refused(seconds):
    with pytest.raises(ValueError, match="seconds must be finite and more than 0"):
        IdleCores(2, seconds=seconds)
