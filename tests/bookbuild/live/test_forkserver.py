"""Is a program run in a fork as it would be in a process of its own?"""

import os
import sys

import pytest

import builder

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run this code as a module's, with these arguments and variables."""
    monkeypatch.chdir(tmp_path)

    def go(code, *arguments, **variables):
        (tmp_path / "program.py").write_text(code)
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), **variables}
        return builder.run([sys.executable, "-m", "program", *arguments], env)

    return go


SAYS = """
import os, sys
print(sys.argv[1:], os.getcwd(), os.environ["ONLY"], "HOME" in os.environ, __name__)
print("wrong", file=sys.stderr)
"""


def test_it_has_its_own_arguments_folder_and_environment(run, tmp_path):
    ran = run(SAYS, "a", "--b", ONLY="this")

    assert ran.stdout == f"['a', '--b'] {tmp_path} this False __main__\n"
    assert (ran.stderr, ran.returncode) == ("wrong\n", 0)


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("raise SystemExit", 0, ""),
        ("raise SystemExit(3)", 3, ""),
        ("raise SystemExit('no')", 1, "no"),
        ("1 / 0", 1, "ZeroDivisionError: division by zero"),
        ("import os; os.kill(os.getpid(), 9)", -1, ""),
    ],
)
def test_its_exit_status_is_that_of_a_process(run, code, status, said):
    ran = run(code)

    assert ran.returncode == status
    assert ran.stderr.strip().endswith(said)


def test_the_next_run_has_the_code_as_it_is_then(run):
    # of another size, or Python would take the bytecode of the same second
    assert [run(f"print({n})").stdout for n in (1, 22)] == ["1\n", "22\n"]


def test_packages_are_there_already_but_nothing_of_bookbuild(run):
    ran = run(
        "import sys\n"
        "print('sphinx.application' in sys.modules)\n"
        "print([name for name in sys.modules if name.startswith('bookbuild')])"
    )

    assert ran.stdout == "True\n[]\n"


def test_what_a_program_does_at_its_end_is_waited_for(run, tmp_path):
    run(
        "import atexit, pathlib, time\n"
        "atexit.register(lambda: (time.sleep(0.1), pathlib.Path('end').touch()))"
    )

    assert (tmp_path / "end").exists()
