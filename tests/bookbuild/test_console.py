"""Is what is wrong said in a few lines, each of which says who speaks?"""

import re

import pytest

from bookbuild import cli
from bookbuild.console import CommandError, complain


def test_a_line_says_who_speaks(capsys):
    assert complain("no") == 1

    assert capsys.readouterr().err == "bookbuild: no\n"


@pytest.mark.parametrize("more", [(), ("the log: here",), ("the log: here", "nothing")])
def test_a_complaint_has_ten_lines_at_most(capsys, more):
    complain([f"first {number}\nsecond {number}" for number in range(20)], *more)

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert all(line.startswith("bookbuild: ") for line in lines)
    shown = 10 - len(more) - 1
    assert lines[shown] == f"bookbuild: … and {40 - shown} lines more"
    assert lines[shown + 1 :] == [f"bookbuild: {line}" for line in more]


def test_what_fits_is_shown_whole(capsys):
    complain(["one"] * 9, "two")

    assert "more" not in capsys.readouterr().err


def test_a_command_that_can_not_go_on_says_why(monkeypatch, capsys):
    def links(_book):
        raise CommandError("no network\nconnect it")

    monkeypatch.setattr("bookbuild.checks.linkcheck.links", links)

    assert cli.main(["links"]) == 1
    assert capsys.readouterr().err == "bookbuild: no network\nbookbuild: connect it\n"


def test_the_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])

    said = capsys.readouterr().out
    for name, (_module, about) in cli.COMMANDS.items():
        assert re.search(rf"^    {name}\s", said, re.M)
        assert about in " ".join(said.split())


@pytest.mark.parametrize(
    ("command", "module"), [(name, row[0]) for name, row in cli.COMMANDS.items()]
)
def test_every_command_leads_to_a_function(command, module):
    from importlib import import_module

    assert callable(
        getattr(import_module(f"bookbuild.{module}"), command.replace("-", "_"))
    )


def test_help_imports_nothing_that_only_one_command_needs():
    import subprocess
    import sys

    heavy = {"sphinx", "yaml", "babel", "tornado", "jupyter_book", "nbclient"}
    program = f"""
import sys
from bookbuild.cli import main
try:
    main(["--help"])
finally:
    sys.stderr.write(" ".join({heavy} & set(sys.modules)))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "make .venv" in ran.stdout
    assert ran.stderr == ""
