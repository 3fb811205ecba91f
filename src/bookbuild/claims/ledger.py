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
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from bookbuild.claims.directives import WORDS, verdict_line
from bookbuild.claims.domain import FILE, Claims, claims_of
from bookbuild.claims.interpreters import file_name, interpreter, read
from bookbuild.i18n.messages import _
from paralelo.claims.evidence import Kind
from paralelo.claims.verdict import Outcome
from paralelo.translatable import gettext_noop

UNCHECKED = gettext_noop("not checked there")
LEDGERS = "bookbuild_ledgers"  # in the metadata of pages that show a ledger
GROUPS = {"outcome": tuple(map(str, Outcome)), "kind": tuple(map(str, Kind))}


class ledger_node(nodes.General, nodes.Element):  # noqa: N801 (docutils' custom)
    """A placeholder for the ledger."""


class LedgerDirective(SphinxDirective):
    """Show all claims, as they are when the page is written."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname][LEDGERS] = True
        return [ledger_node("")]


@dataclass(frozen=True)
class Column:
    """The records of all claims on one interpreter, by name."""

    name: str
    file: str  # with the records, for programs
    found: Mapping[str, dict[str, Any]]


def _columns(env: BuildEnvironment) -> list[Column]:
    """Return this build's column, then the others in the order given."""
    records = [record for record, _place in claims_of(env).data["checked"]]
    names = sorted({interpreter(record["interpreter"], _) for record in records})
    columns = [Column("; ".join(names) or _("this build"), FILE, _by_name(records))]
    for path in env.config.bookbuild_claims_from:
        records = read(Path(path))
        found = records[0]["interpreter"]
        file = file_name(interpreter(found))
        columns.append(Column(interpreter(found, _), file, _by_name(records)))
    return columns


def _by_name(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {record["id"]: record for record in records}


class ShowLedger(SphinxPostTransform):
    """Build the tables, with the sentences of this edition."""

    default_priority = 1  # before verdicts, and before Sphinx resolves references

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(ledger_node)):
            domain, columns = claims_of(self.env), _columns(self.env)
            box = nodes.container(classes=["ledger"])
            box += nodes.paragraph("", _summary(columns[0]))
            box += _counts(columns, self.env.docname)
            box += _filters(len(columns) > 1)
            for docname in _in_order(self.env):
                if rows := list(_rows(domain, columns, docname)):
                    part = nodes.container(classes=["ledger-part"])
                    part += _chapter(self.env, docname)
                    part += _table(columns, rows)
                    box += part
            place.replace_self(box)


def _summary(own: Column) -> str:
    kinds = Counter(record["evidence"]["kind"] for record in own.found.values())
    text = _("{all} claims; {exact} of them rest on evidence that no load can change.")
    return text.format(all=len(own.found), exact=kinds["exact"])


def _counts(columns: list[Column], docname: str) -> nodes.bullet_list:
    """Count the outcomes on each interpreter, and link to its file."""
    items = nodes.bullet_list(classes=["ledger-counts"])
    for column in columns:
        # Count only the claims that this build has: the table shows no others.
        names = columns[0].found
        there = [column.found[name] for name in names if name in column.found]
        outcomes = Counter(record["outcome"] for record in there)
        counted = {_(WORDS[name]): outcomes[name] for name in GROUPS["outcome"]}
        if missing := len(names) - len(there):
            counted[_(UNCHECKED)] = missing
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


def _in_order(env: BuildEnvironment) -> Iterator[str]:
    """Yield every page in the order of the table of contents."""

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


def _rows(domain: Claims, columns: list[Column], docname: str) -> Iterator[nodes.row]:
    for name, place, sentence in domain.data["stated"]:
        record = columns[0].found.get(name)
        if place.docname != docname or record is None:
            continue
        found = [column.found.get(name) for column in columns]
        row = nodes.row(classes=_classes(list(filter(None, found))))
        needed = "".join(f" · {what}" for what in record["needed"])
        below = nodes.paragraph("", "", _link(domain, name), nodes.Text(needed))
        row += nodes.entry("", *(child.deepcopy() for child in sentence), below)
        for column, its in zip(columns, found, strict=True):
            row += _cell(its, column.name if len(columns) > 1 else "")
        yield row


def _classes(records: list[dict[str, Any]]) -> list[str]:
    """Return the classes by which a row is filtered."""
    outcomes = {f"outcome-{record['outcome']}" for record in records}
    kinds = {f"kind-{record['evidence']['kind']}" for record in records}
    return [*sorted(outcomes), *sorted(kinds)]


def _cell(record: dict[str, Any] | None, label: str) -> nodes.entry:
    """Make a cell with a verdict; `label` replaces the head on narrow screens."""
    cell = nodes.entry(classes=[f"claim-{record['outcome']}"] if record else [])
    if label:
        cell += nodes.paragraph("", label, classes=["ledger-interpreter"])
    if record:
        cell += verdict_line(record)
        return cell
    words = nodes.inline("", _(UNCHECKED), classes=["visually-hidden"])
    cell += nodes.paragraph("", "", nodes.Text("— "), words, classes=["verdict"])
    return cell


def _link(domain: Claims, name: str) -> addnodes.pending_xref:
    return addnodes.pending_xref(
        "",
        nodes.literal("", name),
        refdomain="claims",
        reftype="link",
        reftarget=name,
        refdoc=domain.env.docname,
    )


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


def _outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write ledgers again in every build: any chapter may have changed."""
    return [docname for docname in env.found_docs if LEDGERS in env.metadata[docname]]


def _copy(app: Sphinx, exception: Exception | None) -> None:
    """Copy the claims of other interpreters into the site: the ledger links to them."""
    if exception or app.builder.format != "html":
        return
    stem, suffix = FILE.split(".")
    for earlier in Path(app.outdir).glob(f"{stem}-*.{suffix}"):
        earlier.unlink()
    for path, column in zip(
        app.config.bookbuild_claims_from, _columns(app.env)[1:], strict=True
    ):
        copyfile(path, Path(app.outdir) / column.file)


def setup(app: Sphinx) -> None:
    # No page depends on it: ledgers are written in every build.
    app.add_config_value("bookbuild_claims_from", [], "", [list])
    app.add_node(ledger_node)
    app.add_directive("ledger", LedgerDirective)
    app.add_post_transform(ShowLedger)
    app.connect("env-updated", _outdated)
    app.connect("build-finished", _copy)
