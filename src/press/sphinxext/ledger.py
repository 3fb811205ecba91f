"""``{ledger}``: every claim of the book, by chapter, with verdict and evidence.

A reader can narrow it down without a script: the choice is made in the style sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import get_translation
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from .claims import FILE, WORDS, Claims, claims_of, verdict_line

_ = get_translation("press")

LEDGERS = "press_ledgers"  # the environment's list of pages that show one
GROUPS = {
    "outcome": ("holds", "fails", "undecided"),
    "kind": ("exact", "lowered", "raised", "ratio"),
}


class ledger_node(nodes.General, nodes.Element):  # noqa: N801 (docutils' custom)
    """The place where the ledger is to stand."""


class LedgerDirective(SphinxDirective):
    """All claims, as they are when the page is written."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname][LEDGERS] = True
        return [ledger_node("")]


class ShowLedger(SphinxPostTransform):
    """Build the tables, with the sentences as this edition has them."""

    default_priority = 1  # before verdicts, and before references are resolved

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(ledger_node)):
            domain = claims_of(self.env)
            box = nodes.container(classes=["ledger"])
            box += nodes.paragraph("", _summary(domain))
            box += nodes.paragraph("", "", _for_programs(self.env.docname))
            box += _filters()
            for docname in _in_order(self.env):
                if rows := list(_rows(domain, docname)):
                    box += _chapter(self.env, docname)
                    box += _table(rows)
            place.replace_self(box)


def _summary(domain: Claims) -> str:
    records = [record for record, _place in domain.data["checked"]]
    counts = Counter(record["outcome"] for record in records)
    kinds = Counter(record["evidence"]["kind"] for record in records)
    interpreters = {_interpreter(record) for record in records}
    text = _(
        "{all} claims: {holds} hold, {fails} do not hold here, {undecided} are "
        "undecided. {exact} of them rest on evidence that no load can change. {python}."
    )
    numbers = {name: counts[name] for name in GROUPS["outcome"]}
    return text.format(
        all=len(records),
        exact=kinds["exact"],
        python="; ".join(sorted(interpreters)),
        **numbers,
    )


def _for_programs(docname: str) -> nodes.reference:
    return nodes.reference("", FILE, refuri=f"{'../' * docname.count('/')}{FILE}")


def _interpreter(record: dict[str, Any]) -> str:
    found = record["interpreter"]
    return f"{found['python']}, GIL {found['gil']}"


def _filters() -> nodes.raw:
    """Radio buttons; the style sheet hides the rows that are not chosen."""
    sets = []
    for group, names in GROUPS.items():
        choices = {"all": _("all")} | {name: WORDS[name] for name in names}
        buttons = "".join(
            f'<label><input type="radio" name="ledger-{group}" value="{name}"'
            f"{' checked' if name == 'all' else ''}> {word}</label>"
            for name, word in choices.items()
        )
        legend = _("Verdict") if group == "outcome" else _("Evidence")
        sets.append(f"<fieldset><legend>{legend}</legend>{buttons}</fieldset>")
    html = f'<div class="ledger-filters">{"".join(sets)}</div>'
    return nodes.raw("", html, format="html")


def _in_order(env: BuildEnvironment) -> Iterator[str]:
    """Every page, in the order of the table of contents."""

    def walk(docname: str) -> Iterator[str]:
        yield docname
        for below in env.toctree_includes.get(docname, []):
            yield from walk(below)

    return walk(env.config.root_doc)


def _chapter(env: BuildEnvironment, docname: str) -> nodes.rubric:
    title = env.titles[docname].deepcopy()
    link = addnodes.pending_xref(
        "",
        nodes.inline("", "", *title.children),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{docname}",
        refdoc=env.docname,
        refexplicit=True,
    )
    return nodes.rubric("", "", link, classes=["ledger-chapter"])


def _rows(domain: Claims, docname: str) -> Iterator[nodes.row]:
    for name, place, sentence in domain.data["stated"]:
        record = domain.record(name)
        if place.docname != docname or record is None:
            continue
        kind = record["evidence"]["kind"]
        row = nodes.row(classes=[f"outcome-{record['outcome']}", f"kind-{kind}"])
        needed = "".join(f" · {what}" for what in record["needed"])
        below = nodes.paragraph("", "", _link(domain, name), nodes.Text(needed))
        row += nodes.entry("", *(child.deepcopy() for child in sentence), below)
        row += nodes.entry("", verdict_line(record))
        yield row


def _link(domain: Claims, name: str) -> addnodes.pending_xref:
    return addnodes.pending_xref(
        "",
        nodes.literal("", name),
        refdomain="claims",
        reftype="link",
        reftarget=name,
        refdoc=domain.env.docname,
    )


def _table(rows: list[nodes.row]) -> nodes.table:
    columns = [nodes.colspec(colwidth=3), nodes.colspec(colwidth=2)]
    names = [nodes.paragraph("", text) for text in (_("Claim"), _("Verdict"))]
    head = nodes.row("", *(nodes.entry("", name) for name in names))
    group = nodes.tgroup("", *columns, cols=len(columns))
    group += nodes.thead("", head)
    group += nodes.tbody("", *rows)
    return nodes.table("", group, classes=["ledger-table"])


def _rewritten(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Ledgers are written anew in every build: any chapter may have changed."""
    return [docname for docname in env.found_docs if LEDGERS in env.metadata[docname]]


def setup(app: Sphinx) -> None:
    app.add_node(ledger_node)
    app.add_directive("ledger", LedgerDirective)
    app.add_post_transform(ShowLedger)
    app.connect("env-updated", _rewritten)
