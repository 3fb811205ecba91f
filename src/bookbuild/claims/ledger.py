"""List all claims of the book by chapter, with verdict and evidence: ``{ledger}``.

The first column is this build's; each of the others is from a build on another
interpreter. Readers filter the rows without a script: the style sheet hides them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.util.osutil import relative_uri

from bookbuild.claims.domain import FILE, Location, claims_of
from bookbuild.claims.interpreters import file_name, interpreter, read
from bookbuild.claims.wording import WORDS, verdict_line
from bookbuild.i18n.messages import _
from bookbuild.project.book import book_of
from paralelo.claims.evidence import Kind
from paralelo.claims.verdict import Outcome

GROUPS = {"outcome": tuple(map(str, Outcome)), "kind": tuple(map(str, Kind))}


class LedgerDirective(SphinxDirective):
    """Show all claims, as they are when the page is written."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # in every build: any chapter may have changed
        place = Location(self.env.docname, self.lineno)
        claims_of(self.env).data["listed"].append(("", place, None))
        return [nodes.container("", classes=["ledger"])]


@dataclass(frozen=True)
class Column:
    """The records of all claims on one interpreter, by name."""

    name: str
    file: str  # with the records, for programs
    found: Mapping[str, dict[str, Any]]


def _columns(env: BuildEnvironment) -> list[Column]:
    """Return this build's column, then the others in the order given."""
    own = {name: record for name, _place, record in claims_of(env).data["checked"]}
    names = sorted({interpreter(record["interpreter"], _) for record in own.values()})
    columns = [Column("; ".join(names) or _("this build"), FILE, own)]
    for path in env.config.bookbuild_claims_from:
        records = read(Path(path))
        found = records[0]["interpreter"]
        by_name = {record["id"]: record for record in records}
        file = file_name(interpreter(found))
        columns.append(Column(interpreter(found, _), file, by_name))
    return columns


class ShowLedger(SphinxPostTransform):
    """Build the tables, with the sentences of this edition."""

    default_priority = 1  # before verdicts, and before Sphinx resolves references

    def run(self, **kwargs: Any) -> None:
        found = self.document.findall(nodes.container)
        for box in [each for each in found if "ledger" in each["classes"]]:
            columns = _columns(self.env)
            box += nodes.paragraph("", _summary(columns[0]))
            box += _counts(columns, self.env.docname)
            box += _filters(len(columns) > 1)
            for page in book_of(self.env).pages:
                if rows := list(self._rows(columns, page)):
                    box += self._part(page, _table(columns, rows))

    def _part(self, page: str, table: nodes.table) -> nodes.container:
        title = nodes.inline("", self.env.titles[page].astext(), classes=["doc"])
        link = self._link(page, "", title)
        head = nodes.rubric("", "", link, classes=["ledger-chapter"])
        return nodes.container("", head, table, classes=["ledger-part"])

    def _rows(self, columns: list[Column], page: str) -> Iterator[nodes.row]:
        for name, place, (sentence, minor) in claims_of(self.env).data["stated"]:
            if place.docname != page or name not in columns[0].found:
                continue
            found = [column.found[name] for column in columns]
            outcomes = sorted({f"outcome-{its['outcome']}" for its in found})
            kinds = sorted({f"kind-{its['evidence']['kind']}" for its in found})
            row = nodes.row(ids=[f"ledger-{name}"])
            row["classes"] = [*outcomes, *kinds]  # the filters' names
            link = self._link(page, f"claim-{name}", nodes.literal("", name))
            more = [*found[0]["needed"], *([_("minor")] if minor else [])]
            about = nodes.Text("".join(f" · {what}" for what in more))
            below = nodes.paragraph("", "", link, about)
            row += nodes.entry("", *map(self._copied, sentence), below)
            for column, its in zip(columns, found, strict=True):
                row += _cell(its, column.name if len(columns) > 1 else "")
            yield row

    def _copied(self, node: nodes.Node) -> nodes.Node:
        """Copy a part of a sentence, so that its links begin at this page."""
        copy = node.deepcopy()
        for reference in copy.findall(pending_xref):
            reference["refdoc"] = self.env.docname
        return copy

    def _link(self, page: str, anchor: str, text: nodes.Element) -> nodes.reference:
        return make_refnode(self.app.builder, self.env.docname, page, anchor, text)


def _summary(own: Column) -> str:
    kinds = Counter(record["evidence"]["kind"] for record in own.found.values())
    text = _(
        "{all} claims. The evidence for {exact} of them is exact: a busy machine can't "
        "change it."
    )
    return text.format(all=len(own.found), exact=kinds["exact"])


def _counts(columns: list[Column], docname: str) -> nodes.bullet_list:
    """Count the outcomes on each interpreter, and link to its file."""
    items = nodes.bullet_list(classes=["ledger-counts"])
    for column in columns:
        outcomes = Counter(record["outcome"] for record in column.found.values())
        counted = {_(WORDS[name]): outcomes[name] for name in GROUPS["outcome"]}
        line = nodes.paragraph("", "", nodes.strong("", column.name))
        line += nodes.Text("".join(f" · {word}: {n}" for word, n in counted.items()))
        address = relative_uri(docname, column.file)
        line += [nodes.Text(" · "), nodes.reference("", column.file, refuri=address)]
        items += nodes.list_item("", line)
    return items


def _filters(several: bool) -> nodes.raw:
    """Make radio buttons, by which the style sheet hides rows.

    With several columns, a row stays if any of them matches: readers look for claims
    that don't hold on some interpreter.
    """
    verdict = _("Verdict, in any column") if several else _("Verdict")
    sets = []
    for group, names in GROUPS.items():
        choices = {"all": _("all")} | {name: _(WORDS[name]) for name in names}
        buttons = "".join(
            f'<label><input type="radio" name="ledger-{group}" value="{name}"'
            f"{' checked' if name == 'all' else ''}> {word}</label>"
            for name, word in choices.items()
        )
        legend = verdict if group == "outcome" else _("Evidence")
        sets.append(f"<fieldset><legend>{legend}</legend>{buttons}</fieldset>")
    html = f'<div class="ledger-filters">{"".join(sets)}</div>'
    return nodes.raw("", html, format="html")


def _cell(record: dict[str, Any], label: str) -> nodes.entry:
    """Make a cell with a verdict; `label` replaces the head on narrow screens."""
    cell = nodes.entry(classes=[f"claim-{record['outcome']}"])
    if label:
        cell += nodes.paragraph("", label, classes=["ledger-interpreter"])
    cell += verdict_line(record, short=True)
    return cell


def _table(columns: list[Column], rows: list[nodes.row]) -> nodes.table:
    several = len(columns) > 1
    widths = [nodes.colspec(colwidth=n) for n in [3, *[2] * len(columns)]]
    group = nodes.tgroup("", *widths, cols=len(widths))
    if several:  # a single column needs no head
        heads = (_("Claim"), *(column.name for column in columns))
        names = [nodes.paragraph("", text) for text in heads]
        group += nodes.thead("", nodes.row("", *(nodes.entry("", n) for n in names)))
    group += nodes.tbody("", *rows)
    kinds = ["ledger-table", *(["ledger-several"] if several else [])]
    return nodes.table("", group, classes=kinds)


def _copy(app: Sphinx, exception: Exception | None) -> None:
    """Copy the claims of other interpreters into the site: the ledger links to them."""
    if exception or app.builder.format != "html":
        return
    made, given = Path(app.outdir), app.config.bookbuild_claims_from
    for earlier in made.glob(FILE.replace(".", "-*.")):
        earlier.unlink()
    for path, column in zip(given, _columns(app.env)[1:], strict=True):
        copyfile(path, made / column.file)


def setup(app: Sphinx) -> None:
    # No page depends on it: ledgers are written in every build.
    app.add_config_value("bookbuild_claims_from", [], "", [list])
    app.add_directive("ledger", LedgerDirective)
    app.add_post_transform(ShowLedger)
    app.connect("build-finished", _copy)
