"""Build a copy of the book with the newest Sphinx, without Jupyter Book.

Jupyter Book says what its configuration means to Sphinx; the rest is done without it.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from bookbuild.checks.trial import check_seams, prepare
from bookbuild.console import MOST_LINES, complain
from bookbuild.project.book import Book
from bookbuild.project.venv import venv_python
from bookbuild.project.versions import installed, wanted

FOLDER = "_build/plain"
SPHINX = "sphinx>=9"
EXTENSIONS = ("sphinx-copybutton", "sphinx-design", "sphinx-togglebutton")
# What Jupyter Book adds and no page uses.
DROPPED = {
    "jupyter_book",
    "sphinx_comments",
    "sphinx_jupyterbook_latex",
    "sphinx_multitoc_numbering",
    "sphinx_thebe",
}
SHOWN = ("sphinx", "myst-nb", "myst-parser", "sphinx-book-theme", "docutils")


def plain(book: Book) -> int:
    """Build a copy of the book with plain Sphinx, where a warning is an error.

    Returns 0, or 1 after at most ten lines of what is wrong.
    """
    copy = book.root / FOLDER
    if problem := prepare(book.root, copy, requirements(book.root)):
        return complain(problem)
    versions = installed(venv_python(copy))
    print(", ".join(f"{name} {versions[name]}" for name in SHOWN), flush=True)
    if check_seams(copy, "-k", "not refused"):  # those build with Jupyter Book
        return complain("plain Sphinx lacks what our extension changes in it")
    (copy / "conf.py").write_text(configuration(Book(copy)), "utf8")
    if problems := _build(copy):
        log = copy / "_build/build.log"
        why = "plain Sphinx does not build the book"
        return complain(problems, f"{why}; the whole log: {log}")
    print(f"open {(copy / '_build/html/index.html').as_uri()}")
    return 0


def requirements(root: Path) -> list[str]:
    """List what the book asks for but Jupyter Book; versions are not pinned."""
    unpinned = [re.sub(r"==[^;,\s]+", "", each) for each in wanted(root)]
    instead = [each for each in unpinned if each not in ("jupyter-book", "sphinx")]
    return [SPHINX, *EXTENSIONS, *instead]


def configuration(book: Book) -> str:
    """Return a conf.py that means what the book's `_config.yml` means."""
    config = dict(book.config)
    config["extensions"] = [e for e in config["extensions"] if e not in DROPPED]
    # As in the tests: no build fails for what load could have to do with.
    config["suppress_warnings"] = [
        *config.get("suppress_warnings", []),
        "bookbuild.measured",
    ]
    return "".join(f"{name} = {config[name]!r}\n" for name in sorted(config))


def _build(copy: Path) -> list[str]:
    """Return what is wrong, a line each; the build's own words are in its log."""
    made = copy / "_build"
    made.mkdir(exist_ok=True)
    command = [str(venv_python(copy)), "-m", "sphinx"]
    options = ["-W", "--keep-going", "-E", "-d", str(made / "doctrees")]
    warnings, log = made / "warnings.txt", made / "build.log"
    with log.open("w", encoding="utf8") as file:
        ran = subprocess.run(
            [*command, *options, "-w", warnings, copy, made / "html"],
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if not ran.returncode:
        return []
    said = warnings.read_text("utf8") if warnings.exists() else ""
    return said.splitlines() or log.read_text("utf8").splitlines()[-MOST_LINES:]
