"""Build the site from its sources: check, run Sphinx, assemble, and put it in place."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bookbuild.build.lock import exclusive
from bookbuild.build.preflight import problems as preflight
from bookbuild.build.progress import Progress, usual_seconds
from bookbuild.build.run_sphinx import Build, Options, build_edition
from bookbuild.build.swap import swap
from bookbuild.console import MOST_LINES, complain
from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH
from bookbuild.site.assemble import assemble
from bookbuild.web import chromium
from bookbuild.web.links import dead

WORK = "_build/aside"  # kept between builds: the next one is quicker for it
PREVIEW = "_build/preview"  # of one page, where no other page's cells run
SITE = "_build/site"
LOCK = "_build/build.lock"
NEW = "site-new"  # in the work folder, until it is in place
LOG = "build.log"
BUSY = "is building this book"
UNTOUCHED = f"nothing was published; {SITE} is unchanged"
INTERRUPTED = "the build was interrupted, and published nothing"


def build(
    book: Book,
    *,
    strict: str = "",
    only: str = "",
    claims_from: Sequence[Path] = (),
    pdf: bool = False,
) -> int:
    """Build the site of `book`; return 0 if every page was executed and no cell failed.

    Otherwise print at most ten lines to stderr, leave the published site unchanged, and
    return 1. A mistake in a page, such as a dead link, is a failure.

    Parameters
    ----------
    strict
        Fail at every warning, and at every claim that doesn't hold; or, if it's
        "exact", only at claims whose evidence doesn't depend on load.
    only
        A page's name, its file, or its end. Only this page is executed, and nothing is
        published: look at the page where it was built.
    claims_from
        The `claims.json` of builds on other interpreters, for the ledger.
    pdf
        Also print a PDF of each edition, which needs a Chromium.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        return _checked_build(book, Options(strict, only, claims_from, pdf))
    except KeyboardInterrupt:
        return complain(INTERRUPTED)


def _checked_build(book: Book, options: Options) -> int:
    if problems := preflight(book):
        return _refuse(problems)
    from bookbuild.build.resources import of_the_machine  # only now: it takes packages
    from bookbuild.claims.interpreters import problems as of_claims

    if problems := of_the_machine(book.root):
        return _refuse(problems)
    if options.only:
        page = book.find_page(options.only)
        if not page:
            pages = ", ".join(book.pages)
            return _refuse([f"there is no page {options.only!r}; there are: {pages}"])
        options = options.of_page(page)
    if options.pdf and (why := _no_pdf(options.only)):
        return _refuse([why])
    with exclusive(book.root / LOCK) as other:
        if other:
            return _refuse([f"process {other} {BUSY}; wait for it, or stop it"])
        if problems := of_claims(book, options.claims_from):
            return _refuse(problems)
        return _build(book, options)


def _refuse(problems: Sequence[str], *more: str) -> int:
    return complain(problems, *more, UNTOUCHED)


def _no_pdf(only: str) -> str:
    """Say why no PDF can be printed; empty if one can."""
    if only:
        return "--pdf prints the whole book and --only builds one page; leave one out"
    return "" if chromium.find() else f"{chromium.MISSING}; or build without --pdf"


def _build(book: Book, options: Options) -> int:
    work = book.root / (PREVIEW if options.only else WORK)
    work.mkdir(parents=True, exist_ok=True)
    isolate_kernels(work)
    site = book.root / SITE
    progress = Progress(sys.stdout, usual_seconds(site / "manifest.json"))
    with (work / LOG).open("w", encoding="utf8") as log:
        build = Build(book, work, log, progress, options)
        problems, warnings = _make(build)
    if problems:
        return _refuse(problems, f"the whole log: {work / LOG}")
    if warnings and options.strict:
        strictly = f"{len(warnings)} warnings, and this build is strict"
        return _refuse([strictly, *warnings])
    if options.only:
        _report(build, work / ENGLISH.slug / f"{options.only}.html", warnings)
        return 0
    swap(work / NEW, site)
    _report(build, site / "index.html", warnings)
    return 0


def _make(build: Build) -> tuple[list[str], list[str]]:
    """Build all editions and the new site; return problems, and the warnings.

    If a link is dead, Sphinx may have kept an outdated page, so all pages are built
    again. Either that repairs them, or Sphinx names the line of the mistake.
    """
    new = build.work / NEW
    # A strict build reads all pages, since Sphinx warns only when it reads a page.
    for fresh in (bool(build.options.strict), True):
        problems, warnings = _make_editions(build, fresh=fresh)
        if problems or build.options.only:
            break
        assemble(build.book, build.work, new)
        if build.options.pdf and (problems := _print(build.book, new)):
            break
        problems = [f"{page}: its link to {to} is dead" for page, to in dead(new)]
        if not problems or fresh:
            break
    return problems, warnings


def _make_editions(build: Build, *, fresh: bool) -> tuple[list[str], list[str]]:
    """Build the pages of each edition, up to the first one with a problem."""
    every, warnings = build.book.editions, list[str]()
    for edition in every:
        build.progress.begin(edition.slug, edition.name if len(every) > 1 else "")
        problems, more = build_edition(build, edition, fresh=fresh)
        warnings += [line for line in more if line not in warnings]
        if problems:
            return problems, warnings
    return [], warnings


def isolate_kernels(work: Path) -> None:
    """Let kernels write below `work`, and not read the user's IPython settings.

    So builds work where the home folder can't be written to, and run no start-up files.
    """
    for variable in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        folder = work / variable.lower()
        folder.mkdir(exist_ok=True)
        os.environ[variable] = str(folder)


def _report(build: Build, made: Path, warnings: list[str]) -> None:
    """Print the warnings, the build's time, and where to open what was built."""
    for warning in warnings[:MOST_LINES]:
        print(warning)
    if len(warnings) > MOST_LINES:
        more = f"… and {len(warnings) - MOST_LINES} lines more"
        print(f"{more}, in {build.work / LOG}")
    cells = sum(build.progress.ran.values())
    whole = time.time() - build.progress.began
    print(f"{whole:.1f} s in all, {cells:.1f} s of them cells")
    print(f"open {made.as_uri()}", flush=True)


def _print(book: Book, new: Path) -> list[str]:
    from bookbuild.site.pdf import print_editions  # only now: it takes packages

    print("printing a PDF of each edition", flush=True)
    return print_editions(book, new)
