"""Find the modules and files that a chapter's outputs depend on, and fingerprint them.

They depend on more than its cells: on the modules that they import, directly or
indirectly, on the locked packages, on the interpreter, and on the files that they read.
"""

import ast
import glob
import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

from bookbuild.project.book import SUFFIXES
from bookbuild.project.digests import digest as digest_of

IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+)?import\s+([^#\n(]+|\([^)]*\))", re.M)
MENTION = re.compile(r"\b\w+(?:\.\w+)+|(?<=-m )\w+")  # as in `python -m pkg.module`
#: What may be a file's name: between two quotation marks, or a word of a command.
STRING = re.compile(r"(?<=[\"'])[^\"'\n]{1,200}(?=[\"'])")
COMMAND = re.compile(r"^\s*(?:\w+\s*=\s*)?[!%].*", re.M)
HEADER = "depends_on"  # a key in a page's header: files and patterns of files

Imports = tuple[tuple[str, list[str]], ...]  # modules, and the names imported from each


def dependencies(cells: str, *sources: Path) -> set[Path]:
    """Find the files below `sources` that a chapter's code imports, directly or not.

    A name that a package only re-exports leads to the module it comes from, not to
    everything that the package imports.
    """
    found: set[Path] = set()
    seen: set[tuple[str, ...]] = set()
    waiting = list(_imports_of_cells(cells))
    while waiting:
        module, names = waiting.pop()
        path = _file(module, sources)
        if path is None or (module, *names) in seen:
            continue
        seen.add((module, *names))
        source = next(each for each in sources if path.is_relative_to(each))
        folders = path.relative_to(source).parents  # packages, imported before it
        around = (source / folder / "__init__.py" for folder in folders)
        found |= {path, *filter(Path.is_file, around)}
        waiting += _imported_in_turn(module, names, path, sources)
    return found


def _imports_of_cells(cells: str) -> Iterator[tuple[str, list[str]]]:
    # By pattern, not by parsing: cells have magics and top-level awaits.
    cells = cells.replace("\\\n", " ")
    for module, names in IMPORT.findall(cells):
        names = re.sub("#.*", "", names.strip("()"))
        listed = re.findall(r"([\w.]+)(?:\s+as\s+\w+)?", names)
        if module:
            yield module, listed
        else:
            yield from ((name, []) for name in listed)
    for dotted in MENTION.findall(IMPORT.sub("", cells)):
        yield dotted, []
        yield f"{dotted}.__main__", []
        module, _, name = dotted.rpartition(".")
        yield module, [name]


def _imported_in_turn(
    module: str, names: list[str], path: Path, sources: tuple[Path, ...]
) -> list[tuple[str, list[str]]]:
    """List what importing `names`, or the whole `module`, imports in turn."""
    is_package = path.name == "__init__.py"
    package = module if is_package else module.rpartition(".")[0]
    imported = list(_imports_of_module(path.read_text("utf8"), package))
    if not is_package or not names:
        return imported
    origins = {name: other for other, listed in imported for name in listed}
    found = []
    for name in names:
        if origins.get(name, module) != module:
            found.append((origins[name], [name]))
        elif _file(f"{module}.{name}", sources):
            found.append((f"{module}.{name}", []))
        else:  # a name of the package's own, or *
            found += imported
    return found


def _file(module: str, sources: Iterable[Path]) -> Path | None:
    bases = (source.joinpath(*module.split(".")) for source in sources)
    found = ((base / "__init__.py", base.with_suffix(".py")) for base in bases)
    return next((path for pair in found for path in pair if path.is_file()), None)


@cache  # parsing is slow, and chapters import the same modules
def _imports_of_module(text: str, package: str) -> Imports:
    found: list[tuple[str, list[str]]] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            found.append((module, [alias.name for alias in node.names]))
    return tuple(found)


def fingerprint(files: set[Path], root: Path) -> str:
    """Return a short digest of `files`, of the lock, and of the interpreter."""
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    python = platform.python_implementation(), platform.python_version(), str(gil)
    digest = hashlib.sha256("\0".join((*python, platform.machine())).encode())
    for path in sorted(filter(Path.exists, files | {root / "requirements.txt"})):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def listed(header: Any) -> list[str]:
    """Return the patterns that a page's header lists; one may stand alone."""
    return [header] if isinstance(header, str) else [*map(str, header or ())]


def named(cells: str, folder: Path, root: Path) -> list[str]:
    """List patterns of the book's files that cells name, which run in `folder`.

    A folder's name stands for all files below it. The book's own folders and what a
    build makes don't count.
    """
    commands = " ".join(COMMAND.findall(cells)).split()
    names = {*STRING.findall(cells), *commands, *(f"{word}.py" for word in commands)}
    found = []
    for name in sorted(names):
        path = Path(os.path.normpath(folder / name))
        if not path.is_relative_to(root) or path.is_relative_to(root / "_build"):
            continue
        if path.is_file():
            found.append(glob.escape(name))
        elif path.is_dir() and not folder.is_relative_to(path):
            found.append(f"{glob.escape(name)}/**")
    return found


def matching(patterns: Iterable[str], folder: Path) -> set[Path]:
    """Find the files that these patterns match, seen from `folder`.

    All files below a folder are those but for pages: prose runs no cells.
    """
    found = set()
    for pattern in patterns:
        for name in glob.iglob(pattern, root_dir=folder, recursive=True):
            path = Path(os.path.normpath(folder / name))
            is_prose = pattern.endswith("**") and path.suffix in SUFFIXES
            if path.is_file() and not is_prose:
                found.add(path)
    return found


def digests(files: Iterable[Path], root: Path) -> dict[str, str]:
    """Map each file, named from `root`, to its digest."""
    return {
        Path(os.path.relpath(path, root)).as_posix(): digest_of(path) for path in files
    }
