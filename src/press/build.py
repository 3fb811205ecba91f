"""From sources to site: build aside, check, and only then put it in place."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from press.alone import alone
from press.manifest import write_manifest
from press.preflight import contents, find_page, of_the_machine
from press.preflight import problems as preflight
from press.progress import Progress, usual_seconds
from press.swap import swap

if TYPE_CHECKING:
    from sphinx.application import Sphinx

WORK = "_build/aside"  # kept between builds: the next one is quicker for it
PREVIEW = "_build/preview"  # of one page, with no other one executed
SITE = "_build/site"
LOCK = "_build/press.lock"
EDITION = "en"
MOST_LINES = 10  # of a report of what went wrong
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")

FRONT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url=en/book/index.html">
<link rel="icon" href="data:,">
<title>In Parallel</title>
<p><a href="en/book/index.html">In Parallel</a></p>
</html>
"""


def build(root: Path, *, strict: str = "", only: str = "") -> int:
    """Build the site below `root`; 0 if every page was executed and no cell failed.

    Otherwise 1, after at most ten lines on stderr; the site that was there stays as it
    was. With `strict`, a warning is a failure too: a claim that does not hold is one,
    or, if `strict` is "exact", one whose evidence no load can change.

    With `only`, a page's name, no other page is executed, and nothing is published:
    the page is to be looked at where it was made.
    """
    if problems := preflight(root) or of_the_machine(root):
        return _complain(problems)
    pages = contents(root)
    page = only and find_page(only, pages)
    if only and not page:
        return _complain([f"there is no page {only!r}; there are: {', '.join(pages)}"])
    with alone(root / LOCK) as other:
        if other:
            why = f"process {other} is building this book; wait for it, or stop it"
            return _complain([why])
        return _build(root, strict, page, [each for each in pages if each != page])


def _build(root: Path, strict: str, only: str, others: list[str]) -> int:
    work = root / (PREVIEW if only else WORK)
    work.mkdir(parents=True, exist_ok=True)
    _keep_to_ourselves(work)
    usual = usual_seconds(root / SITE / "manifest.json")
    progress = Progress(sys.stdout, usual)
    settings: dict[str, Any] = {}
    if strict == "exact":
        settings["suppress_warnings"] = ["press.measured"]
    if only:
        settings["nb_execution_excludepatterns"] = [f"{each}.md" for each in others]
    with (work / "build.log").open("w", encoding="utf8") as log:
        problems, warnings = _run_sphinx(
            root, work, progress, log, settings, afresh=bool(strict)
        )
    if only:  # of the others it is known only that they were not run
        problems = [each for each in problems if each.startswith(f"{only}.md")]
        warnings = [each for each in warnings if f"{only}.md:" in each]
    if problems:
        return _complain(problems, f"the whole log: {work / 'build.log'}")
    if warnings and strict:
        return _complain(
            [f"{len(warnings)} warnings, and this build is strict", *warnings]
        )
    if not only:
        _publish(root, work)
    made = work / EDITION / f"{only}.html" if only else root / SITE / "index.html"
    _finish(work, made, progress, warnings)
    return 0


def _keep_to_ourselves(work: Path) -> None:
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
        print(f"{more}, in {work / 'build.log'}")
    cells, whole = sum(progress.ran.values()), time.time() - progress.began
    print(f"{whole:.1f} s in all, {cells:.1f} s of them cells")
    print(f"open {made.as_uri()}", flush=True)


def _run_sphinx(
    root: Path,
    work: Path,
    progress: Progress,
    log: TextIO,
    settings: dict[str, Any],
    *,
    afresh: bool,
) -> tuple[list[str], list[str]]:
    """What forbids publishing, and what is only warned of; a line each, or a few."""
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from press.sphinxext.failures import problems as what_forbids
    from press.sphinxext.kernel import Client

    said = io.StringIO()
    Client.noise = log
    shutil.rmtree(work / EDITION / "reports", ignore_errors=True)  # of earlier failures
    try:
        with (
            contextlib.redirect_stdout(log),
            contextlib.redirect_stderr(log),
            patch_docutils(str(root)),
            docutils_namespace(),
        ):
            config, _ = get_final_config(
                user_yaml=root / "_config.yml",
                cli_config={"latex_individualpages": False},
                sourcedir=root,
            )
            for name, more in settings.items():
                config[name] = [*config.get(name, []), *more]
            app = Sphinx(
                srcdir=root,
                confdir=None,
                outdir=work / EDITION,
                doctreedir=work / f"doctrees-{EDITION}",
                buildername="html",
                confoverrides=config,
                status=log,
                warning=said,
                freshenv=afresh,  # a page that is not read again warns no more
            )
            progress.listen(app)
            app.build()
            problems = what_forbids(app.env)
            if not problems:
                _prune(app)
                write_manifest(app, work / "manifest.json", set(progress.ran))
    except (Exception, KeyboardInterrupt) as error:
        traceback.print_exc(file=log)
        problems = [_explain(error, progress.reading)]
        if progress.reading:
            progress.stopped()
    finally:
        log.write(said.getvalue())
    warnings = [ESCAPES.sub("", line) for line in said.getvalue().splitlines()]
    return problems, warnings


def _prune(app: Sphinx) -> None:
    """Remove what earlier builds made of pages that the book no longer has."""
    made = Path(app.outdir)
    for source in (made / "_sources").rglob("*.*"):
        docname = source.relative_to(made / "_sources").with_suffix("").as_posix()
        if docname not in app.env.found_docs:
            source.unlink()
            (made / f"{docname}.html").unlink(missing_ok=True)


def _explain(error: BaseException, reading: str) -> str:
    from press.sphinxext.kernel import Client

    where = f"{reading}.md" if reading else "the build"
    if type(error).__name__ == "DeadKernelError" and (place := Client.last):
        return (
            f"{where}:{place.line}: the kernel died in code cell {place.cell} of "
            f"{place.cells}\n    it starts: {place.first_line}"
        )
    if isinstance(error, KeyboardInterrupt):
        return f"{where} was interrupted"
    text = str(error).strip() or type(error).__name__
    return f"{where} stopped: {type(error).__name__}: {text.splitlines()[0]}"


def _complain(problems: list[str], *more: str) -> int:
    lines = [line for problem in problems for line in problem.splitlines()]
    kept = lines[: MOST_LINES - 1 - len(more)]
    if len(kept) < len(lines):
        kept[-1] = f"… and {len(lines) - len(kept) + 1} lines more"
    for line in (*kept, *more, f"nothing was published; {SITE} is as it was"):
        print(f"press: {line}", file=sys.stderr)
    return 1


def _publish(root: Path, work: Path) -> None:
    """Put the new site in the place of the old one, complete or not at all."""
    new = work / "site-new"
    shutil.rmtree(new, ignore_errors=True)  # of a build that was killed
    shutil.copytree(work / EDITION, new / EDITION)
    shutil.copy2(work / "manifest.json", new)
    shutil.copy2(work / EDITION / "claims.json", new)
    (new / "index.html").write_text(FRONT, encoding="utf8")
    swap(new, root / SITE)
