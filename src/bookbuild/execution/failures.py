"""Let a failing cell fail the build, and report its chapter, its cell and the error.

MyST-NB alone publishes the traceback, and a second build succeeds. A code cell that it
doesn't recognize is left out with no more than a warning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docutils import nodes
from myst_nb.core.read import UnexpectedCellDirective  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bookbuild.project.places import place

if TYPE_CHECKING:
    from bookbuild.execution.cache import ChapterClient

CHAPTER = "bookbuild:chapter"  # the client of the page being read
RENDERED = "bookbuild:rendered"  # whether our renderer made nodes of its outputs
REFUSED = "bookbuild:refused"  # the line and why the page being read is refused


def failures(env: BuildEnvironment) -> dict[str, str]:
    """Map each chapter that wasn't executed to its end to the reason."""
    every = getattr(env, "nb_metadata", {}).items()
    return {name: data["failure"] for name, data in every if "failure" in data}


def has_code_cells(tree: nodes.document) -> bool:
    """Return whether MyST-NB made a code cell of any part of the page."""
    found = (getattr(node, "attributes", {}) for node in tree.findall())
    return any(each.get("nb_element") == "cell_code" for each in found)


def chapter_of(app: Sphinx) -> ChapterClient | None:
    """Return the client of the page being read; None if it has no chapter's cells."""
    chapter: ChapterClient | None = app.env.temp_data.get(CHAPTER)
    return chapter


def refuse(app: Sphinx, line: int, why: str) -> None:
    """Fail the build because of the page being read; only the first reason is kept."""
    app.env.temp_data.setdefault(REFUSED, (line, why))


NOT_TRIED = "its code cells were not run, since another chapter's have failed"
NOT_ASKED_FOR = "its code cells were not run, since another page was asked for"
OBVIOUS = {NOT_TRIED, NOT_ASKED_FOR}  # while the build runs
NOT_RUN = (
    "its code cells were not run by this build: remove execution_mode from its header"
)
NOT_CLEANED = (
    "its cells' outputs were not cleaned by this build: remove render_plugin from its "
    "header; otherwise these packages and the book's extension don't fit together"
)


def _describe(app: Sphinx, tree: nodes.document) -> str:
    """Say in at most three lines what is wrong with the page's cells; else nothing.

    A page whose cells were not run by our client, or whose outputs were not rendered by
    our renderer, can't be published, whatever else MyST-NB may have done with it.
    """
    page = app.env.doc2path(app.env.docname, False)
    chapter = chapter_of(app)
    if chapter and chapter.run and chapter.run.failure:
        return chapter.run.report(page)
    if chapter and chapter.skipped:
        return NOT_TRIED
    if REFUSED in app.env.temp_data:
        line, why = app.env.temp_data[REFUSED]
        return f"{place(page, line)}: {why}"
    if not has_code_cells(tree):
        return ""
    if chapter is None:
        return NOT_ASKED_FOR if app.config.bookbuild_only else f"{page}: {NOT_RUN}"
    return "" if app.env.temp_data.get(RENDERED) else f"{page}: {NOT_CLEANED}"


class _Unrun(UnexpectedCellDirective):  # type: ignore[misc]
    """Refuse a code cell that MyST-NB didn't recognize as one."""

    def run(self) -> Sequence[nodes.Node]:
        why = (
            "this code cell would never run; "
            "is the header a notebook's, and the cell on its own, between backticks?"
        )
        refuse(self.state.document.settings.env.app, self.lineno, why)
        return super().run()  # type: ignore[no-any-return]


def _keep(app: Sphinx, tree: nodes.document) -> None:
    """Keep a page's failure while we know at which cell the client stopped."""
    if failure := _describe(app, tree):
        app.env.nb_metadata[app.env.docname]["failure"] = failure  # type: ignore[attr-defined]


def _again(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    """Read failed chapters again in every build, so that a second build fails, too."""
    removed = changes[-1]
    return [docname for docname in failures(env) if docname not in removed]


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_only", "", "")  # the page that is asked for
    app.add_directive("code-cell", _Unrun, override=True)
    app.connect("doctree-read", _keep)
    app.connect("env-get-outdated", _again)
