"""Do imports inside the package point downwards, and is it light to import?"""

import ast
import os
import subprocess
import sys
from importlib.util import resolve_name
from pathlib import Path

import pytest

import paralelo

LAYERS = (  # from the bottom; a folder counts as one module
    {"says"},
    {"controls", "heartbeat", "laws", "machine", "neighbours", "timeline"}
    | {"tiny_loop", "visits", "workloads"},
    {"server", "simulate", "strategies"},
    {"hazards", "measure", "observe"},
    {"claims", "exercises", "pictures"},
    {"__init__"},
    {"scripts"},  # programs of their own, which use the package as a reader would
)
HEIGHT = {module: height for height, layer in enumerate(LAYERS) for module in layer}
HEAVY = {"IPython", "aiohttp", "asyncio", "matplotlib", "numpy", "requests", "sphinx"}

PACKAGE = Path(paralelo.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name_of(file):
    return file.relative_to(PACKAGE).as_posix()


def imports(file):
    """The full name of everything that a file imports, wherever it does so."""
    package = ".".join(["paralelo", *file.relative_to(PACKAGE).parent.parts])
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def modules_imported(file):
    """The package's modules that a file imports; `__init__` for the package itself."""
    ours = [name.split(".") for name in imports(file)]
    known = {module_of(other) for other in FILES}
    return {
        parts[1] if len(parts) > 1 and parts[1] in known else "__init__"
        for parts in ours
        if parts[0] == "paralelo"
    }


def test_every_module_has_a_layer():
    assert {module_of(file) for file in FILES} <= HEIGHT.keys()


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_point_downwards(file):
    own = module_of(file)

    others = modules_imported(file) - {own}

    assert not {other for other in others if HEIGHT[other] >= HEIGHT[own]}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_the_laboratory_knows_nothing_of_the_press(file):
    packages = {name.split(".")[0] for name in imports(file)}

    assert "bookbuild" not in packages


def test_importing_the_package_is_light():
    program = "import sys, paralelo; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()

    assert "paralelo" in loaded
    assert HEAVY.isdisjoint(loaded)


@pytest.mark.parametrize("name", paralelo.__all__)
def test_every_public_name_says_what_it_is(name):
    text = getattr(paralelo, name).__doc__

    assert text
    assert not text.startswith(f"{name}(")  # what a dataclass says if nobody does
