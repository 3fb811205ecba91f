"""Build the pages of one edition with Sphinx, and report what is wrong with them.

Next to the editions' folders, `manifest.json` says what was built.
"""

from __future__ import annotations

import io
import json
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from glob import escape
from pathlib import Path
from typing import Any, TextIO

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bookbuild.build.diagnostics import sort
from bookbuild.build.progress import Progress
from bookbuild.execution.cache import CELLS_MISSING, KERNEL_LOG, executed_notebook
from bookbuild.execution.failures import failures
from bookbuild.i18n.catalogs import WORDS, compile_all
from bookbuild.i18n.transforms import untranslated
from bookbuild.project.book import Book
from bookbuild.project.digests import digest, state
from bookbuild.project.editions import MESSAGES, Edition
from bookbuild.project.sphinx_app import printing_to, sphinx_app
from bookbuild.pyodide.fetch import ready
from bookbuild.sphinxext import problems as what_forbids
from paralelo.machine import environment_info

Listeners = dict[str, Callable[..., None]]  # of Sphinx, by the event


@dataclass(frozen=True)
class Options:
    """The options of a build."""

    #: Fail at every warning, and at every claim that doesn't hold; or, if it's "exact",
    #: only at claims whose evidence doesn't depend on load.
    strict: str = ""
    #: A page's name, its file, or its end. Only this page is executed, and nothing is
    #: published: look at the page where it was built.
    only: str = ""
    #: A page, named as for `only`, whose cells run again though nothing has changed.
    again: str = ""
    #: The `claims.json` of builds on other interpreters, for the ledger.
    claims_from: Sequence[Path] = ()
    #: Also print a PDF of each edition, which needs a Chromium.
    pdf: bool = False
    #: Build for `live`: again when it asks for it, and without printing where the site
    #: is, because `live` serves it.
    served: bool = False


@dataclass(frozen=True)
class Build:
    """One build of a book: where it writes, what it logs, what was asked of it."""

    book: Book
    work: Path  # the folder in which pages are made, before they're published
    log: TextIO
    progress: Progress
    options: Options


@dataclass
class Edited:
    """What came of an edition: its problems and warnings, a line or a few for each.

    Problems forbid publishing. The others are for the manifest and the report.
    """

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
    executed: dict[str, float] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)
    interrupted: bool = False


def build_edition(
    build: Build,
    edition: Edition,
    *,
    fresh: bool,
    missing: Callable[[], object] = lambda: None,
    read: Callable[[], object] = lambda: None,
) -> Iterator[Edited]:
    """Build the pages of `edition`, in its folder in the work folder.

    Yield what came of it. After that, each step builds them again, if nothing but the
    text of pages has changed. If `fresh`, every page is read and written first.

    Call `missing` before the cells of a page run, and `read` when all have run well.
    """
    unfinished = build.work / f"unfinished-{edition.slug}"
    static = build.work / edition.slug / "_static"
    # Sphinx trusts half-written files, and copies its own only when it writes a page.
    fresh = fresh or unfinished.exists() or not static.exists()

    def begin(*_: object) -> None:
        unfinished.touch()
        if len(build.book.editions) > 1:
            print(edition.name, file=build.progress.to, flush=True)

    def begin_page(_app: Sphinx, _env: object, page: str) -> None:
        begun[page] = time.time_ns() // 1_000

    def run(_app: Sphinx) -> None:
        try:
            missing()
        except SystemExit:
            unfinished.unlink()  # nothing has been written yet
            raise

    def end_reading(_app: Sphinx, env: BuildEnvironment) -> None:
        # Sphinx notes when it has read a page. A save while its cells ran is later.
        env.all_docs |= {page: at for page, at in begun.items() if page in env.all_docs}
        if not failures(env):
            read()

    log, begun = io.StringIO(), dict[str, int]()
    listeners: Listeners = {
        "env-before-read-docs": begin,
        "env-purge-doc": begin_page,
        CELLS_MISSING: run,
        "env-updated": end_reading,
    }
    try:
        for edited in _rounds(build, edition, log, listeners, fresh=fresh):
            unfinished.unlink()
            build.log.write(log.getvalue())
            log.seek(log.truncate(0))
            yield edited
    except (Exception, KeyboardInterrupt) as error:
        build.log.write(log.getvalue())
        traceback.print_exc(file=build.log)
        problem = _explain(error, build.book, build.progress.stop())
        yield Edited([problem], interrupted=isinstance(error, KeyboardInterrupt))


def _rounds(
    build: Build,
    edition: Edition,
    log: io.StringIO,
    listeners: Listeners,
    *,
    fresh: bool,
) -> Iterator[Edited]:
    """Run Sphinx at each step, as Jupyter Book would; its warnings go to `log`."""
    began = time.monotonic()
    made, config = build.work / edition.slug, _configuration(build, edition)
    with sphinx_app(
        "html", build.book.root, made, config, build.log, warnings=log, fresh=fresh
    ) as app:
        app.connect(KERNEL_LOG, lambda _app: build.log)
        for event, listener in listeners.items():
            app.connect(event, listener)
        build.progress.listen(app)
        while True:
            with printing_to(build.log):
                app.build(force_all=fresh)
            edited = _judge(app, log.getvalue(), edition, build.options.only)
            if not edited.problems:
                _prune(app)
            edited.executed = dict(build.progress.executed[edition.language])
            if edition.is_source and not edited.problems:
                names = sorted(app.env.found_docs)
                edited.pages = {n: _page(app, n, n in edited.executed) for n in names}
            only = build.options.only
            if lacking := untranslated(app.env, [only] if only else app.env.found_docs):
                print(lacking, file=build.progress.to, flush=True)
            edited.seconds = round(time.monotonic() - began, 2)
            yield edited
            began, fresh = time.monotonic(), False
            _forget(app.env)


def _forget(env: BuildEnvironment) -> None:
    """Forget what Sphinx keeps of pages until its process ends."""
    env._pickled_doctree_cache.clear()
    env.__dict__.pop("master_doctree", None)


def _configuration(build: Build, edition: Edition) -> dict[str, Any]:
    """Return the book's configuration, with what this build and edition set."""
    book, options = build.book, build.options
    config = deepcopy(book.config)
    if options.strict == "exact":
        suppressed = config.get("suppress_warnings", [])
        config["suppress_warnings"] = [*suppressed, "bookbuild.measured"]
    if options.only:
        others = (book.source(page) for page in book.pages if page != options.only)
        # Not from the root, book/index.md would also match a/book/index.md.
        patterns = [escape(str(book.root.resolve() / file)) for file in others]
        config["nb_execution_excludepatterns"] = patterns
        config["bookbuild_only"] = options.only
    return config | {
        "show_warning_types": True,
        "bookbuild_book": book,
        "bookbuild_again": options.again,
        "bookbuild_keep_going": bool(options.strict),  # to list all that is wrong
        "bookbuild_claims_from": [str(path.resolve()) for path in options.claims_from],
        "bookbuild_pdf": options.pdf,
        "bookbuild_python": ready(book.root) and not options.only,
        **_of_edition(build, edition),
    }


def _of_edition(build: Build, edition: Edition) -> dict[str, Any]:
    """Return the settings that depend on the edition."""
    compiled = build.work / "locale"
    if not edition.is_source:
        compile_all(build.book, edition.language, compiled)
    words = compiled / edition.language / MESSAGES / f"{WORDS}.mo"
    return {
        "language": edition.language,
        "locale_dirs": [str(compiled)],
        "gettext_compact": False,  # a catalogue for each page
        "gettext_auto_build": False,  # compile_all compiles them
        "bookbuild_editions": [each.language for each in build.book.editions],
        "bookbuild_words": digest(words),
    }


def _judge(app: Sphinx, log: str, edition: Edition, only: str) -> Edited:
    """Return what is wrong with the pages that were built, and the other warnings."""
    language, pages = edition.language, app.env.found_docs
    mistakes, warnings = sort(log.splitlines(), Path(app.srcdir), pages, language)
    problems = what_forbids(app.env, only)
    for page, found in mistakes.items():
        # So that the next build reads the page again, and reports its mistakes again.
        (Path(app.doctreedir) / f"{page}.doctree").unlink(missing_ok=True)
        # If the page failed, it's most likely a consequence; and no other one was run.
        if page not in failures(app.env) and only in ("", page):
            problems += found
    if only:
        file = app.env.doc2path(only, False)
        warnings = [each for each in warnings if f"{file}:" in each]
    return Edited(problems, warnings)


def _prune(app: Sphinx) -> None:
    """Remove what earlier builds wrote for pages that the book no longer has."""
    made = Path(app.outdir)
    for source in (made / "_sources").rglob("*.*"):
        docname = source.relative_to(made / "_sources").with_suffix("").as_posix()
        if docname not in app.env.found_docs:
            source.unlink()
            (made / f"{docname}.html").unlink(missing_ok=True)
            for notebook in made.glob(f"_notebooks/**/{docname}.ipynb"):
                notebook.unlink()


def write_manifest(build: Build, every: Sequence[Edited]) -> None:
    """Write what was built, from which sources, and on which machine."""
    machine, commit = asdict(environment_info()), {"commit": build.book.commit}
    editions = zip(build.book.editions, every, strict=True)
    manifest = {
        "build": machine | commit | state(build.book.root),
        "editions": {
            edition.slug: {"seconds": it.seconds, "executed": [*it.executed]}
            for edition, it in editions
        },
        "pages": every[0].pages,
    }
    text = json.dumps(manifest, indent=1)
    (build.work / "manifest.json").write_text(f"{text}\n", encoding="utf8")


def _page(app: Sphinx, docname: str, ran: bool) -> dict[str, Any]:
    data = app.env.nb_metadata[docname].get("exec_data")  # type: ignore[attr-defined]
    notebook = executed_notebook(app, docname) or {"cells": []}
    cells = sum(cell["cell_type"] == "code" for cell in notebook["cells"])
    return {
        "source": app.env.doc2path(docname, False),
        "sha256": digest(Path(app.env.doc2path(docname))),
        "cells": cells,
        "seconds": round(data["runtime"] or 0.0, 2) if data else 0.0,
        "from_cache": cells > 0 and not ran,
    }


def _explain(error: BaseException, book: Book, reading: str) -> str:
    where = book.source(reading) if reading else "the build"
    if isinstance(error, KeyboardInterrupt):
        return f"{where} was interrupted"
    text = str(error).strip() or type(error).__name__
    return f"{where} stopped: {type(error).__name__}: {text.splitlines()[0]}"
