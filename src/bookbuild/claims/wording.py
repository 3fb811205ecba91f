"""Say a verdict in words, in the language of the edition.

A verdict is one line: *✓ Checked in this build: 1.71 cores (needs at least 1.1)*. Its
details are rows, each with a label: the evidence, the bound, the control.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale
from docutils import nodes

from bookbuild.claims.interpreters import interpreter
from bookbuild.i18n.messages import _, speech
from paralelo.claims.evidence import UNITS
from paralelo.claims.verdict import REASONS, SIGNS, Outcome
from paralelo.translatable import gettext_noop

Record = Mapping[str, Any]
Row = tuple[str, list[nodes.Node]]  # a label, and what it's about

#: An outcome on a page; translate these and those below with `_`.
HERE = {
    "holds": gettext_noop("Checked in this build"),
    "fails": gettext_noop("Not true on this machine"),
    "undecided": gettext_noop("Not decided in this build"),
}
#: An outcome where several builds stand next to each other, and a kind of evidence.
WORDS = {
    "holds": gettext_noop("Checked"),
    "fails": gettext_noop("Not true"),
    "undecided": gettext_noop("Not decided"),
    "exact": gettext_noop("exact: a busy machine can't change it"),
    "lowered": gettext_noop("a busy machine can only lower it"),
    "raised": gettext_noop("a busy machine can only raise it"),
    "ratio": gettext_noop("a ratio, with its range over the rounds"),
}
ALSO = gettext_noop("Also checked")
LIMITS = {
    ("equals",): "{equals}",
    ("at_least",): gettext_noop("at least {at_least}"),
    ("at_most",): gettext_noop("at most {at_most}"),
    ("at_least", "at_most"): gettext_noop("at least {at_least} and at most {at_most}"),
}


def sign(record: Record) -> str:
    """Return the sign for an outcome, which stands before its words."""
    return SIGNS[Outcome(record["outcome"])]


def verdict_line(record: Record, *, short: bool = False) -> nodes.paragraph:
    """Make the line with the outcome, and with the numbers or the reason for it.

    The short form doesn't say that it's about this build.
    """
    words, outcome = WORDS if short else HERE, record["outcome"]
    word = _(words[outcome])
    line = nodes.paragraph("", "", classes=["verdict"])
    line += nodes.strong("", f"{sign(record)} {word}")
    if more := _more(record):
        line += nodes.Text(f": {more}")
    return line


def _more(record: Record) -> str:
    """Return what stands after the outcome; empty if that says it all."""
    if record["reason"]:
        found = _reason(record)
        is_of_value = record["reason"] in {"straddles", "no control"}
        return f"{_numbers(record)}; {found}" if is_of_value else found
    evidence, limits = record["evidence"], record["limits"]
    agrees = record["outcome"] == Outcome.HOLDS and "equals" in limits
    if agrees or not evidence["number"]:
        return ""
    return "; ".join([_numbers(record), *map(_control, record["controls"])])


def _reason(record: Record) -> str:
    why = {"text": REASONS[record["reason"]], "details": record["details"]}
    return speech().say(why)


def _numbers(record: Record) -> str:
    """Return the evidence and its bounds: 1.71 cores (needs at least 1.1)."""
    evidence = record["evidence"]
    inside = [_rounds(evidence)] if evidence["ends"] else []
    inside.append(_("needs {limits}").format(limits=_limits(record)))
    return f"{evidence_in_words(evidence)} ({'; '.join(inside)})"


def evidence_in_words(evidence: Record) -> str:
    """Return a number with its unit, or a value as Python writes it."""
    if evidence["ends"]:
        number = speech().numbers(evidence["number"])
        return _("a ratio of {number}").format(number=number)
    if evidence["number"]:
        return amount(evidence["number"], evidence["unit"])
    return str(evidence["shown"])


def _rounds(evidence: Record) -> str:
    low, high = map(speech().numbers, evidence["ends"])
    text = _("{low} to {high} in {rounds} rounds")
    return text.format(low=low, high=high, rounds=evidence["rounds"])


def _limits(record: Record) -> str:
    limits: Mapping[str, str] = record["limits"]
    is_number = bool(record["evidence"]["number"])
    shown = {
        name: speech().numbers(limit) if is_number else limit
        for name, limit in limits.items()
    }
    return _(LIMITS[tuple(limits)]).format_map(shown)


def _control(control: Record) -> str:
    """Return what a control experiment found that passed."""
    if control["kind"] == "cores":
        text = _("cores free at that time: {found} of {count}")
        found = speech().numbers(control["found"])
        return text.format(found=found, count=control["count"])
    if not control["number"]:
        return _("its control experiment succeeded")
    found = amount(control["number"], control["unit"])
    return _("its control experiment found {found}").format(found=found)


def amount(number: str, unit: str) -> str:
    """Return a number with its unit, in the singular where the language has it so."""
    shown = speech().numbers(number)
    if unit in UNITS:
        unit = _(UNITS[unit] if _is_singular(number) else unit)
    return f"{shown} {unit}".rstrip()


def _is_singular(number: str) -> bool:
    try:
        found = Decimal(number)
    except InvalidOperation:  # so long that only its beginning is shown
        return False
    return Locale.parse(speech().language).plural_form(found) == "one"


def in_prose(record: Record) -> str:
    """Return the evidence as a sentence of the page has it."""
    evidence = record["evidence"]
    shown: str = evidence["in_prose"]
    if evidence["ends"]:
        return speech().numbers(shown)
    return amount(evidence["number"], evidence["unit"]) if evidence["number"] else shown


def facts(record: Record) -> Iterator[Row]:
    """Yield how a claim was checked: a label, and what it's about."""
    yield _("Evidence"), [*_value(record["evidence"])]
    yield _("Needs"), [_bound(record)]
    if record["reason"]:
        yield _("Not decided because"), [nodes.Text(_reason(record))]
    for control in record["controls"]:
        if control["kind"] == "cores":
            yield _("Control experiment"), [nodes.Text(_control(control))]
    yield _("Interpreter"), [nodes.Text(interpreter(record["interpreter"], _))]
    machine = record["machine"]
    cores = amount(f"{machine['usable_cores']}", "cores")
    yield _("Machine"), [nodes.Text(f"{machine['system']}, {cores}")]


def _value(evidence: Record) -> Iterator[nodes.Node]:
    if evidence["ends"]:
        text = f"{evidence_in_words(evidence)} ({_rounds(evidence)})"
        yield nodes.Text(text)
        return
    shown = evidence_in_words(evidence)
    yield nodes.Text(shown) if evidence["number"] else nodes.literal("", shown)
    kind = WORDS[evidence["kind"]]
    yield nodes.Text(f" ({_(kind)})")


def _bound(record: Record) -> nodes.Node:
    limits = record["limits"]
    if "equals" in limits:
        return nodes.literal("", f"== {limits['equals']}")
    return nodes.Text(_limits(record))
