"""What the press and the laboratory say in pages, in the language of the edition.

Sentences of pages have a catalogue for each page; what is said here has one for all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.i18n.catalogs import WORDS, catalogue
from bookbuild.i18n.localize import Speech
from bookbuild.project.book import book_of
from bookbuild.project.editions import SOURCE

SAYS = "_static/says.json"
#: Only within functions: what is said before the edition is known, is said in English.
_ = locale.get_translation(WORDS)


def speech() -> Speech:
    """How it is said in the edition that is being made."""
    return Speech(_language, _)


_language = SOURCE


def _begin(app: Sphinx, config: Config) -> None:
    global _language  # as Sphinx's own translators: one edition is made at a time
    _language = config.language
    locale.init(config.locale_dirs, config.language, WORDS)
    for name in ("html_title", "author"):
        if text := config[name]:  # of an empty one, gettext gives a catalogue's header
            config[name] = _(text)


def _say(app: Sphinx, tree: nodes.document) -> None:
    """Say what the cells' outputs say in the language of the edition."""
    for node in tree.findall(nodes.raw):
        messages = node.attributes.pop("messages", None)
        if messages and app.config.language != SOURCE:
            html = speech().html(node.astext().strip(), messages)
            node.clear()
            node += nodes.Text(html)


def _publish(app: Sphinx, error: Exception | None) -> None:
    """Let pages say what a reader's own run puts out: see `speech.js`."""
    if error or app.config.language == SOURCE or app.builder.format != "html":
        return
    messages = catalogue(book_of(app), app.config.language, WORDS) or ()
    words = {each.id: each.string for each in messages if each.id and each.string}
    spoken = {"decimal": speech().decimal, "words": words}
    (Path(app.outdir) / SAYS).write_text(json.dumps(spoken), encoding="utf8")


def _point(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    if app.config.language != SOURCE:
        context["says"] = context["pathto"](SAYS, resource=True)


def setup(app: Sphinx) -> None:
    # When they change, every page is read again: they are in what cells put out.
    app.add_config_value("bookbuild_words", "", "env")
    app.connect("config-inited", _begin, priority=100)  # before others use words
    app.connect("doctree-read", _say)
    app.connect("html-page-context", _point)
    app.connect("build-finished", _publish)
