"""Check each page's header: MyST-NB must understand it, and its kernel must exist.

MyST-NB ignores a header that it can't read, and then doesn't run the page's cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

MARK = "---"
NATIVE = "python3"  # the kernel of the environment that builds: always there


def faults(root: Path, pages: list[str]) -> list[str]:
    """List what is wrong with the headers of `pages`, a line each."""
    files = (Path(f"{page}.md") for page in pages)
    found = (_faults(root / file, file.as_posix()) for file in files)
    return [fault for each in found for fault in each]


def _faults(path: Path, name: str) -> Iterator[str]:
    import yaml  # type: ignore[import-untyped]

    if not path.is_file():  # another kind of page, without a header
        return
    try:
        lines = path.read_text("utf8").splitlines()
    except UnicodeDecodeError as error:
        yield f"{name}: this is not UTF-8: {error.reason} at byte {error.start}"
        return
    if lines[:1] != [MARK]:
        return
    if MARK not in lines[1:]:
        yield f"{name}:1: the header that begins here has no end, a line of {MARK}"
        return
    text = "\n".join(lines[1 : lines.index(MARK, 1)])
    try:
        header = yaml.safe_load(text) or {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2
        yield f"{name}:{line}: the header is not YAML: {error.problem}"
        return
    if not isinstance(header, dict):
        yield f"{name}:2: the header has no keys, such as kernelspec:"
        return
    yield from _kernel_faults(header.get("kernelspec"), lines, name)


def _kernel_faults(kernelspec: object, lines: list[str], name: str) -> Iterator[str]:
    wanted = kernelspec.get("name") if isinstance(kernelspec, dict) else None
    if wanted in {None, NATIVE}:
        return
    from jupyter_client.kernelspec import KernelSpecManager

    known = sorted({NATIVE, *KernelSpecManager().find_kernel_specs()})
    if wanted not in known:
        where = f"{name}:{_line(lines, str(wanted))}"
        yield f"{where}: no kernel is called {wanted}; there is {', '.join(known)}"


def _line(lines: list[str], kernel: str) -> int:
    """Return the number of the header's line that names the kernel."""
    named = re.compile(rf"\s+name:\s*['\"]?{re.escape(kernel)}['\"]?\s*")
    return next((n for n, line in enumerate(lines, 1) if named.fullmatch(line)), 1)
