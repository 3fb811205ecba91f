"""Report marks of Markdown that a page would show: bold or code that is left open.

A single * or _ may be meant, so it isn't reported.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
MARK = re.compile(r"\*\*|`+")
AROUND = 20  # characters of the sentence to each side, in the complaint
OPEN = "this %s opens or closes nothing: “%s”; if it's meant, put it into code"
VERBATIM = (nodes.literal, nodes.math, nodes.raw, nodes.FixedTextElement)


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
    app.connect("doctree-read", _report)
