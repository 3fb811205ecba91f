"""Which command was meant? Nothing is imported here that only one of them needs."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

#: Not one that many programs take (8000, 8080) or Jupyter (8888), and below those that
#: systems hand out: so it is nearly always free, and an open page stays where it was.
LIVE_PORT = 8642


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of the press; returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bookbuild", description="How the book is made."
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(),
        help="the folder with _config.yml (default: this one)",
    )
    commands = parser.add_subparsers(dest="command", required=True)

    setup = commands.add_parser("setup", help="make .venv with the locked packages")
    setup.add_argument("--tests", action="store_true", help="and those the tests need")

    build = commands.add_parser("build", help="build the site into _build/site")
    build.add_argument(
        "--strict",
        nargs="?",
        const="all",
        default="",
        choices=("all", "exact"),
        help="let a warning fail the build, or a claim that does not hold; "
        "exact: only a claim whose evidence no load can change",
    )

    build.add_argument(
        "--only",
        default="",
        metavar="PAGE",
        help="run the cells of this page only, and publish nothing: to look at it "
        "while writing",
    )

    build.add_argument(
        "--beside",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="a claims.json that a build on another interpreter left, with its "
        "manifest.json beside it: one more column of the ledger; once for each",
    )

    build.add_argument(
        "--pdf",
        action="store_true",
        help="also print a PDF of each edition (needs a Chromium)",
    )

    live = commands.add_parser(
        "live", help="serve the book to this machine only, and build it at each save"
    )
    live.add_argument(
        "--port",
        type=_port,
        default=LIVE_PORT,
        metavar="N",
        help=f"where (default: {LIVE_PORT}; 0: any that is free)",
    )

    commands.add_parser("check", help="run everything that CI checks")
    bench = commands.add_parser(
        "bench", help="measure what the design sets budgets for"
    )
    bench.add_argument(
        "--only",
        type=lambda names: names.split(","),
        default=[],
        metavar="GROUPS",
        help="some of laboratory,real,growth,stock,pages (default: all of them)",
    )
    bench.add_argument(
        "--chapters",
        type=_sizes,
        default=[],
        metavar="N,N",
        help="how many chapters growth and stock are measured with "
        "(default: 10,40,160)",
    )
    noise = commands.add_parser(
        "noise", help="see whether a claim fails because the machine is busy"
    )
    noise.add_argument(
        "--conditions",
        type=lambda names: names.split(","),
        default=[],
        help="some of quiet,neighbours,core (default: all of them)",
    )
    noise.add_argument(
        "--rounds", type=int, help="how often, under each (default: its own number)"
    )
    noise.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="PAGE",
        help="some pages, such as book/see/measuring (default: all with claims)",
    )

    commands.add_parser(
        "power", help="simulate how often a verdict on a ratio would be wrong"
    )
    translations = commands.add_parser(
        "translations", help="bring the catalogues of all languages up to date"
    )
    translations.add_argument(
        "--check", action="store_true", help="only say what there is to do; 1 if any"
    )
    commands.add_parser("lock", help="compile both requirements.txt, with uv")
    commands.add_parser(
        "newest", help="build a copy with the newest packages that are permitted"
    )
    commands.add_parser("plain", help="build a copy with Sphinx, without Jupyter Book")
    commands.add_parser("binder", help="open and run each chapter as Binder would")
    commands.add_parser("links", help="try every address that the book links to")

    given = parser.parse_args(arguments)
    root = given.root.resolve()
    if given.command == "setup":
        from bookbuild.project.venv import setup as set_up

        return set_up(root, tests=given.tests)
    if given.command == "live":
        from bookbuild.live.serve import live as serve_live

        return serve_live(root, port=given.port)
    if given.command == "check":
        from bookbuild.checks.ci import check

        return check(root)
    if given.command == "bench":
        from bookbuild.bench.budgets import bench as measure_all

        return measure_all(root, only=given.only, chapters=given.chapters)
    if given.command == "noise":
        from bookbuild.bench.noise import noise as make_noise

        return make_noise(
            root, conditions=given.conditions, rounds=given.rounds, only=given.only
        )
    if given.command == "power":
        from bookbuild.bench.error_rates import power

        return power()
    if given.command == "translations":
        from bookbuild.build.preflight import no_book
        from bookbuild.i18n.update import translations as refresh

        if lacks := no_book(root):
            print(f"bookbuild: {lacks[0]}", file=sys.stderr)
            return 1
        return refresh(root, check=given.check)
    if given.command == "lock":
        from bookbuild.project.requirements import lock

        return lock(root)
    if given.command == "newest":
        from bookbuild.checks.newest import newest

        return newest(root)
    if given.command == "plain":
        from bookbuild.checks.plain_sphinx import plain

        return plain(root)
    if given.command == "binder":
        from bookbuild.checks.binder import binder

        return binder(root)
    if given.command == "links":
        from bookbuild.checks.linkcheck import links

        return links(root)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # it ends as Ctrl-C does
    try:
        from bookbuild.build.pipeline import build as build_book

        return build_book(
            root,
            strict=given.strict,
            only=given.only,
            beside=given.beside,
            pdf=given.pdf,
        )
    except KeyboardInterrupt:
        print(
            "bookbuild: the build was interrupted, and published nothing",
            file=sys.stderr,
        )
        return 1


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is 0 to 65535, not {text!r}")
    return int(text)


def _sizes(text: str) -> list[int]:
    sizes = text.split(",")
    for size in sizes:
        if not size.isdecimal() or not int(size):
            raise argparse.ArgumentTypeError(
                f"a book has 1 chapter or more, not {size!r}"
            )
    return list(map(int, sizes))
