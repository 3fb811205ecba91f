"""Is a Chromium found, and does its absence stop those whom it should stop?"""

import subprocess
import sysconfig
from pathlib import Path

import pytest

from bookbuild.checks import ci as checks
from bookbuild.project.book import Book
from bookbuild.web import chromium


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine without any browser; returns the folder that is its PATH."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "APPS", ())
    return tmp_path


def put(path):
    """An executable file."""
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_no_chromium_is_found_where_there_is_none(bare):
    assert chromium.find() is None


@pytest.mark.parametrize("name", chromium.NAMES)
def test_a_chromium_on_the_path_is_found_by_each_of_its_names(bare, name):
    path = put(bare / name)

    assert chromium.find() == path


def test_the_chromium_that_the_environment_names_goes_first(bare, monkeypatch):
    put(bare / "chromium")
    mine = put(bare / "my chromium")
    monkeypatch.setenv("CHROMIUM", mine)

    assert chromium.find() == mine


def test_a_named_chromium_that_is_not_there_does_not_hide_another(bare, monkeypatch):
    other = put(bare / "chromium")
    monkeypatch.setenv("CHROMIUM", str(bare / "nowhere"))

    assert chromium.find() == other


def test_a_chromium_that_is_there_is_not_installed(bare, monkeypatch):
    put(bare / "chromium")
    monkeypatch.setattr(chromium.subprocess, "run", None)

    assert chromium.install() == ""


@pytest.fixture
def debian(bare, monkeypatch):
    """A Debian without a browser, root, and the commands it was asked to run."""
    commands = []
    put(bare / "apt-get")
    monkeypatch.setattr(chromium.sys, "platform", "linux")
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(chromium.subprocess, "run", lambda c, **_: commands.append(c))
    return commands


def test_a_missing_chromium_is_installed_where_it_may_be(debian, bare, monkeypatch):
    def apt_get(command, **_):
        debian.append(command)
        put(bare / "chromium")

    monkeypatch.setattr(chromium.subprocess, "run", apt_get)

    assert chromium.install() == ""
    assert [command[2] for command in debian] == ["update", "install"]


def test_an_installation_that_fails_is_said_in_one_line(debian):
    assert chromium.install() == "apt-get couldn't install chromium"


@pytest.mark.parametrize(
    ("thing", "value"), [("platform", "darwin"), ("geteuid", lambda: 1000)]
)
def test_nothing_is_installed_where_it_may_not_be(debian, thing, value, monkeypatch):
    owner = chromium.sys if thing == "platform" else chromium.os
    monkeypatch.setattr(owner, thing, value)

    assert "set CHROMIUM to one, or: apt install chromium" in chromium.install()
    assert debian == []


@pytest.fixture
def steps(monkeypatch):
    """The programs that `check` ran, those that fail, and the environment of each."""
    ran, fails, environments = [], set(), {}

    def run(command, env, **_):
        ran.append(Path(command[0]).stem)
        environments[ran[-1]] = dict(env)
        return subprocess.CompletedProcess(command, int(ran[-1] in fails))

    monkeypatch.setattr(checks.subprocess, "run", run)
    monkeypatch.setattr(checks.chromium, "install", lambda: "")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv(checks.SITE_IS_BUILT, raising=False)
    return ran, fails, environments


def test_everything_that_is_right_passes(steps, tmp_path, capsys):
    assert checks.check(Book(tmp_path)) == 0

    assert steps[0] == [command[0] for _, command in checks.STEPS]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("program", "name"), [("mypy", "types"), ("pytest", "tests")])
def test_a_check_that_fails_is_named_after_all_have_run(
    program, name, steps, tmp_path, capsys
):
    steps[1].add(program)

    assert checks.check(Book(tmp_path)) == 1

    assert len(steps[0]) == len(checks.STEPS)
    assert capsys.readouterr().err == f"bookbuild: these checks failed: {name}\n"


def test_without_a_chromium_one_line_says_so_and_the_rest_is_checked(
    steps, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(checks.chromium, "install", lambda: "no Chromium here")

    assert checks.check(Book(tmp_path)) == 0

    said = [line for line in capsys.readouterr().out.splitlines() if "Chromium" in line]
    assert said == ["bookbuild: browser tests are skipped: no Chromium here"]
    assert len(steps[0]) == len(checks.STEPS)


def test_without_a_chromium_continuous_integration_fails(
    steps, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(checks.chromium, "install", lambda: "no Chromium here")
    monkeypatch.setenv("CI", "true")

    assert checks.check(Book(tmp_path)) == 1

    assert "no Chromium here" in capsys.readouterr().err


def test_weekly_are_the_tests_that_are_left_out_otherwise(steps, tmp_path):
    assert checks.check(Book(tmp_path), weekly=True) == 0

    assert steps[0] == ["python", "pytest"]
    assert checks.WEEKLY[-1][1][-2:] == ["-m", "weekly"]


@pytest.mark.parametrize(("fails", "told"), [(set(), "1"), ({"python"}, None)])
def test_tests_build_the_book_only_if_it_was_not_built_before(
    fails, told, steps, tmp_path
):
    steps[1].update(fails)

    checks.check(Book(tmp_path))

    assert steps[2]["pytest"].get(checks.SITE_IS_BUILT) == told


def test_checks_are_programs_of_this_environment(tmp_path, monkeypatch):
    seen = []
    done = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(checks.chromium, "install", lambda: "")
    monkeypatch.setattr(
        checks.subprocess,
        "run",
        lambda c, cwd, env: seen.append((str(Path(c[0]).parent), cwd)) or done,
    )

    checks.check(Book(tmp_path))

    assert set(seen) == {(str(Path(sysconfig.get_path("scripts"))), tmp_path)}
