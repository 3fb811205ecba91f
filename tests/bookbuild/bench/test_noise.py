"""Is every page run under every condition, what it found told, and nothing left?

Weekly, pages are really run by `bookbuild noise`: twelve seconds, and more of a machine
that is made busy.
"""

import os
import signal
import subprocess
import time

import psutil
import pytest

from bookbuild.bench import noise
from bookbuild.bench.run_page import execute
from bookbuild.console import CommandError
from bookbuild.project.book import Book
from tiny_book import TinyBook, cells, interruptible

CLAIMS = cells(
    "import os\nfrom pathlib import Path\nfrom paralelo import check, "
    "lower_bound\nPath('here').touch()",
    "check('two-is-three', 2, equals=3)",
    "cores = float(len(os.sched_getaffinity(0)))\n"
    "check('there-are-many-cores', lower_bound(cores), at_least=2, "
    "requires_idle_cores=2)",
)
RAISES = cells(
    "from paralelo import check\nimport os\nassert 'BOOKBUILD_NOISE' in os.environ",
    "check('one-is-one', 1, equals=1)",
    "1 / 0",
    "check('never-reached', 1, equals=1)",
)
pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="needs a system that confines to cores"
)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    pages = {"claims": CLAIMS, "raises": RAISES, "without": cells("1 + 1")}
    return TinyBook.make(tmp_path_factory.mktemp("noise") / "book", pages)


def test_a_page_is_run_up_to_the_cell_that_raises(book, monkeypatch):  # by a kernel
    monkeypatch.setenv("BOOKBUILD_NOISE", "here")

    found = execute(book.root / "book/raises.md", "quiet")

    assert found["error"] == (
        "raises.md:25: code cell 3 of 4 raised ZeroDivisionError: division by zero; "
        "it starts: 1 / 0"
    )
    assert [claim["id"] for claim in found["verdicts"]] == ["one-is-one"]


FOUND = {
    "quiet": {"outcome": "holds", "text": "2 = 2", "reason": ""},
    "load": {"outcome": "undecided", "text": "2", "reason": "no control"},
    "core": {"outcome": "fails", "text": "2 ≠ 3", "reason": ""},
}


def test_what_was_found_is_told_by_execution_by_condition_and_by_claim(
    book, monkeypatch, capsys
):
    def found(_root, page, condition):
        error = "it raised" if page == "book/raises" else ""
        verdict = {"id": "two", "details": {}} | FOUND[condition]
        return {"seconds": 1.5, "error": error, "verdicts": [verdict]}

    monkeypatch.setattr(noise, "_execute", found)

    assert noise.noise(Book(book.root), rounds=1) == 1

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if " s 0 holds, 1 fails, 0 " in line] == [
        "core 1 book/claims 1.5 s 0 holds, 1 fails, 0 undecided",
        "core 1 book/raises 1.5 s 0 holds, 1 fails, 0 undecided",
    ]
    assert lines.count("! it raised") == 3
    assert lines.count("✗ two: 2 ≠ 3") == 2
    assert lines[-8:-3] == [
        "pages holds fails undecided raised",
        "quiet (nothing added) 2 2 0 0 1",
        "load (four busy processes) 2 0 0 2 1",
        "core (one core) 2 0 2 0 1",
        "all 6 2 2 2 3",
    ]
    assert lines[-2] == "two: fails 2 of 6 times, under core: 2 ≠ 3"
    assert lines[-1].startswith("two: undecided 2 of 6 times, no control: a busy")


def test_where_every_claim_holds_the_command_succeeds(book, monkeypatch):
    verdict = {"id": "two", "details": {}} | FOUND["quiet"]
    found = {"seconds": 1.5, "error": "", "verdicts": [verdict]}
    monkeypatch.setattr(noise, "_execute", lambda *_: found)

    assert noise.noise(Book(book.root), conditions=["quiet"]) == 0


@pytest.fixture(scope="module")
def ran(book):
    """Twice two pages; a second or two each."""
    return book.bookbuild("noise", "--conditions", "quiet", "core", "--rounds", "1")


@pytest.fixture
def executions(ran):
    """The line of each execution: condition, round, page, seconds and counts."""
    return [
        line.split(maxsplit=5) for line in ran.stdout.splitlines() if " s  " in line
    ]


@pytest.mark.weekly
def test_a_claim_that_fails_is_named_and_fails_the_command(ran):
    assert ran.returncode == 1
    assert ran.stderr == ""
    assert ran.stdout.count("    ✗ two-is-three: 2 ≠ 3\n") == 2
    assert "\ntwo-is-three: fails 1 of 2 times, under core: 2 ≠ 3\n" in ran.stdout
    assert "\ntwo-is-three: fails 1 of 2 times, under quiet: 2 ≠ 3\n" in ran.stdout


@pytest.mark.weekly
def test_a_cell_that_raises_is_named_with_its_line_and_the_rest_goes_on(ran):
    lines = [line for line in ran.stdout.splitlines() if line.startswith("    !")]

    assert lines == 2 * [
        "    ! raises.md:25: code cell 3 of 4 raised ZeroDivisionError: "
        "division by zero; it starts: 1 / 0"
    ]


@pytest.mark.weekly
def test_each_page_with_claims_is_executed_under_each_condition(executions):
    assert [execution[:3] for execution in executions] == [
        ["quiet", "1", "book/claims"],
        ["quiet", "1", "book/raises"],
        ["core", "1", "book/claims"],
        ["core", "1", "book/raises"],
    ]


@pytest.mark.weekly
def test_what_was_found_before_a_cell_raised_is_counted(executions):
    *_, seconds, _s, counted = executions[1]

    assert float(seconds) > 0
    assert counted == "1 holds, 0 fails, 0 undecided"


@pytest.mark.weekly
def test_two_cores_are_not_to_be_had_on_one(executions, ran):
    assert executions[2][-1] == "0 holds, 1 fails, 1 undecided"
    assert " times, cores: the control wanted 1.7 cores and obtained" in ran.stdout


@pytest.mark.weekly
def test_the_table_counts_outcomes_by_condition_and_in_all(ran):
    rows = {line.split(" ")[0]: line.split() for line in ran.stdout.splitlines()}

    assert rows["core"][-5:] == ["2", "1", "1", "1", "1"]
    assert (rows["all"][1], rows["all"][-1]) == ("4", "2")


@pytest.mark.weekly
def test_a_page_runs_in_its_own_folder(ran, book):
    assert (book.root / "book/here").exists()


@pytest.mark.weekly
def test_a_claim_that_holds_under_load_is_fine(tmp_path):
    fine = cells("from paralelo import check\ncheck('fine', 1, equals=1)")
    book = TinyBook.make(tmp_path / "book", {"fine": fine, "other": CLAIMS})
    picked = ["--conditions", "load", "--only", "book/fine"]

    ran = book.bookbuild("noise", *picked, "--rounds", "1")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 holds, 0 fails, 0 undecided" in ran.stdout
    assert "book/other" not in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"conditions": ["typo"]}, "no condition named 'typo'; there are: quiet, load"),
        ({"only": ["book/without"]}, "no page with claims named 'book/without'; ther"),
        ({"rounds": 0}, "rounds must be at least 1, got 0"),
    ],
)
def test_a_misspelling_is_answered_at_the_door(arguments, message, book):
    with pytest.raises(CommandError, match=f"^{message}"):
        noise.noise(Book(book.root), **arguments)


# Starts a process that survives its parent, says which, and waits for another.
WAITS = """\
import subprocess
check = print
subprocess.run(["sh", "-c", "sleep 99 & echo $! > {0}/new; mv {0}/new {0}/orphan"])
check(subprocess.run(["sleep", "98"]))"""


@pytest.mark.weekly
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing_behind(number, tmp_path):
    book = TinyBook.make(tmp_path / "book", {"waits": cells(WAITS.format(tmp_path))})
    files = tmp_path / "temporary"
    files.mkdir()
    command = book.command("noise", "--conditions", "load")
    with subprocess.Popen(
        command,
        env=book.environment(TMPDIR=str(files)),
        stderr=subprocess.PIPE,
        preexec_fn=interruptible,
    ) as process:
        while not (tmp_path / "orphan").exists():
            assert process.poll() is None
            time.sleep(0.05)
        inside = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]

    started = {int((tmp_path / "orphan").read_text()), *(p.pid for p in inside)}
    assert (process.returncode, said) == (1, b"bookbuild: interrupted\n")
    assert len(started) >= 7  # the page's, its kernel, the orphan, four busy ones
    assert not any(map(psutil.pid_exists, started))
    assert list(files.iterdir()) == []


def test_a_condition_that_this_system_cannot_make_is_left_out(
    tmp_path, monkeypatch, capsys
):
    book = TinyBook.make(tmp_path / "book", {"claims": CLAIMS})
    monkeypatch.delattr(os, "sched_setaffinity")

    noise.noise(Book(book.root), conditions=["core"])

    said = capsys.readouterr().out
    assert "core          left out: this system can't" in said
    assert "book/claims" not in said
