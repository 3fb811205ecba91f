"""Is each formula MathML, or is its author told what to write instead?"""

import pytest
from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

from bookbuild.theme import mathml


def block(formula):
    return nodes.math_block(formula, formula)


@pytest.mark.parametrize(
    ("formula", "instead"),
    [
        (r"\begin{align} a &= b \end{align}", r"\begin{aligned} … \end{aligned}"),
        (r"\begin{split} a &= b \end{split}", r"\begin{aligned} … \end{aligned}"),
        (r"\begin{gather*} a \end{gather*}", r"\begin{aligned} … \end{aligned}"),
        ("a &= b", r"\begin{aligned} … \end{aligned}"),
        (r"\begin{equation} a \end{equation}", "leave the environment out"),
        (r"\begin{array}{c} a \end{array}", r"\begin{matrix} … \end{matrix}"),
        (r"a = b \label{law}", "$$ … $$ (label)"),
        (r"a \tag{1}", "$$ … $$ (label)"),
        (r"a \nonumber", "leave it out"),
        (r"\newcommand{\E}{E} \E", "write out what the command stands for"),
        (r"\bm{x}", r"\boldsymbol{…}"),
        (r"\iff", r"\Longleftrightarrow"),
        (r"\left< x \right>", r"\langle"),
        ("a % of b", r"\%"),
        (r"\ce{H2O}", "lists what works"),
        (r"\frac{1}", "lists what works"),
    ],
)
def test_a_formula_that_cannot_be_shown_is_told_what_works(
    formula, instead, monkeypatch
):
    warnings = []
    monkeypatch.setattr(
        mathml.logger,
        "warning",
        lambda text, *values, **_: warnings.append(text % values),
    )

    html = mathml._mathml(block(formula), as_block=True)

    assert html == ""
    [said] = warnings
    assert said.startswith("this formula can't be shown: ")
    assert instead in said


@pytest.mark.parametrize(
    "formula",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{matrix} a & b \end{matrix}",
        r"\boldsymbol{x} \operatorname{f} \mathrm{d} \mathbb{E} \text{if}",
        r"a \Longleftrightarrow b \mid c \ldots \cdots \overset{a}{b} \binom{a}{b}",
        r"\left\langle x \right\rangle 5\% \frac{a}{b}",
    ],
)
def test_what_is_proposed_works(formula):
    assert "<math" in tex2mathml(formula, as_block=True)


@pytest.mark.parametrize("formula", ["a = b\n\nc = d", "a = b \\\\ c = d"])
def test_lines_of_a_formula_are_aligned_rather_than_joined(formula):
    page = nodes.section("", block(formula))

    mathml._align(None, page)

    assert page.astext().startswith(r"\begin{aligned}")
    assert page.astext().count(r"\\") == 1


@pytest.mark.parametrize("formula", ["a", r"\begin{cases} a \\ b \end{cases}"])
def test_a_formula_of_one_line_stays_what_it_is(formula):
    page = nodes.section("", block(formula))

    mathml._align(None, page)

    assert page.astext() == formula
