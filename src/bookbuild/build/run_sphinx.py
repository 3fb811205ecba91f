"""Make the pages, aside from the site: run Sphinx, and say what is wrong with them."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bookbuild.build.diagnostics import sort
from bookbuild.build.manifest import digest, write_manifest
from bookbuild.build.preflight import contents
from bookbuild.i18n.catalogs import WORDS, compile_all, folder
from bookbuild.project.configuration import settings as configuration
from bookbuild.project.editions import Edition, editions
from bookbuild.pyodide.fetch import ready

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from bookbuild.build.progress import Progress

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Wanted:
    """What was asked of a build, as `bookbuild.build.pipeline.build` has it."""

    strict: str = ""
    only: str = ""
    beside: Sequence[Path] = ()
    pdf: bool = False


def make(
    root: Path,
    work: Path,
    edition: Edition,
    progress: Progress,
    log: TextIO,
    wanted: Wanted,
    *,
    afresh: bool,
) -> tuple[list[str], list[str]]:
    """What forbids publishing, and what is only warned of; a line each, or a few.

    The pages are then in `work`, in the edition's folder, with a manifest beside it.
    With `afresh`, every page is read and written anew.
    """
    from bookbuild.execution.cache import KERNEL_LOG  # only now: it takes packages

    began = time.monotonic()
    settings = _of_edition(root, work, edition) | {"show_warning_types": True}
    settings["bookbuild_beside"] = [str(path.resolve()) for path in wanted.beside]
    settings["bookbuild_pdf"] = wanted.pdf
    settings["bookbuild_python"] = ready(root) and not wanted.only
    if wanted.strict == "exact":
        settings["suppress_warnings"] = ["bookbuild.measured"]
    if wanted.only:
        others = [f"{page}.md" for page in contents(root) if page != wanted.only]
        settings["nb_execution_excludepatterns"] = others
    said = io.StringIO()
    unfinished = work / f"unfinished-{edition.slug}"
    afresh = afresh or unfinished.exists()  # what was half written, Sphinx trusts
    unfinished.touch()
    shutil.rmtree(
        work / edition.slug / "reports", ignore_errors=True
    )  # of earlier failures
    try:
        with _all_output_to(log, root):
            app = _application(root, work, edition, settings, log, said, afresh)
            app.connect(KERNEL_LOG, lambda _app: log)
            progress.listen(app)
            app.build(force_all=afresh)
            unfinished.unlink()
            problems, warnings = _judge(app, said.getvalue(), work, edition)
            if not problems:
                _prune(app)
                seconds = time.monotonic() - began
                executed = progress.executed.get(edition.slug, [])
                write_manifest(app, work / "manifest.json", edition, seconds, executed)
    except (Exception, KeyboardInterrupt) as error:
        traceback.print_exc(file=log)
        problems, warnings = [_explain(error, progress.reading)], []
        if progress.reading:
            progress.stopped()
    finally:
        log.write(said.getvalue())
    if wanted.only:  # of the others it is known only that they were not run
        problems = [each for each in problems if each.startswith(f"{wanted.only}.md")]
        warnings = [each for each in warnings if f"{wanted.only}.md:" in each]
    return problems, warnings


@contextlib.contextmanager
def _all_output_to(log: TextIO, root: Path) -> Iterator[None]:
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    with (
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
        patch_docutils(str(root)),
        docutils_namespace(),
    ):
        yield


def _application(
    root: Path,
    work: Path,
    edition: Edition,
    settings: dict[str, Any],
    log: TextIO,
    said: TextIO,
    afresh: bool,
) -> Sphinx:
    """Sphinx, configured as Jupyter Book would; with `afresh`, it reads every page."""
    from sphinx import locale
    from sphinx.application import Sphinx

    locale.translators.clear()  # of another edition
    config = configuration(root)
    for name, more in settings.items():
        config[name] = (
            [*config.get(name, []), *more] if isinstance(more, list) else more
        )
    return Sphinx(
        srcdir=root,
        confdir=None,
        outdir=work / edition.slug,
        doctreedir=_doctrees(work, edition),
        buildername="html",
        confoverrides=config,
        status=log,
        warning=said,
        freshenv=afresh,
    )


def _judge(
    app: Sphinx, said: str, work: Path, edition: Edition
) -> tuple[list[str], list[str]]:
    """What is wrong with the pages that were made, and what Sphinx only warned of."""
    from bookbuild.execution.failures import failures
    from bookbuild.sphinxext import problems as what_forbids

    lines = ESCAPES.sub("", said).splitlines()
    language, pages = edition.language, app.env.found_docs
    mistakes, warnings = sort(lines, Path(app.srcdir), pages, language)
    problems = what_forbids(app.env)
    for page, found in mistakes.items():
        read_again(work, edition, page)
        if page not in failures(app.env):  # or it is a consequence, most likely
            problems += found
    return problems, warnings


def read_again(work: Path, edition: Edition, page: str) -> None:
    """Let the next build read `page` again, and so say again what is wrong with it."""
    (_doctrees(work, edition) / f"{page}.doctree").unlink(missing_ok=True)


def _doctrees(work: Path, edition: Edition) -> Path:
    return work / f"doctrees-{edition.slug}"


def _of_edition(root: Path, work: Path, edition: Edition) -> dict[str, Any]:
    """What is set otherwise in one edition than in another."""
    compiled = work / "locale"
    if not edition.is_source:
        compile_all(root, edition.language, compiled)
    return {
        "language": edition.language,
        "locale_dirs": [str(compiled)],
        "gettext_compact": False,  # a catalogue for each page
        "gettext_auto_build": False,  # they are compiled
        "bookbuild_editions": [each.language for each in editions(root)],
        "bookbuild_words": digest(folder(root, edition.language) / f"{WORDS}.po"),
    }


def _prune(app: Sphinx) -> None:
    """Remove what earlier builds made of pages that the book no longer has."""
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
