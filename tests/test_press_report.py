"""Is there one issue while a weekly check fails, and none when all is right?"""

import json
import os
import sys

import pytest

from press.report import report

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the stand-in for gh is a script"
)

RUN = "https://forge.example/someone/book/actions/runs/42"
GH = f"""\
#!{sys.executable}
import json, os, pathlib, sys
folder = pathlib.Path(__file__).parent
arguments = sys.argv[1:]
given = sys.stdin.read()
with (folder / "calls").open("a") as calls:
    print(json.dumps([arguments, given]), file=calls)
if " ".join(arguments[:2]) == os.environ.get("REFUSED"):
    sys.exit("HTTP 403: Resource not accessible by integration\\nmore of it")
if arguments[:2] == ["issue", "list"]:
    print(os.environ.get("OPEN", ""))
"""


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """Lets a stand-in be the only `gh`; returns what it was asked and given."""
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("OPEN", raising=False)
    file = tmp_path / "calls"
    return lambda: [json.loads(line) for line in file.read_text().splitlines()]


def needs(**results):
    """What a runner sets, when the jobs have ended like this."""
    jobs = {name: {"result": how, "outputs": {}} for name, how in results.items()}
    return os.environ | {
        "NEEDS": json.dumps(jobs),
        "GITHUB_SERVER_URL": "https://forge.example",
        "GITHUB_REPOSITORY": "someone/book",
        "GITHUB_RUN_ID": "42",
    }


RIGHT = needs(newest="success", plain="success", links="success")
WRONG = needs(newest="success", plain="failure", links="cancelled")


def verbs(calls):
    """What gh was asked to do, in order."""
    return [" ".join(arguments[:2]) for arguments, _given in calls()]


def test_a_failure_opens_one_issue_that_names_the_jobs_and_the_run(calls):
    assert report(WRONG) == 0

    assert verbs(calls) == ["issue list", "label create", "issue create"]
    arguments, text = calls()[-1]
    assert arguments[arguments.index("--label") + 1] == "weekly"
    assert "- `make plain`: failure\n- `make links`: cancelled\n" in text
    assert "newest" not in text
    assert RUN in text


def test_a_failure_rewrites_the_issue_that_is_open(calls, monkeypatch):
    monkeypatch.setenv("OPEN", "7")

    assert report(WRONG) == 0

    assert verbs(calls) == ["issue list", "issue edit"]
    arguments, text = calls()[-1]
    assert arguments[2] == "7"
    assert "`make plain`: failure" in text


def test_the_oldest_is_rewritten_if_more_than_one_is_open(calls, monkeypatch):
    monkeypatch.setenv("OPEN", "9\n7\n8")

    assert report(WRONG) == 0

    assert verbs(calls) == ["issue list", "issue edit"]
    assert calls()[-1][0][2] == "7"


def test_the_issue_is_closed_with_a_comment_when_all_is_right(calls, monkeypatch):
    monkeypatch.setenv("OPEN", "7")

    assert report(RIGHT) == 0

    assert verbs(calls) == ["issue list", "issue close"]
    arguments, _given = calls()[-1]
    assert arguments[2] == "7"
    assert RUN in arguments[arguments.index("--comment") + 1]


def test_nothing_is_said_when_all_is_right_and_no_issue_is_open(calls):
    assert report(RIGHT) == 0

    assert verbs(calls) == ["issue list"]


def test_every_call_names_the_repository_and_only_open_issues_are_asked_for(calls):
    report(WRONG)

    for arguments, _given in calls():
        assert arguments[arguments.index("--repo") + 1] == "someone/book"
    listed = calls()[0][0]
    assert listed[listed.index("--state") + 1] == "open"
    assert listed[listed.index("--label") + 1] == "weekly"


def complaint(capsys):
    """The one line that was written to stderr."""
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("refused", ["issue list", "label create", "issue create"])
def test_what_gh_may_not_do_is_one_line(calls, refused, monkeypatch, capsys):
    monkeypatch.setenv("REFUSED", refused)

    assert report(WRONG) == 1

    assert complaint(capsys) == (
        f"press: gh {refused} failed: HTTP 403: Resource not accessible by integration"
    )
    assert verbs(calls)[-1] == refused


def test_without_gh_one_line_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert report(WRONG) == 1

    assert "there is no gh" in complaint(capsys)


def test_outside_of_the_workflow_one_line_says_what_is_missing(calls, capsys):
    assert report({"GITHUB_RUN_ID": "42"}) == 1

    assert "NEEDS, GITHUB_SERVER_URL, GITHUB_REPOSITORY not set" in complaint(capsys)


@pytest.mark.parametrize("text", ["plain: failure", "[]", '{"plain": "failure"}'])
def test_results_that_cannot_be_read_are_one_line(calls, text, capsys):
    assert report(WRONG | {"NEEDS": text}) == 1

    assert "NEEDS is not what toJSON(needs) writes" in complaint(capsys)
