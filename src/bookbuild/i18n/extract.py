"""Extract the messages to translate from pages, code and templates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bookbuild.i18n.catalogs import WORDS
from bookbuild.project.book import Book
from bookbuild.project.sphinx_app import sphinx_app

#: Cells don't run, since their outputs aren't for translators.
SETTINGS = {
    "gettext_compact": False,
    "gettext_uuid": False,
    "gettext_location": True,
    "nb_execution_mode": "off",
}
#: Files with messages that are of no page, and the functions that are called with them.
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OURS = dict.fromkeys(("_", "gettext_noop", "message", "right", "not_yet"))
SOURCES = {WORDS: "src and _config.yml"}
OF_TEMPLATES = "sphinx"  # the catalogue that Sphinx makes of templates
SETTINGS_SHOWN = ("html_title", "author")  # in _config.yml


def templates(book: Book) -> Iterator[tuple[str, Catalog]]:
    """Yield the name and the template of each catalogue that a language must have."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / "templates"
        _extract(book, made)
        (made / f"{OF_TEMPLATES}.pot").unlink(missing_ok=True)  # WORDS has them
        for path in sorted(made.rglob("*.pot")):
            with path.open("rb") as file:
                yield path.relative_to(made).with_suffix("").as_posix(), read_po(file)
    words = _words([book.root / "src/paralelo", Path(__file__).parents[1]])
    for name in SETTINGS_SHOWN:
        words.add(book.config[name])
    yield WORDS, words


def _words(folders: list[Path]) -> Catalog:
    """Collect the messages in the code below `folders`."""
    found = Catalog()
    for folder_ in folders:
        entries = extract_from_dir(folder_, METHODS, keywords=OURS)
        for _file, _line, message, *_ in sorted(entries, key=lambda entry: entry[:2]):
            found.add(message)
    return found


def _extract(book: Book, made: Path) -> None:
    """Let Sphinx write a template for every page into the folder `made`."""
    config = deepcopy(book.config) | SETTINGS | {"bookbuild_book": book}
    with sphinx_app("gettext", book.root, made, config, io.StringIO()) as app:
        app.build()
