"""Find the modules of `src` that a chapter's cells import, and fingerprint them.

A chapter's outputs depend on more than its cells: on the modules that they import,
directly or indirectly, on the locked packages, and on the interpreter.
"""

import ast
import hashlib
import platform
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+)?import\s+([^#\n(]+|\([^)]*\))", re.M)
MENTION = re.compile(r"\b\w+(?:\.\w+)+|(?<=-m )\w+")  # as in `python -m pkg.module`

Imports = tuple[tuple[str, list[str]], ...]  # modules, and the names imported from each


def dependencies(cells: str, source: Path) -> set[Path]:
    """Find the files below `source` that a chapter's code imports, directly or not.

    A name that a package only re-exports leads to the module it comes from, not to
    everything that the package imports.
    """
    found: set[Path] = set()
    seen: set[tuple[str, ...]] = set()
    waiting = list(_imports_of_cells(cells))
    while waiting:
        module, names = waiting.pop()
        path = _file(module, source)
        if path is None or (module, *names) in seen:
            continue
        seen.add((module, *names))
        folders = path.relative_to(source).parents  # packages, imported before it
        around = (source / folder / "__init__.py" for folder in folders)
        found |= {path, *filter(Path.is_file, around)}
        waiting += _imported_in_turn(module, names, path, source)
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
    module: str, names: list[str], path: Path, source: Path
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
        elif _file(f"{module}.{name}", source):
            found.append((f"{module}.{name}", []))
        else:  # a name of the package's own, or *
            found += imported
    return found


def _file(module: str, source: Path) -> Path | None:
    base = source.joinpath(*module.split("."))
    candidates = (base / "__init__.py", base.with_suffix(".py"))
    return next((path for path in candidates if path.is_file()), None)


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
