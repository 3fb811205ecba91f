"""Report what a page lacks or would show by mistake: a title, marks of Markdown.

These are bold or code that's left open. A single * or _ may be meant, so it isn't
reported.
"""

import re

from docutils import nodes
from myst_parser.mocking import MockState
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.domains.std import Glossary
from sphinx.util import logging

logger = logging.getLogger(__name__)
MARK = re.compile(r"\*\*|`+")
AROUND = 20  # characters of the sentence to each side, in the complaint
OPEN = "this %s opens or closes nothing: “%s”; if it's meant, put it into code"
UNTITLED = "this page has no title, which menus would show: begin it with one, # Title"
VERBATIM = (nodes.literal, nodes.math, nodes.raw, nodes.FixedTextElement)


class GlossaryWithLines(Glossary):
    """A glossary whose terms have their lines in the page: MyST counts from its own."""

    def run(self) -> list[nodes.Node]:
        if isinstance(self.state, MockState):
            first = self.lineno + self.content_offset + 1
            lines = enumerate(self.content.items, first)
            self.content.items = [(source, line) for line, (source, _) in lines]
            self.state = MockState(self.state._renderer, self.state_machine, -1)
        return super().run()


def _without_repeats(_app: Sphinx, config: Config) -> None:
    """Let Sphinx not say for each menu that a page has no title: we say it once."""
    config.suppress_warnings = [*config.suppress_warnings, "toc.no_title"]


def _report_untitled(app: Sphinx, tree: nodes.document) -> None:
    if tree.next_node(nodes.section) is None:
        where = app.env.docname
        logger.warning(UNTITLED, type="bookbuild", subtype="markup", location=where)


def _report(_app: Sphinx, tree: nodes.document) -> None:
    for text in tree.findall(nodes.Text):
        found = MARK.search(text)
        if found and not isinstance(text.parent, VERBATIM):
            start, end = max(found.start() - AROUND, 0), found.end() + AROUND
            logger.warning(
                OPEN,
                *(found[0], text[start:end].strip()),
                type="bookbuild",
                subtype="markup",
                location=text.parent,
            )


def setup(app: Sphinx) -> None:
    app.add_directive_to_domain("std", "glossary", GlossaryWithLines, override=True)
    app.connect("config-inited", _without_repeats)
    app.connect("doctree-read", _report_untitled)
    app.connect("doctree-read", _report)
