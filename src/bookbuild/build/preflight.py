"""Check configuration, contents, pages' headers and fences, catalogues before a build.

MyST-NB ignores a header that it can't read, and then doesn't run the page's cells.
"""

import re
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from sphinx.util.matching import get_matching_files

from bookbuild.build.fences import unclosed
from bookbuild.i18n import catalogs
from bookbuild.project.book import CONFIG, CONTENTS, Book, load_yaml, read_text
from bookbuild.site import redirects

SUFFIXES = ("", ".md", ".ipynb", ".rst")
IGNORED = ("_build", "**.ipynb_checkpoints")  # as Jupyter Book does
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
    return [
        f"{CONTENTS}:{_line(book.contents, page)}: there is no page {page}.md"
        for page in book.pages
        if not any((book.root / f"{page}{suffix}").is_file() for suffix in SUFFIXES)
    ]


def _line(yaml: str, value: str) -> int:
    """Return the number of the first line that gives this value to a key; else 1."""
    given = re.compile(rf"[\s\w-]+:\s*['\"]?{re.escape(value)}['\"]?\s*(#.*)?")
    lines = enumerate(yaml.splitlines(), 1)
    return next((number for number, line in lines if given.fullmatch(line)), 1)


def _forgotten_pages(book: Book) -> list[str]:
    """List pages that exist and that the contents don't have."""
    if not book.settings.get("only_build_toc_files"):
        return []
    excluded = [*book.settings.get("exclude_patterns", []), *IGNORED]
    found = get_matching_files(book.root, ("**.md", "**.ipynb", "**.rst"), excluded)
    return [
        f"{name} is not in {CONTENTS}, so it would not be published; add it there, "
        f"or to exclude_patterns in {CONFIG}"
        for name in sorted(found)
        if Path(name).with_suffix("").as_posix() not in book.pages
    ]


def _problem(book: Book, page: str) -> str:
    """Say what is wrong with the header or a fence of `page`; empty if nothing is."""
    name = f"{page}.md"
    if not (book.root / name).is_file():  # another kind of page
        return ""
    try:
        text = read_text(book.root, name)
        if wrong := _header_problem(name, text.splitlines() or [""]):
            return wrong
    except ValueError as error:
        return str(error)
    fence = unclosed(text)
    return fence and f"{name}:{fence}"


def _header_problem(name: str, lines: list[str]) -> str:
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
    if wanted in {None, NATIVE}:
        return ""
    known = sorted({NATIVE, *KernelSpecManager().find_kernel_specs()})
    where, there = f"{name}:{_line(text, str(wanted))}", ", ".join(known)
    none = f"{where}: no kernel is called {wanted}; there is {there}"
    return "" if wanted in known else none
