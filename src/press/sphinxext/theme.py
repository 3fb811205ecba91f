"""What the theme and other people's extensions say, in the language of the edition.

Their own catalogues lack Portuguese, or most of it; and some words they never give to a
translator.
"""

import json
from html import escape
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import Extension
from myst_nb.sphinx_ import (  # type: ignore[import-untyped]
    HideCodeCellNode,
    depart_HideCellInput,
    visit_HideCellInput,
)
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.writers.html5 import HTML5Translator

from paralelo.says import noted

from ..catalogues import THEME
from .words import _

BOOK_THEME = "booktheme"  # the catalogue of the theme that the pages are made with
#: Words of templates that know of no translation.
HARD_CODED = (
    noted("Toggle primary sidebar"),
    noted("Toggle secondary sidebar"),
    noted("Main"),
    noted("Page"),
)
#: Of a script that knows six languages, and falls back on English.
COPY_SCRIPT = "_static/copybutton.js"
COPY_WORDS = (
    noted("Copy"),
    noted("Copy to clipboard"),
    noted("Copied!"),
    noted("Failed to copy"),
)
#: A name that hides what is written on a button from who can't see it.
NAMELESS = ' aria-label="Toggle hidden content"'


def _begin(app: Sphinx, config: Config) -> None:
    theirs, is_there = locale.init(config.locale_dirs, config.language, THEME)
    if is_there:
        # Ours come before the book theme's own; Sphinx's own are good.
        theirs.add_fallback(locale.get_translator(BOOK_THEME))
        locale.translators["general", BOOK_THEME] = theirs
        app.translator.add_fallback(theirs)
    config.nb_code_prompt_show = _("Show the code")
    config.nb_code_prompt_hide = _("Hide the code")
    config.togglebutton_hint = _("Click to show")
    config.togglebutton_hint_hide = _("Click to hide")
    config.html_theme_options["search_bar_text"] = _("Search this book…")


class Translated(Extension):
    """Templates, with their words in the language of the edition."""

    def preprocess(
        self, source: str, name: str | None, filename: str | None = None
    ) -> str:
        for words in HARD_CODED:
            for key in ("title", "aria-label"):
                said = escape(_(words))
                source = source.replace(f'{key}="{words}"', f'{key}="{said}"')
        return source


def _templates(app: Sphinx) -> None:
    bridge = getattr(app.builder, "templates", None)
    environment: Environment | None = getattr(bridge, "environment", None)
    if environment:
        environment.add_extension(Translated)


def _named_by_its_words(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    visit_HideCellInput(translator, node)
    translator.body[-5:] = [part.replace(NAMELESS, "") for part in translator.body[-5:]]


def _copy_words(app: Sphinx, exception: Exception | None) -> None:
    script = Path(app.outdir) / COPY_SCRIPT
    if exception or app.config.language == "en" or not script.exists():
        return
    text = script.read_text("utf8")
    for words in COPY_WORDS:
        text = text.replace(f"'{words}'", json.dumps(_(words), ensure_ascii=False))
    if text != script.read_text("utf8"):
        script.write_text(text, "utf8")


def setup(app: Sphinx) -> None:
    app.connect("config-inited", _begin, priority=150)  # once words are known
    app.connect("builder-inited", _templates)
    visitors = (_named_by_its_words, depart_HideCellInput)
    app.add_node(HideCodeCellNode, override=True, html=visitors)
    app.connect("build-finished", _copy_words)
