"""The contracts of pyproject.toml find what they are there for; imports are light."""

import ast
import os
import shutil
import subprocess
import sys
from collections import Counter

import pytest

import paralelo
from bookbuild.checks.ci import STEPS, program
from tiny_book import HERE

HEAVY = {"IPython", "aiohttp", "asyncio", "matplotlib", "numpy", "requests", "sphinx"}
PLANTED = {
    "Layers of bookbuild": ("bookbuild/site/assemble", "import bookbuild.theme.layout"),
    "Layers of paralelo": ("paralelo/laws", "from paralelo.measurement import measure"),
    "Modules of paralelo": ("paralelo/laws", "from paralelo import Threads"),
    "No cycles": ("bookbuild/execution/leaks", "import bookbuild.execution.client"),
    "paralelo runs without": ("paralelo/laws", "import bookbuild.console"),
    "The standard library": ("bookbuild/project/venv", "import yaml"),
}


@pytest.mark.parametrize("contract", ["", *PLANTED])
def test_a_contract_finds_an_import_that_breaks_it(tmp_path, contract):
    """Over 0.25 s: the imports of some 250 modules are read."""
    shutil.copytree(HERE / "src", tmp_path / "src")
    shutil.copy(HERE / "pyproject.toml", tmp_path)
    module, planted = PLANTED.get(contract, ("paralelo/laws", ""))
    with (tmp_path / f"src/{module}.py").open("a") as file:
        file.write(f"\n{planted}\n")
    [command] = [command for name, command in STEPS if name == "imports"]

    ran = subprocess.run(
        [program(command[0]), *command[1:]],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )

    broken = [line for line in ran.stdout.splitlines() if line.endswith(" BROKEN")]
    assert bool(ran.returncode) == bool(broken) == bool(contract)
    assert not contract or any(line.startswith(contract) for line in broken)


@pytest.mark.parametrize("package", ["bookbuild", "paralelo"])
def test_a_package_imports_nothing_by_itself(package):
    for file in (HERE / "src" / package).rglob("*/__init__.py"):
        code = ast.parse(file.read_text("utf8"))

        found = [each for each in ast.walk(code) if hasattr(each, "names")]

        assert found == [], file


def loaded_by(code):
    """The modules that a new process has loaded after running `code`."""
    return subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()


def test_importing_the_package_is_light():
    loaded = loaded_by("from paralelo import *")

    assert "paralelo.pictures.lanes" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_a_worker_imports_no_more_of_the_package_than_its_task_needs():
    loaded = loaded_by("from paralelo.workloads import burn")

    ours = {name for name in loaded if name.startswith("paralelo")}
    assert ours == {"paralelo", "paralelo.arguments", "paralelo.workloads"}


def test_no_two_modules_have_the_same_name_and_no_folder_has_many():
    modules = [p for p in (HERE / "src").rglob("*.py") if not p.stem.startswith("__")]
    names = Counter(path.name for path in modules)
    folders = Counter(path.parent for path in modules)

    assert [name for name, count in names.items() if count > 1] == []
    assert [str(folder) for folder, count in folders.items() if count > 15] == []


@pytest.mark.parametrize("name", paralelo.__all__)
def test_every_public_name_says_what_it_is(name):
    text = getattr(paralelo, name).__doc__

    assert text
    assert not text.startswith(f"{name}(")  # what a dataclass says if nobody does
