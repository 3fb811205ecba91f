"""What every chapter must satisfy, checked without running it.

docs/chapters.md has the same rules. A rule that a page breaks is said with its line.
"""

import ast
import asyncio
import concurrent.futures
import multiprocessing
import queue
import re
import threading
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

import paralelo
from bookbuild.project.book import Book

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
FENCED = re.compile(r"^(?P<fence>`{3,}).*?^(?P=fence)`*$", re.S | re.M)
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.S | re.M)
MEASURED = [p for p in sorted(BOOK.rglob("*.md")) if "{code-cell}" in p.read_text()]
CHAPTERS = [path for path in MEASURED if path.parent != BOOK]
WITH_EXERCISES = [path for path in CHAPTERS if path.parent.name != "appendix"]
GRADES = ["practice", "standard", "stretch"]
REFERENCE = re.compile(r"\{(?:ref|doc)\}`[^`<>]+`")
NUMBERED = re.compile(r"(?:chapter|capítulo) (\d+) <([\w-]+)>", re.I)
LIBRARIES = (asyncio, concurrent.futures, multiprocessing, queue, threading)


class Line(NamedTuple):
    """A line of a page, outside of its code."""

    number: int
    text: str


class Cell(NamedTuple):
    """The code of a cell, without its options, and its first line in the page."""

    line: int
    code: str
    folded: bool = False  # until the reader opens it


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if ROOT in path.parents else path.name


def cells(path: Path) -> list[Cell]:
    text, found = path.read_text("utf8"), []
    for cell in CELL.finditer(text):
        inside = "".join(cell[0].splitlines(keepends=True)[1:-1])
        code = re.sub(r"\A(?::\w+:.*\n)+\n?", "", inside)
        line = text.count("\n", 0, cell.start()) + 2
        line += inside.count("\n") - code.count("\n")
        found.append(Cell(line, code, folded="hide-input" in inside))
    return found


def code_of(path: Path) -> str:
    return "\n".join(cell.code for cell in cells(path))


def prose(path: Path) -> list[Line]:
    """The lines outside of fences of backticks; lines in boxes are prose, too."""
    blank = FENCED.sub(lambda it: "\n" * it[0].count("\n"), path.read_text("utf8"))
    return [Line(number, text) for number, text in enumerate(blank.splitlines(), 1)]


def lines_with(pattern: str, path: Path) -> list[Line]:
    """The lines of a page, code and prose, in which a pattern is found."""
    lines = map(Line._make, enumerate(path.read_text("utf8").splitlines(), 1))
    return [line for line in lines if re.search(pattern, line.text)]


def keeps_rules(path: Path, *broken: tuple[int, str]) -> None:
    """Fail with a line for each rule that is broken: page, line, rule."""
    if broken:
        lines = [f"{name(path)}:{line}: {rule}" for line, rule in broken]
        pytest.fail("\n".join(lines), pytrace=False)


each_page = pytest.mark.parametrize("path", sorted(BOOK.rglob("*.md")), ids=name)
each_measured = pytest.mark.parametrize("path", MEASURED, ids=name)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=name)
each_with_exercises = pytest.mark.parametrize("path", WITH_EXERCISES, ids=name)


def test_every_page_is_in_the_table_of_contents():
    listed = set(Book(ROOT).pages)

    present = {
        path.relative_to(ROOT).with_suffix("").as_posix() for path in BOOK.rglob("*.md")
    }

    assert present == listed, f"_toc.yml and book/ differ: {sorted(present ^ listed)}"


def test_the_first_page_lists_the_chapters_in_their_order():
    listed = [
        line.text.split("`")[1]
        for line in prose(BOOK / "index.md")
        if re.match(r"(?:-|\d+\.) \{ref\}`[^`]+`", line.text)
    ]

    chapters = [page.rpartition("/")[2] for page in Book(ROOT).pages]
    wanted = [each for each in chapters if each in {p.stem for p in WITH_EXERCISES}]

    assert listed == wanted, (
        "the list at the end of book/index.md has to have the chapters of _toc.yml: "
        f"{', '.join(wanted)}"
    )


@each_page
def test_every_heading_has_a_label_that_survives_translation(path):
    lines = prose(path)
    headings = [pair for pair in pairwise(lines) if pair[1].text.startswith("#")]

    keeps_rules(
        path,
        *[
            (line.number, f"above {line.text!r} there has to be a label, (slug-part)=")
            for above, line in headings
            if not re.fullmatch(r"\([\w-]+\)=", above.text)
        ],
        *[(1, "a page has a heading")] * (not headings),
    )


@each_page
def test_one_sentence_stands_on_a_line(path):
    several = r"[a-z)`*]{2}[.?!] [A-Z]\w+ "

    keeps_rules(
        path,
        *[
            (line.number, f"each sentence has a line of its own: {line.text[:50]}…")
            for line in prose(path)
            if not line.text.startswith(("|", "- ")) and re.search(several, line.text)
        ],
    )


@each_page
def test_no_footnotes_and_no_task_lists(path):
    keeps_rules(
        path,
        *[
            (line.number, "no footnotes, and no task lists")
            for line in prose(path)
            if re.search(r"\[\^|^- \[[ x]\]", line.text)
        ],
    )


@each_page
def test_lines_are_indented_by_spaces(path):
    keeps_rules(
        path,
        *[
            (
                line.number,
                "indent by spaces: a tab makes code of prose, and mixes badly",
            )
            for line in lines_with(r"^\s*\t", path)
        ],
    )


@each_measured
def test_a_page_with_cells_has_the_header_that_runs_them(path):
    head = yaml.safe_load(path.read_text("utf8").split("---\n")[1])

    assert head["jupytext"]["text_representation"]["format_name"] == "myst"
    assert head["kernelspec"]["name"] == "python3"


@each_chapter
def test_a_chapter_ends_with_how_it_was_measured(path):
    last = cells(path)[-1]

    if not last.code.strip().endswith("environment_info()"):
        keeps_rules(path, (last.line, "the last cell ends in environment_info()"))


@each_chapter
def test_what_a_chapter_starts_it_stops(path):
    code = code_of(path)
    threads = code.count("thread.start()") + code.count("process.start()")
    started, stopped = code.count(".start()\n") - threads, code.count("server.stop()")

    if started != stopped:
        rule = f"{started} servers are started and {stopped} stopped; better use with"
        keeps_rules(path, (1, rule))


@each_measured
def test_a_cell_imports_only_public_names_of_the_laboratory(path):
    keeps_rules(
        path,
        *[
            (line.number, f"src/paralelo/__init__.py doesn't have {each!r}")
            for line in lines_with(r"^ *from paralelo import ", path)
            for each in re.split(r", *", line.text.partition("import ")[2])
            if each not in paralelo.__all__
        ],
    )


@each_measured
def test_imports_stand_where_they_are_used(path):
    keeps_rules(
        path,
        *[
            (cell.line, f"{each!r} is imported, and this cell doesn't use it")
            for cell in cells(path)
            if not cell.folded
            for each in imported(cell)
            if len(re.findall(rf"\b{re.escape(each)}\b", cell.code)) == 1
        ],
    )


@each_measured
def test_a_cell_needs_few_names_of_ours(path):
    keeps_rules(
        path,
        *[
            (cell.line, f"six names of paralelo at most, not {count}, or hide-input")
            for cell in cells(path)
            if not cell.folded and (count := len(imported(cell, "paralelo"))) > 6
        ],
    )


def imported(cell: Cell, package: str = "") -> list[str]:
    """The names that a cell imports from a package, or from anywhere."""
    if not re.search(r"^ *(from|import) ", cell.code, re.M):
        return []  # it may have magics, which are no Python
    return [
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(ast.parse(re.sub(r"^[%!].*", "", cell.code, flags=re.M)))
        if isinstance(node, ast.Import | ast.ImportFrom)
        if (getattr(node, "module", None) or "").startswith(package)
        for alias in node.names
    ]


@each_measured
def test_a_cell_fits_on_half_a_screen(path):
    broken = []
    for cell in cells(path):
        lines = cell.code.splitlines()
        if (length := len([line for line in lines if line.strip()])) > 20:
            broken.append((cell.line, f"a cell has 20 lines at most, not {length}"))
        broken += [
            (number, f"a line of code has 80 columns at most, not {len(line)}")
            for number, line in enumerate(lines, cell.line)
            if len(line) > 80
        ]

    keeps_rules(path, *broken)


@each_measured
def test_no_cell_reads_the_clock_of_the_day_or_leaves_this_machine(path):
    forbidden = (
        r"time\.time\(|nest_asyncio|%matplotlib|pip install|https?://(?!127\.0\.0\.1)"
    )

    keeps_rules(
        path,
        *[
            (number, f"a cell has no {found[0]}: nothing leaves the machine, and time "
             "is measured with perf_counter or measure")
            for cell in cells(path)
            for number, line in enumerate(cell.code.splitlines(), cell.line)
            if (found := re.search(forbidden, line))
        ],
    )  # fmt: skip


@each_measured
def test_timeit_occurs_only_where_it_is_taught(path):
    taught = path.stem in ("measuring", "notebook")

    if ("%timeit" in code_of(path)) != taught:
        where = "book/see/measuring.md teaches %timeit, and no other chapter has it"
        keeps_rules(path, (1, f"{where}; use measure"))


@each_measured
def test_every_process_pool_names_its_start_method(path):
    unnamed = r"ProcessPoolExecutor\((?!\))(?!.*mp_context=)|multiprocessing\.Pool\("

    keeps_rules(
        path,
        *[
            (number, "a pool names its start method: mp_context=get_context(…)")
            for cell in cells(path)
            for number, line in enumerate(cell.code.splitlines(), cell.line)
            if re.search(unnamed, line)
        ],
    )


@each_with_exercises
def test_a_chapter_asks_for_predictions_and_has_a_graded_exercise(path):
    text, code = path.read_text("utf8"), code_of(path)
    predictions = text.count(":class: predict")
    marks = re.findall(r"Exercise · (\w+)", text)
    rules = {
        "a chapter asks for two predictions at least (:class: predict), not "
        f"{predictions}": predictions >= 2,
        "one exercise is graded: a cell calls check_…(…)": re.search(
            r"^(await )?check_\w+\(", code, re.M
        ),
        "an exercise has a :::{dropdown} Solution": ":::{dropdown} Solution" in text,
        "a chapter has three exercises at least, marked practice, standard, stretch, "
        f"in this order, not {', '.join(marks)}": len(marks) >= 3
        and marks == sorted(marks, key=[*GRADES, *marks].index)
        and {*marks} <= {*GRADES},
    }

    keeps_rules(path, *[(1, rule) for rule, kept in rules.items() if not kept])


@each_with_exercises
def test_every_checker_is_tested(path):
    tests = (ROOT / "tests/book/test_exercises.py").read_text("utf8")

    keeps_rules(
        path,
        *[
            (cell.line, f"tests/book/test_exercises.py has no test of {checker}")
            for cell in cells(path)
            for checker in re.findall(r"^(?:await )?(check_\w+)\(", cell.code, re.M)
            if checker not in tests
        ],
    )


@each_with_exercises
def test_a_solution_needs_nothing_that_the_chapter_did_not_show(path):
    text, broken = path.read_text("utf8"), []
    known = {name for module in LIBRARIES for name in module.__all__}
    known |= {name for name in dir(concurrent.futures.Executor) if name[0] != "_"}
    for exercise in re.split(r"^(?=:{3,}\{admonition\} Exercise)", text, flags=re.M)[
        1:
    ]:
        start = text.index(exercise)
        for needed in sorted(names_in_solutions(exercise, path) & known):
            if not re.search(rf"\b{needed}\b", text[:start]):
                line = text.count("\n", 0, start) + 1
                broken.append((line, f"its solution needs {needed}: show it before"))

    keeps_rules(path, *broken)


def names_in_solutions(exercise: str, path: Path) -> set[str]:
    """What the solutions that an exercise includes from our modules refer to."""
    include = r"\{literalinclude\} (\S+)\n:pyobject: (\w+)"
    names = set()
    for file, function in re.findall(include, exercise):
        tree = ast.parse((path.parent / file).read_text("utf8"))
        for node in tree.body:
            if getattr(node, "name", "") == function:
                for below in list(ast.walk(node)):  # types needn't be shown
                    below.annotation = below.returns = None
                for below in ast.walk(node):
                    names.add(getattr(below, "id", getattr(below, "attr", "")))
    return names


@each_with_exercises
def test_a_chapter_says_what_the_reader_can_do_now_and_what_comes_next(path):
    end = path.read_text("utf8").partition("## Now you can\n")[2]
    bullets = re.findall(r"^- ", end.partition("\n## ")[0], re.M)
    rules = {
        f"'## Now you can' has three to five bullets, not {len(bullets)}": (
            3 <= len(bullets) <= 5
        ),
        "below 'Now you can', a line begins with '*Next:* '": re.search(
            r"^\*Next:\* ", end, re.M
        ),
    }

    keeps_rules(path, *[(1, rule) for rule, kept in rules.items() if not kept])


@each_page
def test_a_reference_has_words_of_its_own(path):
    keeps_rules(
        path,
        *[
            (line.number, f"write words into {found[0]}: {{ref}}`chapter 3 <label>`")
            for line in prose(path)
            if not re.match(r"\||(?:-|\d+\.) \{", line.text)
            if (found := REFERENCE.search(line.text))
        ],
    )


def chapter_numbers() -> dict[str, str]:
    """The number of the chapter that each label belongs to."""
    book = Book(ROOT)
    chapters = [page for page in book.pages if ROOT / f"{page}.md" in WITH_EXERCISES]
    return {
        label: f"{number}"
        for number, page in enumerate(chapters, 1)
        for label in re.findall(
            r"^\(([\w-]+)\)=$", (ROOT / f"{page}.md").read_text("utf8"), re.M
        )
    }


@each_page
def test_a_chapter_is_called_by_its_number(path):
    keeps_rules(path, *misnumbered(prose(path)))


def test_translations_call_each_chapter_by_its_number():
    for path in sorted((ROOT / "locale").rglob("*.po")):
        joined = path.read_text("utf8").replace('"\n"', "")
        lines = [Line(n, text) for n, text in enumerate(joined.splitlines(), 1)]
        keeps_rules(path, *misnumbered(lines))


def misnumbered(lines: list[Line]) -> list[tuple[int, str]]:
    numbers = chapter_numbers()
    return [
        (line.number, f"{label} is chapter {numbers.get(label, '(none)')}")
        for line in lines
        for number, label in NUMBERED.findall(line.text)
        if numbers.get(label) != number
    ]


@each_with_exercises
def test_a_chapter_has_further_reading(path):
    reading = path.read_text("utf8").partition("## Further reading\n")[2]
    entries = len(re.findall(r"^- ", reading, re.M))

    if not 3 <= entries <= 6:
        rule = f"'## Further reading' has three to six entries (- …), not {entries}"
        keeps_rules(path, (1, rule))


@each_chapter
def test_prose_gives_no_result_of_a_run(path):
    """Times with decimals and factors in prose must stand in the code, as parameters,
    or be quoted from the lesson that the appendix is about."""
    if path.stem == "notebook":
        return
    figures = re.compile(r"(?<![\w.])(\d+\.\d+)(?= ?(?:s\b|ms\b|seconds|×|times))")
    code = f"{code_of(path)} latency=0.1 latency=0.2"

    keeps_rules(
        path,
        *[
            (line.number, f"{figure} is typed in, and no cell has it: results are for "
             "cells to show, or for {measured}")
            for line in prose(path)
            for figure in figures.findall(line.text)
            if figure not in code
        ],
    )  # fmt: skip


SAMPLE = """\
---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
---

(sample)=
# A sample

The first cell follows {ref}`chapter 1 <one-program>`.

```{code-cell} ipython3
from paralelo import little

little(0.5, 2)
```

:::{admonition} Predict
:class: predict
What will it be?
:::

:::{admonition} Predict
:class: predict
And now?
:::

```{code-cell} ipython3
:tags: [live]

from paralelo.exercises.chapter_one_program import check_predictions

check_predictions(2)
```

:::{admonition} Exercise · practice
:class: exercise
Change it.
:::

:::{dropdown} Solution
It's 0.5 s.
:::

:::{admonition} Exercise · standard
:class: exercise
Change more.
:::

:::{admonition} Exercise · stretch
:class: exercise
Change all.
:::

(sample-summary)=
## Now you can

- change it;
- change more;
- change all.

*Next:* nothing.

(sample-reading)=
## Further reading

- One.
- Two.
- Three.

(sample-measured)=
## How this page was measured

```{code-cell} ipython3
from paralelo import environment_info

environment_info()
```
"""

SOLUTION = ROOT / "src/paralelo/exercises/chapter_event_loop.py"
LONG = "\n".join("abcdefghijklmnopqrstu")
BREAKS = [
    (
        test_every_heading_has_a_label_that_survives_translation,
        ("(sample-reading)=\n", ""),
        "66: above '## Further reading' there has to be a label",
    ),
    (
        test_one_sentence_stands_on_a_line,
        ("Change it.", "Change one. Then change another one."),
        "40: each sentence has a line of its own: Change one. Then",
    ),
    (
        test_no_footnotes_and_no_task_lists,
        ("Change it.", "Change it.[^1]"),
        "40: no footnotes",
    ),
    (
        test_lines_are_indented_by_spaces,
        ("Change it.", "\tChange it."),
        "40: indent by spaces",
    ),
    (
        test_a_chapter_ends_with_how_it_was_measured,
        ("\nenvironment_info()", "\nlittle(1, 1)"),
        r"77: the last cell ends in environment_info\(\)",
    ),
    (
        test_what_a_chapter_starts_it_stops,
        ("\nenvironment_info()", "\nserver.start()\nenvironment_info()"),
        "1: 1 servers are started and 0 stopped",
    ),
    (
        test_a_cell_imports_only_public_names_of_the_laboratory,
        ("import little", "import big"),
        "15: src/paralelo/__init__.py doesn't have 'big'",
    ),
    (
        test_imports_stand_where_they_are_used,
        ("\nlittle(0.5, 2)", "\n(0.5, 2)"),
        "15: 'little' is imported, and this cell doesn't use it",
    ),
    (
        test_a_cell_needs_few_names_of_ours,
        ("import little", "import little, " + ", ".join("abcdef")),
        "15: six names of paralelo at most, not 7, or hide-input",
    ),
    (
        test_a_reference_has_words_of_its_own,
        ("{ref}`chapter 1 <one-program>`", "{ref}`one-program`"),
        "12: write words into {ref}`one-program`",
    ),
    (
        test_a_chapter_is_called_by_its_number,
        ("chapter 1 <", "chapter 2 <"),
        "12: one-program is chapter 1",
    ),
    (
        test_a_solution_needs_nothing_that_the_chapter_did_not_show,
        ("It's 0.5 s.", f"```{{literalinclude}} {SOLUTION}\n:pyobject: download\n```"),
        "38: its solution needs gather: show it before",
    ),
    (
        test_a_chapter_says_what_the_reader_can_do_now_and_what_comes_next,
        ("*Next:*", "Next:"),
        "1: below 'Now you can', a line begins with",
    ),
    (
        test_a_chapter_says_what_the_reader_can_do_now_and_what_comes_next,
        ("- change it;\n", ""),
        "1: '## Now you can' has three to five bullets, not 2",
    ),
    (
        test_a_chapter_asks_for_predictions_and_has_a_graded_exercise,
        ("Exercise · stretch", "Exercise · practice"),
        "1: a chapter has three exercises at least",
    ),
    (
        test_a_cell_fits_on_half_a_screen,
        ("\nlittle(", f"\n{LONG}\nlittle("),
        "15: a cell has 20 lines at most, not 23",
    ),
    (
        test_a_cell_fits_on_half_a_screen,
        ("\ncheck_predictions(2)", f"\ncheck_predictions(2)  # {'a' * 80}"),
        "35: a line of code has 80 columns at most, not 104",
    ),
    (
        test_no_cell_reads_the_clock_of_the_day_or_leaves_this_machine,
        ("\ncheck_predictions(2)", "\ntime.time()"),
        r"35: a cell has no time.time\(",
    ),
    (
        test_timeit_occurs_only_where_it_is_taught,
        ("\ncheck_predictions(2)", "\n%timeit check_predictions(2)"),
        "1: book/see/measuring.md teaches %timeit",
    ),
    (
        test_every_process_pool_names_its_start_method,
        ("\ncheck_predictions(2)", "\nProcessPoolExecutor(2)"),
        "35: a pool names its start method",
    ),
    (
        test_a_chapter_asks_for_predictions_and_has_a_graded_exercise,
        (":class: predict\nAnd", ":class: note\nAnd"),
        r"1: a chapter asks for two predictions at least \(:class: predict\), not 1",
    ),
    (
        test_a_chapter_asks_for_predictions_and_has_a_graded_exercise,
        ("\ncheck_predictions(2)", "\n"),
        "1: one exercise is graded",
    ),
    (
        test_every_checker_is_tested,
        ("\ncheck_predictions(2)", "\ncheck_nothing(2)"),
        "33: tests/book/test_exercises.py has no test of check_nothing",
    ),
    (
        test_a_chapter_has_further_reading,
        ("- Three.\n", ""),
        r"1: '## Further reading' has three to six entries \(- …\), not 2",
    ),
    (
        test_a_chapter_has_further_reading,
        ("## Further reading\n", "## More\n"),
        r"1: '## Further reading' has three to six entries \(- …\), not 0",
    ),
    (
        test_prose_gives_no_result_of_a_run,
        ("It's 0.5 s.", "It took 0.37 s."),
        "44: 0.37 is typed in, and no cell has it",
    ),
]


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "sample.md"
    path.write_text(SAMPLE, "utf8")
    return path


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, *_ in BREAKS))
def test_a_page_that_breaks_no_rule_is_left_alone(rule, sample):
    rule(sample)


@pytest.mark.parametrize(("rule", "change", "said"), BREAKS)
def test_a_broken_rule_is_said_with_page_and_line(rule, change, said, sample):
    assert SAMPLE.count(change[0]) == 1
    sample.write_text(SAMPLE.replace(*change), "utf8")

    with pytest.raises(pytest.fail.Exception, match=f"^sample.md:{said}"):
        rule(sample)
