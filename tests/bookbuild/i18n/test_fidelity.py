"""Does a translation that changed what it may not change get caught?"""

from functools import partial

import pytest

from bookbuild.i18n import fidelity
from bookbuild.i18n.fidelity import plain

differences = partial(fidelity.differences, language="pt_BR")
MESSAGE = (
    "See {ref}`choosing` and {measured}`a-claim`: `await` takes $n / w$ of 0.1 s, "
    "20,000 times, on Python 3.13 (<https://docs.python.org/3/>)."
)
RIGHT = (
    "No Python 3.13 (<https://docs.python.org/3/>), o `await` leva $n / w$ de 0,1 s, "
    "20.000 vezes: veja {measured}`a-claim` e {ref}`choosing`."
)


def test_a_footnote_and_a_line_break_stay():
    assert differences("A[^a], b<br> c[^b]", "A[^b], b c") == [
        "the footnote a is missing",
        "the line break <br> is missing",
    ]


def test_the_same_in_another_order_is_no_difference():
    assert differences(MESSAGE, RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("{ref}`choosing`", "{ref}`escolher`", "the role {ref}`choosing` is missing"),
        ("{ref}`choosing`", "o guia", "the role {ref}`choosing` is missing"),
        ("`await`", "`aguarde`", "the code `await` is missing"),
        ("`await`", "await", "the code `await` is missing"),
        ("$n / w$", "$n / t$", "the formula n / w is missing"),
        ("python.org/3", "python.org/pt", "the address https://docs.python.org/3/"),
        ("0,1 s", "0.1 s", "the number 0.1 has an English point"),
        ("0,1 s", "0,2 s", "the number 0,2 is not in the English"),
        ("20.000", "20,000", "the number 20,000"),
        ("20.000 vezes", "muitas vezes", "the number 20000 is missing"),
        ("Python 3.13", "Python 3.14", "the number 3.14 is not in the English"),
    ],
)
def test_each_difference_is_found(old, new, found):
    assert RIGHT.count(old) == 1

    said = differences(MESSAGE, RIGHT.replace(old, new))

    assert any(each.startswith(found) for each in said), said


def test_a_link_keeps_its_address_and_translates_its_text():
    assert differences("[the page](a.md#b)", "[a página](a.md#b)") == []
    assert differences("[the page](a.md#b)", "[a página](a.md)")


def test_a_roles_own_text_may_differ_but_not_what_it_leads_to():
    assert differences("{ref}`this <there>`", "{ref}`isto <there>`") == []
    assert differences("{ref}`this <there>`", "{ref}`isto <here>`")


@pytest.mark.parametrize(
    "version", ["Python 3.2", "since 3.2", "Section 7.1", "BY 4.0"]
)
def test_a_name_with_a_point_keeps_it(version):
    number = version.split()[1]

    assert differences(f"as {version} has", f"como a {number} tem") == []
    assert differences(f"as {number} has", f"como a {number} tem") != []


def test_a_space_at_the_end_is_a_difference():
    assert differences("yes", "sim ") == ["it begins or ends with a space"]


def test_what_is_plain_is_without_code_roles_formulas_and_addresses():
    assert plain("A `b` {ref}`c` $d$ e").split() == ["A", "…", "…", "…", "e"]


@pytest.mark.parametrize(
    ("language", "translation"),
    [
        ("pt_BR", "0,1 s, 20.000"),
        ("fr", "0,1 s, 20\N{NARROW NO-BREAK SPACE}000"),
        ("ja", "0.1 s, 20,000"),
        ("de_CH", "0.1 s, 20\N{RIGHT SINGLE QUOTATION MARK}000"),
    ],
)
def test_numbers_are_written_as_in_the_language(language, translation):
    message = "0.1 s, 20,000"

    assert fidelity.differences(message, translation, language) == []
    assert fidelity.differences(message, translation.replace("1", "2"), language)
