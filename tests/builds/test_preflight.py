"""What a machine lacks is said before minutes are spent, in one line that helps."""

import shutil
import subprocess
from collections import namedtuple

import pytest

from bookbuild.build.resources import problems
from bookbuild.project.book import Book
from tiny_book import TinyBook, cells, complaints

Usage = namedtuple("Usage", "total used free")


def in_a_namespace(*command):
    """Run as root in namespaces of their own, if this system lets us; else None."""
    outside = shutil.which("unshare")
    if outside is None:
        return None
    tried = subprocess.run([outside, *command[:1], "true"], capture_output=True)
    return [outside, *command] if tried.returncode == 0 else None


CONTENTS = """\
format: jb-book
root: a
parts:
- caption: First
  chapters:
  - file: b
    sections:
    - file: c
  - file: d
- caption: Second
  chapters:
  - file: e
"""


def test_a_part_has_its_chapters_and_the_pages_below_them(tmp_path):
    (tmp_path / "_toc.yml").write_text(CONTENTS)

    assert Book(tmp_path).parts == [
        ("", ["a"]),
        ("First", ["b", "c", "d"]),
        ("Second", ["e"]),
    ]
    assert Book(tmp_path).pages == ["a", "b", "c", "d", "e"]


def test_a_machine_that_has_everything_lacks_nothing(tmp_path):
    assert problems(tmp_path) == []


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "_build").write_text("a file where a folder should be")

    [lack] = problems(tmp_path)

    assert lack.startswith(f"{tmp_path / '_build'} can't be written to: File exists")


def test_too_little_space_is_said_with_both_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(9, 9, 12_000_000))

    assert problems(tmp_path) == [f"{tmp_path} has 12 MB free, but a build needs 200"]


def test_a_machine_without_shared_locks_is_told_where_to_look(tmp_path, monkeypatch):
    def refuse(_):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr("multiprocessing.synchronize.Lock", refuse, raising=True)
    monkeypatch.setattr(
        "multiprocessing.context.BaseContext.Lock", lambda self: refuse(self)
    )

    [lack] = problems(tmp_path)

    assert "mount /dev/shm" in lack


def test_too_little_memory_is_said_with_both_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr("bookbuild.build.resources.free_memory", lambda: 120_000_000)

    assert problems(tmp_path) == [
        "120 MB of memory are free, but a build needs 500; "
        "end other programs, or raise the container's limit"
    ]


FAULTS = {
    "few files": (
        ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"],
        "a process may open 64 files here, but a build needs 256; ulimit -n 256",
    ),
    "few addresses": (
        ["sh", "-c", 'ulimit -v 1000000; exec "$@"', "sh"],
        "a process may use 1024 MB of addresses here, but a build needs 2000; "
        "ulimit -v 1953125",
    ),
    "no loopback": (
        ["unshare", "--net"],
        "this machine can't talk to itself at 127.0.0.1",
    ),
    "a full disk": (
        ["unshare", "--mount", "sh", "-c",
         'mkdir -p _build && mount -t tmpfs -o size=4m none _build && exec "$@"', "sh"],
        "MB free, but a build needs 200",
    ),
    "a read-only tree": (
        ["unshare", "--mount", "sh", "-c",
         'mount --bind . . && mount -o remount,ro,bind . && cd . && exec "$@"', "sh"],
        "can't be written to: Read-only file system; build in a copy",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_problems_is_one_line(tmp_path, before, message):
    if before[0] == "unshare" and in_a_namespace(*before[1:2]) is None:
        pytest.skip("needs namespaces of its own: root on Linux")
    book = TinyBook.make(tmp_path, {})

    ran = subprocess.run(
        [*before, *book.command("build")],
        cwd=book.root,
        env=book.environment(),
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 1
    assert len(complaints(ran)) == 2
    assert message in complaints(ran)[0]
    assert complaints(ran)[1].startswith("bookbuild: nothing was published")


def test_a_home_that_cannot_be_written_to_is_no_obstacle(tmp_path):  # runs a cell
    book = TinyBook.make(tmp_path, {"one": cells("6 * 7")}, runs_cells=True)

    ran = book.build(HOME="/proc/nowhere", XDG_RUNTIME_DIR="/proc/nowhere")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "42" in book.page("one")
