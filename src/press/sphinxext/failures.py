"""A failing cell fails the build, and says which chapter, which cell, and why.

Left alone, MyST-NB publishes the traceback, and a second build is green.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from .kernel import Client

logger = logging.getLogger(__name__)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def describe(app: Sphinx, docname: str, data: dict[str, Any]) -> str:
    """At most three lines: where the failing cell is, what it did, how it starts."""
    page, place = app.env.doc2path(docname, False), Client.last
    reason = _reason(app, data)
    if place is None:
        return f"{page}: {reason}"
    return (
        f"{page}:{place.line}: code cell {place.cell} of {place.cells} {reason}\n"
        f"    it starts: {place.first_line}"
    )


def _reason(app: Sphinx, data: dict[str, Any]) -> str:
    if data["error"] == "CellTimeoutError":
        limit = app.config.nb_execution_timeout
        return (
            f"ran longer than the limit of {limit} s (execute: timeout in _config.yml)"
        )
    lines = ESCAPES.sub("", data["traceback"] or "").strip().splitlines()
    return f"raised {lines[-1] if lines else data['error']}"


def failed(env: BuildEnvironment) -> Iterator[tuple[str, dict[str, Any]]]:
    """The chapters whose execution failed, with MyST-NB's record of it."""
    for docname, metadata in getattr(env, "nb_metadata", {}).items():
        data = metadata.get("exec_data")
        if data and data.get("succeeded") is False:
            yield docname, data


def _keep(app: Sphinx, _: nodes.document) -> None:
    """Describe a failure while it is known where the kernel's client stopped."""
    data = app.env.nb_metadata[app.env.docname].get("exec_data")  # type: ignore[attr-defined]
    if data and data.get("succeeded") is False:
        data["described"] = describe(app, app.env.docname, data)


def _again(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    """Try failed chapters again in every build, so that no second build looks green."""
    removed = changes[-1]
    return [docname for docname, _ in failed(env) if docname not in removed]


def _report(app: Sphinx, exception: Exception | None) -> None:
    messages = [] if exception else [data["described"] for _, data in failed(app.env)]
    if messages:
        app.statuscode = 1
        logger.error("%s", "\n".join(messages))


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", _keep)
    app.connect("env-get-outdated", _again)
    app.connect("build-finished", _report, priority=900)
