"""``{claim} name``: a sentence of the book, and what this build found out about it.

The verdict comes from the cell that ends in `check(name, …)`: it travels in the
output's metadata, through the cache, into every edition.
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
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode

from bookbuild.execution.client import has_code_cells
from bookbuild.i18n.messages import _, speech
from paralelo.claims.evidence import Kind
from paralelo.claims.verdict import REASONS, SIGNS, Outcome
from paralelo.translatable import gettext_noop

logger = logging.getLogger(__name__)
FILE = "claims.json"  # at the root of each edition

#: What a reader reads for an outcome, and for a kind of evidence; say it with `_`.
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
    """A claim before its verdict is known; its children are the sentence."""


class measured_node(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A place in prose where a claim's evidence is to stand."""


@dataclass(frozen=True)
class Place:
    """Where something about a claim is said: a page's source, and a line of it."""

    docname: str
    source: str
    line: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}"


Stated = list[tuple[str, Place]]


class Claims(Domain):
    """Every claim of the book: where it is stated, and what was found out."""

    name = "claims"
    label = "claims"
    roles: dict[str, Any] = {  # noqa: RUF012 (Sphinx's custom)
        "link": XRefRole(innernodeclass=nodes.literal, warn_dangling=True)
    }
    initial_data: dict[str, Any] = {  # noqa: RUF012 (Sphinx copies it)
        "stated": [],  # (name, place, the sentence's nodes)
        "checked": [],  # (record, place)
        "wanted": [],  # (name, place), by roles
        "unfinished": [],  # (what is missing, place), of boxes
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
        """What was found out about a claim, or None if nothing was."""
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
        """A link to the box of the claim `target`."""
        for name, place in self.stated():
            if name == target:
                anchor = f"claim-{name}"
                return make_refnode(
                    builder, fromdocname, place.docname, anchor, contnode
                )
        return None

    def stated(self) -> Stated:
        """Each statement of a claim: its name, and where it is."""
        return [(entry[0], entry[1]) for entry in self.data["stated"]]

    def checked(self) -> Stated:
        """Each check of a claim: its name, and where the cell is."""
        return [(record["id"], place) for record, place in self.data["checked"]]

    def mistakes(self, failed: Container[str]) -> list[tuple[Place, str]]:
        """What a writer got wrong: where, and what to do about it.

        What the claims of a page lack because it has `failed` is no mistake, be it
        there or on another page.
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

    def failing(self) -> list[tuple[Place, dict[str, Any]]]:
        """The claims that do not hold here: where they are stated, and the record."""
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


def _without(some: Stated, others: Stated, message: str) -> Iterator[tuple[Place, str]]:
    known = {(name, place.docname) for name, place in others}
    for name, place in some:
        if (name, place.docname) not in known:
            yield place, message.format(name=name)


def _repeated(entries: Stated, verb: str) -> Iterator[tuple[Place, str]]:
    first: dict[str, Place] = {}
    for name, place in entries:
        if name in first:
            already = f"the claim {name!r} is {verb} already, at {first[name]}"
            yield place, already
        first.setdefault(name, place)


def claims_of(env: BuildEnvironment) -> Claims:
    """The domain, with its type."""
    domain = env.get_domain("claims")
    assert isinstance(domain, Claims)
    return domain


class ClaimDirective(SphinxDirective):
    """The sentence; under it, the verdict of the cell that checked it."""

    optional_arguments = 1  # the name that the cell gave to `check`
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = "".join(self.arguments)
        if not name:  # docutils would only warn of it, as of what is empty
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
        place = Place(self.env.docname, source, self.get_source_info()[1])
        claims_of(self.env).data["unfinished"].append((missing, place))


class MeasuredRole(SphinxRole):
    """What was measured for a claim, in the middle of a sentence."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        node = measured_node("", claim=self.text.strip())
        self.set_source_info(node)
        return [node], []


def _collect(app: Sphinx, tree: nodes.document) -> None:
    """Keep what the page states, wants, and has found out."""
    docname, domain = app.env.docname, claims_of(app.env)
    source = app.env.doc2path(docname, False)
    lines = Path(app.env.doc2path(docname)).read_text("utf8").splitlines()
    for box in tree.findall(claim_node):
        place = Place(docname, source, _line_of(box, lines))
        sentence = [child.deepcopy() for child in box.children]
        domain.data["stated"].append((box["claim"], place, sentence))
    for node in tree.findall(measured_node):
        place = Place(docname, source, node.line or 0)
        domain.data["wanted"].append((node["claim"], place))
        if isinstance(node.parent, nodes.title):
            domain.data["unfinished"].append((IN_HEADING, place))
    if has_code_cells(tree):
        made = Path(app.outdir).parent / "jupyter_execute" / f"{docname}.ipynb"
        notebook = json.loads(made.read_text("utf8"))
        for record, line in verdicts(notebook):
            domain.data["checked"].append((record, Place(docname, source, line)))
            _remove_output(tree, record["plain"])


def _line_of(box: claim_node, lines: list[str]) -> int:
    """The line where a box begins; MyST-NB counts one too many below a code cell."""
    line = box.line or 0
    return next((n for n in (line, line - 1) if _begins(box, lines[n - 1 : n])), line)


def _begins(box: claim_node, line: list[str]) -> bool:
    return bool(line) and line[0].endswith(f"{{claim}} {box['claim']}")


def _remove_output(tree: nodes.document, plain: str) -> None:
    """Show a verdict once: in the claim's box, and not under the cell as well."""
    for shown in list(tree.findall(nodes.container)):
        is_output = shown.get("nb_element") == "mime_bundle"
        if is_output and shown.astext().strip() == plain:
            outputs = shown.parent
            outputs.remove(shown)
            if not outputs.children:
                outputs.parent.remove(outputs)


def verdicts(notebook: Any) -> Iterator[tuple[dict[str, Any], int]]:
    """What the cells of an executed notebook found out, and at which line each is."""
    cells = notebook["cells"]
    lines = notebook["metadata"].get("source_map") or [0] * len(cells)
    for cell, line in zip(cells, lines, strict=True):
        for output in cell.get("outputs", []):
            if record := output.get("metadata", {}).get("claim"):
                yield record, line + 1


class ShowVerdicts(SphinxPostTransform):
    """Put the verdicts into the pages, as they are known when a page is written."""

    default_priority = 2  # before references are resolved: some are in the sentences

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
    """Sign, word, evidence; why, where undecided; on which interpreter."""
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
    """What is shown of a record: numbers as readers write them, the rest as code."""
    evidence = record["evidence"]
    is_number = evidence["low"] is not None or evidence["high"] is not None
    return speech().numbers(shown) if is_number else shown


def _rewritten(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages with values in prose are written anew: another page may have them."""
    return sorted({place.docname for _name, place in claims_of(env).data["wanted"]})


def _report(app: Sphinx, _exception: Exception | None) -> None:
    """Warn of claims that fail: by subtype, those that no load can change, or others.

    At the end of every build, so that pages that were not read again count, too.
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
    """Write `claims.json`, for programs: every claim, in the order of its page."""
    if exception or app.builder.format != "html":
        return
    claims = [
        {"page": place.docname, "line": place.line, **record}
        for record, place in claims_of(app.env).data["checked"]
    ]
    claims.sort(key=lambda claim: (claim["page"], claim["line"]))
    text = json.dumps(claims, indent=1, ensure_ascii=False)
    (Path(app.outdir) / FILE).write_text(f"{text}\n", "utf8")


def _pass_over(_translator: object, _node: measured_node) -> None:
    pass


def setup(app: Sphinx) -> None:
    app.add_domain(Claims)
    app.add_node(claim_node)
    # Menus show headings as they were read; the page is refused, but only at the end.
    app.add_node(measured_node, html=(_pass_over, _pass_over))
    app.add_directive("claim", ClaimDirective)
    app.add_role("measured", MeasuredRole())
    app.add_post_transform(ShowVerdicts)
    app.connect("doctree-read", _collect, priority=600)
    app.connect("env-updated", _rewritten)
    app.connect("build-finished", _report)
    app.connect("build-finished", _write)
