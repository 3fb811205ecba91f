"""The table of commands, and those made of parts that don't know one another.

It imports nothing that only one of them needs.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bookbuild.console import CommandError, complain
from bookbuild.project.book import CONFIG, CONTENTS, Book

#: Not one that many programs take (8000, 8080) or Jupyter (8888), and below those that
#: systems hand out: so it is nearly always free, and an open page stays where it was.
LIVE_PORT = 8642

BARE = {"setup", "lock", "newest"}  # commands that run without any package
PACKAGES = {"jupyter_book": "jupyter-book", "ipykernel": "ipykernel, a kernel"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the status to exit with."""
    given = vars(_parser().parse_args(arguments))
    book = Book(given.pop("root").resolve())
    module, name = given.pop("function")
    try:
        if name not in BARE:
            _require_packages_and_book(book)
        function = getattr(import_module(f"bookbuild.{module}"), name)
        return int(function(book, **given))
    except CommandError as error:
        return complain(str(error))
    except KeyboardInterrupt:  # most likely while packages were imported
        return complain("interrupted")


def _require_packages_and_book(book: Book) -> None:
    """Raise CommandError if this Python has no packages, or the folder no book."""
    for module, package in PACKAGES.items():
        if find_spec(module) is None:
            raise CommandError(
                f"{sys.executable} has no {package}; run make book, or python "
                "src/bookbuild setup and then the environment's own Python: "
                ".venv/bin/python -m bookbuild"
            )
    for file in (CONFIG, CONTENTS):
        if not (book.root / file).is_file():
            message = f"{book.root}: there is no {file}; is this the book's folder?"
            raise CommandError(message)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bookbuild",
        usage="%(prog)s [--root FOLDER] COMMAND [options]",
        description="Build the book, and all that belongs to it.",
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the folder with _config.yml (default: this one)",
    )
    commands = parser.add_subparsers(
        prog="python -m bookbuild",  # or else the whole usage above comes first
        metavar="COMMAND",
        required=True,
        help="each has a --help",
    )
    given_only = argparse.SUPPRESS  # or else the functions' defaults would be repeated
    for name, (module, about) in COMMANDS.items():
        below = commands.add_parser(
            name, help=about, description=f"{about}.", argument_default=given_only
        )
        below.set_defaults(function=(module, name.replace("-", "_")))
        for flag, how in OPTIONS.get(name, {}).items():
            below.add_argument(flag, **how)
    return parser


def _flag(about: str) -> dict[str, Any]:
    return {"help": about, "action": "store_true"}


def _value(metavar: str, about: str, **how: Any) -> dict[str, Any]:
    return {"metavar": metavar, "help": about, **how}


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is 0 to 65535, not {text!r}")
    return int(text)


def _size(text: str) -> int:
    if not text.isdecimal() or not int(text):
        message = f"a book has 1 chapter or more, not {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def setup(book: Book, *, tests: bool = False) -> int:
    """Make the environment, then fetch a Python for the pages of the site.

    The site does without that Python if there is none; but in CI, which tests and
    publishes all of it, that is a failure.
    """
    from bookbuild.project import venv
    from bookbuild.pyodide.fetch import fetch

    venv.setup(book.root, tests=tests)
    if not (problem := fetch(book.root, tests=tests)):
        return 0
    complain(f"the site will have no Run buttons in its pages: {problem}")
    return 1 if os.environ.get("CI") == "true" else 0


def translations(book: Book, *, check: bool = False) -> int:
    """Bring all catalogues up to date, or only check them; 1 if something is wrong."""
    from bookbuild.build.preflight import problems as preflight
    from bookbuild.i18n import update

    if problems := preflight(book):
        return complain(problems)
    try:
        if check:
            return 0 if update.check(book) else 1
        update.update(book)
    except ValueError as error:
        return complain(str(error))
    return 0


#: By name, each command's module and a line of help. The module has a function of the
#: command's name, with _ for -. It's called with the `Book` and the options that were
#: given, and returns the status to exit with.
COMMANDS = {
    "setup": ("cli", "make .venv with the locked packages"),
    "build": ("build.pipeline", "build the site into _build/site"),
    "live": ("live.serve", "serve the book to this machine; build it at each save"),
    "translations": ("cli", "bring all languages' catalogues up to date"),
    "check": ("checks.ci", "run everything that CI checks"),
    "links": ("checks.linkcheck", "try every address that the book links to"),
    "newest": ("checks.newest", "build a copy with the newest permitted packages"),
    "plain": ("checks.plain_sphinx", "build a copy with Sphinx, without Jupyter Book"),
    "binder": ("checks.binder", "open and run each chapter as Binder would"),
    "bench": ("bench.budgets", "measure what the design sets budgets for"),
    "noise": ("bench.noise", "see whether claims fail because the machine is busy"),
    "error-rates": (
        "bench.error_rates",
        "simulate how often a verdict on a ratio would be wrong",
    ),
    "lock": ("project.requirements", "compile both requirements.txt, with uv"),
}

#: By command, argparse's arguments for each option.
OPTIONS = {
    "setup": {"--tests": _flag("also those that the tests need")},
    "build": {
        "--strict": {
            "help": "let a warning fail the build, or a claim that does not hold; "
            "exact: only a claim whose evidence no load can change",
            "nargs": "?",
            "const": "all",
            "choices": ("all", "exact"),
        },
        "--only": _value(
            "PAGE",
            "run the cells of this page only, and publish nothing: to look at it while "
            "writing",
        ),
        "--again": _value(
            "PAGE",
            "run the cells of this page, though nothing has changed",
        ),
        "--claims-from": _value(
            "FILE",
            "a claims.json that a build on another interpreter left, with its "
            "manifest.json beside it: one more column of the ledger; once for each",
            action="append",
            type=Path,
        ),
        "--pdf": _flag("also print a PDF of each edition (needs a Chromium)"),
        "--served": _flag("don't print the site's address, because live serves it"),
    },
    "live": {
        "--port": _value(
            "N",
            f"where (default: {LIVE_PORT}; 0: any that is free)",
            type=_port,
            default=LIVE_PORT,
        )
    },
    "translations": {"--check": _flag("change nothing, and print what there is to do")},
    "check": {"--weekly": _flag("the tests that no change waits for, and only those")},
    "bench": {
        "--only": _value(
            "GROUP",
            "some of package, real, growth, clicks, pages (default: all)",
            nargs="+",
        ),
        "--chapters": _value(
            "N",
            "how many chapters growth is measured with (default: 10 40 160)",
            nargs="+",
            type=_size,
        ),
    },
    "noise": {
        "--conditions": _value(
            "NAME", "some of quiet, load, core (default: all of them)", nargs="+"
        ),
        "--rounds": _value(
            "N", "how often, under each (default: its own number)", type=int
        ),
        "--only": _value(
            "PAGE",
            "some pages, such as book/see/measuring (default: all with claims)",
            nargs="+",
        ),
    },
}
