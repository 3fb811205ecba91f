"""Do two builds keep out of each other's way, and is there a site at every moment?"""

import os
import subprocess
import sys

import pytest

from bookbuild.build import swap as swapping
from bookbuild.build.swap import exchange, swap
from bookbuild.execution.lock import exclusive
from tiny_book import TinyBook, complaints

HOLD = """\
import sys
from pathlib import Path
from bookbuild.execution.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds a lock."""
    path = tmp_path / "_build/build.lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield path, process
        process.kill()


def test_a_lock_is_held_by_one(holder):
    path, process = holder

    with exclusive(path) as other:
        assert other == str(process.pid)


def test_a_lock_is_free_when_its_holder_was_killed(holder):
    path, process = holder
    process.kill()
    process.wait()

    with exclusive(path) as other:
        assert other == ""
        assert path.read_text() == str(os.getpid())


def test_a_second_build_is_refused_in_one_line(tmp_path, holder):
    book = TinyBook.make(tmp_path, {})
    _, process = holder

    ran = book.build()

    assert ran.returncode == 1
    assert complaints(ran) == [
        f"bookbuild: process {process.pid} is building this book; "
        "wait for it, or stop it",
        "bookbuild: nothing was published; _build/site is unchanged",
    ]


@pytest.fixture
def folders(tmp_path):
    for name in ("new", "site"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page").write_text(name)
    return tmp_path / "new", tmp_path / "site"


@pytest.fixture(params=[True, False], ids=["in one step", "in two"])
def able(request, monkeypatch):
    if request.param and sys.platform != "linux":
        pytest.skip("only Linux exchanges two folders in one step")
    if not request.param:
        monkeypatch.setattr(swapping, "exchange", lambda *_: False)


def test_a_swap_leaves_the_new_folder_alone(folders, able):
    new, site = folders

    swap(new, site)

    assert (site / "page").read_text() == "new"
    assert os.listdir(site.parent) == ["site"]


def test_a_first_site_has_nothing_to_change_places_with(folders):
    new, site = folders
    swap(new, site.with_name("first"))

    assert (site.with_name("first") / "page").read_text() == "new"


@pytest.mark.skipif(sys.platform != "linux", reason="a call of Linux")
def test_two_folders_change_places_at_once(folders):
    new, site = folders

    assert exchange(new, site)

    assert (new / "page").read_text() == "site"
    assert (site / "page").read_text() == "new"


def test_what_is_not_there_can_not_change_places(tmp_path, folders):
    assert not exchange(tmp_path / "nowhere", folders[1])
    assert (folders[1] / "page").read_text() == "site"
