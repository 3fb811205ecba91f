"""What is said of the weekly checks? One issue while any of them fails, and no more.

It is opened, or gets a new text; and it is closed when everything is right again. With
`gh`, which is on every hosted runner. Standard library only.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping

from press.environment import complain

LABEL = "weekly"
TITLE = "A weekly check fails"
NEEDED = ("NEEDS", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")

TEXT = """\
These weekly checks did not succeed:

{jobs}

What each of them said: {run}
Each is a command that can be repeated anywhere.

This text is replaced every week, and the issue is closed when all of them succeed.
"""


class GhError(Exception):
    """What `gh` could not do, and why."""


def report(environment: Mapping[str, str] = os.environ) -> int:
    """Open, rewrite or close the issue, by how the jobs that `NEEDS` names ended.

    Returns 0, or 1 after one line that says what is missing, or what `gh` could not do.
    """
    if missing := [name for name in NEEDED if not environment.get(name)]:
        return complain(
            f"{', '.join(missing)} not set: only the workflow weekly.yml, where it "
            "runs, can say how its jobs ended"
        )
    if shutil.which("gh") is None:
        return complain("there is no gh, which writes issues; see cli.github.com")
    try:
        results = _results(environment["NEEDS"])
        repository = environment["GITHUB_REPOSITORY"]
        run = (
            f"{environment['GITHUB_SERVER_URL']}/{repository}"
            f"/actions/runs/{environment['GITHUB_RUN_ID']}"
        )
        print(_tell(Issues(repository), results, run))
    except (GhError, ValueError) as error:
        return complain(str(error))
    return 0


def _results(needs: str) -> dict[str, str]:
    """How each job ended: success, failure, cancelled or skipped."""
    try:
        return {name: job["result"] for name, job in json.loads(needs).items()}
    except (ValueError, AttributeError, TypeError, KeyError):
        raise ValueError(f"NEEDS is not what toJSON(needs) writes: {needs!r}") from None


class Issues:
    """The issues of one repository that have our label."""

    def __init__(self, repository: str) -> None:
        self._repository = repository

    def open(self) -> int:
        """The number of the one that is open; 0 if none is."""
        listed = self._gh(
            *("issue", "list", "--label", LABEL, "--state", "open"),
            *("--json", "number", "--jq", ".[].number"),
        )
        return min(map(int, listed.split()), default=0)

    def create(self, text: str) -> None:
        """Open one; where the label is not known yet, it is made."""
        what = "what the weekly checks found"
        self._gh("label", "create", LABEL, "--force", "--description", what)
        create = "issue", "create", "--title", TITLE, "--label", LABEL
        self._gh(*create, "--body-file", "-", given=text)

    def rewrite(self, number: int, text: str) -> None:
        """Replace the text of one."""
        self._gh("issue", "edit", str(number), "--body-file", "-", given=text)

    def close(self, number: int, comment: str) -> None:
        """Close one, with a comment."""
        self._gh("issue", "close", str(number), "--comment", comment)

    def _gh(self, *arguments: str, given: str = "") -> str:
        ran = subprocess.run(
            ["gh", *arguments, "--repo", self._repository],
            input=given,
            capture_output=True,
            text=True,
            encoding="utf8",
            check=False,
        )
        if ran.returncode:
            lines = ran.stderr.strip().splitlines() or [f"status {ran.returncode}"]
            raise GhError(f"gh {' '.join(arguments[:2])} failed: {lines[0]}")
        return ran.stdout


def _tell(issues: Issues, results: Mapping[str, str], run: str) -> str:
    """Bring the issue up to date; returns what was done, in a line."""
    failed = [name for name, result in results.items() if result != "success"]
    number = issues.open()
    if failed and number:
        issues.rewrite(number, _text(results, run))
        return f"issue {number} says which fail: {', '.join(failed)}"
    if failed:
        issues.create(_text(results, run))
        return f"a new issue says which fail: {', '.join(failed)}"
    if number:
        issues.close(number, f"All is right again: {run}")
        return f"issue {number} is closed: all is right again"
    return "all is right, and no issue is open"


def _text(results: Mapping[str, str], run: str) -> str:
    jobs = [
        f"- `make {name}`: {result}"
        for name, result in results.items()
        if result != "success"
    ]
    return TEXT.format(jobs="\n".join(jobs), run=run)
