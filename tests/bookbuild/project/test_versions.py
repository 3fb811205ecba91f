"""Which versions are installed, and which of them does the lock not have?"""

import sys
from pathlib import Path

import pytest

from bookbuild.project.requirements import differences, installed, wanted

LOCK = """\
# This file was compiled.
aiohttp==3.14.1 \\
    --hash=sha256:00
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:00
soupsieve==2.10 ; python_full_version < '3.11.5' \\
    --hash=sha256:00
soupsieve==4.1.2 ; python_full_version >= '3.11.5' \\
    --hash=sha256:00
Sphinx_Thebe==0.3.1 \\
    --hash=sha256:00
    # via jupyter-book
"""
SAME = {"aiohttp": "3.14.1", "soupsieve": "2.10", "sphinx-thebe": "0.3.1"}


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text(LOCK)
    return path


def test_what_is_installed_is_known_by_name(tmp_path):
    # Asks a real pip: over 0.25 s.
    versions = installed(Path(sys.executable))

    assert versions["sphinx"] == "7.4.7"
    assert "pip" in versions
    assert list(versions) == sorted(versions)


def test_what_the_lock_has_for_other_systems_is_no_difference(lock):
    assert list(differences(lock, SAME)) == []


def test_what_venv_brings_is_no_difference(lock):
    assert list(differences(lock, SAME | {"pip": "26", "setuptools": "84"})) == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"aiohttp": "3.15.0"},
            "aiohttp: 3.14.1 in requirements.txt, 3.15.0 installed here",
        ),
        (
            {"soupsieve": "5"},
            "soupsieve: 2.10 or 4.1.2 in requirements.txt, 5 installed here",
        ),
        ({"new": "1.0"}, "new: not in requirements.txt, 1.0 installed here"),
        (
            {"sphinx-thebe": ""},
            "sphinx-thebe: 0.3.1 in requirements.txt, not installed here",
        ),
    ],
)
def test_a_difference_is_a_line(lock, change, line):
    versions = {name: now for name, now in (SAME | change).items() if now}

    assert list(differences(lock, versions)) == [line]


def test_what_the_book_asks_for_is_in_pyproject():
    root = Path(__file__).parents[3]

    assert "jupyter-book" in {each.partition("=")[0] for each in wanted(root)}
