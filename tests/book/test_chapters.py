"""What every chapter must satisfy, checked without running it."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

import paralelo

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?P<code>.*?)^```", re.S | re.M)
FENCE = re.compile(r"^(?P<fence>`{3,}|:{3,})\{?(?P<name>[\w-]*).*$", re.M)
MEASURED = [p for p in sorted(BOOK.rglob("*.md")) if "{code-cell}" in p.read_text()]
CHAPTERS = [path for path in MEASURED if path.parent != BOOK]
WITH_EXERCISES = [path for path in CHAPTERS if path.parent.name != "appendix"]


def name(path: Path) -> str:
    return path.relative_to(BOOK).as_posix()


def cells(path: Path) -> list[str]:
    found = [match["code"] for match in CELL.finditer(path.read_text("utf8"))]
    return [re.sub(r"\A(?::\w+:.*\n)+\n?", "", code) for code in found]


def prose(path: Path) -> str:
    return CELL.sub("", path.read_text("utf8"))


def outside_fences(text: str) -> list[str]:
    return re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M).splitlines()


each_page = pytest.mark.parametrize("path", sorted(BOOK.rglob("*.md")), ids=name)
each_measured = pytest.mark.parametrize("path", MEASURED, ids=name)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=name)
each_with_exercises = pytest.mark.parametrize("path", WITH_EXERCISES, ids=name)


def test_every_page_is_in_the_table_of_contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    listed = {toc["root"]} | {c["file"] for p in toc["parts"] for c in p["chapters"]}

    present = {
        p.relative_to(ROOT).with_suffix("").as_posix() for p in BOOK.rglob("*.md")
    }

    assert present == listed


@each_page
def test_every_heading_has_a_label_that_survives_translation(path):
    lines = outside_fences(prose(path))

    labels = [above for above, line in pairwise(lines) if line.startswith("#")]

    assert labels
    assert all(re.fullmatch(r"\([\w-]+\)=", label) for label in labels), labels


@each_page
def test_one_sentence_stands_on_a_line(path):
    text = [
        line for line in outside_fences(prose(path)) if not line.startswith(("|", "- "))
    ]

    several = [line for line in text if re.search(r"[a-z)`*]{2}[.?!] [A-Z]\w+ ", line)]

    assert several == []


@each_page
def test_no_footnotes_and_no_task_lists(path):
    assert not re.search(r"\[\^|^- \[[ x]\]", prose(path), re.M)


@each_measured
def test_a_page_with_cells_has_the_header_that_runs_them(path):
    head = yaml.safe_load(path.read_text("utf8").split("---\n")[1])

    assert head["jupytext"]["text_representation"]["format_name"] == "myst"
    assert head["kernelspec"]["name"] == "python3"


@each_chapter
def test_a_chapter_ends_with_how_it_was_measured(path):
    assert cells(path)[-1].strip().endswith("environment_info()")


@each_chapter
def test_what_a_chapter_starts_it_stops(path):
    code = "\n".join(cells(path))

    assert code.count(".start()\n") - code.count("thread.start()") - code.count(
        "process.start()"
    ) == code.count("server.stop()")


@each_measured
def test_a_cell_imports_only_public_names_of_the_laboratory(path):
    for names in re.findall(r"^ *from paralelo import (.+)$", path.read_text(), re.M):
        assert set(re.split(r", *", names)) <= set(paralelo.__all__)


@each_measured
def test_a_chapter_uses_what_its_first_cell_imports(path):
    first, *others = cells(path)
    code = "\n".join(others) if others else first
    imported = [
        alias.asname or alias.name
        for node in ast.walk(ast.parse(first))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]

    unused = [n for n in imported if not re.search(rf"\b{re.escape(n)}\b", code)]

    assert unused == []


@each_measured
def test_a_cell_fits_on_half_a_screen(path):
    for code in cells(path):
        assert len([line for line in code.splitlines() if line.strip()]) <= 20
        assert all(len(line) <= 80 for line in code.splitlines()), code


@each_measured
def test_no_cell_reads_the_clock_of_the_day_or_leaves_this_machine(path):
    code = "\n".join(cells(path))

    assert not re.search(r"time\.time\(|nest_asyncio|%matplotlib|pip install", code)
    assert not re.search(r"https?://(?!127\.0\.0\.1)", code)


@each_measured
def test_timeit_occurs_only_where_it_is_taught(path):
    taught = path.stem in ("measuring", "notebook")

    assert ("%timeit" in "\n".join(cells(path))) == taught


@each_measured
def test_every_process_pool_names_its_start_method(path):
    code = "\n".join(cells(path))

    for pool in re.findall(r"ProcessPoolExecutor\((?!\))[^\n]*", code):
        assert "mp_context=" in pool
    assert "multiprocessing.Pool(" not in code


@each_with_exercises
def test_a_chapter_asks_for_predictions_and_has_a_graded_exercise(path):
    text = path.read_text("utf8")

    assert text.count(":class: predict") >= 2
    assert re.search(r"^(await )?check_\w+\(", "\n".join(cells(path)), re.M)
    assert ":::{dropdown} Solution" in text
    assert {"practice", "recommended"} & set(re.findall(r"Exercise · (\w+)", text))


@each_with_exercises
def test_a_chapter_says_when_it_is_not_so(path):
    assert re.search(
        r"^#+ .*(not so|never enough|not worth|different|deadlock|waits for "
        r"itself|Without it)",
        path.read_text("utf8"),
        re.M,
    )


@each_with_exercises
def test_a_chapter_has_further_reading(path):
    reading = path.read_text("utf8").split("## Further reading")[1]

    assert 3 <= len(re.findall(r"^- ", reading, re.M)) <= 6


@each_chapter
def test_prose_gives_no_result_of_a_run(path):
    """Times with decimals and factors in prose must stand in the code, as parameters,
    or be quoted from the lesson that the appendix is about."""
    if path.stem == "notebook":
        return
    text, code = "\n".join(outside_fences(prose(path))), path.read_text("utf8")
    code = "\n".join(cells(path)) + "latency=0.1 latency=0.2"

    figures = re.findall(
        r"(?<![\w.])(\d+\.\d+)(?= ?(?:s\b|ms\b|seconds|×|times))", text
    )

    assert [figure for figure in figures if figure not in code] == []
