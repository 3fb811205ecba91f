"""A failing cell fails the build, and says which chapter, which cell, and why.

Left alone, MyST-NB publishes the traceback, and a second build is green. A cell that it
does not take for one is left out, with a warning only.
"""

from collections.abc import Sequence

from docutils import nodes
from myst_nb.core.read import UnexpectedCellDirective  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from bookbuild.claims.directives import claims_of
from bookbuild.execution.client import Client, has_code_cells

logger = logging.getLogger(__name__)
REFUSED = "bookbuild:refused"  # why the page being read can't be published, if so


def failures(env: BuildEnvironment) -> dict[str, str]:
    """What is wrong with the chapters that were not executed, or not to the end."""
    every = getattr(env, "nb_metadata", {}).items()
    return {name: data["failure"] for name, data in every if "failure" in data}


def problems(env: BuildEnvironment) -> list[str]:
    """All that forbids publishing: failures, and what writers got wrong in claims.

    What a chapter's claims lack because it did not run to its end is no mistake.
    """
    failed = failures(env)
    mistakes = claims_of(env).mistakes(failed)
    return [*failed.values(), *(f"{place}: {mistake}" for place, mistake in mistakes)]


def refuse(app: Sphinx, line: int, why: str) -> None:
    """Let the page being read fail the build; only the first reason is kept."""
    app.env.temp_data.setdefault(REFUSED, f"{line}: {why}")


def _describe(app: Sphinx, tree: nodes.document) -> str:
    """At most three lines: where the failing cell is, what it did, how it starts."""
    page = app.env.doc2path(app.env.docname, False)
    data = app.env.nb_metadata[app.env.docname].get("exec_data")  # type: ignore[attr-defined]
    if data and not data["succeeded"]:
        place, failure = Client.last, Client.failure or data["error"]
        if place is None:
            return f"{page}: {failure}"
        return (
            f"{page}:{place.line}: code cell {place.cell} of {place.cells} {failure}\n"
            f"    it starts: {place.first_line}"
        ) + (Client.mend and f"\n    {Client.mend}")
    if REFUSED in app.env.temp_data:
        return f"{page}:{app.env.temp_data[REFUSED]}"
    if not data and has_code_cells(tree):
        return f"{page}: its code cells were not run; does execution_mode forbid it?"
    return ""


class _Unrun(UnexpectedCellDirective):  # type: ignore[misc]
    """A code cell that MyST-NB did not take for one."""

    def run(self) -> Sequence[nodes.Node]:
        why = (
            "this code cell would never run; "
            "is the header a notebook's, and the cell on its own, between backticks?"
        )
        refuse(self.state.document.settings.env.app, self.lineno, why)
        return super().run()  # type: ignore[no-any-return]


def _keep(app: Sphinx, tree: nodes.document) -> None:
    """Describe a failure while it is known where the kernel's client stopped."""
    if failure := _describe(app, tree):
        app.env.nb_metadata[app.env.docname]["failure"] = failure  # type: ignore[attr-defined]


def _again(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    """Try failed chapters again in every build, so that no second build looks green."""
    removed = changes[-1]
    return [docname for docname in failures(env) if docname not in removed]


def _report(app: Sphinx, exception: Exception | None) -> None:
    messages = [] if exception else problems(app.env)
    if messages:
        app.statuscode = 1
        logger.error("%s", "\n".join(messages))


def setup(app: Sphinx) -> None:
    app.add_directive("code-cell", _Unrun, override=True)
    app.connect("doctree-read", _keep)
    app.connect("env-get-outdated", _again)
    app.connect("build-finished", _report, priority=900)
