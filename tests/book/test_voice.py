"""Does every page speak as a colleague would? docs/chapters.md says how."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import voice
from voice import Line

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"^(?P<fence>`{3,}).*?^(?P=fence)`*$", re.S | re.M)
HEADER = re.compile(r"\A---\n.*?^---\n", re.S | re.M)
NO_PROSE = re.compile(r"\s*(?::{3,}|:[\w-]+:|\||#|\([\w-]+\)=|- .*<https?:|%)")
TEXTS = [*sorted((ROOT / "book").rglob("*.md")), ROOT / "README.md"]
TEXTS += [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
CATALOGUES = sorted((ROOT / "locale/pt_BR").rglob("*.po"))


def name(path):
    return path.relative_to(ROOT).as_posix()


def english(text):
    """The lines of prose of a page: not its header, code, tables and headings."""
    for pattern in (HEADER, FENCED):
        text = pattern.sub(lambda found: "\n" * found[0].count("\n"), text)
    lines = map(Line._make, enumerate(text.splitlines(), 1))
    return [line for line in lines if not NO_PROSE.match(line.text)]


def portuguese(path):
    with path.open("rb") as file:
        catalogue = read_po(file, locale="pt_BR")
    return [Line(each.lineno or 1, each.string) for each in catalogue if each.id]


def speaks_well(path, found):
    lines = [f"{name(path)}:{line}: {what}" for line, what in sorted(found)]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_a_page_sounds_like_a_colleague(path):
    lines = english(path.read_text("utf8"))

    speaks_well(path, voice.faults(lines, voice.ENGLISH, voice.NEVER_ENGLISH))


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_translation_sounds_like_a_colleague(path):
    measures = [
        each._replace(least=0) if path.stem == "words" else each
        for each in voice.PORTUGUESE
    ]

    found = voice.faults(portuguese(path), measures, voice.NEVER_PORTUGUESE)
    speaks_well(path, found)


STIFF = "The lock is held. Nobody lets go of it, and it is to be had by whoever waits; "
TALKED = "We've got a lock, so let's see what happens because it's held. "


def test_a_stiff_text_is_told_so_with_its_line():
    lines = [Line(number, STIFF * 10) for number in range(1, 16)]

    found = list(voice.faults(lines, voice.ENGLISH, voice.NEVER_ENGLISH))

    assert (1, "not 'lets go of' but: releases") in found
    told = " ".join(what for line, what in found if line == 1)
    for measure in ("contractions", "we and us", "nobody", "semicolons", "', and'"):
        assert measure in told


def test_a_short_text_is_not_judged():
    assert list(voice.faults([Line(1, STIFF)], voice.ENGLISH, {"lock": "key"})) == []


def test_code_and_addresses_are_no_prose():
    text = "A `whoever;` and {ref}`nobody <somebody>`: <https://nobody.example>"

    assert set(voice.measured([Line(1, text)], voice.ENGLISH).values()) == {0}
