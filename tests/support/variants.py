"""Run the cell that checks a claim on the evidence of a program that is broken.

A check that also holds for a broken program proves nothing. So each claim of the book
has a test in `tests/book/variants` that is called like the claim. It runs a variant of
the chapter's program for which the claim isn't true, and lets the page's own cell
check it.
"""

import ast
import re
from functools import cache
from unittest.mock import patch

import paralelo
from page_cells import BOOK, CODE
from paralelo.busy import IdleCores
from paralelo.claims.evidence import exact
from paralelo.claims.verdict import Outcome, Verdict

#: Of a control, for checks that require one.
PASSED = Verdict("a-control", Outcome.HOLDS, exact(1), "= 1")


@cache
def checks() -> dict[str, str]:
    """The code of each cell that checks a claim, by the claim's name."""
    found = {}
    for page in sorted(BOOK.rglob("*.md")):
        for code in CODE.findall(page.read_text("utf8")):
            if re.search(r"^(?:\w+ = )?check\(", code, re.M):
                found |= dict.fromkeys(names_in(code), code)
    return found


def names_in(code: str) -> list[str]:
    """The claims that a cell checks."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return [
        call.args[0].value
        for call in calls
        if getattr(call.func, "id", "") == "check"
        and isinstance(call.args[0], ast.Constant)
    ]


def verdict(claim: str, **names: object) -> Verdict:
    """What the page's cell for this claim says if these names have these values.

    It knows all names of `paralelo`, and each control of idle cores passes, so that
    the machine has no say in it.
    """
    *before, last = ast.parse(checks()[claim]).body
    assert isinstance(last, ast.Expr)
    space = {name: getattr(paralelo, name) for name in paralelo.__all__} | names
    with patch.object(IdleCores, "measure", lambda it: float(it.count)):
        exec(compile(ast.Module(before, []), claim, "exec"), space)
        found = eval(compile(ast.Expression(last.value), claim, "eval"), space)
    assert isinstance(found, Verdict)
    assert found.claim == claim
    return found


def fails(claim: str, **names: object) -> bool:
    """Whether the page's cell says that the claim doesn't hold."""
    return verdict(claim, **names).outcome is Outcome.FAILS
