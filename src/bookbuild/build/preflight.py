"""Can this folder be built? What can be said of it before anything runs."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

from bookbuild.build.front_matter import faults

CONFIG, CONTENTS = "_config.yml", "_toc.yml"
SUFFIXES = ("", ".md", ".ipynb", ".rst")
PACKAGES = {"jupyter_book": "jupyter-book", "ipykernel": "ipykernel, a kernel"}
NOT_OURS = ("_build", "**.ipynb_checkpoints")  # which Jupyter Book leaves out, too


def problems(root: Path) -> list[str]:
    """What stands in the way of building `root`, a line each; empty if nothing does."""
    if lack := no_book(root):
        return lack
    try:
        configuration = _load(root / CONFIG)
        _check_configuration(configuration)
        missing = _missing_pages(root, _load(root / CONTENTS))
        pages = contents(root)
        forgotten = _forgotten_pages(root, configuration, pages)
        # Only now: it takes packages.
        from bookbuild.i18n.catalogs import faults as of_catalogues
        from bookbuild.project.address import address_of
        from bookbuild.project.configuration import settings
        from bookbuild.site.redirects import SETTING
        from bookbuild.site.redirects import faults as of_redirects

        address_of(root)
        found = missing + forgotten + faults(root, pages)
        found += of_redirects(settings(root).get(SETTING, {}), pages)
        return found + of_catalogues(root)
    except ValueError as error:
        return [str(error)]


def no_book(root: Path) -> list[str]:
    """Why no book can ever be built of `root`, with this Python; empty if one can."""
    for name in (CONFIG, CONTENTS):
        if not (root / name).is_file():
            return [f"{root}: there is no {name}; is this the book's folder?"]
    for module, package in PACKAGES.items():
        if importlib.util.find_spec(module) is None:
            return [
                f"{sys.executable} has no {package}; run make book, or python -m "
                "bookbuild setup and then the environment's own Python: "
                ".venv/bin/python -m bookbuild"
            ]
    return []


def contents(root: Path) -> list[str]:
    """The names of the book's pages, in the order of its contents."""
    from sphinx_external_toc.parsing import parse_toc_data

    return list(parse_toc_data(_load(root / CONTENTS)))


def parts(root: Path) -> list[tuple[str, list[str]]]:
    """The same by parts, each with what stands over it; the first has no such words."""
    from sphinx_external_toc.parsing import parse_toc_data

    book = parse_toc_data(_load(root / CONTENTS))
    captions = {tree.files()[0]: tree.caption for tree in book.root.subtrees}
    found: list[tuple[str, list[str]]] = [("", [])]
    for page in book:
        if page in captions:
            found.append((captions[page] or "", []))
        found[-1][1].append(page)
    return found


def find_page(wanted: str, pages: list[str]) -> str:
    """The page that a person means: its whole name, its file, or just its end."""
    name = wanted.removesuffix(".md").strip("/")
    ends = [page for page in pages if f"/{page}".endswith(f"/{name}")]
    return ends[0] if len(ends) == 1 else ""


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
    # Where Jupyter's server is installed, jsonschema would load a grammar of addresses,
    # for most of a second; it does without, and nothing here has to do with them.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
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


def _forgotten_pages(
    root: Path, configuration: dict[str, Any], pages: list[str]
) -> list[str]:
    """Pages that are there and that the contents do not have."""
    from sphinx.util.matching import get_matching_files

    if not configuration.get("only_build_toc_files"):
        return []
    excluded = [*configuration.get("exclude_patterns", []), *NOT_OURS]
    found = get_matching_files(root, ("**.md", "**.ipynb", "**.rst"), excluded)
    return [
        f"{name} is not in {CONTENTS}, so it would not be published; add it there, "
        f"or to exclude_patterns in {CONFIG}"
        for name in sorted(found)
        if Path(name).with_suffix("").as_posix() not in pages
    ]


def _line(lines: list[str], page: str) -> int:
    """The number of the line that names `page`."""
    names = [line.partition("#")[0].rpartition(":")[2].strip(" '\"") for line in lines]
    return names.index(page) + 1 if page in names else 1
