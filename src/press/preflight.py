"""Can this folder be built? What can be said of it before anything runs."""

import importlib.util
import multiprocessing
import shutil
import socket
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

SPACE = 200_000_000  # bytes: pages, notebooks, and what is kept for the next build
OPEN_FILES = 256
CONFIG, CONTENTS = "_config.yml", "_toc.yml"
SUFFIXES = ("", ".md", ".ipynb", ".rst")


def problems(root: Path) -> list[str]:
    """What stands in the way of building `root`, a line each; empty if nothing does."""
    for name in (CONFIG, CONTENTS):
        if not (root / name).is_file():
            return [f"{root}: there is no {name}; is this the book's folder?"]
    if importlib.util.find_spec("jupyter_book") is None:
        return [
            f"{sys.executable} has no jupyter-book; run make book, or python -m press "
            "setup and then the environment's own Python: .venv/bin/python -m press …"
        ]
    try:
        _check_configuration(_load(root / CONFIG))
        return _missing_pages(root, _load(root / CONTENTS))
    except ValueError as error:
        return [str(error)]


def contents(root: Path) -> list[str]:
    """The names of the book's pages, in the order of its contents."""
    from sphinx_external_toc.parsing import parse_toc_data

    return list(parse_toc_data(_load(root / CONTENTS)))


def find_page(wanted: str, pages: list[str]) -> str:
    """The page that a person means: its whole name, its file, or just its end."""
    name = wanted.removesuffix(".md").strip("/")
    ends = [page for page in pages if f"/{page}".endswith(f"/{name}")]
    return ends[0] if len(ends) == 1 else ""


def of_the_machine(root: Path) -> list[str]:
    """What this machine lacks, a line each: better said now than in some minutes."""
    if lack := _can_write(root):
        return [lack]
    checks = (_has_space, _can_open_files, _has_loopback, _has_semaphores)
    return [lack for check in checks if (lack := check(root))]


def _can_write(root: Path) -> str:
    folder = root / "_build"
    try:
        folder.mkdir(exist_ok=True)
        with TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"{folder} can't be written to: {error.strerror}; build in a copy"


def _has_space(root: Path) -> str:
    free = shutil.disk_usage(root / "_build").free
    if free >= SPACE:
        return ""
    return f"{root} has {free / 1e6:.0f} MB free, and a build takes {SPACE / 1e6:.0f}"


def _can_open_files(_root: Path) -> str:
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return ""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= OPEN_FILES or soft == resource.RLIM_INFINITY:
        return ""
    return (
        f"a process may open {soft} files here, and a build takes {OPEN_FILES}; "
        f"ulimit -n {OPEN_FILES} raises it (up to {hard})"
    )


def _has_loopback(_root: Path) -> str:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError as error:
        return (
            f"this machine can't talk to itself at 127.0.0.1: {error.strerror or error}"
            "; kernels need it (ip link set lo up)"
        )
    return ""


def _has_semaphores(_root: Path) -> str:
    try:
        multiprocessing.get_context("spawn").Lock()
    except (OSError, ImportError) as error:
        return (
            f"no lock can be shared by processes: {error}; "
            "is /dev/shm mounted, and can it be written to?"
        )
    return ""


def _load(path: Path) -> dict[str, Any]:
    """What the file says; raises ValueError if it says nothing of use."""
    import yaml  # type: ignore[import-untyped]

    try:
        content = yaml.safe_load(path.read_text("utf8"))
    except yaml.MarkedYAMLError as error:
        where = f"{path.name}:{error.problem_mark.line + 1}"
        raise ValueError(f"{where}: this is not YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: this is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path.name}: this has no keys, such as title: or root:")
    return content


def _check_configuration(configuration: dict[str, Any]) -> None:
    from jsonschema import ValidationError  # type: ignore[import-untyped]
    from jupyter_book.config import validate_yaml

    try:
        validate_yaml(configuration, raise_on_errors=True)
    except ValidationError as error:
        raise ValueError(f"{CONFIG}: {error.message.removeprefix('- ')}") from error


def _missing_pages(root: Path, contents: dict[str, Any]) -> list[str]:
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    try:
        pages = list(parse_toc_data(contents))
    except MalformedError as error:
        raise ValueError(f"{CONTENTS}: {error}") from error
    lines = (root / CONTENTS).read_text("utf8").splitlines()
    return [
        f"{CONTENTS}:{_line(lines, page)}: there is no page {page}.md"
        for page in pages
        if not any((root / f"{page}{suffix}").is_file() for suffix in SUFFIXES)
    ]


def _line(lines: list[str], page: str) -> int:
    """The number of the line that names `page`."""
    names = [line.partition("#")[0].rpartition(":")[2].strip(" '\"") for line in lines]
    return names.index(page) + 1 if page in names else 1
