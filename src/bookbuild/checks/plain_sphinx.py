"""Build a copy of the book with the newest Sphinx, without Jupyter Book.

Jupyter Book only translates `_config.yml` into a conf.py.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from bookbuild.checks.trial import check_seams, prepare
from bookbuild.console import MOST_LINES, complain
from bookbuild.project.book import Book
from bookbuild.project.requirements import installed, wanted
from bookbuild.project.venv import venv_python

FOLDER = "_build/plain"
SPHINX = "sphinx>=9"
EXTENSIONS = ("sphinx-copybutton", "sphinx-design", "sphinx-togglebutton")
# Extensions that Jupyter Book adds and no page uses.
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

    Returns 1 after at most ten lines of what is wrong, or 0.
    """
    copy = book.root / FOLDER
    prepare(book.root, copy, requirements(book.root))
    versions = installed(venv_python(copy))
    print(", ".join(f"{name} {versions[name]}" for name in SHOWN), flush=True)
    if check_seams(copy, "-k", "not refused"):  # those build with Jupyter Book
        return complain(
            "plain Sphinx no longer has what our extension changes in it; "
            "adapt the extension to what tests/bookbuild/test_seams.py reports above"
        )
    (copy / "conf.py").write_text(configuration(Book(copy)), "utf8")
    made = copy / "_build"
    if problems := _build(copy, made):
        why = "plain Sphinx can't build the book"
        return complain(problems, f"{why}; the whole log: {made / 'build.log'}")
    print(f"open {(made / 'html/index.html').as_uri()}")
    return 0


def requirements(root: Path) -> list[str]:
    """List the book's requirements without pins, and Sphinx for Jupyter Book."""
    unpinned = [re.sub(r"==[^;,\s]+", "", each) for each in wanted(root)]
    instead = [each for each in unpinned if each not in ("jupyter-book", "sphinx")]
    return [SPHINX, *EXTENSIONS, *instead]


def configuration(book: Book) -> str:
    """Return a conf.py with the settings of the book's `_config.yml`."""
    config = dict(book.config)
    config["extensions"] = [e for e in config["extensions"] if e not in DROPPED]
    # As in the tests, claims that load can change don't fail the build.
    quiet = config.get("suppress_warnings", [])
    config["suppress_warnings"] = [*quiet, "bookbuild.measured"]
    return "".join(f"{name} = {config[name]!r}\n" for name in sorted(config))


def _build(copy: Path, made: Path) -> list[str]:
    """Return what is wrong, a line each; the rest is in the build's log."""
    made.mkdir(exist_ok=True)
    warnings, log = made / "warnings.txt", made / "build.log"
    sphinx = [str(venv_python(copy)), "-m", "sphinx", "-W", "--keep-going", "-E"]
    options = ["-w", str(warnings), str(copy), str(made / "html")]
    with log.open("w", encoding="utf8") as file:
        if not subprocess.call([*sphinx, *options], stdout=file, stderr=file):
            return []
    lines = warnings.read_text("utf8").splitlines() if warnings.exists() else []
    return lines or log.read_text("utf8").splitlines()[-MOST_LINES:]
