"""Can this folder be built? What can be said of it before anything runs."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

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
