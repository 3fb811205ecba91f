"""Show a claim with its verdict: ``{claim} name``, and ``{measured}`` in a sentence.

The verdict comes from the cell that ends in `check(name, …)`. It travels in the
output's metadata, through the cache, into every edition.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookbuild.claims import folding
from bookbuild.claims.domain import Location, Statement, claims_of
from bookbuild.claims.folding import fold
from bookbuild.claims.wording import (
    ALSO,
    HERE,
    Record,
    in_prose,
    sign,
    verdict_line,
)
from bookbuild.i18n.messages import _
from paralelo.claims.verdict import Outcome

logger = logging.getLogger(__name__)
NAMELESS = "a {claim} box needs the name that the cell gave to check, like-this"
EMPTY = "the {claim} box %r is empty: write the sentence into it"
IN_HEADING = "a heading is in menus, too, where no value is known: write it below"


class ClaimDirective(SphinxDirective):
    """Show a sentence, and under it the verdict of the cell that checked it.

    A minor claim has no box: it's one line, which opens to show how it was checked.
    """

    optional_arguments = 1  # the name that the cell gave to `check`
    final_argument_whitespace = True
    option_spec: ClassVar = {"minor": directives.flag}
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = "".join(self.arguments)
        if not name:
            logger.warning(NAMELESS, location=self.get_location())
            return []
        if not self.content:
            logger.warning(EMPTY, name, location=self.get_location())
        identifier = f"claim-{name}"
        box = nodes.container("", claim=name, ids=[identifier], classes=["claim"])
        self.set_source_info(box)
        if "minor" in self.options:
            box["minor"] = True
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class MeasuredRole(SphinxRole):
    """Show the evidence for a claim in the middle of a sentence."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name = self.text.strip()
        node = nodes.inline("", "", claim=name, classes=["measured"])
        self.set_source_info(node)
        return [node], []


def _of_claims(tree: nodes.document, kind: type[nodes.Element]) -> list[nodes.Element]:
    """List the claims' boxes, or the measured numbers, in the order of the page."""
    return [node for node in tree.findall(kind) if "claim" in node]


def _collect(app: Sphinx, tree: nodes.document) -> None:
    """Collect what the page states, shows in sentences, and checks."""
    docname, data = app.env.docname, claims_of(app.env).data
    suffix = Path(app.env.doc2path(docname)).suffix

    def location(line: int | None) -> Location:
        return Location(docname, line or 0, suffix)

    for box in _of_claims(tree, nodes.container):
        place = location(box.line)
        sentence = [child.deepcopy() for child in box.children]
        stated = Statement(sentence, minor="minor" in box)
        data["stated"].append((box["claim"], place, stated))
    for node in _of_claims(tree, nodes.inline):
        place = location(node.line)
        data["wanted"].append((node["claim"], place, None))
        if isinstance(node.parent, nodes.title):
            logger.warning(IN_HEADING, location=node)
    outputs = [node for node in tree.findall(nodes.Element) if "verdict" in node]
    for output in outputs:
        place, record = location(output["cell_line"]), output["verdict"]
        data["checked"].append((record["id"], place, record))
        _cell_of(output)["checks"] = record["id"]
        _remove_output(output)


def _cell_of(node: nodes.Element) -> nodes.Element:
    """Return the cell that a node is in."""
    while node.get("nb_element") != "cell_code":
        node = node.parent
    return node


def _remove_output(output: nodes.Element) -> None:
    """Remove a verdict from below its cell: the claim's box shows it."""
    parent = output.parent
    parent.remove(output)
    if not parent.children and isinstance(parent, nodes.container):
        _remove_output(parent)


class ShowVerdicts(SphinxPostTransform):
    """Put the verdicts into a page when it is written: all of them are known then."""

    default_priority = 2  # before Sphinx resolves references: sentences have some

    def run(self, **kwargs: Any) -> None:
        domain = claims_of(self.env)
        for box in _of_claims(self.document, nodes.container):
            record = domain.record(box["claim"])
            outcome = record["outcome"] if record else "undecided"
            box["classes"].append(f"claim-{outcome}")
            if record and "minor" in box:
                _mark_minor(box, record)
            elif record:
                box += verdict_line(record)
            if record and self.app.builder.format == "html":
                fold(box, record, self.env)
        for node in _of_claims(self.document, nodes.inline):
            record = domain.record(node["claim"])
            node += nodes.Text(in_prose(record) if record else "?")


def _mark_minor(box: nodes.Element, record: Record) -> None:
    """Put the outcome before a minor claim: nothing stands below it."""
    outcome = record["outcome"]
    word = ALSO if outcome == Outcome.HOLDS else HERE[outcome]
    first = box.next_node(nodes.paragraph)
    if first is None or first is not box[0]:
        box.insert(0, first := nodes.paragraph())
    mark = nodes.strong("", f"{sign(record)} {_(word)}:")
    first.insert(0, [mark, nodes.Text(" ")])


def _outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write pages again whose measured values changed: the cell may be on another."""
    claims, values = claims_of(env), dict[str, list[Any]]()
    for name, place, _nothing in claims.data["wanted"]:
        values.setdefault(place.docname, []).append(claims.record(name))
    before = getattr(env, "bookbuild_measured", {})
    env.bookbuild_measured = values  # type: ignore[attr-defined]
    return [page for page in sorted(values) if values[page] != before.get(page)]


def setup(app: Sphinx) -> None:
    folding.setup(app)
    app.add_directive("claim", ClaimDirective)
    app.add_role("measured", MeasuredRole())
    app.add_post_transform(ShowVerdicts)
    app.connect("doctree-read", _collect, priority=600)
    app.connect("env-updated", _outdated)
