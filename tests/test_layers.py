"""Do imports inside the package point downwards, and is it light to import?"""

import ast
import os
import subprocess
import sys
from fnmatch import fnmatch
from importlib.util import resolve_name
from pathlib import Path

import pytest

import paralelo

LAYERS = (  # from the bottom; modules of a row do not import one another
    {"busy", "hazards", "heartbeat", "instrument", "laws", "server"}
    | {"strategies", "translatable", "workloads"},
    {"machine", "samples", "timeline"},
    {"measure", "observe", "simulate", "claims.evidence"},
    {"pictures", "claims.verdict", "exercises.feedback"},
    {"claims.prerequisites", "exercises.chapter_*"},
    {"claims.check"},
    {"__init__"},
    {"examples.*"},  # programs of their own, which use the package as a reader would
)
HEIGHT = {module: height for height, layer in enumerate(LAYERS) for module in layer}
HEAVY = {"IPython", "aiohttp", "asyncio", "matplotlib", "numpy", "requests", "sphinx"}

PACKAGE = Path(paralelo.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(file):
    """A module's name within the package; of a package, the name of its folder."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[1:] and parts[-1] == "__init__" else parts)


def height(module):
    """The row of a module; None for a package without imports of its own."""
    matching = [row for name, row in HEIGHT.items() if fnmatch(module, name)]
    return matching[0] if matching else None


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
    known = {module_of(other) for other in FILES}
    for name in imports(file):
        first, *parts = name.split(".")
        if first == "paralelo":
            ends = range(len(parts), 0, -1)
            names = (".".join(parts[:end]) for end in ends)
            yield next((name for name in names if name in known), "__init__")


def test_every_module_has_a_layer():
    bare = {module_of(file) for file in FILES if height(module_of(file)) is None}

    assert bare == {"claims", "examples", "exercises"}


@pytest.mark.parametrize("package", ["claims", "examples", "exercises"])
def test_a_package_without_a_layer_imports_nothing(package):
    assert list(imports(PACKAGE / package / "__init__.py")) == []


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_point_downwards(file):
    own = height(module_of(file))

    others = {other: height(other) for other in modules_imported(file)}

    assert not {name for name, row in others.items() if row is None or row >= own}


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
