"""Where does this copy of the book live? Its buttons must point there, not elsewhere.

From the continuous integration's environment, or else from the git remote, so that a
fork's buttons lead to the fork. Where neither is known, there are no such buttons.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.config import Config

ADDRESSES = (
    re.compile(r"(?P<scheme>https?)://(?:[^@/]+@)?(?P<host>[^/]+)/(?P<path>.+)"),
    re.compile(r"(?:ssh|git)://(?:[^@/]+@)?(?P<host>[^:/]+)(?::\d+)?/(?P<path>.+)"),
    # git@host:path, but neither C:/folder nor file://folder
    re.compile(r"(?:[^@/:]+@)?(?P<host>[^@/:\\]{2,}):(?!//)(?P<path>.+)"),
)
# Of any other, the theme makes an address that Binder does not understand.
ON_BINDER = re.compile(r"https://git(hub|lab)\.com/[^/]+/[^/]+")
BUTTONS = ("use_repository_button", "use_edit_page_button", "use_issues_button")


class Repository(NamedTuple):
    """A repository on the web: ``https://host/owner/name``, and what of it is shown.

    Changes are suggested to the branch. What is run is the release, if this is one.
    """

    url: str
    branch: str
    release: str = ""  # its tag


def detect(root: Path, environment: Mapping[str, str]) -> Repository | None:
    """The repository that `root` is a checkout of, or None if nobody says."""
    url = _url_of_ci(environment) or _url_of_remote(root)
    if not url:
        return None
    branch = _branch(root, environment) or "main"
    return Repository(url, branch, _release(root, environment))


def normalise(url: str) -> str:
    """A remote's address as a browser would open it; empty if it is none.

    User names, passwords and tokens are left out.
    """
    matches = (address.fullmatch(url.strip()) for address in ADDRESSES)
    found = next(filter(None, matches), None)
    if found is None:
        return ""
    path = found["path"].strip("/").removesuffix(".git")
    scheme = found.groupdict().get("scheme", "https")
    return f"{scheme}://{found['host']}/{path}" if "/" in path else ""


def _url_of_ci(environment: Mapping[str, str]) -> str:
    if name := environment.get("GITHUB_REPOSITORY"):
        return f"{environment.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    return environment.get("CI_PROJECT_URL", "")  # GitLab's


def _url_of_remote(root: Path) -> str:
    if not (root / ".git").exists():  # a parent's repository is not this book's
        return ""
    branch = _git(root, "rev-parse", "--abbrev-ref", "HEAD")
    remote = _git(root, "config", f"branch.{branch}.remote") or "origin"
    return normalise(_git(root, "remote", "get-url", remote))


def _branch(root: Path, environment: Mapping[str, str]) -> str:
    if environment.get("GITHUB_REF_TYPE") == "branch":
        return environment.get("GITHUB_HEAD_REF") or environment["GITHUB_REF_NAME"]
    if branch := environment.get("CI_COMMIT_BRANCH"):
        return branch
    branch = _git(root, "rev-parse", "--abbrev-ref", "HEAD")
    return "" if branch == "HEAD" else branch  # detached, as at a tag


def _release(root: Path, environment: Mapping[str, str]) -> str:
    """The tag that was checked out, rather than a branch; empty if none was."""
    if environment.get("GITHUB_REF_TYPE") == "tag":
        return environment["GITHUB_REF_NAME"]
    if tag := environment.get("CI_COMMIT_TAG"):
        return tag
    if _git(root, "rev-parse", "--abbrev-ref", "HEAD") != "HEAD":
        return ""
    return _git(root, "describe", "--tags", "--exact-match")


def history(root: Path, path: str) -> str:
    """Return each commit's changes to a file, as patches; a merge is one change.

    Empty where `root` is no repository. Raises ValueError in a shallow clone, which
    has only a part of them.
    """
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        raise ValueError(
            f"{root}: this clone has no whole history; git fetch --unshallow gets it"
        )
    return _git(root, "log", "--first-parent", "-m", "-p", "--format=", "--", path)


def _git(root: Path, *arguments: str) -> str:
    try:
        ran = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):  # no git, or no such thing
        return ""
    return ran.stdout.strip()


def _apply(app: Sphinx, config: Config) -> None:
    options = config.html_theme_options
    repository = detect(Path(app.srcdir), os.environ)
    known = repository is not None
    for button in BUTTONS:
        options[button] = known
    if repository is None or not ON_BINDER.fullmatch(repository.url):
        options.pop("launch_buttons", None)
    if repository is None:
        return
    options["repository_url"] = repository.url
    options["repository_branch"] = repository.branch
    config.bookbuild_run = quote(repository.release or repository.branch)
    options["path_to_docs"] = ""
    host = repository.url.split("/")[2]
    if not any(name in host for name in ("github", "gitlab", "bitbucket")):
        options.setdefault("repository_provider", "gitlab")


def _name_release(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Let Binder run the release that the page is of; the theme knows a branch only."""
    branch = app.config.html_theme_options.get("repository_branch", "")
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("text") == "Binder":
                where, query = button["url"].split("?urlpath=")
                start = where.removesuffix(branch)
                button["url"] = f"{start}{app.config.bookbuild_run}?urlpath={query}"


def setup(app: Sphinx) -> None:
    app.add_config_value(
        "bookbuild_run", "", "html", [str]
    )  # of which every page speaks
    app.connect("config-inited", _apply)
    app.connect("html-page-context", _name_release, priority=900)  # after the theme
