"""Build the site from its sources: check, run Sphinx, assemble, and put it in place."""

from __future__ import annotations

import os
import signal
import stat
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from bookbuild.build import resources
from bookbuild.build.all_editions import AT_ONCE, Editions, collect_and_freeze
from bookbuild.build.diagnostics import locate
from bookbuild.build.preflight import problems as preflight
from bookbuild.build.progress import Progress
from bookbuild.build.run_sphinx import Build, Options, write_manifest
from bookbuild.build.swap import swap
from bookbuild.claims import interpreters
from bookbuild.console import MOST_LINES, CommandError, complain
from bookbuild.execution.lock import exclusive
from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH
from bookbuild.site.assemble import assemble
from bookbuild.web import chromium
from bookbuild.web.links import dead

WORK = "_build/pages"  # kept between builds: the next one is quicker for it
PREVIEW = "_build/preview"  # of one page, where no other page's cells run
SITE = "_build/site"
LOCK, LOCK_OF_PREVIEW = "_build/build.lock", "_build/preview.lock"
NEW = "site-new"  # in the work folder, until it is in place
LOG = "build.log"
BUSY = "is building this book"
NOT_COPIED = (
    "the site has no {}; a file of the book is copied if ![…](…) or […](…) names it, "
    "not if an HTML tag does"
)
UNTOUCHED = f"nothing was published; {SITE} is unchanged"
INTERRUPTED = "the build was interrupted, and published nothing"


def build(book: Book, **given: Any) -> int:
    """Build the site of `book`; return 0 if every page was executed and no cell failed.

    Otherwise print at most ten lines to stderr, leave the published site unchanged, and
    return 1. A mistake in a page, such as a dead link, is a failure. `given` are the
    fields of `Options`.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    options = Options(**given)
    try:
        if problems := preflight(book) or _problems(book, options):
            return _refuse(problems)
        only, again = map(book.find_page, (options.only, options.again))
        options = replace(options, only=only, again=again)
        with closing(_builds(book, options)) as builds:
            while True:
                with exclusive(
                    book.root / (LOCK_OF_PREVIEW if only else LOCK)
                ) as other:
                    if other:
                        stop = "wait for it, or stop it"
                        return _refuse([f"process {other} {BUSY}; {stop}"])
                    status = next(builds)
                if status or not (options.served and _is_wanted_again()):
                    return status
                if problems := preflight(book):
                    return _refuse(problems)
    except KeyboardInterrupt:
        return complain(INTERRUPTED)


def _is_wanted_again() -> bool:
    """Tell `live` that we're ready, and wait for its answer, if it's there."""
    if not AT_ONCE or not stat.S_ISSOCK(os.fstat(0).st_mode):
        return False
    os.write(0, b"ready\n")
    collect_and_freeze()
    return bool(os.read(0, 1))


def _problems(book: Book, options: Options) -> list[str]:
    """List why this machine can't build `book` with these options."""
    if problems := resources.problems(book.root):
        return problems
    for wanted in (options.only, options.again):
        if wanted and not book.find_page(wanted):
            return [f"there is no page {wanted!r}; there are: {', '.join(book.pages)}"]
    only, pdf = options.only, options.pdf
    if only and pdf:
        return ["--pdf prints the whole book and --only builds one page; leave one out"]
    if pdf and not chromium.find():
        return [f"{chromium.MISSING}; or build without --pdf"]
    return interpreters.problems(book, options.claims_from)


def _refuse(problems: Sequence[str], *more: str) -> int:
    return complain(problems, *more, UNTOUCHED)


def _builds(book: Book, options: Options) -> Generator[int, None, None]:
    """Build and publish at each step; yield the status to exit with."""
    work = book.root / (PREVIEW if options.only else WORK)
    work.mkdir(parents=True, exist_ok=True)
    isolate_kernels(work)
    site = book.root / SITE
    with ExitStack() as stack:
        log = stack.enter_context((work / LOG).open("w", encoding="utf8"))
        build = Build(book, work, log, Progress(sys.stdout), options)
        editions = stack.enter_context(closing(Editions(build)))
        while True:
            began = time.monotonic()
            log.seek(log.truncate(0))
            build.progress.executed.clear()
            try:
                problems, warnings = _make(build, editions)
            except CommandError as error:
                problems, warnings = [f"{error}"], []
            log.flush()
            if problems:
                yield _refuse(problems, f"the whole log: {work / LOG}")
            elif warnings and options.strict:
                strictly = f"{len(warnings)} warnings, and this build is strict"
                yield _refuse([strictly, *warnings])
            else:
                if not options.only:
                    swap(work / NEW, site)
                _report(build, time.monotonic() - began, warnings)
                yield 0


def _make(build: Build, editions: Editions) -> tuple[list[str], list[str]]:
    """Build all editions and the new site; return problems, and the warnings.

    If a link is dead, Sphinx may have kept an outdated page, so all pages are built
    again. Either that repairs them, or Sphinx names the line of the mistake. It doesn't
    know the links in a page's HTML tags; their lines we find.
    """
    new = build.work / NEW
    # A strict build reads all pages, since Sphinx warns only when it reads a page.
    for fresh in (bool(build.options.strict), True):
        every = editions.build(fresh=fresh)
        problems = every[-1].problems
        warnings = list(dict.fromkeys(line for it in every for line in it.warnings))
        if problems:
            break
        write_manifest(build, every)
        if build.options.only:
            break
        assemble(build.book, build.work, new)
        if build.options.pdf:
            from bookbuild.site.pdf import print_editions  # only now: it takes 0.1 s

            print_editions(build.book, new)
        links = {(page, to): locate(to, page, build.book) for page, to in dead(new)}
        problems = [
            f"{place}: {NOT_COPIED.format(to)}"
            if place
            else f"{page}: its link to {to} is dead"
            for (page, to), place in links.items()
        ]
        problems = list(dict.fromkeys(problems))  # of several editions
        if fresh or all(links.values()):
            break
    return problems, warnings


def isolate_kernels(work: Path) -> None:
    """Let kernels write below `work`, and not read the user's IPython settings.

    So builds work where the home folder can't be written to, and run no start-up files.
    """
    for variable in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        folder = work / variable.lower()
        folder.mkdir(exist_ok=True)
        os.environ[variable] = str(folder)


def _report(build: Build, seconds: float, warnings: list[str]) -> None:
    """Print the warnings, how long the build took, and where its pages are."""
    for warning in warnings[:MOST_LINES]:
        print(warning)
    if len(warnings) > MOST_LINES:
        more = f"… and {len(warnings) - MOST_LINES} lines more"
        print(f"{more}, in {build.work / LOG}")
    cells = sum(sum(pages.values()) for pages in build.progress.executed.values())
    print(f"{seconds:.1f} s in all, {cells:.1f} s of them cells", flush=True)
    made = build.book.root / SITE / "index.html"
    if only := build.options.only:
        made = build.work / ENGLISH.slug / f"{only}.html"
    if not build.options.served:
        print(f"open {made.as_uri()}", flush=True)
