"""When does a chapter have to run again?

jupyter-cache keeps a chapter's outputs under its cells and its kernel's name. It cannot
know that a cell imports the laboratory. So the kernel's entry gets a fingerprint of
everything else the outputs depend on: the modules that the chapter imports, directly or
not, the locked packages, and the interpreter.
"""

import ast
import hashlib
import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?P<code>.*?)^```", re.S | re.M)
HEADER = re.compile(r"\A---\n(?P<body>.*?\n)---\n", re.S)
KERNELSPEC = re.compile(r"^kernelspec:\n(?P<entries>(?: +.*\n)+)", re.M)
IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+)?import\s+([^#\n(]+|\([^)]*\))", re.M)
MENTION = re.compile(r"\b\w+(?:\.\w+)+")  # such as the module after `python -m`


def dependencies(cells: str, source: Path) -> set[Path]:
    """The files below `source` that code of a chapter would import, directly or not.

    A name that a package only passes on leads to the module it comes from, and not to
    all the others that the package imports.
    """
    found: set[Path] = set()
    for module, names in _imports_of_cells(cells):
        _follow(module, names, source, found)
    return found


def _imports_of_cells(cells: str) -> Iterator[tuple[str, list[str]]]:
    # By pattern, not by parsing: cells have magics and top-level awaits.
    for module, names in IMPORT.findall(cells):
        listed = re.findall(r"([\w.]+)(?:\s+as\s+\w+)?", names.strip("()"))
        if module:
            yield module, listed
        else:
            yield from ((name, []) for name in listed)
    for dotted in MENTION.findall(cells):
        yield dotted, []


def _follow(module: str, names: list[str], source: Path, found: set[Path]) -> None:
    path = _file(module, source)
    if path is None:
        return
    if names and path.name == "__init__.py":
        found.add(path)
        passed_on = dict(_passed_on(path, module))
        for name in names:
            if _file(f"{module}.{name}", source) and name not in passed_on:
                _follow(f"{module}.{name}", [], source, found)
            elif name in passed_on:
                _follow(passed_on[name], [], source, found)
    elif path not in found:
        found.add(path)
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for inner, inner_names in _imports_of_file(path, package):
            _follow(inner, inner_names, source, found)


def _file(module: str, source: Path) -> Path | None:
    base = source.joinpath(*module.split("."))
    candidates = (base / "__init__.py", base.with_suffix(".py"))
    return next((path for path in candidates if path.is_file()), None)


def _passed_on(path: Path, package: str) -> Iterator[tuple[str, str]]:
    """The names that a package imports from its own modules, and from which."""
    for module, names in _imports_of_file(path, package):
        yield from ((name, module) for name in names)


def _imports_of_file(path: Path, package: str) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: -(node.level - 1) or None]
            above = parents if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            yield module, [alias.name for alias in node.names]


def fingerprint(files: set[Path], root: Path) -> str:
    """A short name for the state of `files`, of the lock, and of the interpreter."""
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    python = platform.python_implementation(), platform.python_version(), str(gil)
    digest = hashlib.sha256("\0".join((*python, platform.machine())).encode())
    lock = root / "requirements.txt"
    for path in sorted(files | ({lock} if lock.exists() else set())):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _source_read(app: Sphinx, docname: str, text: list[str]) -> None:
    header = HEADER.match(text[0])
    if header is None or "kernelspec:" not in header["body"]:
        return
    root = Path(app.srcdir)
    cells = "\n".join(match["code"] for match in CELL.finditer(text[0]))
    files = dependencies(cells, root / "src")
    for path in files:
        app.env.note_dependency(str(path))
    name = f"fingerprint: {fingerprint(files, root)}"
    body = KERNELSPEC.sub(lambda found: _with(name, found["entries"]), header["body"])
    text[0] = f"---\n{body}---\n{text[0][header.end() :]}"


def _with(entry: str, entries: str) -> str:
    # On one line with the opening brace: errors are reported by the source's lines.
    others = ",\n".join(entries.splitlines())
    return f"kernelspec: {{{entry},\n{others}}}\n"


def setup(app: Sphinx) -> None:
    app.connect("source-read", _source_read)
