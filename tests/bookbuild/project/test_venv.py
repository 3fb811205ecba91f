"""How does a fresh clone get its packages, and what is said when it can't?"""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from bookbuild.console import CommandError
from bookbuild.project import venv
from bookbuild.project.venv import renew, setup, venv_python

NO_NETWORK = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('…
ERROR: Could not find a version that satisfies aiohttp==3 (from versions: none)
ERROR: No matching distribution found for aiohttp==3
"""


class FakeRuns:
    """Stands for `subprocess.run`: notes commands, makes what venv would make."""

    def __init__(self, root):
        self.python = venv_python(root)
        self.commands = []
        self.answers = {}  # by a word of the command: exit status and stderr

    def __call__(self, command, **_):
        self.commands.append(command)
        for word, (status, said) in self.answers.items():
            if word in command:
                return subprocess.CompletedProcess(command, status, "", said)
        if "venv" in command:
            self.python.parent.mkdir(parents=True)
            self.python.touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    def installed(self):
        """The names of the locks that pip was asked to install, in order."""
        return [Path(c[-1]).parent.name for c in self.commands if "--requirement" in c]

    def checkouts(self):
        """The folders that pip was asked to install as editable, in order."""
        return [Path(c[-1]) for c in self.commands if "--editable" in c]


@pytest.fixture
def root(tmp_path):
    (tmp_path / "book/tests").mkdir(parents=True)
    (tmp_path / "book/requirements.txt").write_text("aiohttp==3\n")
    (tmp_path / "book/tests/requirements.txt").write_text("aiohttp==3\npytest==9\n")
    return tmp_path / "book"


@pytest.fixture
def runs(root, monkeypatch):
    fake = FakeRuns(root)
    monkeypatch.setattr(venv.subprocess, "run", fake)
    return fake


def refused(root):
    """The line that says why set-up can't go on."""
    with pytest.raises(CommandError) as told:
        setup(root)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_the_first_set_up_makes_an_environment_and_installs_the_lock(root, runs):
    setup(root)

    assert [command[2] for command in runs.commands] == ["venv", "pip", "pip"]
    assert runs.commands[0][0] == sys.executable
    assert runs.commands[1][0] == runs.commands[2][0] == str(venv_python(root))
    assert "--require-hashes" in runs.commands[1]
    assert runs.installed() == ["book"]


def test_set_up_installs_the_checkout_itself_without_a_network(root, runs):
    setup(root)

    assert runs.checkouts() == [root]
    assert {"--no-deps", "--no-build-isolation"} <= set(runs.commands[-1])


def test_a_checkout_that_was_moved_is_installed_from_its_new_place(root, runs):
    setup(root)
    moved = root.rename(root.with_name("moved"))
    runs.python = venv_python(moved)

    setup(moved)

    assert runs.checkouts() == [root, moved]


def test_a_changed_project_file_installs_the_checkout_again(root, runs):
    setup(root)
    (root / "pyproject.toml").write_text("[project]\n")

    setup(root)

    assert runs.checkouts() == [root, root]


def test_the_second_set_up_does_nothing(root, runs, capsys):
    setup(root)
    runs.commands.clear()
    capsys.readouterr()

    setup(root)

    assert runs.commands == []
    assert capsys.readouterr().out == ""


def test_a_changed_lock_is_installed_again_into_the_same_environment(root, runs):
    setup(root)
    (root / "requirements.txt").write_text("aiohttp==4\n")

    setup(root)

    assert runs.installed() == ["book", "book"]
    assert sum("venv" in command for command in runs.commands) == 1


def test_a_lock_that_returns_is_installed_again(root, runs):
    for version in "343":
        (root / "requirements.txt").write_text(f"aiohttp=={version}\n")
        setup(root)

    assert runs.installed() == ["book", "book", "book"]


def test_the_tests_have_a_lock_of_their_own(root, runs):
    setup(root, tests=True)

    assert runs.installed() == ["tests"]


def test_both_locks_are_installed_once_each(root, runs):
    for tests in (False, True, False, True):
        setup(root, tests=tests)

    assert runs.installed() == ["book", "tests"]


def test_an_environment_that_vanished_is_made_again(root, runs):
    setup(root)
    shutil.rmtree(root / ".venv")

    setup(root)

    assert runs.installed() == ["book", "book"]


def test_an_environment_that_was_interrupted_before_pip_is_made_again(root, runs):
    venv_python(root).parent.mkdir(parents=True)
    venv_python(root).touch()
    runs.answers["--version"] = (1, "No module named pip")
    runs.python = root / "elsewhere/python"

    setup(root)

    assert any("venv" in command for command in runs.commands)


@pytest.mark.parametrize("module", ["ensurepip", "venv"])
def test_a_python_without_venv_is_one_line_that_says_how_to_get_it(
    module, root, runs, monkeypatch
):
    monkeypatch.setitem(sys.modules, module, None)

    line = refused(root)

    assert "has no venv module" in line
    assert "apt install python3-venv" in line
    assert runs.commands == []


def test_an_environment_that_cannot_be_made_is_one_line(root, runs):
    runs.answers["venv"] = (1, "usage: …\nError: [Errno 28] No space left on device\n")

    assert refused(root) == (
        "could not make .venv: Error: [Errno 28] No space left on device"
    )


def test_no_network_is_one_line_that_says_so(root, runs):
    runs.answers["install"] = (1, NO_NETWORK)

    assert "could not reach a package index" in refused(root)


def test_any_other_failure_of_pip_is_its_last_line(root, runs):
    runs.answers["install"] = (1, "Collecting aiohttp\nERROR: hashes do not match\n")

    assert refused(root) == (
        "could not install requirements.txt: ERROR: hashes do not match"
    )


def test_a_failure_without_words_is_its_exit_status(root, runs):
    runs.answers["install"] = (137, "")

    assert refused(root) == "could not install requirements.txt: exit status 137"


def test_what_failed_is_tried_again(root, runs):
    runs.answers["install"] = (1, NO_NETWORK)
    refused(root)
    runs.answers.clear()

    setup(root)

    assert runs.installed() == ["book", "book"]


def test_a_folder_without_a_lock_is_one_line(tmp_path):
    assert "there is no requirements.txt" in refused(tmp_path)
    assert list(tmp_path.iterdir()) == []


CONFLICT = """\
ERROR: Cannot install aiohttp and requests because they have conflicting dependencies.
ERROR: ResolutionImpossible: for help visit a page of pip's
"""


def test_an_environment_for_a_trial_gets_what_is_newest(root, runs):
    renew(root, ["aiohttp~=3.14", "requests"])

    assert [command[2] for command in runs.commands] == ["venv", "pip", "pip"]
    assert runs.checkouts() == [root]
    assert runs.commands[1][-2:] == ["aiohttp~=3.14", "requests"]
    assert "--upgrade" in runs.commands[1]
    assert "--require-hashes" not in runs.commands[1]


def test_an_environment_for_a_trial_is_made_anew_each_time(root, runs):
    renew(root, ["aiohttp"])
    (root / ".venv/left").touch()

    renew(root, ["requests"])

    assert sum("venv" in command for command in runs.commands) == 2
    assert not (root / ".venv/left").exists()


def test_requirements_that_do_not_agree_are_the_first_line_of_pip(root, runs):
    runs.answers["install"] = (1, CONFLICT)

    why = "could not install the newest packages: ERROR: Cannot install aiohttp and"
    with pytest.raises(CommandError, match=why):
        renew(root, ["aiohttp", "requests"])


def test_a_trial_without_a_network_is_one_line_that_says_so(root, runs):
    runs.answers["install"] = (1, NO_NETWORK)

    with pytest.raises(CommandError, match="could not reach a package index"):
        renew(root, ["aiohttp"])


def test_pip_without_a_network_is_recognised(tmp_path, monkeypatch):
    # Makes a real environment and asks a real pip, which tries a while: seconds.
    (tmp_path / "requirements.txt").write_text(
        f"em-paralelo==1 --hash=sha256:{'0' * 64}\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # nobody is there
    monkeypatch.setenv("PIP_RETRIES", "0")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)

    assert "could not reach a package index" in refused(tmp_path)


@cache
def old_pythons():
    """The interpreters on this machine that are too old for the book."""
    pyenv = Path.home().glob(".pyenv/versions/*/bin/python")
    named = map(shutil.which, ("python2.7", *(f"python3.{n}" for n in range(6, 11))))
    ask = "import sys; print(sys.version_info < (3, 11))"

    def is_old(python):
        told = subprocess.run([python, "-c", ask], capture_output=True, text=True)
        return told.stdout.strip() == "True"

    return list(filter(is_old, (*map(str, pyenv), *filter(None, named))))


@pytest.mark.parametrize("command", ["build", "setup"])
def test_an_old_python_is_told_in_one_line_what_is_needed(command):
    # Over 0.25 s: starts every old interpreter that there is.
    pythons = old_pythons()
    if not pythons:
        pytest.skip("no Python older than 3.11 here")
    source = Path(venv.__file__).parents[2]

    for python in pythons:
        ran = subprocess.run(
            [python, "-B", source / "bookbuild", command],
            capture_output=True,
            text=True,
        )

        assert ran.returncode == 1
        assert ran.stdout == ""
        (line,) = ran.stderr.splitlines()
        assert "and the book needs 3.11 or later" in line
        assert "make book PYTHON=python3.13" in line
