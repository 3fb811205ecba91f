"""Say in each page's footer when it was made, from which commit, with which Python."""

from html import escape

from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.i18n.messages import _, speech
from bookbuild.project.book import Book, book_of
from paralelo.machine import environment_info

SHORT = 10  # digits of a commit's name, as people write it


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
        _("from commit {commit}, changed since,")
        if changed
        else _("from commit {commit}")
    )
    return words.format(commit=shown)


def _add(app: Sphinx, config: Config) -> None:
    found = environment_info()
    date = speech().day(found.date)
    when = f'<time datetime="{found.date}">{date}</time>'
    parts = [_("Made on {date}").format(date=when), _sources(book_of(app))]
    parts.append(_("with {python}").format(python=escape(found.python)))
    made = f"{' '.join(filter(None, parts))}."
    options = config.html_theme_options  # when they change, every page is written
    options["extra_footer"] = (
        f'{options.get("extra_footer", "")}<p class="made">{made}</p>'
    )


def setup(app: Sphinx) -> None:
    app.connect("config-inited", _add)
