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
    options: tuple[tuple[str, dict[str, Any]], ...] = ()


def command(name: str, help: str, function: str, *options: Any) -> Command:
    """Make a row of the table; `options` are those of `option`."""
    return Command(name, help, function, options)


def option(flag: str, help: str, **how: Any) -> tuple[str, dict[str, Any]]:
    """Make an option of a command; `how` is argparse's, by default a flag's."""
    return flag, {"help": help, **(how or {"action": "store_true"})}


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
        prog="python -m bookbuild",  # or else the whole usage above comes first
        metavar="COMMAND",
        required=True,
        help="one of those below; each has a --help",
    )
    for row in (each for group in COMMANDS.values() for each in group):
        below = commands.add_parser(row.name, description=f"{row.help}.")
        below.set_defaults(function=row.function)
        for flag, how in row.options:
            below.add_argument(flag, **how)
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


COMMANDS = {
    "Build and read": [
        command(
            "setup",
            "make .venv with the locked packages",
            "commands:set_up",
            option("--tests", "also those that the tests need"),
        ),
        command(
            "build",
            "build the site into _build/site",
            "build.pipeline:build",
            option(
                "--strict",
                "let a warning fail the build, or a claim that does not hold; exact: "
                "only a claim whose evidence no load can change",
                nargs="?",
                const="all",
                default="",
                choices=("all", "exact"),
            ),
            option(
                "--only",
                "run the cells of this page only, and publish nothing: to look at it "
                "while writing",
                default="",
                metavar="PAGE",
            ),
            option(
                "--claims-from",
                "a claims.json that a build on another interpreter left, with its "
                "manifest.json beside it: one more column of the ledger; once for each",
                action="append",
                type=Path,
                default=[],
                metavar="FILE",
            ),
            option("--pdf", "also print a PDF of each edition (needs a Chromium)"),
        ),
        command(
            "live",
            "serve the book to this machine only, and build it at each save",
            "live.serve:live",
            option(
                "--port",
                f"where (default: {LIVE_PORT}; 0: any that is free)",
                type=_port,
                default=LIVE_PORT,
                metavar="N",
            ),
        ),
    ],
    "Write and translate": [
        command(
            "translations",
            "bring the catalogues of all languages up to date",
            "commands:translations",
            option("--check", "change nothing, and print what there is to do"),
        )
    ],
    "Check": [
        command("check", "run everything that CI checks", "checks.ci:check"),
        command(
            "links",
            "try every address that the book links to",
            "checks.linkcheck:links",
        ),
        command(
            "newest",
            "build a copy with the newest packages that are permitted",
            "checks.newest:newest",
        ),
        command(
            "plain",
            "build a copy with Sphinx, without Jupyter Book",
            "checks.plain_sphinx:plain",
        ),
        command(
            "binder",
            "open and run each chapter as Binder would",
            "checks.binder:binder",
        ),
    ],
    "Measure": [
        command(
            "bench",
            "measure what the design sets budgets for",
            "bench.budgets:bench",
            option(
                "--only",
                "some of package,real,growth,clicks,pages (default: all)",
                type=_names,
                default=[],
                metavar="GROUPS",
            ),
            option(
                "--chapters",
                "how many chapters growth is measured with (default: 10,40,160)",
                type=_sizes,
                default=[],
                metavar="N,N",
            ),
        ),
        command(
            "noise",
            "see whether a claim fails because the machine is busy",
            "bench.noise:noise",
            option(
                "--conditions",
                "some of quiet,load,core (default: all of them)",
                type=_names,
                default=[],
            ),
            option(
                "--rounds", "how often, under each (default: its own number)", type=int
            ),
            option(
                "--only",
                "some pages, such as book/see/measuring (default: all with claims)",
                nargs="+",
                default=[],
                metavar="PAGE",
            ),
        ),
        command(
            "error-rates",
            "simulate how often a verdict on a ratio would be wrong",
            "bench.error_rates:error_rates",
        ),
    ],
    "Maintain": [
        command(
            "lock",
            "compile both requirements.txt, with uv",
            "project.requirements:lock",
        )
    ],
}
