"""Fold the cell that checks a claim into the claim's box, on pages in HTML.

The document keeps the cell in its place, so that notebooks have it there. It's written
within the box, together with the facts: what was found, what was needed, and where.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

from bookbuild.claims.domain import claims_of
from bookbuild.claims.wording import Record, Row, facts
from bookbuild.i18n.messages import _

#: The section that explains the checks, if the book has it.
EXPLAINED = "measuring-claims"


class FoldedCell(nodes.container):
    """A cell that is written within the box of its claim, and not in its place."""


class MinorClaim(nodes.container):
    """A claim without a box: a line that opens to show how it was checked."""


class How(nodes.Invisible, nodes.Element):
    """How a claim was checked: the facts, below the cell if it's of this page.

    Only HTML has it, so that notebooks leave it out.
    """

    cell: FoldedCell | None = None


def fold(box: nodes.Element, record: Record, env: BuildEnvironment) -> None:
    """Add to a claim's box how it was checked, with the cell that did it."""
    document = box.document
    assert document is not None
    how = How()
    how.cell = _folded(document, record["id"])
    how += _facts(record, env)
    if box.get("minor"):
        attributes = {name: box[name] for name in ("claim", "ids", "classes")}
        minor = MinorClaim("", *box.children, how, **attributes)
        box.replace_self(minor)
    else:
        box += how


def _folded(document: nodes.document, name: str) -> FoldedCell | None:
    for cell in document.findall(nodes.container):
        if cell.get("checks") == name:
            cell.attributes.pop("hide_mode", None)  # it's hidden already
            folded = FoldedCell("", *cell.children, **cell.attributes)
            folded.source, folded.line = cell.source, cell.line
            cell.replace_self(folded)
            return folded
    return None


def _facts(record: Record, env: BuildEnvironment) -> nodes.definition_list:
    name, found = record["id"], nodes.definition_list(classes=["facts"])
    code = nodes.literal("", name)
    link = nodes.reference("", "", code, internal=True, refid=f"claim-{name}")
    rows: list[Row] = [*facts(record), *_controls(record, env), (_("Name"), [link])]
    for label, text in rows:
        found += _row(label, nodes.paragraph("", "", *text))
    if more := _links(name, env):
        line = nodes.paragraph("", "", more[0])
        for other in more[1:]:
            line += [nodes.Text(" · "), other]
        found += _row(_("More"), line)
    return found


def _controls(record: Record, env: BuildEnvironment) -> Iterator[Row]:
    """Link to the claim that this one had as its control experiment, if it had one."""
    names = [each["claim"] for each in record["controls"] if each["kind"] == "claim"]
    if record["reason"] == "claim":
        names.append(record["details"]["wanted"])
    places = {name: place for name, place, _its in claims_of(env).data["stated"]}
    for name in filter(places.__contains__, names):
        page, code = places[name].docname, nodes.literal("", name)
        yield (
            _("Control experiment"),
            [make_refnode(env.app.builder, env.docname, page, f"claim-{name}", code)],
        )


def _row(label: str, line: nodes.paragraph) -> nodes.definition_list_item:
    definition = nodes.definition("", line)
    return nodes.definition_list_item("", nodes.term("", label), definition)


def _links(name: str, env: BuildEnvironment) -> list[nodes.reference]:
    """Link to the claim in the ledger, and to what the book says of its checks."""
    found = [
        (page, f"ledger-{name}", _("this claim in the ledger"))
        for page in claims_of(env).ledgers()[:1]
    ]
    labels = env.get_domain("std").labels  # type: ignore[attr-defined]
    if EXPLAINED in labels:
        page, anchor, _title = labels[EXPLAINED]
        found.append((page, anchor, _("how this book checks itself")))
    return [
        make_refnode(env.app.builder, env.docname, page, anchor, nodes.Text(words))
        for page, anchor, words in found
    ]


def _skip(_translator: HTML5Translator, _node: FoldedCell) -> None:
    raise nodes.SkipNode


def _write_how(translator: HTML5Translator, node: How) -> None:
    question = _("How was this checked?")
    translator.body.append(f'<details class="how"><summary>{question}</summary>\n')
    _write_cell(translator, node.cell)


def _end_how(translator: HTML5Translator, _node: How) -> None:
    translator.body.append("</details>\n")


def _write_cell(translator: HTML5Translator, cell: FoldedCell | None) -> None:
    if cell is not None:
        translator.visit_container(cell)
        for child in cell.children:
            child.walkabout(translator)
        translator.depart_container(cell)


def _write_minor(translator: HTML5Translator, node: MinorClaim) -> None:
    """Write the first paragraph as the summary: without links, which would open it."""
    first, *rest, how = node.children
    assert isinstance(how, How)
    translator.body.append(translator.starttag(node, "details", CLASS="minor"))
    translator.body.append("<summary>")
    for child in _without_links(first).children:
        child.walkabout(translator)
    translator.body.append("</summary>\n")
    for child in rest:
        child.walkabout(translator)
    _write_cell(translator, how.cell)
    for child in how.children:
        child.walkabout(translator)
    translator.body.append("</details>\n")
    raise nodes.SkipNode


def _without_links(node: nodes.Node) -> nodes.Element:
    found = node.deepcopy()
    assert isinstance(found, nodes.Element)
    for link in list(found.findall(nodes.reference)):
        link.replace_self(link.children)
    return found


def _nothing(_translator: Any, _node: nodes.Node) -> None:
    """Leave a node that has written its end itself."""


def setup(app: Sphinx) -> None:
    app.add_node(FoldedCell, html=(_skip, _nothing))
    app.add_node(MinorClaim, html=(_write_minor, _nothing))
    app.add_node(How, html=(_write_how, _end_how))
