"""Show a claim with its verdict: ``{claim} name``, and ``{measured}`` in a sentence.

The verdict comes from the cell that ends in `check(name, …)`. It travels in the
output's metadata, through the cache, into every edition.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookbuild.claims.domain import Location, claims_of
from bookbuild.i18n.messages import _, speech
from paralelo.claims.verdict import REASONS, SIGNS, Outcome
from paralelo.translatable import gettext_noop

logger = logging.getLogger(__name__)
NAMELESS = "a {claim} box needs the name that the cell gave to check, like-this"
EMPTY = "the {claim} box %r is empty: write the sentence into it"
IN_HEADING = "a heading is in menus, too, where no value is known: write it below"
#: The words for an outcome and for a kind of evidence; translate them with `_`.
WORDS = {
    "holds": gettext_noop("holds"),
    "fails": gettext_noop("does not hold here"),
    "undecided": gettext_noop("undecided"),
    "exact": gettext_noop("no load can change it"),
    "lowered": gettext_noop("load can only lower it"),
    "raised": gettext_noop("load can only raise it"),
    "ratio": gettext_noop("a ratio, with its range over the rounds"),
}


class ClaimDirective(SphinxDirective):
    """Show a sentence, and under it the verdict of the cell that checked it."""

    optional_arguments = 1  # the name that the cell gave to `check`
    final_argument_whitespace = True
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
    for box in _of_claims(tree, nodes.container):
        place = Location(docname, box.line or 0)
        sentence = [child.deepcopy() for child in box.children]
        data["stated"].append((box["claim"], place, sentence))
    for node in _of_claims(tree, nodes.inline):
        place = Location(docname, node.line or 0)
        data["wanted"].append((node["claim"], place, None))
        if isinstance(node.parent, nodes.title):
            logger.warning(IN_HEADING, location=node)
    outputs = [node for node in tree.findall(nodes.Element) if "verdict" in node]
    for output in outputs:
        place, record = Location(docname, output["cell_line"] or 0), output["verdict"]
        data["checked"].append((record["id"], place, record))
        _remove_output(output)


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
            if record:
                box += verdict_line(record, permalink=True)
        for node in _of_claims(self.document, nodes.inline):
            record = domain.record(node["claim"])
            text = _number(record, record["evidence"]["in_prose"]) if record else "?"
            node += nodes.Text(text)


def verdict_line(record: dict[str, Any], *, permalink: bool = False) -> nodes.paragraph:
    """Make the line with sign, outcome, evidence, and its kind or the reason."""
    kind = record["evidence"]["kind"]
    word = f"{SIGNS[Outcome(record['outcome'])]} {_(WORDS[record['outcome']])}"
    if record["reason"]:
        why = {"text": REASONS[record["reason"]], "details": record["details"]}
        about = speech().say(why)
    else:
        about = _(WORDS[kind])
    line = nodes.paragraph("", "", nodes.strong("", word), classes=["verdict"])
    line += nodes.Text(f" · {_number(record, record['text'])} · {about}")
    if permalink:
        name, anchor = record["id"], f"claim-{record['id']}"
        link = nodes.reference("", name, internal=True, refid=anchor)
        line += [nodes.Text(" · "), link]
    return line


def _number(record: dict[str, Any], shown: str) -> str:
    """Return `shown` as the edition writes numbers, or as it is if it isn't one."""
    evidence = record["evidence"]
    is_number = evidence["low"] is not None or evidence["high"] is not None
    return speech().numbers(shown) if is_number else shown


def _outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write pages again whose measured values changed: the cell may be on another."""
    claims, values = claims_of(env), dict[str, list[Any]]()
    for name, place, _nothing in claims.data["wanted"]:
        values.setdefault(place.docname, []).append(claims.record(name))
    before = getattr(env, "bookbuild_measured", {})
    env.bookbuild_measured = values  # type: ignore[attr-defined]
    return [page for page in sorted(values) if values[page] != before.get(page)]


def setup(app: Sphinx) -> None:
    app.add_directive("claim", ClaimDirective)
    app.add_role("measured", MeasuredRole())
    app.add_post_transform(ShowVerdicts)
    app.connect("doctree-read", _collect, priority=600)
    app.connect("env-updated", _outdated)
