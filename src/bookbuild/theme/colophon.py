"""From which sources was this page made, and when? In each page's footer."""

import os
from html import escape
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.build.manifest import commit
from bookbuild.i18n.messages import _, speech
from bookbuild.project.repository import detect
from paralelo.machine import environment_info

SHORT = 10  # digits of a commit's name, as people write it


def _sources(root: Path) -> str:
    """The commit as HTML, a link where the repository is known; empty without git."""
    name, changed, _nothing = commit(root).partition("+")
    if not name:
        return ""
    shown = f"<code>{name[:SHORT]}</code>"
    if repository := detect(root, os.environ):
        address = escape(f"{repository.url}/commit/{name}")
        shown = f'<a href="{address}">{shown}</a>'
    words = (
        _("from commit {commit}, changed since,")
        if changed
        else _("from commit {commit}")
    )
    return words.format(commit=shown)


def _add(app: Sphinx, config: Config) -> None:
    found = environment_info()
    date = speech().day(found.date)
    when = f'<time datetime="{found.date}">{date}</time>'
    parts = [_("Made on {date}").format(date=when), _sources(Path(app.srcdir))]
    parts.append(_("with {python}").format(python=escape(found.python)))
    made = f"{' '.join(filter(None, parts))}."
    options = config.html_theme_options  # when they change, every page is written
    options["extra_footer"] = (
        f'{options.get("extra_footer", "")}<p class="made">{made}</p>'
    )


def setup(app: Sphinx) -> None:
    app.connect("config-inited", _add)
