"""README, CONTRIBUTING, docs and the licences say what's true, and commands work."""

import re
import shlex
import struct
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml

import paralelo
from bookbuild.cli import COMMANDS, main
from bookbuild.i18n.catalogs import WORDS, sentences
from bookbuild.project.book import Book
from bookbuild.theme.opengraph import CARD
from readme_picture import PICTURE, draw_again

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
README = (ROOT / "README.md").read_text("utf8")
ABOUT = (ROOT / "book/about.md").read_text("utf8")
CODE = (ROOT / "docs/code.md").read_text("utf8")
MAKEFILE = (ROOT / "Makefile").read_text("utf8")
WORK = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
YEAR = WORK["date-released"][:4]

FENCED = re.compile(r"^( *)(`{3,})(\w*)\n(.*?)^\1\2$", re.S | re.M)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
PROGRAM = re.compile(r"(make|python3?|\.venv/bin/python) ")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)
FILE = re.compile(r"(?:\.?\w+/)+[\w.-]*\w|(?:\w+/)+")
SUFFIXES = (".py", ".md", ".po", ".yml", ".txt", ".json", ".png", "/postBuild", "/")
#: Where the paths begin that a document may give: these folders, or one of them.
BASES = ("", "src", "src/bookbuild", "locale/pt_BR/LC_MESSAGES", "docs")

#: These take minutes, or have a test of their own: of them, we check that they exist,
#: with their options. Everything else in a block of commands is run.
LONG = {"mypy", "pytest", "bookbuild setup", "bookbuild build", "bookbuild bench"}
LONG |= {"bookbuild noise", "bookbuild translations"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands(text: str) -> list[str]:
    """The lines of a document's blocks that are for a shell."""
    blocks = [found for found in FENCED.finditer(text) if found[3] == "sh"]
    return [line.strip() for block in blocks for line in block[4].splitlines()]


def inline(text: str) -> list[str]:
    """What stands between backticks in a document's sentences."""
    return INLINE.findall(FENCED.sub("", text))


TEXTS = {name(path): path.read_text("utf8") for path in DOCUMENTS}
IN_BLOCKS = sorted({line for text in TEXTS.values() for line in commands(text)})
IN_SENTENCES = sorted(
    {code for text in TEXTS.values() for code in inline(text) if PROGRAM.match(code)}
)


def targets() -> set[str]:
    return set(re.findall(r"^([\w-]+):", MAKEFILE, re.M))


def called(command: str) -> str:
    """The command without options: `mypy`, `bookbuild build`; of make, its target."""
    program, *arguments = shlex.split(command)
    if program == "make":
        return command
    folder = arguments[0].removeprefix("src/")
    words = arguments[1:] if folder == "-m" else [folder, *arguments[1:]]
    return " ".join(words[: 2 if words[0] == "bookbuild" else 1])


def options(command: str) -> list[str]:
    return [word for word in shlex.split(command) if word.startswith("--")]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],  # with the Python that runs the tests
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


QUICK = [c for c in IN_BLOCKS if not c.startswith("make") and called(c) not in LONG]


@pytest.mark.parametrize("command", sorted({*IN_BLOCKS, *IN_SENTENCES} - {*QUICK}))
def test_every_command_exists_with_its_options(command, capsys):
    program, *arguments = shlex.split(command)
    if program == "make":
        variables = [word.partition("=")[0] for word in arguments if "=" in word]

        assert {word for word in arguments if "=" not in word} <= targets()
        assert [v for v in variables if f"$({v})" not in MAKEFILE] == []
    elif called(command).startswith("bookbuild"):
        with pytest.raises(SystemExit) as end:
            main([called(command).removeprefix("bookbuild "), "--help"])

        told = capsys.readouterr().out
        assert end.value.code == 0
        assert [o for o in options(command) if o not in told] == []
    elif called(command) == "pytest":
        _, _, quiet, *files = arguments
        if "-k" in files:
            files = files[: files.index("-k")]

        assert quiet == "-q"
        assert [path for path in files if not (ROOT / path).is_file()] == []
    else:
        assert program == ".venv/bin/python"
        assert run("-m", called(command), "--help").returncode == 0


@pytest.mark.parametrize("command", QUICK)
def test_the_quick_commands_work_as_they_stand(command):
    ran = run(*shlex.split(command)[1:])

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_quick_commands_are_those_of_the_recipes():
    assert {called(command) for command in QUICK} == {"ruff"}


def test_each_command_that_takes_long_is_in_a_document():
    assert {called(c) for c in IN_BLOCKS if not c.startswith("make")} - {
        called(c) for c in QUICK
    } == LONG


def test_every_make_target_calls_a_command_that_bookbuild_knows():
    known = set(re.findall(r"(?:-m|src/)\s*bookbuild ([\w-]+)", MAKEFILE))

    assert known <= COMMANDS.keys()
    assert known >= {"setup", "build", "check"}


def test_make_targets_are_in_a_document():
    written = {c.split()[1] for c in IN_BLOCKS + IN_SENTENCES if c.startswith("make ")}

    assert targets() - written == {"clean"}


def test_ci_runs_the_command_that_the_readme_gives_for_tests():
    lines = (ROOT / ".ci/run").read_text("utf8").splitlines()

    assert lines[-1] == "make test"
    assert "make test" in commands(README)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_file_that_a_document_names_exists(text):
    named = [
        code
        for code in inline(text)
        if FILE.fullmatch(code)
        and code.endswith((*SUFFIXES, *("/" + f for f in ("paralelo", "bookbuild"))))
        and not code.startswith(("_build/", "book/glossary.po"))
    ]

    missing = [
        path for path in named if not any((ROOT / b / path).exists() for b in BASES)
    ]

    assert missing == []


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    found: Counter[str] = Counter()
    made = set()
    for heading in HEADING.findall(FENCED.sub("", text)):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        made.add(f"{slug}-{found[slug]}" if found[slug] else slug)
        found[slug] += 1
    return made


def dead_links(path: Path, text: str) -> list[str]:
    """The links of a document that lead to no file or to no heading."""
    links = list(LINK.findall(INLINE.sub("", FENCED.sub("", text))))
    dead = []
    for link in links:
        if "://" in link:  # `make links` tries those
            continue
        file, _, anchor = link.partition("#")
        to = (path.parent / file).resolve() if file else path
        known = text if to == path else to.read_text("utf8") if to.is_file() else ""
        if not to.exists() or (anchor and anchor not in anchors(known)):
            dead.append(link)
    return dead


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_between_documents_leads_somewhere(path):
    assert dead_links(path, path.read_text("utf8")) == []


def test_a_dead_link_is_found():
    text = "# One `two`: three\n\n## Two\n\n## Two\n\n[a](#one-two-three) [b](#two-1)"
    wrong = " [c](#two-2) [d](docs/none.md) [e](CONTRIBUTING.md#no-such-heading)"

    assert dead_links(ROOT / "README.md", text + wrong) == [
        "#two-2",
        "docs/none.md",
        "CONTRIBUTING.md#no-such-heading",
    ]


def test_every_document_can_be_reached_from_contributing():
    links = LINK.findall(TEXTS["CONTRIBUTING.md"])

    assert set(TEXTS) - set(links) - {"README.md", "CONTRIBUTING.md"} == set()


def test_the_readme_lists_the_chapters_of_the_contents():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    numbered = [part for part in contents["parts"] if "numbered" in part]
    files = [chapter["file"] for part in numbered for chapter in part["chapters"]]
    titles = [
        re.search("^# (.+)$", (ROOT / f"{file}.md").read_text("utf8"), re.M)[1]
        for file in files
    ]

    words = [each.strip() for each in re.split(r"[|\n\[\]]", README)]
    listed = [each for each in words if each in titles]

    assert listed == titles, "README.md has to list the chapters' titles, in order"


def test_the_readmes_picture_is_drawn_as_the_book_draws_today():
    file = PICTURE.read_text("utf8")

    assert f"]({name(PICTURE)})" in README
    assert draw_again(file) == file, "run tests/support/readme_picture.py"


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading of docs/code.md, as their cells."""
    lines = CODE.split(f"\n## {heading}\n")[1].split("\n## ")[0].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return rows[1:]


def test_the_layer_table_has_every_package_once():
    rows = table("`bookbuild`, from the top down")
    listed = Counter(INLINE.findall(row[1])[0] for row in rows)
    folder = ROOT / "src/bookbuild"
    modules = [*folder.glob("*.py"), *(f.parent for f in folder.glob("*/__init__.py"))]
    present = {path.stem for path in modules if not path.stem.startswith("_")}

    assert max(listed.values()) == 1
    assert present <= listed.keys()


def layers(package: str) -> list[set[str]]:
    """The layers of a package from the top, as import-linter checks them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (contract,) = [c for c in contracts if c["id"] == package]
    found = [set(re.findall(r"\w+", layer)) for layer in contract["layers"]]
    return [layer for layer in found if layer != {"__main__"}]


@pytest.mark.parametrize("package", ["bookbuild", "paralelo"])
def test_the_layer_tables_have_the_layers_that_imports_follow(package):
    listed: dict[int, set[str]] = {}
    for height, modules, *_ in table(f"`{package}`, from the top down"):
        listed.setdefault(int(height), set()).update(INLINE.findall(modules))

    assert list(listed) == list(range(len(listed), 0, -1))
    assert list(listed.values()) == layers(package)


def test_the_citation_can_be_read_and_names_both_licences():
    assert WORK["license"] == ["BSD-3-Clause", "CC-BY-4.0"]
    assert f'version = "{WORK["version"]}"' in (ROOT / "pyproject.toml").read_text()


def test_readers_are_told_to_cite_what_the_citation_file_says():
    authors = ", ".join(author["name"] for author in WORK["authors"])
    cited = f"{authors} ({YEAR}). *{WORK['title']}*. Version {WORK['version']}."

    portuguese = sentences(Book(ROOT), "pt_BR", "book/about").get(cited)

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
    about = sentences(Book(ROOT), "pt_BR", "book/about")
    translated = {about[english] for english in about if f"*{link}*" in english}

    assert f"*{link}*" in ABOUT
    assert len(translated) == 1
    assert f"*{sentences(Book(ROOT), 'pt_BR', WORDS)[link]}*" in translated.pop()


def test_the_picture_of_links_has_the_size_that_pages_say_and_is_light():
    picture = (ROOT / "book/_static" / CARD).read_bytes()

    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    assert len(picture) < 60_000


def test_what_the_paralelo_package_exports_exists():
    assert [name for name in paralelo.__all__ if not hasattr(paralelo, name)] == []
