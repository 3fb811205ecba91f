"""Render formulas as MathML in the build, without a script, a font or a CDN."""

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


def _mathml(node: nodes.Element, *, as_block: bool) -> str:
    try:
        return str(tex2mathml(node.astext().strip(), as_block=as_block))
    except Exception as error:  # docutils raises many kinds for a faulty formula
        logger.warning(
            "this formula can't be shown: %s",
            error,
            type="bookbuild",
            subtype="formula",
            location=node,
        )
        return ""


def _inline(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append(_mathml(node, as_block=False))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append(
        f'<div class="math notranslate">{_mathml(node, as_block=True)}</div>'
    )
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    # Sphinx prefers an added renderer to its own, MathJax.
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
