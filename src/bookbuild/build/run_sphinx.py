"""Build the pages of one edition with Sphinx, and report what is wrong with them."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import time
import traceback
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bookbuild.build.diagnostics import sort
from bookbuild.build.manifest import write_manifest
from bookbuild.i18n.catalogs import WORDS, compile_all
from bookbuild.project.book import Book
from bookbuild.project.digests import digest
from bookbuild.project.editions import MESSAGES, Edition
from bookbuild.pyodide.fetch import ready

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from bookbuild.build.progress import Progress

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Options:
    """The options of a build: see `bookbuild.build.pipeline.build`."""

    strict: str = ""
    only: str = ""
    claims_from: Sequence[Path] = ()
    pdf: bool = False

    def of_page(self, page: str) -> Options:
        """Return the same options with the whole name of the only page."""
        return replace(self, only=page)


@dataclass(frozen=True)
class Build:
    """One build of a book: where it writes, what it logs, what was asked of it."""

    book: Book
    work: Path  # the folder in which pages are made, before they're published
    log: TextIO
    progress: Progress
    options: Options

    def doctrees(self, edition: Edition) -> Path:
        """Return the folder in which Sphinx keeps what it has read of an edition."""
        return self.work / f"doctrees-{edition.slug}"


def build_edition(
    build: Build, edition: Edition, *, fresh: bool
) -> tuple[list[str], list[str]]:
    """Build the pages of `edition`; return what forbids publishing, and the warnings.

    Each is a line, or a few. The pages are written to the edition's folder in the work
    folder, next to the manifest. If `fresh`, every page is read and written again.
    """
    began = time.monotonic()
    log = io.StringIO()
    unfinished = build.work / f"unfinished-{edition.slug}"
    fresh = fresh or unfinished.exists()  # Sphinx trusts half-written files
    unfinished.touch()
    of_earlier_failures = build.work / edition.slug / "reports"
    shutil.rmtree(of_earlier_failures, ignore_errors=True)
    try:
        with _all_output_to(build):
            app = _application(build, edition, log, fresh=fresh)
            app.build(force_all=fresh)
            unfinished.unlink()
            problems, warnings = _judge(app, log.getvalue(), build, edition)
            if not problems:
                _prune(app)
                seconds = time.monotonic() - began
                executed = build.progress.executed.get(edition.slug, [])
                manifest = build.work / "manifest.json"
                write_manifest(app, manifest, edition, seconds, executed)
    except (Exception, KeyboardInterrupt) as error:
        traceback.print_exc(file=build.log)
        problems, warnings = [_explain(error, build.progress.reading)], []
        if build.progress.reading:
            build.progress.stopped()
    finally:
        build.log.write(log.getvalue())
    if only := build.options.only:  # no other page ran
        problems = [each for each in problems if each.startswith(f"{only}.md")]
        warnings = [each for each in warnings if f"{only}.md:" in each]
    return problems, warnings


@contextlib.contextmanager
def _all_output_to(build: Build) -> Iterator[None]:
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    with (
        contextlib.redirect_stdout(build.log),
        contextlib.redirect_stderr(build.log),
        patch_docutils(str(build.book.root)),
        docutils_namespace(),
    ):
        yield


def _application(build: Build, edition: Edition, log: TextIO, *, fresh: bool) -> Sphinx:
    """Return Sphinx, configured as Jupyter Book would; its warnings go to `log`.

    If `fresh`, it reads every page.
    """
    from sphinx import locale
    from sphinx.application import Sphinx

    from bookbuild.execution.cache import KERNEL_LOG

    locale.translators.clear()  # of another edition
    app = Sphinx(
        srcdir=build.book.root,
        confdir=None,
        outdir=build.work / edition.slug,
        doctreedir=build.doctrees(edition),
        buildername="html",
        confoverrides=_configuration(build, edition),
        status=build.log,
        warning=log,
        freshenv=fresh,
    )
    app.connect(KERNEL_LOG, lambda _app: build.log)
    build.progress.listen(app)
    return app


def _configuration(build: Build, edition: Edition) -> dict[str, Any]:
    """Return the book's configuration, with what this build and edition set."""
    config = deepcopy(build.book.config)
    settings = _of_options(build) | _of_edition(build, edition)
    for name, more in settings.items():
        is_list = isinstance(more, list)
        config[name] = [*config.get(name, []), *more] if is_list else more
    return config


def _of_options(build: Build) -> dict[str, Any]:
    """Return the settings that depend on the build's options."""
    book, options = build.book, build.options
    settings: dict[str, Any] = {
        "show_warning_types": True,
        "bookbuild_book": book,
        "bookbuild_claims_from": [str(path.resolve()) for path in options.claims_from],
        "bookbuild_pdf": options.pdf,
        "bookbuild_python": ready(book.root) and not options.only,
    }
    if options.strict == "exact":
        settings["suppress_warnings"] = ["bookbuild.measured"]
    if options.only:
        others = [f"{page}.md" for page in book.pages if page != options.only]
        settings["nb_execution_excludepatterns"] = others
    return settings


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


def _judge(
    app: Sphinx, log: str, build: Build, edition: Edition
) -> tuple[list[str], list[str]]:
    """Return what is wrong with the pages that were built, and the other warnings."""
    from bookbuild.execution.failures import failures
    from bookbuild.sphinxext import problems as what_forbids

    lines = ESCAPES.sub("", log).splitlines()
    language, pages = edition.language, app.env.found_docs
    mistakes, warnings = sort(lines, Path(app.srcdir), pages, language)
    problems = what_forbids(app.env)
    for page, found in mistakes.items():
        read_again(build, edition, page)
        if page not in failures(app.env):  # or it's most likely a consequence
            problems += found
    return problems, warnings


def read_again(build: Build, edition: Edition, page: str) -> None:
    """Let the next build read `page` again, and so report its mistakes again."""
    (build.doctrees(edition) / f"{page}.doctree").unlink(missing_ok=True)


def _prune(app: Sphinx) -> None:
    """Remove what earlier builds wrote for pages that the book no longer has."""
    made = Path(app.outdir)
    for source in (made / "_sources").rglob("*.*"):
        docname = source.relative_to(made / "_sources").with_suffix("").as_posix()
        if docname not in app.env.found_docs:
            source.unlink()
            (made / f"{docname}.html").unlink(missing_ok=True)


def _explain(error: BaseException, reading: str) -> str:
    where = f"{reading}.md" if reading else "the build"
    if isinstance(error, KeyboardInterrupt):
        return f"{where} was interrupted"
    text = str(error).strip() or type(error).__name__
    return f"{where} stopped: {type(error).__name__}: {text.splitlines()[0]}"
