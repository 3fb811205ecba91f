"""The table of commands. It imports nothing that only one of them needs."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from bookbuild.console import CommandError, complain
from bookbuild.project.book import Book

#: Not one that many programs take (8000, 8080) or Jupyter (8888), and below those that
#: systems hand out: so it is nearly always free, and an open page stays where it was.
LIVE_PORT = 8642


class Command(NamedTuple):
    """A command: its name, a line of help, and `package.module:function`.

    The function is called with the `Book`, and with each option by its name; it returns
    the status to exit with.
    """

    name: str
    help: str
    function: str
    options: Sequence[tuple[str, dict[str, Any]]] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the status to exit with."""
    given = vars(_parser().parse_args(arguments))
    book = Book(given.pop("root").resolve())
    module, _, name = given.pop("function").partition(":")
    try:
        function = getattr(import_module(f"bookbuild.{module}"), name)
        return int(function(book, **given))
    except CommandError as error:
        return complain(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bookbuild",
        usage="%(prog)s [--root FOLDER] COMMAND [options]",
        description="Build the book, and all that belongs to it.",
        epilog=_table_of_contents(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="the folder with _config.yml (default: this one)",
    )
    commands = parser.add_subparsers(
        metavar="COMMAND", required=True, help="one of those below; each has a --help"
    )
    for command in (each for group in COMMANDS.values() for each in group):
        below = commands.add_parser(command.name, description=f"{command.help}.")
        below.set_defaults(function=command.function)
        for flag, option in command.options:
            below.add_argument(flag, **option)
    return parser


def _table_of_contents() -> str:
    lines = []
    for title, group in COMMANDS.items():
        lines += [title, *(f"  {each.name:14}{each.help}" for each in group), ""]
    return "\n".join(lines)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is 0 to 65535, not {text!r}")
    return int(text)


def _names(text: str) -> list[str]:
    return text.split(",")


def _sizes(text: str) -> list[int]:
    sizes = text.split(",")
    for size in sizes:
        if not size.isdecimal() or not int(size):
            raise argparse.ArgumentTypeError(
                f"a book has 1 chapter or more, not {size!r}"
            )
    return list(map(int, sizes))


SETUP = Command(
    "setup",
    "make .venv with the locked packages",
    "commands:set_up",
    [
        (
            "--tests",
            {"action": "store_true", "help": "also those that the tests need"},
        )
    ],
)
BUILD = Command(
    "build",
    "build the site into _build/site",
    "build.pipeline:build",
    [
        (
            "--strict",
            {
                "nargs": "?",
                "const": "all",
                "default": "",
                "choices": ("all", "exact"),
                "help": "let a warning fail the build, or a claim that does not hold; "
                "exact: only a claim whose evidence no load can change",
            },
        ),
        (
            "--only",
            {
                "default": "",
                "metavar": "PAGE",
                "help": "run the cells of this page only, and publish nothing: to look "
                "at it while writing",
            },
        ),
        (
            "--claims-from",
            {
                "action": "append",
                "type": Path,
                "default": [],
                "metavar": "FILE",
                "help": "a claims.json that a build on another interpreter left, with "
                "its manifest.json beside it: one more column of the ledger; once for "
                "each",
            },
        ),
        (
            "--pdf",
            {
                "action": "store_true",
                "help": "also print a PDF of each edition (needs a Chromium)",
            },
        ),
    ],
)
LIVE = Command(
    "live",
    "serve the book to this machine only, and build it at each save",
    "live.serve:live",
    [
        (
            "--port",
            {
                "type": _port,
                "default": LIVE_PORT,
                "metavar": "N",
                "help": f"where (default: {LIVE_PORT}; 0: any that is free)",
            },
        )
    ],
)
TRANSLATIONS = Command(
    "translations",
    "bring the catalogues of all languages up to date",
    "commands:translations",
    [
        (
            "--check",
            {
                "action": "store_true",
                "help": "change nothing, and print what there is to do; 1 if any",
            },
        )
    ],
)
BENCH = Command(
    "bench",
    "measure what the design sets budgets for",
    "bench.budgets:bench",
    [
        (
            "--only",
            {
                "type": _names,
                "default": [],
                "metavar": "GROUPS",
                "help": "some of package,real,growth,stock,clicks,pages (default: "
                "all of them)",
            },
        ),
        (
            "--chapters",
            {
                "type": _sizes,
                "default": [],
                "metavar": "N,N",
                "help": "how many chapters growth and stock are measured with "
                "(default: 10,40,160)",
            },
        ),
    ],
)
NOISE = Command(
    "noise",
    "see whether a claim fails because the machine is busy",
    "bench.noise:noise",
    [
        (
            "--conditions",
            {
                "type": _names,
                "default": [],
                "help": "some of quiet,load,core (default: all of them)",
            },
        ),
        (
            "--rounds",
            {"type": int, "help": "how often, under each (default: its own number)"},
        ),
        (
            "--only",
            {
                "nargs": "+",
                "default": [],
                "metavar": "PAGE",
                "help": "some pages, such as book/see/measuring (default: all with "
                "claims)",
            },
        ),
    ],
)
COMMANDS = {
    "Build and read": [SETUP, BUILD, LIVE],
    "Write and translate": [TRANSLATIONS],
    "Check": [
        Command("check", "run everything that CI checks", "checks.ci:check"),
        Command(
            "links",
            "try every address that the book links to",
            "checks.linkcheck:links",
        ),
        Command(
            "newest",
            "build a copy with the newest packages that are permitted",
            "checks.newest:newest",
        ),
        Command(
            "plain",
            "build a copy with Sphinx, without Jupyter Book",
            "checks.plain_sphinx:plain",
        ),
        Command(
            "binder",
            "open and run each chapter as Binder would",
            "checks.binder:binder",
        ),
    ],
    "Measure": [
        BENCH,
        NOISE,
        Command(
            "power",
            "simulate how often a verdict on a ratio would be wrong",
            "bench.error_rates:power",
        ),
    ],
    "Maintain": [
        Command(
            "lock",
            "compile both requirements.txt, with uv",
            "project.requirements:lock",
        ),
    ],
}
