"""Are the locks whole, and how are they made?"""

import re
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from bookbuild.console import CommandError
from bookbuild.project import requirements as locks
from bookbuild.project.book import Book
from bookbuild.project.venv import LOCK, TEST_LOCK

HERE = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text("utf8"))["project"]
BOOK = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["book"]]
TESTS = PROJECT["optional-dependencies"]["test"]


def requirements(lock):
    """What a lock says of each package, by the package's name."""
    text = re.sub(r"^ *#.*\n", "", (HERE / lock).read_text("utf8"), flags=re.M)
    entries = text.replace("\\\n", " ").splitlines()
    return {name_of(entry): entry for entry in entries if entry.strip()}


def name_of(requirement):
    name = re.match(r"[\w.-]+", requirement)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", [LOCK, TEST_LOCK])
def test_a_lock_names_no_index_and_no_address(lock):
    text = (HERE / lock).read_text("utf8")

    assert "://" not in text
    assert not re.search(r"^\s*(-i|--\w*index\w*|--find-links|-f|-e)\b", text, re.M)


@pytest.mark.parametrize("lock", [LOCK, TEST_LOCK])
def test_a_lock_has_one_version_and_its_hashes_for_each_package(lock):
    for entry in requirements(lock).values():
        assert re.match(r"[\w.-]+==[\w.+!]+( ;.*?)? +--hash=sha256:[0-9a-f]{64}", entry)


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        (LOCK, BOOK),
        (TEST_LOCK, [*BOOK, *TESTS]),
    ],
)
def test_a_lock_has_all_that_the_project_asks_for(lock, wanted):
    assert set(map(name_of, wanted)) <= requirements(lock).keys()


def test_the_tests_run_with_the_versions_that_the_book_is_built_with():
    book, tests = requirements(LOCK), requirements(TEST_LOCK)

    assert {name: tests.get(name) for name in book} == book


@pytest.fixture
def runs(monkeypatch):
    """The commands that were run, without their being run; and their exit status."""
    commands, status = [], {}

    def run(command, **_):
        commands.append(command)
        return subprocess.CompletedProcess(command, status.get(len(commands), 0))

    monkeypatch.setattr(locks.subprocess, "run", run)
    return commands, status


def extras(command):
    """The groups of packages that a command asks for."""
    return [b for a, b in pairwise(command) if a == "--extra"]


def test_both_locks_are_compiled_the_second_from_the_first(runs, monkeypatch, tmp_path):
    monkeypatch.setattr(locks.shutil, "which", lambda name: f"/somewhere/{name}")

    assert locks.lock(Book(tmp_path)) == 0

    book, tests = runs[0]
    assert book[:4] == ["/somewhere/uv", "pip", "compile", "pyproject.toml"]
    assert {"--universal", "--generate-hashes", "--no-emit-index-url"} <= set(book)
    assert book[book.index("--output-file") + 1] == LOCK
    assert tests[tests.index("--output-file") + 1] == TEST_LOCK
    assert extras(book) == ["book"]
    assert extras(tests) == ["book", "test"]
    assert tests[tests.index("--constraint") + 1] == LOCK


def test_the_second_lock_is_not_compiled_if_the_first_was_not(
    runs, monkeypatch, tmp_path
):
    monkeypatch.setattr(locks.shutil, "which", lambda name: f"/somewhere/{name}")
    runs[1][1] = 2

    assert locks.lock(Book(tmp_path)) == 1

    assert len(runs[0]) == 1


def test_an_installed_uv_will_do(monkeypatch):
    monkeypatch.setattr(locks.shutil, "which", lambda name: None)
    monkeypatch.setattr(locks.importlib.util, "find_spec", lambda name: name)

    assert locks.find_uv() == [sys.executable, "-m", "uv"]


def test_without_uv_one_line_says_how_to_get_it(runs, monkeypatch, tmp_path):
    monkeypatch.setattr(locks.shutil, "which", lambda name: None)
    monkeypatch.setattr(locks.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(CommandError, match="run pipx install uv"):
        locks.lock(Book(tmp_path))

    assert runs[0] == []
