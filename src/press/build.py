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
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from press.alone import alone
from press.manifest import write_manifest
from press.preflight import of_the_machine
from press.preflight import problems as preflight
from press.swap import swap

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

WORK = "_build/aside"  # kept between builds: the next one is quicker for it
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


def build(root: Path, *, strict: str = "") -> int:
    """Build the site below `root`; 0 if every page was executed and no cell failed.

    Otherwise 1, after at most ten lines on stderr; the site that was there stays as it
    was. With `strict`, a warning is a failure too: a claim that does not hold is one,
    or, if `strict` is "exact", one whose evidence no load can change.
    """
    if problems := preflight(root) or of_the_machine(root):
        return _complain(problems)
    with alone(root / LOCK) as other:
        if other:
            why = f"process {other} is building this book; wait for it, or stop it"
            return _complain([why])
        return _build(root, strict)


def _build(root: Path, strict: str) -> int:
    work = root / WORK
    work.mkdir(parents=True, exist_ok=True)
    _keep_to_ourselves(work)
    progress = Progress(sys.stdout)
    with (work / "build.log").open("w", encoding="utf8") as log:
        problems, warnings = _run_sphinx(root, work, progress, log, strict=strict)
    if problems:
        return _complain(problems, f"the whole log: {work / 'build.log'}")
    if warnings and strict:
        return _complain(
            [f"{len(warnings)} warnings, and this build is strict", *warnings]
        )
    _publish(root, work)
    progress.finish(root, warnings)
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


@dataclass
class Progress:
    """A line for each chapter as it is read, with the time that its cells took."""

    to: TextIO
    began: float = field(default_factory=time.time)
    reading: str = ""
    expected: int = 0
    number: int = 0
    ran: dict[str, float] = field(default_factory=dict)  # seconds, by chapter

    def listen(self, app: Sphinx) -> None:
        app.connect("env-before-read-docs", self._plan)
        app.connect("source-read", self._start)
        app.connect("doctree-read", self._end)

    def _plan(self, _app: Sphinx, _env: object, docnames: list[str]) -> None:
        self.expected = len(docnames)

    def _start(self, _app: Sphinx, docname: str, _text: list[str]) -> None:
        self.reading = docname
        self.number += 1
        print(
            f"[{self.number:2}/{self.expected}] {docname} ",
            end="",
            file=self.to,
            flush=True,
        )

    def _end(self, app: Sphinx, tree: nodes.document) -> None:
        print(self._outcome(app, tree), file=self.to, flush=True)
        self.reading = ""

    def _outcome(self, app: Sphinx, tree: nodes.document) -> str:
        from press.sphinxext.kernel import Client, has_code_cells

        metadata = app.env.nb_metadata[app.env.docname]  # type: ignore[attr-defined]
        data = metadata.get("exec_data")
        if "failure" in metadata:
            return "FAILED"
        if not data or not has_code_cells(tree):
            return ""
        if Client.last is None:  # by its clock, jupyter-cache can be hours ahead
            return "unchanged, not run again"
        seconds = self.ran[app.env.docname] = data["runtime"] or 0.0
        return f"{seconds:.1f} s of cells"

    def finish(self, root: Path, warnings: list[str]) -> None:
        for warning in warnings[:MOST_LINES]:
            print(warning, file=self.to)
        if len(warnings) > MOST_LINES:
            more = f"… and {len(warnings) - MOST_LINES} lines more"
            print(f"{more}, in {root / WORK / 'build.log'}", file=self.to)
        cells, whole = sum(self.ran.values()), time.time() - self.began
        print(f"{whole:.1f} s in all, {cells:.1f} s of them cells", file=self.to)
        print(f"open {(root / SITE / 'index.html').as_uri()}", file=self.to)


def _run_sphinx(
    root: Path, work: Path, progress: Progress, log: TextIO, *, strict: str
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
            if strict == "exact":
                ignored = config.setdefault("suppress_warnings", [])
                config["suppress_warnings"] = [*ignored, "press.measured"]
            app = Sphinx(
                srcdir=root,
                confdir=None,
                outdir=work / EDITION,
                doctreedir=work / f"doctrees-{EDITION}",
                buildername="html",
                confoverrides=config,
                status=log,
                warning=said,
                freshenv=bool(
                    strict
                ),  # else a page that is not read again warns no more
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
            print("FAILED", file=progress.to)
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
