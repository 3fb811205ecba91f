"""Show a claim with its verdict: ``{claim} name``, and ``{measured}`` in a sentence.

The verdict comes from the cell that ends in `check(name, …)`. It travels in the
output's metadata, through the cache, into every edition.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookbuild.claims.domain import EMPTY, IN_HEADING, NAMELESS, Location, claims_of
from bookbuild.i18n.messages import _, speech
from paralelo.claims.verdict import REASONS, SIGNS, Outcome
from paralelo.translatable import gettext_noop

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


class claim_node(nodes.General, nodes.Element):  # noqa: N801 (docutils' custom)
    """A claim whose verdict isn't in it yet; its children are the sentence."""


class measured_node(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A place in a sentence for a claim's evidence."""


class ClaimDirective(SphinxDirective):
    """Show a sentence, and under it the verdict of the cell that checked it."""

    optional_arguments = 1  # the name that the cell gave to `check`
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = "".join(self.arguments)
        if not name:  # docutils would only warn about it, as about an empty box
            self._refuse(NAMELESS)
            return []
        if not self.content:
            self._refuse(EMPTY.format(name=name))
        box = claim_node("", ids=[f"claim-{name}"], claim=name)
        self.set_source_info(box)
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]

    def _refuse(self, missing: str) -> None:
        source = self.env.doc2path(self.env.docname, False)
        place = Location(self.env.docname, source, self.get_source_info()[1])
        claims_of(self.env).data["unfinished"].append((missing, place))


class MeasuredRole(SphinxRole):
    """Show the evidence for a claim in the middle of a sentence."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        node = measured_node("", claim=self.text.strip())
        self.set_source_info(node)
        return [node], []


def _collect(app: Sphinx, tree: nodes.document) -> None:
    """Collect what the page states, shows in sentences, and checks."""
    docname, domain = app.env.docname, claims_of(app.env)
    source = app.env.doc2path(docname, False)
    lines = Path(app.env.doc2path(docname)).read_text("utf8").splitlines()
    for box in tree.findall(claim_node):
        place = Location(docname, source, _line_of(box, lines))
        sentence = [child.deepcopy() for child in box.children]
        domain.data["stated"].append((box["claim"], place, sentence))
    for node in tree.findall(measured_node):
        place = Location(docname, source, node.line or 0)
        domain.data["wanted"].append((node["claim"], place))
        if isinstance(node.parent, nodes.title):
            domain.data["unfinished"].append((IN_HEADING, place))
    outputs = [node for node in tree.findall(nodes.Element) if "verdict" in node]
    for output in outputs:
        place = Location(docname, source, output["cell_line"] or 0)
        domain.data["checked"].append((output["verdict"], place))
        _remove_output(output)


def _line_of(box: claim_node, lines: list[str]) -> int:
    """Return the line where a box begins; below a code cell, MyST-NB is off by one."""
    line = box.line or 0
    return next((n for n in (line, line - 1) if _begins(box, lines[n - 1 : n])), line)


def _begins(box: claim_node, line: list[str]) -> bool:
    return bool(line) and line[0].endswith(f"{{claim}} {box['claim']}")


def _remove_output(output: nodes.Element) -> None:
    """Remove a verdict from below its cell: the claim's box shows it."""
    node = output
    while (parent := node.parent) is not None:
        parent.remove(node)
        if parent.children or not isinstance(parent, nodes.container):
            return
        node = parent


class ShowVerdicts(SphinxPostTransform):
    """Put the verdicts into a page when it is written: all of them are known then."""

    default_priority = 2  # before Sphinx resolves references: sentences have some

    def run(self, **kwargs: Any) -> None:
        domain = claims_of(self.env)
        for box in list(self.document.findall(claim_node)):
            box.replace_self(_box(box, domain.record(box["claim"])))
        for node in list(self.document.findall(measured_node)):
            record = domain.record(node["claim"])
            text = _number(record, record["evidence"]["in_prose"]) if record else "?"
            node.replace_self(nodes.inline("", text, classes=["measured"]))


def _box(claim: claim_node, record: dict[str, Any] | None) -> nodes.container:
    outcome = record["outcome"] if record else "undecided"
    box = nodes.container(classes=["claim", f"claim-{outcome}"], ids=claim["ids"])
    box += claim.children
    if record:
        box += verdict_line(record, permalink=True)
    return box


def verdict_line(record: dict[str, Any], *, permalink: bool = False) -> nodes.paragraph:
    """Make the line with sign, outcome, evidence, and its kind or the reason."""
    evidence = record["evidence"]
    word = f"{SIGNS[Outcome(record['outcome'])]} {_(WORDS[record['outcome']])}"
    line = nodes.paragraph("", classes=["verdict"])
    line += nodes.strong("", word)
    line += nodes.Text(f" · {_number(record, record['text'])}")
    if record["reason"]:
        why = {"text": REASONS[record["reason"]], "details": record["details"]}
        line += nodes.Text(f" · {speech().say(why)}")
    else:
        line += nodes.Text(f" · {_(WORDS[evidence['kind']])}")
    if permalink:
        line += nodes.Text(" · ")
        name = record["id"]
        line += nodes.reference("", name, internal=True, refid=f"claim-{name}")
    return line


def _number(record: dict[str, Any], shown: str) -> str:
    """Return `shown` as the edition writes numbers, or as it is if it isn't one."""
    evidence = record["evidence"]
    is_number = evidence["low"] is not None or evidence["high"] is not None
    return speech().numbers(shown) if is_number else shown


def _outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write pages with measured values again: the cell may be on another page."""
    return sorted({place.docname for _name, place in claims_of(env).data["wanted"]})


def _write_nothing(_translator: object, _node: measured_node) -> None:
    pass


def setup(app: Sphinx) -> None:
    app.add_node(claim_node)
    # Menus show headings as they were read; such a page fails only at the build's end.
    app.add_node(measured_node, html=(_write_nothing, _write_nothing))
    app.add_directive("claim", ClaimDirective)
    app.add_role("measured", MeasuredRole())
    app.add_post_transform(ShowVerdicts)
    app.connect("doctree-read", _collect, priority=600)
    app.connect("env-updated", _outdated)
