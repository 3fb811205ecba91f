"""Does a verdict's line say what the record has, in both languages?"""

import pytest

from bookbuild.claims import wording
from bookbuild.i18n import messages
from bookbuild.i18n.catalogs import WORDS as CATALOGUE
from bookbuild.i18n.catalogs import sentences
from bookbuild.project.book import Book
from paralelo import check, exact, lower_bound, upper_bound
from paralelo.busy import IdleCores
from paralelo.claims.evidence import UNITS
from paralelo.samples import Ratio
from tiny_book import HERE

ROUNDS = Ratio((0.06, 0.07, 0.07, 0.07, 0.07, 0.08, 0.08))
EXACT = check("control", 1, equals=1)
MEASURED = check("control", lower_bound(1.71, "cores"), at_least=1.1)


class Idle(IdleCores):
    def measure(self):
        return 0.95 * self.count


class Busy(IdleCores):
    def measure(self):
        return 0.6 * self.count


@pytest.fixture(params=["en", "pt_BR"])
def language(request, monkeypatch):
    known = sentences(Book(HERE), request.param, CATALOGUE)
    monkeypatch.setattr(messages, "_language", request.param)
    monkeypatch.setattr(messages, "_", lambda text: known.get(text, text))
    monkeypatch.setattr(wording, "_", lambda text: known.get(text, text))
    return request.param


LINES = {
    "exact": (
        check("it-is", {1: 2}, equals={1: 2}),
        "✓ Checked in this build",
        "✓ Confirmado nesta execução",
    ),
    "an exact number": (
        check("it-is", 5, equals=5),
        "✓ Checked in this build",
        "✓ Confirmado nesta execução",
    ),
    "an exact number within a limit": (
        check("it-is", 4, at_most=4),
        "✓ Checked in this build: 4 (needs at most 4)",
        "✓ Confirmado nesta execução: 4 (exige no máximo 4)",
    ),
    "between two limits": (
        check("it-is", exact(0.5), at_least=0.25, at_most=1),
        "✓ Checked in this build: 0.5 (needs at least 0.25 and at most 1)",
        "✓ Confirmado nesta execução: 0,5 (exige no mínimo 0,25 e no máximo 1)",
    ),
    "a number that is another one": (
        check("it-is", 3, equals=4),
        "✗ Not true on this machine: 3 (needs 4)",
        "✗ Não confirmado nesta máquina: 3 (exige 4)",
    ),
    "a value that is another one": (
        check("it-is", [2, 1], equals=[1, 2]),
        "✗ Not true on this machine",
        "✗ Não confirmado nesta máquina",
    ),
    "less than two of a unit": (
        check("it-is", lower_bound(1.71, "cores"), at_least=1.1),
        "✓ Checked in this build: 1.71 cores (needs at least 1.1)",
        "✓ Confirmado nesta execução: 1,71 núcleo (exige no mínimo 1,1)",
    ),
    "one of a unit": (
        check("it-is", upper_bound(1, "requests"), at_most=2),
        "✓ Checked in this build: 1 request (needs at most 2)",
        "✓ Confirmado nesta execução: 1 requisição (exige no máximo 2)",
    ),
    "many of a unit": (
        check("it-is", lower_bound(10, "requests"), at_least=2),
        "✓ Checked in this build: 10 requests (needs at least 2)",
        "✓ Confirmado nesta execução: 10 requisições (exige no mínimo 2)",
    ),
    "too few": (
        check("it-is", lower_bound(3.0, "cores"), at_most=2),
        "✗ Not true on this machine: 3 cores (needs at most 2)",
        "✗ Não confirmado nesta máquina: 3 núcleos (exige no máximo 2)",
    ),
    "a control of cores": (
        check(
            "it-is",
            upper_bound(0.005, "s"),
            at_least=0.004,
            requires_idle_cores=Idle(2),
        ),
        "✓ Checked in this build: 0.005 s (needs at least 0.004); "
        "cores free at that time: 1.9 of 2",
        "✓ Confirmado nesta execução: 0,005 s (exige no mínimo 0,004); "
        "núcleos livres nessa hora: 1,9 de 2",
    ),
    "a control of one core": (
        check("it-is", lower_bound(1.0), at_most=2, requires_idle_cores=Idle(1)),
        "✓ Checked in this build: 1 (needs at most 2); "
        "cores free at that time: 0.95 of 1",
        "✓ Confirmado nesta execução: 1 (exige no máximo 2); "
        "núcleos livres nessa hora: 0,95 de 1",
    ),
    "a control that was measured": (
        check("it-is", lower_bound(1.0, "cores"), at_most=1.1, requires_claim=MEASURED),
        "✓ Checked in this build: 1 core (needs at most 1.1); "
        "its control experiment found 1.71 cores",
        "✓ Confirmado nesta execução: 1 núcleo (exige no máximo 1,1); "
        "o experimento de controle obteve 1,71 núcleo",
    ),
    "a ratio": (
        check("it-is", ROUNDS, at_most=1, requires_claim=EXACT),
        "✓ Checked in this build: a ratio of 0.07 "
        "(0.06 to 0.08 in 7 rounds; needs at most 1); its control experiment succeeded",
        "✓ Confirmado nesta execução: uma razão de 0,07 (de 0,06 a 0,08 em 7 rodadas; "
        "exige no máximo 1); o experimento de controle deu certo",
    ),
    "rounds that disagree": (
        check("it-is", ROUNDS, at_most=0.07),
        "? Not decided in this build: a ratio of 0.07 "
        "(0.06 to 0.08 in 7 rounds; needs at most 0.07); the rounds disagree",
        "? Inconclusivo nesta execução: uma razão de 0,07 "
        "(de 0,06 a 0,08 em 7 rodadas; exige no máximo 0,07); as rodadas discordam",
    ),
    "no control": (
        check("it-is", lower_bound(0.9, "cores"), at_least=1),
        "? Not decided in this build: 0.9 cores (needs at least 1); "
        "a busy machine could be the reason",
        "? Inconclusivo nesta execução: 0,9 núcleo (exige no mínimo 1); "
        "talvez seja efeito de uma máquina ocupada",
    ),
    "no second core": (
        check("it-is", lower_bound(1.0), at_most=2, requires_idle_cores=Busy(2)),
        "? Not decided in this build: the machine had no second core free (1.2 of 1.7)",
        "? Inconclusivo nesta execução: "
        "a máquina não tinha um segundo núcleo livre (1,2 de 1,7)",
    ),
    "another interpreter": (
        check("it-is", (1, {2: 3}), equals=1, only_since_python=(9, 0)),
        "? Not decided in this build: it's about Python 9.0 and later, and this is",
        "? Inconclusivo nesta execução: trata do Python 9.0 em diante, e este é o",
    ),
}


@pytest.mark.parametrize(
    ("verdict", "english", "portuguese"), LINES.values(), ids=LINES
)
def test_a_line_says_the_outcome_and_what_decided_it(
    language, verdict, english, portuguese
):
    line = wording.verdict_line(verdict.record()).astext()

    expected = english if language == "en" else portuguese
    assert line == expected or (verdict.reason == "since" and expected in line)


@pytest.mark.parametrize(
    ("evidence", "english", "portuguese"),
    [
        (lower_bound(10, "requests"), "10 requests", "10 requisições"),
        (upper_bound(0.25, "s"), "0.25 s", "0,25 s"),
        (lower_bound(2.5, "unheard-ofs"), "2.5 unheard-ofs", "2,5 unheard-ofs"),
        (exact({1: 0.5}), "{1: 0.5}", "{1: 0.5}"),
        (exact(10**200), f"{'1' + 98 * '0'}…", f"{'1' + 98 * '0'}…"),
    ],
)
def test_in_prose_a_value_has_its_unit_and_nothing_else(
    language, evidence, english, portuguese
):
    bounds = {"equals": evidence.value} if evidence.value else {"at_least": 0}

    shown = wording.in_prose(check("it-is", evidence, **bounds).record())

    assert shown == (english if language == "en" else portuguese)


def test_a_ratio_in_prose_has_no_range(language):
    record = check("it-is", ROUNDS, at_most=1).record()

    assert wording.in_prose(record) == ("0.07 ×" if language == "en" else "0,07 ×")


def test_every_unit_has_a_plural_and_a_singular_in_portuguese():
    known = sentences(Book(HERE), "pt_BR", CATALOGUE)

    assert {*UNITS, *UNITS.values()} <= known.keys()
