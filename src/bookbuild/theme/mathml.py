"""Formulas as MathML, made at build time by docutils: no script, no font, no CDN."""

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


def _mathml(node: nodes.Element, *, as_block: bool) -> str:
    try:
        return str(tex2mathml(node.astext().strip(), as_block=as_block))
    except Exception as error:  # docutils stumbles in many ways over what is none
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
    # Sphinx prefers a renderer that was added to the one it brings, MathJax.
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
