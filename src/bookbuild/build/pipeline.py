"""From sources to site: build aside, check, and only then put it in place."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from bookbuild.build.lock import alone
from bookbuild.build.preflight import contents, find_page
from bookbuild.build.preflight import problems as preflight
from bookbuild.build.progress import Progress, usual_seconds
from bookbuild.build.run_sphinx import Wanted, make
from bookbuild.build.swap import swap
from bookbuild.project.editions import ENGLISH, Edition, editions
from bookbuild.pyodide.publish import publish
from bookbuild.site.language_picker import front
from bookbuild.site.not_found import FILE as NOT_FOUND
from bookbuild.site.not_found import not_found
from bookbuild.site.sitemap import add_sitemap
from bookbuild.web import chromium
from bookbuild.web.links import dead

WORK = "_build/aside"  # kept between builds: the next one is quicker for it
PREVIEW = "_build/preview"  # of one page, with no other one executed
SITE = "_build/site"
LOCK = "_build/build.lock"
NEW = "site-new"  # in the work folder, until it is in place
LOG = "build.log"
BUSY = "is building this book"
UNTOUCHED = f"nothing was published; {SITE} is as it was"
#: Of the theme and of extensions: what no page of ours loads, 9 MB of it.
UNUSED = (
    *("scripts", "styles", "vendor", "locales", "logo_*", "*webpack-macros.html"),
    *("sphinx-thebe.*", "togglebutton.*", "copybutton*", "clipboard.min.js"),
    *("copy-button.svg", "check-solid.svg", "play-solid.svg", "mystnb.*"),
    *("basic.css", "pygments.css", "file.png", "minus.png", "plus.png"),
)
MOST_LINES = 10  # of a report of what went wrong


def build(
    root: Path,
    *,
    strict: str = "",
    only: str = "",
    beside: Sequence[Path] = (),
    pdf: bool = False,
) -> int:
    """Build the site below `root`; 0 if every page was executed and no cell failed.

    Otherwise 1, after at most ten lines on stderr; the site that was there stays as it
    was. A mistake in a page, such as a link that leads nowhere, is a failure. With
    `strict`, every warning is: a claim that does not hold is one, or, if `strict` is
    "exact", one whose evidence no load can change.

    With `only`, a page's name, no other page is executed, and nothing is published:
    the page is to be looked at where it was made.

    `beside` are the `claims.json` of builds on other interpreters, for the ledger.

    With `pdf`, also print a PDF of each edition, which needs a Chromium.
    """
    if problems := preflight(root):
        return _complain(problems)
    from bookbuild.build.resources import of_the_machine  # only now: it takes packages

    if problems := of_the_machine(root):
        return _complain(problems)
    pages = contents(root)
    page = only and find_page(only, pages)
    if only and not page:
        return _complain([f"there is no page {only!r}; there are: {', '.join(pages)}"])
    if pdf and (lack := _no_pdf(only)):
        return _complain([lack])
    with alone(root / LOCK) as other:
        if other:
            why = f"process {other} {BUSY}; wait for it, or stop it"
            return _complain([why])
        return _build(root, Wanted(strict, page, beside, pdf))


def _no_pdf(only: str) -> str:
    """Say why no PDF can be printed; empty if one can."""
    if only:
        return "--pdf prints the whole book and --only builds one page; leave one out"
    return "" if chromium.find() else f"{chromium.LACK}; or build without --pdf"


def _build(root: Path, wanted: Wanted) -> int:
    from bookbuild.claims.interpreters import problems as forbids

    if problems := forbids(root, wanted.beside):
        return _complain(problems)
    work = root / (PREVIEW if wanted.only else WORK)
    work.mkdir(parents=True, exist_ok=True)
    keep_to_ourselves(work)
    progress = Progress(sys.stdout, usual_seconds(root / SITE / "manifest.json"))
    with (work / LOG).open("w", encoding="utf8") as log:
        problems, warnings = _make(root, work, progress, log, wanted)
    if problems:
        return _complain(problems, f"the whole log: {work / LOG}")
    if warnings and wanted.strict:
        return _complain(
            [f"{len(warnings)} warnings, and this build is strict", *warnings]
        )
    if wanted.only:
        made = work / ENGLISH.slug / f"{wanted.only}.html"
        _finish(work, made, progress, warnings)
        return 0
    swap(work / NEW, root / SITE)
    _finish(work, root / SITE / "index.html", progress, warnings)
    return 0


def _make(
    root: Path, work: Path, progress: Progress, log: TextIO, wanted: Wanted
) -> tuple[list[str], list[str]]:
    """What forbids publishing, and what is only warned of.

    If a link is dead, Sphinx relied on something that is no longer there, and goes over
    all pages: either they are whole then, or it says in which line the mistake is.
    """
    every = editions(root)
    # A strict build reads all pages, since one that is not read again warns no more.
    for afresh in (bool(wanted.strict), True):
        warnings: list[str] = []
        for edition in every:
            progress.begin(edition.slug, edition.name if len(every) > 1 else "")
            problems, more = make(
                root, work, edition, progress, log, wanted, afresh=afresh
            )
            warnings += [line for line in more if line not in warnings]
            if problems:
                break
        if problems or wanted.only:
            break
        _assemble(root, work, every)
        if wanted.pdf and (problems := _print(work / NEW, root, every)):
            break
        problems = [
            f"{page}: its link to {to} is dead" for page, to in dead(work / NEW)
        ]
        if not problems or afresh:
            break
    return problems, warnings


def keep_to_ourselves(work: Path) -> None:
    """Let kernels write below `work`, and read nobody's settings for notebooks.

    So a home that can't be written to is no obstacle, and what a person's own IPython
    does when it starts is not done here.
    """
    for variable in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        folder = work / variable.lower()
        folder.mkdir(exist_ok=True)
        os.environ[variable] = str(folder)


def _finish(work: Path, made: Path, progress: Progress, warnings: list[str]) -> None:
    for warning in warnings[:MOST_LINES]:
        print(warning)
    if len(warnings) > MOST_LINES:
        more = f"… and {len(warnings) - MOST_LINES} lines more"
        print(f"{more}, in {work / LOG}")
    cells, whole = sum(progress.ran.values()), time.time() - progress.began
    print(f"{whole:.1f} s in all, {cells:.1f} s of them cells")
    print(f"open {made.as_uri()}", flush=True)


def _complain(problems: list[str], *more: str) -> int:
    lines = [line for problem in problems for line in problem.splitlines()]
    kept = lines[: MOST_LINES - 1 - len(more)]
    if len(kept) < len(lines):
        kept[-1] = f"… and {len(lines) - len(kept) + 1} lines more"
    for line in (*kept, *more, UNTOUCHED):
        print(f"bookbuild: {line}", file=sys.stderr)
    return 1


def _unused(folder: str, names: list[str]) -> set[str]:
    """Which of these names in a folder of the pages need not be published."""
    if "_static" not in Path(folder).parts:
        return set()
    return shutil.ignore_patterns(*UNUSED)(folder, names)


def _print(new: Path, root: Path, every: Sequence[Edition]) -> list[str]:
    from bookbuild.site.pdf import print_editions  # only now: it takes packages

    print("printing a PDF of each edition", flush=True)
    return print_editions(root, new, every)


def _assemble(root: Path, work: Path, every: Sequence[Edition]) -> None:
    """Put the new site together: the editions, what programs read, what is around."""
    new = work / NEW
    shutil.rmtree(new, ignore_errors=True)  # of a build that was killed
    for edition in every:
        shutil.copytree(work / edition.slug, new / edition.slug, ignore=_unused)
    shutil.copy2(work / "manifest.json", new)
    for claims in (work / ENGLISH.slug).glob("claims*.json"):
        shutil.copy2(claims, new)
    (new / "index.html").write_text(front(root, every), encoding="utf8")
    (new / NOT_FOUND).write_text(not_found(root, every), encoding="utf8")
    add_sitemap(root, new, every)
    publish(root, new)
