"""Say where each page comes from, and where it can be changed, reported and run.

Pages have links to their repository and to Binder: a fork's, the fork's. Where the
repository isn't known, there are none. The footer says when the page was made, from
which commit, with which Python. If one of these changes, every page is written again.
"""

import re
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.i18n.messages import _, speech
from bookbuild.project.book import Book, book_of
from paralelo.machine import environment_info

SHORT = 10  # digits of a commit's name, as people write it
#: Repositories that Binder has a short address for.
ON_BINDER = re.compile(r"https://(github|gitlab)\.com/([^/]+)/([^/]+)")
#: The fields of a report in its address.
GITHUB = "title", "body"
GITLAB = "issue[title]", "issue[description]"
REPORT = "Your issue content here."


def _configure(app: Sphinx, config: Config) -> None:
    """Take over the theme's setting, and add to its footer."""
    options, book = config.html_theme_options, book_of(app)
    launch = options.pop("launch_buttons", {})
    config.bookbuild_binder = launch.get("binderhub_url", "").strip("/")
    config.bookbuild_repository = book.repository
    made = f'<p class="made">{_made(book)}</p>'
    options["extra_footer"] = f"{options.get('extra_footer', '')}{made}"


def _made(book: Book) -> str:
    """Return when, from which commit and with which Python pages are made, as HTML."""
    found = environment_info()
    when = f'<time datetime="{found.date}">{speech().day(found.date)}</time>'
    date = _("Built on {date}").format(date=when)
    python = _("with {python}").format(python=escape(found.python))
    return f"{' '.join(filter(None, (date, _sources(book), python)))}."


def _sources(book: Book) -> str:
    """Return the commit as HTML, a link if the repository is known; or empty."""
    name, changed, _nothing = book.commit.partition("+")
    if not name:
        return ""
    shown = f"<code>{name[:SHORT]}</code>"
    if book.repository:
        address = escape(f"{book.repository.url}/commit/{name}")
        shown = f'<a href="{address}">{shown}</a>'
    words = (
        _("from commit {commit} with later changes,")
        if changed
        else _("from commit {commit}")
    )
    return words.format(commit=shown)


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
