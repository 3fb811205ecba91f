"""README, CONTRIBUTING and the licences say what is so."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import paralelo

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf8")
README = (ROOT / "README.md").read_text("utf8")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.S | re.M)


def commands(text: str) -> list[str]:
    return [line for block in BLOCK.findall(text) for line in block.splitlines()]


def targets() -> set[str]:
    return set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf8"), re.M))


@pytest.mark.parametrize(
    "command", sorted({*commands(README), *commands(CONTRIBUTING)})
)
def test_every_command_is_one_that_can_be_run(command):
    program, *arguments = shlex.split(command)

    if program == "make":
        assert set(arguments) <= targets()
    else:
        assert program == ".venv/bin/python"


# Running `make test` in a test would never end, and the build has tests of its own.
# What the make targets call is tried with its --help.
CHEAP = [c for c in commands(CONTRIBUTING) if "test_chapters" in c or "ruff check" in c]


@pytest.mark.parametrize("command", CHEAP)
def test_the_commands_for_writers_work_as_they_stand(command):
    arguments = shlex.split(command)[1:]  # with whatever Python runs this

    ran = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_make_target_calls_a_command_that_the_press_knows():
    called = set(re.findall(r"-m press (\w+)", (ROOT / "Makefile").read_text("utf8")))

    for command in called:
        subprocess.run(
            [sys.executable, "-m", "press", command, "--help"],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
    assert called >= {"setup", "build", "check"}


def test_ci_runs_the_command_that_the_readme_gives_for_tests():
    lines = (ROOT / ".ci/run").read_text("utf8").splitlines()

    assert lines[-1] == "make test"
    assert "make test" in commands(README)


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["readme", "contributing"])
def test_every_file_that_a_document_names_exists(text):
    names = re.findall(r"`((?:src|tests|book|binder)/[\w./-]+)`", text)
    names += [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]

    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_citation_can_be_read_and_names_both_licences():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))

    assert citation["license"] == ["BSD-3-Clause", "CC-BY-4.0"]
    assert f'version = "{citation["version"]}"' in (ROOT / "pyproject.toml").read_text()


def test_what_the_laboratory_exports_exists():
    assert [name for name in paralelo.__all__ if not hasattr(paralelo, name)] == []
