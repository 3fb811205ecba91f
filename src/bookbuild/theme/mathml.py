"""Render formulas as MathML in the build, without a script, a font or a CDN."""

from functools import partial

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


def _write(translator: HTML5Translator, node: nodes.Element, *, as_block: bool) -> None:
    try:
        html = str(tex2mathml(node.astext().strip(), as_block=as_block))
    except Exception as error:  # docutils raises many kinds for a faulty formula
        logger.warning(
            "this formula can't be shown: %s",
            error,
            type="bookbuild",
            subtype="formula",
            location=node,
        )
    else:
        block = f'<div class="math notranslate">{html}</div>'
        translator.body.append(block if as_block else html)
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    # Sphinx prefers an added renderer to its own, MathJax.
    inline, block = (partial(_write, as_block=each) for each in (False, True))
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
