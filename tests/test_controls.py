"""Do controls obtain what there is, and leave nothing behind?"""

import os
import subprocess
import sys

import psutil
import pytest

from paralelo import Cores


# over 0.25 s: two interpreters start, and compute for a tenth of a second
def test_processes_obtain_some_cores_and_are_gone():
    before = psutil.Process().children()

    obtained = Cores(2, seconds=0.1).obtained()

    assert 0 < obtained <= 2.2  # CPU time has ticks, and a machine may be busy
    assert psutil.Process().children() == before


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="needs an affinity mask"
)
def test_two_processes_on_one_core_obtain_one():  # over 0.25 s: as above, and a third
    program = (
        "import os\nfrom paralelo import Cores\n"
        "os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])\n"
        "print(Cores(2, seconds=0.2).obtained())\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert 0 < float(ran.stdout) <= 1.2  # whatever else the machine does


@pytest.mark.parametrize(("count", "wanted"), [(1, 0.85), (2, 1.7), (4, 3.4)], ids=str)
def test_a_control_wants_most_of_each_core(count, wanted):
    assert Cores(count).wanted == pytest.approx(wanted)


@pytest.mark.parametrize("count", [0, -1])
def test_less_than_one_core_is_refused(count):
    with pytest.raises(ValueError, match=f"count must be at least 1, got {count}"):
        Cores(count)


@pytest.mark.parametrize("seconds", [0, -1.0, float("nan")])
def test_no_time_at_all_is_refused(seconds):
    with pytest.raises(ValueError, match="seconds must be more than 0, got "):
        Cores(2, seconds=seconds)
