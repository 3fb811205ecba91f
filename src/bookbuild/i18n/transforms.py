"""Adapt Sphinx's translation of pages to formulas, contents and large environments.

Sphinx translates a page just after parsing it, before other extensions add to it.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx_external_toc.events import InsertToctrees


class KeepFormulas(SphinxTransform):
    """Keep formulas untranslated: parsed a second time, they would become text."""

    default_priority = 4  # before Sphinx looks for what can be translated

    def apply(self, **kwargs: object) -> None:
        for block in self.document.findall(nodes.math_block):
            block["translatable"] = False


class OwnTranslations(SphinxTransform):
    """Make the page the document of its translated nodes.

    Sphinx leaves them in documents of their own, which refer to the whole environment;
    it would be stored with each page, at 20 times its size.
    """

    default_priority = 25  # after translation

    def apply(self, **kwargs: object) -> None:
        for node in self.document.findall():
            node.document = self.document


def setup(app: Sphinx) -> None:
    # Before translation, so that the contents are translated, too.
    InsertToctrees.default_priority = 5
    app.add_transform(KeepFormulas)
    app.add_transform(OwnTranslations)
