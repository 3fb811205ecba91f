"""Transform translated pages: formulas, notes, contents, environments, the glossary.

What a page lacks is counted before.

Sphinx translates a page just after parsing it, before other extensions add to it. The
glossary is sorted, and shows what each term is called in the other editions.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import Parser  # type: ignore[import-untyped]
from sphinx.addnodes import glossary, toctree
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import extract_messages
from sphinx_external_toc.events import InsertToctrees

from bookbuild.i18n.catalogs import WORDS, catalogue, sentences
from bookbuild.i18n.search import fold
from bookbuild.project.book import book_of
from bookbuild.project.editions import SOURCE, Edition, folder

logger = logging.getLogger(__name__)

UNTRANSLATED = "untranslated"  # in a page's metadata: the number of its sentences
OF_HEADER = (nodes.field, nodes.field_body)  # which Sphinx removes later
DEFINITION = re.compile(r"^[ >]*(\[(?:\^\S+|[^\]\n]+)\]:) *(\S.*)$", re.M)
BREAK = re.compile(r"(?:\\| {2,})\n")
DEFINITIONS = "bookbuild_definitions"  # of the page that is being read


class WholePageParser(Parser):  # type: ignore[misc]
    """Parse a translated sentence with the footnotes and addresses that its page has.

    Alone, a sentence would have `[^note]` and `[words][address]` as plain text. Sphinx
    keeps the first paragraph only. From myst-parser 4 on, footnotes don't need this.
    """

    def parse(self, inputstring: str, document: nodes.document) -> None:
        kept = document.settings.env.temp_data
        if str(document.current_source).endswith("<translated>"):
            inputstring += kept.get(DEFINITIONS, "")
        else:
            kept[DEFINITIONS] = _definitions(inputstring)
        super().parse(inputstring, document)


def _definitions(page: str) -> str:
    """Return a page's definitions of footnotes, without their texts, and of links."""
    found = (
        f"\n{label} {'…' if label.startswith('[^') else address}\n"
        for label, address in DEFINITION.findall(page)
    )
    return "".join(["\n", *dict.fromkeys(found)])


class KeepFormulas(SphinxTransform):
    """Keep formulas untranslated: parsed a second time, they would become text."""

    default_priority = 4  # before Sphinx looks for what can be translated

    def apply(self, **kwargs: object) -> None:
        for block in self.document.findall(nodes.math_block):
            block["translatable"] = False


class KeepBreaks(SphinxTransform):
    """Let `<br>` stand for the end of a line, which Sphinx makes a space."""

    default_priority = 4  # before Sphinx looks for what can be translated

    def apply(self, **kwargs: object) -> None:
        for node in self.document.findall(nodes.TextElement):
            if not isinstance(node, nodes.FixedTextElement):
                node.rawsource = BREAK.sub("<br>\n", node.rawsource)


class RefuseFootnotes(SphinxTransform):
    """Report footnotes in translated headings, where Sphinx loses their numbers."""

    default_priority = 25  # after translation

    def apply(self, **kwargs: object) -> None:
        for title in self.document.findall(nodes.title):
            if title.get("translated") and title.next_node(nodes.footnote_reference):
                logger.warning(
                    "a heading with a footnote can't be translated; "
                    "refer to the footnote in the paragraph below the heading",
                    type="bookbuild",
                    subtype="footnote",
                    location=title,
                )


class PrepareContents(SphinxTransform):
    """Leave no caption to translate where there is none.

    sphinx-external-toc makes it empty, and gettext translates an empty text into the
    header of the catalogue.
    """

    default_priority = 6  # after InsertToctrees, below

    def apply(self, **kwargs: object) -> None:
        for contents in self.document.findall(toctree):
            if not contents.get("rawcaption"):
                contents.attributes.pop("rawcaption", None)


class KeepLines(SphinxTransform):
    """Keep the lines of pictures: Sphinx forgets those of a directive without text."""

    default_priority = 6  # before Sphinx looks for what can be translated

    def apply(self, **kwargs: object) -> None:
        for image in self.document.findall(nodes.image):
            image.rawsource = image.rawsource or image["uri"]


class CountUntranslated(SphinxTransform):
    """Count a page's sentences without a translation, also those not in a catalogue."""

    default_priority = 19  # just before translation

    def apply(self, **kwargs: object) -> None:
        if self.config.language == SOURCE:
            return
        docname = self.env.docname
        known = sentences(book_of(self.env), self.config.language, docname)
        found = {
            message
            for node, message in extract_messages(self.document)
            if message and not isinstance(node.parent, OF_HEADER)
        }
        self.env.metadata[docname][UNTRANSLATED] = len(found - known.keys())


def untranslated(env: BuildEnvironment, pages: Iterable[str]) -> str:
    """Say how many sentences of `pages`, and of the code, are left in English.

    Empty if there is none. Fuzzy translations don't count.
    """
    book, language = book_of(env), env.config.language
    lacking = {page: env.metadata[page].get(UNTRANSLATED, 0) for page in pages}
    words = sum(bool(message.id) for message in catalogue(book, language, WORDS))
    lacking[f"{WORDS}.po"] = words - len(sentences(book, language, WORDS))
    where = [name for name, number in lacking.items() if number]
    if language == SOURCE or not where:
        return ""
    number = sum(lacking.values())
    what = "1 sentence" if number == 1 else f"{number} sentences"
    of = where[0] if len(where) == 1 else f"{len(where)} pages"
    verb = "isn't" if number == 1 else "aren't"
    return f"{language}: {what} of {of} {verb} translated; make translations tells more"


class OwnTranslations(SphinxTransform):
    """Make the page the document of its translated nodes.

    Sphinx leaves them in documents of their own, which refer to the whole environment;
    it would be stored with each page, at 20 times its size.
    """

    default_priority = 25  # after translation

    def apply(self, **kwargs: object) -> None:
        for node in self.document.findall():
            node.document = self.document


class SortTerms(SphinxTransform):
    """Sort the glossary by the terms of this edition."""

    default_priority = 25  # after translation

    def apply(self, **kwargs: object) -> None:
        for found in self.document.findall(glossary):
            for entries in found.children:
                if isinstance(entries, nodes.definition_list):
                    entries.children.sort(key=_by_term)
            for edition in _others(self.env):
                if not edition.is_source:
                    path = folder(Path(self.env.srcdir), edition.language)
                    self.env.note_dependency(str(path / f"{self.env.docname}.po"))


def _by_term(entry: nodes.Node) -> str:
    return fold(next(iter(entry.findall(nodes.term))).astext()).casefold()


class ShowPairs(SphinxPostTransform):
    """Show each term's name in the other editions next to it, if it differs."""

    default_priority = 1

    def run(self, **kwargs: object) -> None:
        found = self.document.findall(glossary)
        terms = [term for each in found for term in each.findall(nodes.term)]
        written = [term.astext() for term in terms]
        for edition in _others(self.env) if terms else ():
            names = sentences(book_of(self.env), edition.language, self.env.docname)
            classes = ["other-term", f"language-{edition.tag}"]
            for term, here in zip(terms, written, strict=True):
                source = term.rawsource
                name = source if edition.is_source else names.get(source, here)
                if name and name != here:
                    other = nodes.inline("", name, classes=classes)
                    # before the index entry, which is last
                    term.insert(len(term) - 1, [nodes.Text(" "), other])


def _others(env: BuildEnvironment) -> Iterator[Edition]:
    for edition in map(Edition, env.config.bookbuild_editions):
        if edition.language != env.config.language:
            yield edition


def setup(app: Sphinx) -> None:
    # Before translation, so that the contents are translated, too.
    InsertToctrees.default_priority = 5
    app.setup_extension("myst_nb")
    app.add_source_parser(WholePageParser, override=True)
    app.add_transform(KeepFormulas)
    app.add_transform(KeepBreaks)
    app.add_transform(RefuseFootnotes)
    app.add_transform(PrepareContents)
    app.add_transform(KeepLines)
    app.add_transform(CountUntranslated)
    app.add_transform(OwnTranslations)
    app.add_transform(SortTerms)
    app.add_post_transform(ShowPairs)
