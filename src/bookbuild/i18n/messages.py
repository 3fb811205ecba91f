"""Translate the messages of `bookbuild` and `paralelo` in pages.

They have one catalogue for all pages, `WORDS`.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.i18n.catalogs import WORDS, catalogue
from bookbuild.i18n.localize import Speech
from bookbuild.project.book import book_of
from bookbuild.project.editions import SOURCE

SAYS = "_static/says.json"
#: Call it within functions only: before the edition is known, it returns English.
_ = locale.get_translation(WORDS)


def speech() -> Speech:
    """Return the `Speech` of the edition that is being built."""
    return Speech(_language, _)


_language = SOURCE


def _configure(app: Sphinx, config: Config) -> None:
    global _language  # as in sphinx.locale: one edition is built at a time
    _language = config.language
    locale.init(config.locale_dirs, config.language, WORDS)
    for name in ("html_title", "author"):
        if text := config[name]:  # gettext translates an empty one to a header
            config[name] = _(text)


def _translate_outputs(app: Sphinx, tree: nodes.document) -> None:
    """Write the cells' outputs in the language of the edition."""
    for node in tree.findall(nodes.raw):
        messages = node.attributes.pop("messages", None)
        if messages and app.config.language != SOURCE:
            html = speech().html(node.astext().strip(), messages)
            node.clear()
            node += nodes.Text(html)


def _write_messages(app: Sphinx, error: Exception | None) -> None:
    """Write the messages that `speech.js` needs for the outputs of a reader's runs."""
    if error or app.config.language == SOURCE or app.builder.format != "html":
        return
    messages = catalogue(book_of(app), app.config.language, WORDS)
    words = {each.id: each.string for each in messages if each.id and each.string}
    (Path(app.outdir) / SAYS).write_text(json.dumps(words), encoding="utf8")


def setup(app: Sphinx) -> None:
    # When they change, every page is read again, since outputs have them.
    app.add_config_value("bookbuild_words", "", "env")
    # Before any message is translated.
    app.connect("config-inited", _configure, priority=100)
    app.connect("doctree-read", _translate_outputs)
    app.connect("build-finished", _write_messages)
