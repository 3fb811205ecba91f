"""Translate the messages of `bookbuild` and `paralelo` in pages, and outputs.

Messages have one catalogue for all pages, `WORDS`. In outputs, numbers and dates are
written in the language of the edition, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape, unescape
from pathlib import Path
from string import Formatter
from typing import Any

from babel import Locale
from babel.dates import format_date
from docutils import nodes
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.i18n.catalogs import WORDS, sentences
from bookbuild.project.book import book_of
from bookbuild.project.editions import SOURCE

SAYS = "_static/says.json"
#: Call it within functions only: before the edition is known, it returns English.
_ = locale.get_translation(WORDS)
#: A number with its unit, or several of them, as `paralelo` writes them.
QUANTITY = re.compile(
    r"(?:[-+\N{MINUS SIGN}±=≥≤≠~÷()\[\]:;,.\s\d%×]|e[-+]\d|\b(?:s|ms|µs|[KM]iB)\b)+"
)
POINT = re.compile(r"(?<=\d)\.(?=\d)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: Code, and titles that code gives: they aren't translated.
NAMED = re.compile(r'(<code>[^<]*</code>|<\w+[^>]* class="title"[^>]*>[^<]*<)')
CODE = re.compile(r"[()\[\],]")  # of a Python value's repr
SHOWN = re.compile(r'(?<=>)[^<>]+(?=<|\Z)|(?<=aria-label=")[^"]*(?=")')

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Speech:
    """A language, and what translates a message into it."""

    language: str
    translate: Callable[[str], str]

    def say(self, record: Record) -> str:
        """Translate what `paralelo.translatable.Message.record` returned."""
        text = self.translate(record["text"])
        return _Format(self).vformat(text, (), record["details"])

    def quantity(self, text: str) -> str:
        """Write a number or numbers as in this language; keep any other text."""
        counts = QUANTITY.fullmatch(text) and any(map(str.isdigit, text))
        return self.numbers(text) if counts else text

    def numbers(self, text: str) -> str:
        """Write all numbers in a text as in this language."""
        if self.decimal == ".":
            return text
        return POINT.sub(self.decimal, text.replace(", ", "; "))

    @cached_property
    def decimal(self) -> str:
        """The decimal mark."""
        return str(Locale.parse(self.language).number_symbols["latn"]["decimal"])

    def day(self, iso: str, *, width: str = "long") -> str:
        """Write a date, such as 2026-11-22, as in this language."""
        return format_date(date.fromisoformat(iso), width, self.language)

    def html(self, html: str, messages: Iterable[Record]) -> str:
        """Translate `messages` in `html`, an output of `paralelo`, and its numbers.

        All else stays as it is: code, and the titles that the code gave to runs.
        """
        known = {ENGLISH.say(record): self.say(record) for record in messages}

        def localized(found: re.Match[str]) -> str:
            lines = unescape(found[0]).split("\n")
            return escape(
                "\n".join(known.get(line) or self._value(line) for line in lines)
            )

        parts = NAMED.split(html)  # every second one is a name
        parts[::2] = (SHOWN.sub(localized, part) for part in parts[::2])
        return "".join(parts)

    def _value(self, text: str) -> str:
        is_day = DAY.fullmatch(text)
        return self.day(text, width="short") if is_day else self.quantity(text)


class _Format(Formatter):
    def __init__(self, speech: Speech) -> None:
        self.speech = speech

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Mapping):
            return self.speech.say(value)
        text = str(super().format_field(value, format_spec))
        is_code = isinstance(value, str) and CODE.search(value)
        return text if is_code else self.speech.quantity(text)


#: The language that every edition is translated from.
ENGLISH = Speech(SOURCE, lambda message: message)


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
    words = sentences(book_of(app), app.config.language, WORDS)
    (Path(app.outdir) / SAYS).write_text(json.dumps(words), encoding="utf8")


def setup(app: Sphinx) -> None:
    # When they change, every page is read again, since outputs have them.
    app.add_config_value("bookbuild_words", "", "env")
    # Before any message is translated.
    app.connect("config-inited", _configure, priority=100)
    app.connect("doctree-read", _translate_outputs)
    app.connect("build-finished", _write_messages)
