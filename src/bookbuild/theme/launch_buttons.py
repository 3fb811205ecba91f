"""Give each page the addresses of its repository and of Binder: a fork's, the fork's.

Where the repository isn't known, there are none.
"""

import re
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.project.book import book_of

#: Repositories that Binder has a short address for.
ON_BINDER = re.compile(r"https://(github|gitlab)\.com/([^/]+)/([^/]+)")
#: The fields of a report in its address.
GITHUB = "title", "body"
GITLAB = "issue[title]", "issue[description]"
REPORT = "Your issue content here."


def _configure(app: Sphinx, config: Config) -> None:
    """Take over the theme's setting; if these change, every page is written again."""
    launch = config.html_theme_options.pop("launch_buttons", {})
    config.bookbuild_binder = launch.get("binderhub_url", "").strip("/")
    config.bookbuild_repository = book_of(app).repository


def _add_addresses(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    repository = app.config.bookbuild_repository
    if repository is None:
        return
    url, branch, release = repository
    file = f"{page}{context.get('page_source_suffix', '')}"
    is_github = "github" in url.split("/")[2]
    below = url if is_github else f"{url}/-"  # as on GitLab
    if "page_source_suffix" in context:
        context["edit_url"] = f"{below}/edit/{branch}/{file}"
    title, body = GITHUB if is_github else GITLAB
    report = {title: f"Issue on page /{page}.html", body: REPORT}
    query = urlencode(report, safe="[]", quote_via=quote)
    context["issue_url"] = f"{below}/issues/new?{query}"
    found, hub = ON_BINDER.fullmatch(url), app.config.bookbuild_binder
    if found and hub and "kernelspec" in app.env.metadata[page]:
        forge, owner, name = found.groups()
        where = f"gh/{owner}/{name}" if forge == "github" else f"gl/{owner}%2F{name}"
        run = quote(release or branch)
        context["binder_url"] = f"{hub}/v2/{where}/{run}?urlpath=lab/tree/{file}"


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_binder", "", "html", [str])
    app.add_config_value("bookbuild_repository", None, "html")
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _add_addresses)
