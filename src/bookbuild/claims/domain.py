"""Collect the claims of the book: where each is stated, and what its cell measured.

`claims.json` has all of them, for programs.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from paralelo.claims.evidence import Kind
from paralelo.claims.verdict import Outcome

logger = logging.getLogger(__name__)
FILE = "claims.json"  # at the root of each edition


@dataclass(frozen=True)
class Location:
    """A line of a page's source."""

    docname: str
    source: str
    line: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}"


Stated = list[tuple[str, Location]]


class Claims(Domain):
    """The Sphinx domain of claims: what pages state, and what cells checked."""

    name = "claims"
    label = "claims"
    roles: dict[str, Any] = {  # noqa: RUF012 (Sphinx's custom)
        "link": XRefRole(innernodeclass=nodes.literal, warn_dangling=True)
    }
    initial_data: dict[str, Any] = {  # noqa: RUF012 (Sphinx copies it)
        "stated": [],  # (name, place, the sentence's nodes)
        "checked": [],  # (record, place)
        "wanted": [],  # (name, place), of measured values in sentences
        "unfinished": [],  # (message, place), of boxes and roles
    }
    data_version = 2

    def clear_doc(self, docname: str) -> None:
        for kind, entries in self.data.items():
            if kind in self.initial_data:
                entries[:] = [e for e in entries if e[1].docname != docname]

    def merge_domaindata(self, docnames: Any, otherdata: dict[str, Any]) -> None:
        for kind in self.initial_data:
            entries = otherdata[kind]
            self.data[kind] += [e for e in entries if e[1].docname in docnames]

    def record(self, name: str) -> dict[str, Any] | None:
        """Return the record of the claim's check; None if no cell checked it."""
        for record, _place in self.data["checked"]:
            if record["id"] == name:
                return dict(record)
        return None

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """Link to the box of the claim `target`."""
        for name, place in self.stated():
            if name == target:
                anchor = f"claim-{name}"
                return make_refnode(
                    builder, fromdocname, place.docname, anchor, contnode
                )
        return None

    def stated(self) -> Stated:
        """List the names of the claims that pages state, and where."""
        return [(entry[0], entry[1]) for entry in self.data["stated"]]

    def checked(self) -> Stated:
        """List the names of the claims that cells check, and where."""
        return [(record["id"], place) for record, place in self.data["checked"]]

    def mistakes(self, failed: Container[str]) -> list[tuple[Location, str]]:
        """List the author's mistakes: where, and what to do about each.

        What is missing because a page has `failed` is no mistake, there or elsewhere.
        """
        stated, checked = self.stated(), self.checked()
        later = {name for name, place in stated if place.docname in failed}
        found = [
            *((place, missing) for missing, place in self.data["unfinished"]),
            *_without(stated, checked, UNCHECKED),
            *_without(checked, stated, UNSTATED),
            *_repeated(stated, "stated"),
            *_repeated(checked, "checked"),
            *(
                (place, f"no cell checks the claim {name!r}, so it has no value here")
                for name, place in self.data["wanted"]
                if self.record(name) is None and name not in later
            ),
        ]
        return [mistake for mistake in found if mistake[0].docname not in failed]

    def failing(self) -> list[tuple[Location, dict[str, Any]]]:
        """List the claims that don't hold in this build: where, and the record."""
        places = dict(self.stated())
        return [
            (places[record["id"]], record)
            for record, _place in self.data["checked"]
            if record["outcome"] == Outcome.FAILS and record["id"] in places
        ]


NAMELESS = "a {claim} box needs the name that the cell gave to check, like-this"
EMPTY = "the {{claim}} box {name!r} is empty: write the sentence into it"
IN_HEADING = "a heading is in menus, too, where no value is known: write it below"
UNCHECKED = (
    "the claim {name!r} is stated, but no cell of this page ends in check({name!r}, …)"
)
UNSTATED = (
    "this cell checks the claim {name!r}, which the page does not state: "
    "write a {{claim}} box below it"
)


def _without(
    some: Stated, others: Stated, message: str
) -> Iterator[tuple[Location, str]]:
    known = {(name, place.docname) for name, place in others}
    for name, place in some:
        if (name, place.docname) not in known:
            yield place, message.format(name=name)


def _repeated(entries: Stated, verb: str) -> Iterator[tuple[Location, str]]:
    first: dict[str, Location] = {}
    for name, place in entries:
        if name in first:
            already = f"the claim {name!r} is {verb} already, at {first[name]}"
            yield place, already
        first.setdefault(name, place)


def claims_of(env: BuildEnvironment) -> Claims:
    """Return the domain of claims."""
    domain = env.get_domain("claims")
    assert isinstance(domain, Claims)
    return domain


def verdicts(notebook: Any) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the records in an executed notebook, each with the line of its cell."""
    cells = notebook["cells"]
    lines = notebook["metadata"].get("source_map") or [0] * len(cells)
    for cell, line in zip(cells, lines, strict=True):
        for output in cell.get("outputs", []):
            if record := output.get("metadata", {}).get("claim"):
                yield record, line + 1


def _report(app: Sphinx, _exception: Exception | None) -> None:
    """Warn about claims that fail; the subtype says whether load could be the cause.

    Run at the end of every build, so that pages that weren't read again count, too.
    """
    for place, record in claims_of(app.env).failing():
        exact = record["evidence"]["kind"] == Kind.EXACT
        logger.warning(
            "%s: the claim %r does not hold here: %s",
            place,
            record["id"],
            record["text"],
            type="bookbuild",
            subtype="exact" if exact else "measured",
        )


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Write `claims.json`: every checked claim, sorted by page and line."""
    if exception or app.builder.format != "html":
        return
    claims = [
        {"page": place.docname, "line": place.line, **record}
        for record, place in claims_of(app.env).data["checked"]
    ]
    claims.sort(key=lambda claim: (claim["page"], claim["line"]))
    text = json.dumps(claims, indent=1, ensure_ascii=False)
    (Path(app.outdir) / FILE).write_text(f"{text}\n", "utf8")


def setup(app: Sphinx) -> None:
    app.add_domain(Claims)
    app.connect("build-finished", _report)
    app.connect("build-finished", _write)
