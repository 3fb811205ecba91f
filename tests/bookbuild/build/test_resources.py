"""Is it known how much memory there is, and said when a chapter took too much of it?"""

import os
import signal
from collections import namedtuple
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from bookbuild.build.resources import free_memory
from bookbuild.execution.client import killed_for_memory
from paralelo.machine import control_groups
from tiny_book import TinyBook, cells, complaints, wait_until

Memory = namedtuple("Memory", "available")
MEGABYTE = 1_000_000


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with plenty of memory, and a control group of our own to fill in."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(9_000 * MEGABYTE))
    (tmp_path / "proc/self").mkdir(parents=True)

    def group(controllers, path, files):
        line = f"1:{controllers}:{path}\n"
        (tmp_path / "proc/self/cgroup").write_text(line)
        folder = tmp_path / "sys/fs/cgroup" / controllers / path.strip("/")
        folder.mkdir(parents=True)
        for name, value in files.items():
            (folder / name).write_text(f"{value}\n")
        return str(tmp_path)

    return group


def test_without_a_limit_what_is_free_is_what_the_machine_has(machine):
    root = machine("", "/", {"memory.max": "max", "memory.current": 1})

    assert free_memory(root) == 9_000 * MEGABYTE


@pytest.mark.parametrize(
    ("controllers", "files"),
    [
        (
            "",
            {
                "memory.max": 500 * MEGABYTE,
                "memory.current": 300 * MEGABYTE,
                "memory.stat": f"anon 1\ninactive_file {100 * MEGABYTE}",
            },
        ),
        (
            "memory",
            {
                "memory.limit_in_bytes": 500 * MEGABYTE,
                "memory.usage_in_bytes": 300 * MEGABYTE,
                "memory.stat": f"cache 1\ntotal_inactive_file {100 * MEGABYTE}",
            },
        ),
    ],
    ids=["version 2", "version 1"],
)
def test_a_control_group_may_leave_less(machine, controllers, files):
    assert free_memory(machine(controllers, "/ours", files)) == 300 * MEGABYTE


def test_who_was_killed_for_memory_is_counted_where_the_system_counts(tmp_path):
    (tmp_path / "proc").mkdir()
    assert killed_for_memory(str(tmp_path)) == 0

    (tmp_path / "proc/vmstat").write_text("pgfault 3\noom_kill 2\noom_killer 9\n")

    assert killed_for_memory(str(tmp_path)) == 2


@contextmanager
def at_most(limit):
    """A new control group with so many bytes; skips where none can be made."""
    group = next(
        filter(None, (made(limit, each) for each in control_groups("memory"))), None
    )
    if group is None:
        pytest.skip("no control group for memory can be made here")
    try:
        yield group
    finally:
        wait_until(lambda: removed(group))


def made(limit, parent):
    group = Path(parent) / f"bookbuild-test-{os.getpid()}"
    with suppress(OSError):
        group.mkdir()
        for name in ("memory.max", "memory.limit_in_bytes"):
            if (group / name).exists():
                (group / name).write_text(str(limit))
                return group
        group.rmdir()
    return None


def removed(group):
    """Whether the group is gone, with what was in it; the dead leave it later."""
    with suppress(OSError):
        for pid in (group / "cgroup.procs").read_text().split():
            os.kill(int(pid), signal.SIGKILL)
    with suppress(OSError):
        group.rmdir()
    return not group.exists()


# One build. It's weekly because the system counts whom it kills on the whole machine:
# chapters that fail at the same time are told that it was for their memory, too.
@pytest.mark.weekly
def test_a_chapter_that_is_killed_for_its_memory_is_told_so(tmp_path):
    hungry = cells("1", "hoard = [bytes([1]) * 10**6 for _ in range(10**5)]")
    book = TinyBook.make(tmp_path, {"one": hungry})

    with at_most(800 * MEGABYTE) as group:
        into = f'echo $$ > {group}/cgroup.procs && exec "$@"'
        ran = book.build(before=["sh", "-c", into, "sh"])

    if killed_for_memory() == 0:
        pytest.skip("this system does not say who was killed for memory")
    assert ran.returncode == 1
    assert complaints(ran)[:3] == [
        "bookbuild: book/one.md:19: code cell 2 of 2 ended the kernel (SIGKILL)",
        "bookbuild:     it starts: hoard = [bytes([1]) * 10**6 for _ in range(10**5)]",
        "bookbuild:     memory ran out, and the system killed a process of this "
        "machine for it",
    ]


def test_a_build_that_has_too_little_memory_does_not_begin(tmp_path):
    book = TinyBook.make(tmp_path, {})

    with at_most(300 * MEGABYTE) as group:
        into = f'echo $$ > {group}/cgroup.procs && exec "$@"'
        ran = book.build(before=["sh", "-c", into, "sh"])

    assert ran.returncode == 1
    assert "MB of memory are free, but a build needs 500;" in complaints(ran)[0]
