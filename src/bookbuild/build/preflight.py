"""Check configuration, contents, pages' headers and fences, catalogues before a build.

MyST-NB ignores a header that it can't read, and then doesn't run the page's cells.
"""

import json
import re
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager

from bookbuild.build.fences import unclosed
from bookbuild.execution.dependencies import HEADER, listed, matching
from bookbuild.i18n import catalogs
from bookbuild.project.book import (
    CONFIG,
    CONTENTS,
    SUFFIXES,
    Book,
    load_yaml,
    read_text,
    without_suffix,
)
from bookbuild.project.places import NOTEBOOK
from bookbuild.site import redirects

MARK = "---"  # the line before and after a header
NATIVE = "python3"  # the kernel of the environment that builds: always there


def problems(book: Book) -> list[str]:
    """List why `book` can't be built; empty if it can."""
    try:
        _ = book.settings, book.address
        found = [*_missing_pages(book), *_forgotten_pages(book)]
        found += filter(None, (_problem(book, page) for page in book.pages))
        to = book.config.get(redirects.SETTING, {})
        return [*found, *redirects.faults(to, book.pages), *catalogs.faults(book)]
    except ValueError as error:
        return [str(error)]


def _missing_pages(book: Book) -> list[str]:
    """List pages of the contents that don't exist, with the line that names them."""
    pages = {page: book.source(page) for page in book.pages}
    lacking = {
        page: f"there is no page {file}"
        for page, file in pages.items()
        if not (book.root / file).is_file()
    }
    lacking |= {
        pattern: f"there is no page whose name is like {pattern}"
        for pattern in sorted(book.globs)
        if not book.matching(pattern)
    }
    return [
        f"{CONTENTS}:{_line(book.contents, name)}: {what}"
        for name, what in lacking.items()
    ]


def _line(yaml: str, value: str) -> int:
    """Return the number of the first line with this value, or this page; else 1."""
    suffix = "|".join(map(re.escape, SUFFIXES))
    value = rf"['\"]?{re.escape(value)}({suffix})?['\"]?"
    given = re.compile(rf"[\s\w-]*(:\s|-\s)\s*{value}\s*(#.*)?")
    lines = enumerate(yaml.splitlines(), 1)
    return next((number for number, line in lines if given.fullmatch(line)), 1)


def _forgotten_pages(book: Book) -> list[str]:
    """List pages that exist and that the contents don't have."""
    if not book.settings.get("only_build_toc_files"):
        return []
    return [
        f"{name} is not in {CONTENTS}, so it would not be published; add it there, "
        f"or to exclude_patterns in {CONFIG}"
        for name in book.files
        if without_suffix(name) not in book.pages
    ]


def _problem(book: Book, page: str) -> str:
    """Say what is wrong with the header or a fence of `page`; empty if nothing is."""
    name = book.source(page)
    if not (book.root / name).is_file() or name.endswith(".rst"):
        return ""
    try:
        text = read_text(book.root, name)
        if name.endswith(NOTEBOOK):
            return _notebook_problem(book, name, text)
        if wrong := _header_problem(book, name, text.splitlines() or [""]):
            return wrong
    except ValueError as error:
        return str(error)
    fence = unclosed(text)
    return fence and f"{name}:{fence}"


def _notebook_problem(book: Book, name: str, text: str) -> str:
    """Say what is wrong with a notebook's file or its kernel; empty if nothing is."""
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        return f"{name}:{error.lineno}: this is not JSON: {error.msg}"
    if not isinstance(notebook, dict) or "cells" not in notebook:
        return f"{name}: this is no notebook: it has no cells; save it in Jupyter again"
    metadata = notebook.get("metadata", {})
    found = (_kernel_problem(book, name, metadata), _file_problem(book, name, metadata))
    return next(filter(None, found), "")


def _kernel_problem(book: Book, where: str, metadata: dict[str, Any]) -> str:
    """Say that there is no kernel of the name in a page's metadata, if so."""
    kernelspec = metadata.get("kernelspec")
    wanted = kernelspec.get("name") if isinstance(kernelspec, dict) else None
    if wanted in {None, NATIVE}:
        return ""
    aliases = book.config.get("nb_kernel_rgx_aliases", {})
    known = sorted({NATIVE, *KernelSpecManager().find_kernel_specs()})
    if wanted in known or any(re.fullmatch(each, str(wanted)) for each in aliases):
        return ""
    return f"{where}: no kernel is called {wanted}; there is {', '.join(known)}"


def _file_problem(
    book: Book, name: str, metadata: dict[str, Any], text: str = ""
) -> str:
    """Say which file that a page's header lists isn't there; empty if all are."""
    for pattern in listed(metadata.get(HEADER)):
        if not matching([pattern], (book.root / name).parent):
            where = f"{name}:{_line(text, pattern)}" if text else name
            return f"{where}: {HEADER} names {pattern}, and there is no such file"
    return ""


def _header_problem(book: Book, name: str, lines: list[str]) -> str:
    """Say what is wrong with a page's header; raises ValueError if it isn't YAML."""
    first, *lines = lines
    if first != MARK:
        return ""
    if MARK not in lines:
        return f"{name}:1: the header that begins here has no end, a line of {MARK}"
    text = "\n".join(["", *lines[: lines.index(MARK)]])  # with the file's lines
    header = load_yaml(text, name, what="the header") if text.strip() else {}
    kernelspec = header.get("kernelspec")
    wanted = kernelspec.get("name") if isinstance(kernelspec, dict) else None
    where = f"{name}:{_line(text, str(wanted))}"
    return _kernel_problem(book, where, header) or _file_problem(
        book, name, header, text
    )
