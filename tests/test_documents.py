"""README, CONTRIBUTING and the licences say what is so."""

import os
import re
import shlex
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import paralelo
from bookbuild.i18n.catalogs import WORDS, sentences
from bookbuild.theme.opengraph import CARD, HEIGHT, WIDTH

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf8")
README = (ROOT / "README.md").read_text("utf8")
ABOUT = (ROOT / "book/about.md").read_text("utf8")
WORK = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
YEAR = WORK["date-released"][:4]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.S | re.M)


def commands(text: str) -> list[str]:
    return [line for block in BLOCK.findall(text) for line in block.splitlines()]


def targets() -> set[str]:
    return set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf8"), re.M))


@pytest.mark.parametrize(
    "command", sorted({*commands(README), *commands(CONTRIBUTING)})
)
def test_every_command_is_one_that_can_be_run(command):
    program, *arguments = shlex.split(command)

    if program == "make":
        assert set(arguments) <= targets()
    else:
        assert program == ".venv/bin/python"


# Running `make test` in a test would never end, and the build has tests of its own.
# What the make targets call is tried with its --help.
CHEAP = [c for c in commands(CONTRIBUTING) if "test_chapters" in c or "ruff check" in c]


@pytest.mark.parametrize("command", CHEAP)
def test_the_commands_for_writers_work_as_they_stand(command):
    arguments = shlex.split(command)[1:]  # with whatever Python runs this

    ran = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_make_target_calls_a_command_that_the_press_knows():
    makefile = (ROOT / "Makefile").read_text("utf8")
    called = set(re.findall(r"(?:-m |src/)bookbuild (\w+)", makefile))

    for command in called:
        subprocess.run(
            [sys.executable, "-m", "bookbuild", command, "--help"],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
    assert called >= {"setup", "build", "check"}


def test_ci_runs_the_command_that_the_readme_gives_for_tests():
    lines = (ROOT / ".ci/run").read_text("utf8").splitlines()

    assert lines[-1] == "make test"
    assert "make test" in commands(README)


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["readme", "contributing"])
def test_every_file_that_a_document_names_exists(text):
    names = re.findall(r"`((?:src|tests|book|binder)/[\w./-]+)`", text)
    names += [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]

    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_citation_can_be_read_and_names_both_licences():
    assert WORK["license"] == ["BSD-3-Clause", "CC-BY-4.0"]
    assert f'version = "{WORK["version"]}"' in (ROOT / "pyproject.toml").read_text()


def test_readers_are_told_to_cite_what_the_citation_file_says():
    authors = ", ".join(author["name"] for author in WORK["authors"])
    cited = f"{authors} ({YEAR}). *{WORK['title']}*. Version {WORK['version']}."

    portuguese = sentences(ROOT, "pt_BR", "book/about").get(cited)

    assert f"\n> {cited}\n" in ABOUT.replace("*.\n> ", "*. ")
    assert portuguese == cited.replace("Version", "Versão")


def test_bibtex_is_told_what_the_citation_file_says():
    block = re.search(r"^```bibtex\n(.*?)^```", ABOUT, re.S | re.M)[1]
    fields = dict(re.findall(r"(\w+) = \{(.*?)\},", " ".join(block.split())))

    assert fields == {
        "author": " and ".join(f"{{{author['name']}}}" for author in WORK["authors"]),
        "title": f"{{{WORK['title']}}}",
        "version": WORK["version"],
        "year": YEAR,
    }


def test_the_link_for_mistakes_is_named_as_the_pages_name_it():
    link = "Report a mistake"
    about = sentences(ROOT, "pt_BR", "book/about")
    translated = {about[english] for english in about if f"*{link}*" in english}

    assert f"*{link}*" in ABOUT
    assert len(translated) == 1
    assert f"*{sentences(ROOT, 'pt_BR', WORDS)[link]}*" in translated.pop()


def test_the_picture_of_links_has_the_size_that_pages_say_and_is_light():
    picture = (ROOT / "book/_static" / CARD).read_bytes()

    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (WIDTH, HEIGHT)
    assert len(picture) < 60_000


def test_what_the_laboratory_exports_exists():
    assert [name for name in paralelo.__all__ if not hasattr(paralelo, name)] == []
