"""Render formulas as MathML in the build, without a script, a font or a CDN."""

from docutils import nodes
from docutils.utils.math import MathError, toplevel_code
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from bookbuild.i18n.messages import _

logger = logging.getLogger(__name__)

ALIGNED = r"\begin{aligned}%s\end{aligned}"
FAULTY = "this formula can't be shown: %s; %s"
#: What docutils complains of, and what works instead.
INSTEAD = {
    'Environment "array': r"write \begin{matrix} … \end{matrix}",
    'Environment "equation': "leave the environment out: $$ … $$ is enough",
    'Environment "': r"write $$ \begin{aligned} … \end{aligned} $$",
    "misplaced &": r"write $$ \begin{aligned} … \end{aligned} $$",
    r'"\label"': "write the label behind the formula: $$ … $$ (label)",
    r'"\tag"': "give the formula a label, and it has a number: $$ … $$ (label)",
    r'"\nonumber"': "leave it out: only formulas with a label have a number",
    r'"\notag"': "leave it out: only formulas with a label have a number",
    r'"\newcommand"': "write out what the command stands for",
    r'"\def"': "write out what the command stands for",
    r'"\mathop"': r"write \operatorname{…}",
    r'"\rm"': r"write \mathrm{…}",
    r'"\bf"': r"write \mathbf{…}",
    r'"\bm"': r"write \boldsymbol{…}",
    r'"\mathbbm"': r"write \mathbb{…}",
    r'"\mathds"': r"write \mathbb{…}",
    r'"\textbf"': r"write \text{…}",
    r'"\textit"': r"write \text{…}",
    r'"\stackrel"': r"write \overset{…}{…}",
    r'"\over"': r"write \frac{…}{…}",
    r'"\choose"': r"write \binom{…}{…}",
    r'"\dots"': r"write \ldots or \cdots",
    r'"\iff"': r"write \Longleftrightarrow",
    r'"\middle"': r"write \mid",
    'delimiter "<"': r"write \langle and \rangle",
    'character: "%"': r"leave the comment out, or write \%",
    "": "docutils.sourceforge.io/docs/ref/rst/mathematics.html lists what works",
}


def _align(_app: Sphinx, tree: nodes.document) -> None:
    r"""Put lines that `\\` or an empty line divides into `aligned`.

    Sphinx would do it for MathJax. Notebooks need it, too.
    """
    for block in tree.findall(nodes.math_block):
        parts = [part for part in block.astext().split("\n\n") if part.strip()]
        formula = "\\\\\n".join(parts)
        if r"\\" in toplevel_code(formula):
            block[:] = [nodes.Text(ALIGNED % f"\n{formula}\n")]


def _number(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Give equations the numbers that links call them by, for notebooks, too."""
    numbers = app.env.toc_fignumbers.get(page, {}).get("displaymath", {})
    for block in tree.findall(nodes.math_block):
        if number := numbers.get(next(iter(block["ids"]), "")):
            block["number"] = ".".join(map(str, number))


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_mathml(node, as_block=False))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula with its number, which links to it, if it has a label."""
    number = node.get("number")
    classes = "math notranslate" + " numbered" * bool(number)
    translator.body += [
        translator.starttag(node, "div", "", CLASS=classes),
        _mathml(node, as_block=True),
    ]
    if number:
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def _mathml(node: nodes.Element, *, as_block: bool) -> str:
    """Return a formula as MathML; empty, with a warning, if docutils can't write it."""
    try:
        return str(tex2mathml(node.astext().strip(), as_block=as_block))
    except MathError as error:
        what = str(error).rstrip("!?.")
    except Exception as error:  # docutils raises many kinds for a faulty formula
        what = "misplaced &" if "&" in node.astext() else str(error)
    instead = next(INSTEAD[part] for part in INSTEAD if part in what)
    logger.warning(
        FAULTY, what, instead, type="bookbuild", subtype="formula", location=node
    )
    return ""


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", _align)
    app.connect("doctree-resolved", _number)
    # Sphinx prefers an added renderer to its own, MathJax.
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
