"""The hosted checks are secure, and run what can be run here."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from bookbuild.checks.ci import STEPS, program
from bookbuild.execution.cache import OUTPUTS
from bookbuild.project.book import ADDRESS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*.y*ml"))
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text("utf8")) for path in FILES}
JOBS = {
    f"{name}, {job}": content
    for name, workflow in WORKFLOWS.items()
    for job, content in workflow["jobs"].items()
}
COMMANDS = [
    step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step
]
PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
BOOKBUILD = re.compile(r"\S*python\S* (?:-m |src/)bookbuild (\w+)(?: (.*))?")


PIN = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
PLANTED = {
    "unpinned-uses": (PIN, "actions/checkout@v7"),
    "artipacked": ("          persist-credentials: false\n", ""),
    "excessive-permissions": ("permissions: {}", "permissions: write-all"),
    "dangerous-triggers": ("  pull_request:", "  pull_request_target:"),
    "template-injection": ("run: make test", "run: make test ${{ github.head_ref }}"),
    "concurrency-limits": ("concurrency:\n  group: g\n", ""),
}


@pytest.mark.parametrize("rule", ["", *PLANTED])
def test_what_zizmor_is_there_for_it_finds(tmp_path, rule):
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    workflow = tmp_path / ".github/workflows/test.yml"
    text = re.sub(
        r"(?<=^concurrency:\n)(  .*\n)+",
        "  group: g\n",
        workflow.read_text("utf8"),
        flags=re.M,
    )
    before, after = PLANTED.get(rule, ("jobs", "jobs"))
    assert before in text
    workflow.write_text(text.replace(before, after, 1), "utf8")
    [command] = [command for name, command in STEPS if name == "workflows"]

    ran = subprocess.run(
        [program(command[0]), *command[1:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert bool(ran.returncode) == bool(rule)
    assert f"[{rule}]" in ran.stdout or not rule


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_digest_and_says_its_version(path):
    used = re.findall(r"\buses: *(.*)", path.read_text("utf8"))

    assert used
    assert [action for action in used if not PINNED.fullmatch(action)] == []


def test_one_action_is_pinned_to_one_digest():
    used = {a for path in FILES for a in PINNED.findall(path.read_text("utf8"))}

    assert len(used) == len({action.split("@")[0] for action in used})


@pytest.mark.parametrize("name", JOBS)
def test_a_job_says_what_it_may_do_and_for_how_long(name):
    assert {"permissions", "timeout-minutes"} <= set(JOBS[name])


def test_a_job_may_write_only_what_it_is_there_to_write():
    written = {
        name: {what for what, may in job["permissions"].items() if may == "write"}
        for name, job in JOBS.items()
    }

    assert {name: what for name, what in written.items() if what} == {
        "publish, deploy": {"pages", "id-token"},
    }


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_every_command_is_one_that_can_be_run_here(command):
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf8"), re.M)
    if command.startswith("make "):
        assert command.removeprefix("make ") in targets
        return

    called = BOOKBUILD.fullmatch(command)  # so neither a second line nor a ${{ }} in it
    assert called
    told = subprocess.run(
        [sys.executable, "-m", "bookbuild", called[1], "--help"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert [o for o in (called[2] or "").split() if o not in told.stdout] == []


def test_every_supported_version_of_python_is_tested():
    readme = (ROOT / "README.md").read_text("utf8")
    first, last = re.search(r"3\.(\d+) to 3\.(\d+) are supported", readme).groups()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]

    tested = JOBS["test, linux"]["strategy"]["matrix"]["python"]

    assert project["requires-python"] == f">=3.{first}"
    assert tested == [f"3.{minor}" for minor in range(int(first), int(last) + 1)]


def test_the_book_is_published_whether_or_not_it_builds_without_the_gil():
    *_, without, _, _, strict, upload = JOBS["publish, build"]["steps"]
    free = JOBS["test, free-threaded"]

    assert (without["run"], strict["run"]) == ("make book", "make strict")
    assert without["env"] == free["env"]
    assert without["continue-on-error"]
    assert without["timeout-minutes"] < JOBS["publish, build"]["timeout-minutes"]
    beside = f"../{without['working-directory']}/_build/site/claims.json"
    succeeded = f"steps.{without['id']}.outcome == 'success'"
    assert strict["env"]["CLAIMS_FROM"] == f"${{{{ {succeeded} && '{beside}' || '' }}}}"
    assert strict["env"]["PDF"]
    assert upload["with"]["path"] == f"{strict['working-directory']}/_build/site"


def test_the_published_book_is_told_its_address_by_pages():
    pages, *_, strict, _ = JOBS["publish, build"]["steps"]

    assert pages["uses"].startswith("actions/configure-pages@")
    told = f"${{{{ steps.{pages['id']}.outputs.base_url }}}}"
    assert strict["env"][ADDRESS] == told


def test_each_build_of_a_job_has_a_checkout_and_a_python_of_its_own():
    """For `.venv` stays that of the Python which made it."""
    for job in JOBS.values():
        made = [step for step in job["steps"] if step.get("run", "").startswith("make")]
        folders = [step.get("working-directory") for step in made]
        checkouts = [
            step["with"].get("path")
            for step in job["steps"]
            if step.get("uses", "").startswith("actions/checkout@")
        ]

        assert folders == checkouts or not made


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize(
    ("beside", "pdf", "options"),
    [
        ("", "", ""),
        ("a.json", "", " --claims-from a.json"),
        ("a b", "1", " --claims-from a --claims-from b --pdf"),
    ],
)
def test_a_strict_build_is_given_what_was_asked_of_make(beside, pdf, options):
    ran = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "strict"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"CLAIMS_FROM": beside, "PDF": pdf},
    )

    assert " ".join(ran.stdout.replace("\\\n", "").split()).endswith(
        f"--strict{options}"
    )


def test_a_job_that_runs_all_tests_keeps_the_outputs_of_chapters():
    for name in ("linux", "macos", "windows"):
        kept, *_ = [
            s
            for s in JOBS[f"test, {name}"]["steps"]
            if "actions/cache@" in s.get("uses", "")
        ]

        assert kept["with"]["path"] == OUTPUTS
        assert kept["with"]["key"].startswith(kept["with"]["restore-keys"])


def test_a_weekly_job_is_called_as_its_make_target():
    for name, job in WORKFLOWS["weekly"]["jobs"].items():  # to repeat it by
        assert job["steps"][-1]["run"] == f"make {name}"


def test_a_weekly_job_that_fails_is_seen_to_fail():
    jobs = WORKFLOWS["weekly"]["jobs"].values()  # or its result would be a success

    assert [job for job in jobs if "continue-on-error" in job] == []


def test_nothing_waits_for_the_weekly_checks():
    assert set(WORKFLOWS["weekly"][True]) == {"schedule", "workflow_dispatch"}
