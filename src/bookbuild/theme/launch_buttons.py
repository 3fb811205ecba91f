"""Point the buttons of pages to the repository of this checkout: a fork's, to the fork.

Binder, "suggest a change" and "report a mistake" are the theme's buttons. Where the
repository isn't known, pages have none of them.
"""

import re
from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.project.book import book_of

# Of any other, the theme makes an address that Binder does not understand.
ON_BINDER = re.compile(r"https://git(hub|lab)\.com/[^/]+/[^/]+")
BUTTONS = ("use_repository_button", "use_edit_page_button", "use_issues_button")


def _apply(app: Sphinx, config: Config) -> None:
    options = config.html_theme_options
    repository = book_of(app).repository
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
