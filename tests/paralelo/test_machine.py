"""Does `machine` tell what we are running on?"""

import math
import os
import subprocess
import sys
from dataclasses import fields, replace
from xml.etree import ElementTree

import pytest

from paralelo import machine
from paralelo.machine import cpu_quota, environment_info, gil_enabled, usable_cores

V2 = "0::/box/inner\n"
V1 = "5:memory:/box\n4:cpu,cpuacct:/box\n3:cpuset:/box\n"


def fake_root(folder, groups, settings):
    """A root folder where this process is in `groups`, and `settings` are in force."""
    files = {f"sys/fs/cgroup/{path}": text for path, text in settings.items()}
    for path, text in {"proc/self/cgroup": groups, **files}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return str(folder)


def run(program, **environment):
    """What a Python of its own prints, as words."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()


@pytest.mark.parametrize(
    ("text", "cores"),
    [
        ("max 100000\n", math.inf),
        ("50000 100000\n", 0.5),
        ("300000 200000\n", 1.5),
        ("", math.inf),
    ],
)
def test_the_quota_is_what_version_2_says(tmp_path, text, cores):
    root = fake_root(tmp_path, V2, {"box/inner/cpu.max": text})

    assert cpu_quota(root) == cores


@pytest.mark.parametrize("folder", ["", "box/", "box/inner/"])
def test_the_smallest_quota_above_the_group_counts(tmp_path, folder):
    roomy = dict.fromkeys(
        ["cpu.max", "box/cpu.max", "box/inner/cpu.max"], "400000 100000\n"
    )

    root = fake_root(tmp_path, V2, roomy | {f"{folder}cpu.max": "150000 100000\n"})

    assert cpu_quota(root) == 1.5


@pytest.mark.parametrize("mount", ["cpu", "cpu,cpuacct"])
def test_the_quota_is_what_version_1_says(tmp_path, mount):
    settings = {"cpu.cfs_quota_us": "250000\n", "cpu.cfs_period_us": "100000\n"}

    root = fake_root(
        tmp_path, V1, {f"{mount}/box/{name}": text for name, text in settings.items()}
    )

    assert cpu_quota(root) == 2.5


@pytest.mark.parametrize("quota", ["-1\n", "", "0\n"])
def test_version_1_without_a_quota_is_no_limit(tmp_path, quota):
    settings = {"cpu/box/cpu.cfs_quota_us": quota, "cpu/box/cpu.cfs_period_us": "1000"}

    root = fake_root(tmp_path, V1, settings)

    assert cpu_quota(root) == math.inf


def test_the_quota_of_another_controller_does_not_count(tmp_path):
    settings = {"cpu/box/cpu.cfs_quota_us": "100", "cpu/box/cpu.cfs_period_us": "100"}

    root = fake_root(tmp_path, "3:cpuset:/box\n5:memory:/box\n", settings)

    assert cpu_quota(root) == math.inf


def test_no_control_groups_are_no_limit(tmp_path):
    assert cpu_quota(str(tmp_path)) == math.inf


def test_there_is_at_least_one_usable_core_and_no_more_than_there_are():
    assert 1 <= usable_cores() <= os.cpu_count()


@pytest.mark.parametrize(
    ("quota", "cores"), [(0.1, 1), (1.0, 1), (1.2, 2), (math.inf, 8)]
)
def test_a_part_of_a_core_counts_as_one(monkeypatch, quota, cores):
    monkeypatch.setattr(machine, "_scheduled_cores", lambda: 8)
    monkeypatch.setattr(machine, "cpu_quota", lambda: quota)

    assert usable_cores() == cores


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="no affinity on this system"
)
def test_the_affinity_mask_takes_cores_away():
    program = (
        "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]);"
        "from paralelo import usable_cores; print(usable_cores())"
    )

    assert run(program) == ["1"]


@pytest.mark.skipif(
    sys.version_info < (3, 13), reason="PYTHON_CPU_COUNT came with Python 3.13"
)
def test_the_environment_takes_cores_away():
    program = "from paralelo import usable_cores; print(usable_cores())"

    assert run(program, PYTHON_CPU_COUNT="1") == ["1"]


@pytest.mark.parametrize("enabled", [True, False])
def test_the_interpreter_says_whether_it_has_a_gil(monkeypatch, enabled):
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: enabled, raising=False)

    assert gil_enabled() is enabled


def test_an_interpreter_that_cannot_say_has_a_gil(monkeypatch):
    monkeypatch.delattr(sys, "_is_gil_enabled", raising=False)

    assert gil_enabled() is True


def test_the_start_method_is_the_one_that_multiprocessing_would_take():
    program = (
        "import multiprocessing, paralelo;"
        "print(paralelo.start_method(), multiprocessing.get_start_method())"
    )

    told, taken = run(program)

    assert told == taken


def test_asking_for_the_start_method_does_not_settle_it():
    program = (
        "import multiprocessing, paralelo; paralelo.start_method();"
        "multiprocessing.set_start_method('spawn'); print(paralelo.start_method())"
    )

    assert run(program) == ["spawn"]


def test_the_load_is_that_of_the_last_minute(monkeypatch):
    monkeypatch.setattr(os, "getloadavg", lambda: (1.5, 2.5, 3.5), raising=False)

    assert machine.load() == 1.5


def test_a_system_that_does_not_tell_its_load_has_none(monkeypatch):
    monkeypatch.delattr(os, "getloadavg", raising=False)

    assert machine.load() is None


def test_the_environment_info_have_a_line_for_each_field():
    here = environment_info()

    lines = str(here).splitlines()

    assert len(lines) == len(fields(here))
    for field, line in zip(fields(here), lines, strict=True):
        assert line.startswith(field.name.replace("_", " "))
        assert line.endswith(f" {getattr(here, field.name)}")


def test_the_environment_info_are_those_of_this_interpreter():
    here = environment_info()

    assert here.python.endswith(".".join(map(str, sys.version_info[:3])))
    assert here.gil == ("on" if gil_enabled() else "off")
    assert here.usable_cores == usable_cores()


def test_the_environment_info_as_html_say_the_same_and_are_escaped():
    here = replace(environment_info(), python="<Python> & co.")

    rows = [
        tuple(row.itertext())
        for row in ElementTree.fromstring(here._repr_mimebundle_()[0]["text/html"])
    ]

    assert rows[0] == ("python", "<Python> & co.")
    assert rows == here._rows()
