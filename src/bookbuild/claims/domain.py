"""Collect the claims of the book: where each is stated, and what its cell measured.

`claims.json` has all of them, for programs.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from bookbuild.project import places
from paralelo.claims.evidence import Kind
from paralelo.claims.verdict import Outcome

logger = logging.getLogger(__name__)
FILE = "claims.json"  # at the root of each edition


class Location(NamedTuple):
    """A line of a page's source."""

    docname: str
    line: int
    suffix: str = ".md"

    def __str__(self) -> str:
        return places.place(f"{self.docname}{self.suffix}", self.line)


class Statement(NamedTuple):
    """What a page says of a claim."""

    sentence: list[nodes.Node]
    minor: bool  # without a box


Entry = tuple[str, Location, Any]  # a claim's name, and what is at the place


class Claims(Domain):
    """The Sphinx domain of claims: what pages state, and what cells checked."""

    name = "claims"
    label = "claims"
    initial_data: dict[str, list[Entry]] = {  # noqa: RUF012 (Sphinx copies it)
        "stated": [],  # with the statement
        "checked": [],  # with the record
        "wanted": [],  # measured values in sentences, with nothing
        "listed": [],  # pages with a ledger, with neither a name nor anything else
    }
    data_version = 5

    def clear_doc(self, docname: str) -> None:
        for kind in self.initial_data:
            entries = self.data[kind]
            entries[:] = [entry for entry in entries if entry[1].docname != docname]

    def record(self, name: str) -> dict[str, Any] | None:
        """Return the record of the claim's check; None if no cell checked it."""
        found = (each for known, _, each in self.data["checked"] if known == name)
        return next(found, None)

    def ledgers(self) -> list[str]:
        """Return the names of the pages with a ledger."""
        return sorted({place.docname for _, place, _nothing in self.data["listed"]})

    def mistakes(self, failed: Container[str]) -> list[tuple[Location, str]]:
        """List the author's mistakes: where, and what to do about each.

        What is missing because a page has `failed` is no mistake, there or elsewhere.
        """
        kinds = ("stated", "checked", "wanted")
        stated, checked, wanted = (self.data[kind] for kind in kinds)
        later = {name for name, place, _ in stated if place.docname in failed}
        found = [
            *_without(stated, checked, UNCHECKED),
            *_without(checked, stated, UNSTATED),
            *_repeated(stated, "stated"),
            *_repeated(checked, "checked"),
            *(
                (place, f"no cell checks the claim {name!r}, so it has no value here")
                for name, place, _ in wanted
                if self.record(name) is None and name not in later
            ),
        ]
        return [mistake for mistake in found if mistake[0].docname not in failed]


AGAIN = "; if the machine was busy, build --again {page} runs its cells once more"
UNCHECKED = (
    "the claim {name!r} is stated, but no cell of this page ends in check({name!r}, …)"
)
UNSTATED = (
    "this cell checks the claim {name!r}, which the page does not state: "
    "write a {{claim}} box below it"
)


def _without(
    some: list[Entry], others: list[Entry], message: str
) -> Iterator[tuple[Location, str]]:
    known = {(name, place.docname) for name, place, _ in others}
    for name, place, _ in some:
        if (name, place.docname) not in known:
            yield place, message.format(name=name)


def _repeated(entries: list[Entry], verb: str) -> Iterator[tuple[Location, str]]:
    first: dict[str, Location] = {}
    for name, place, _ in entries:
        if name in first:
            yield place, f"the claim {name!r} is {verb} already, at {first[name]}"
        first.setdefault(name, place)


def claims_of(env: BuildEnvironment) -> Claims:
    """Return the domain of claims."""
    domain = env.get_domain("claims")
    assert isinstance(domain, Claims)
    return domain


def _report(app: Sphinx, _exception: Exception | None) -> None:
    """Warn about claims that fail; the subtype says whether load could be the cause.

    Run at the end of every build, so that pages that weren't read again count, too.
    """
    data = claims_of(app.env).data
    stated = {name: place for name, place, _ in data["stated"]}
    for name, _place, record in data["checked"]:
        kind = record["evidence"]["kind"]
        if record["outcome"] == Outcome.FAILS and name in stated:
            place, measured = stated[name], kind != Kind.EXACT
            more = AGAIN.format(page=place.docname) if measured else ""
            logger.warning(
                "%s: the claim %r does not hold here: %s%s",
                *(place, name, record["text"], more),
                type="bookbuild",
                subtype="measured" if measured else "exact",
            )


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Write `claims.json`: every checked claim, sorted by page and line."""
    if exception or app.builder.format != "html":
        return
    data = claims_of(app.env).data
    minor = {name for name, _place, stated in data["stated"] if stated.minor}
    claims = [
        {"page": place.docname, "line": place.line, "minor": name in minor, **record}
        for name, place, record in data["checked"]
    ]
    claims.sort(key=lambda claim: (claim["page"], claim["line"]))
    text = json.dumps(claims, indent=1, ensure_ascii=False)
    (Path(app.outdir) / FILE).write_text(f"{text}\n", "utf8")


def setup(app: Sphinx) -> None:
    app.add_domain(Claims)
    app.connect("build-finished", _report)
    app.connect("build-finished", _write)
