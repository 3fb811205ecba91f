"""Which HTML and SVG may an output have, and what is left of it without the rest?

A page shows what a cell puts out to everybody who reads it, and a program's output can
hold what others wrote. So nothing that runs, asks another site for something or takes
an input gets into a page. Nor do styles: the book's style sheet dresses outputs.

The parsing and the writing are nh3's, which reads HTML as browsers do.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import NamedTuple

import nh3


def _names(text: str) -> set[str]:
    return set(text.split())


HTML = _names(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn "
    "div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p "
    "pre q rp rt ruby s samp section small span strong sub summary sup table tbody td "
    "tfoot th thead time tr u ul var wbr"
)
SVG = _names(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon "
    "text tspan textPath image marker clipPath mask pattern linearGradient "
    "radialGradient stop"
)
MATHML = _names(
    "math semantics annotation mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle "
    "msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr "
    "mtd mpadded mphantom merror"
)
#: What is left out with all that is in it; of all else, the text stays.
WHOLE = {"script", "style", "template", "metadata"}

#: May stand at any element; besides, everything that begins with aria-.
ANYWHERE = _names(
    # of all
    "class id title lang dir role tabindex hidden width height align valign "
    # of lists, tables, times and details
    "start reversed value border colspan rowspan span scope headers datetime open "
    # where a shape is
    "x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points offset transform rotate "
    "viewBox preserveAspectRatio pathLength textLength lengthAdjust startOffset refX "
    "refY orient markerWidth markerHeight markerUnits gradientUnits gradientTransform "
    "spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits "
    "maskUnits maskContentUnits version xmlns space "
    # how it looks
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray "
    "stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit color opacity "
    "overflow visibility display font-family font-size font-style font-weight "
    "text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift "
    "letter-spacing word-spacing stop-color stop-opacity clip-path clip-rule mask "
    "marker-start marker-mid marker-end vector-effect shape-rendering text-rendering "
    "paint-order "
    # of formulas
    "mathvariant mathsize mathcolor stretchy symmetric largeop movablelimits accent "
    "accentunder fence separator form lspace rspace minsize maxsize linethickness "
    "displaystyle scriptlevel columnalign rowalign columnspan depth encoding"
)
ATTRIBUTES = {
    "*": ANYWHERE,
    "a": {"href"},
    "img": {"src", "alt"},
    "image": {"href"},
    "use": {"href"},
    "textPath": {"href"},
    "svg": {"xlink"},  # so nh3 calls the attribute xmlns:xlink
}
SCHEMES = {"http", "https", "mailto", "data"}
LINK = re.compile(r"(?:https?://|mailto:)[^\s\\]+|[^:]*")
PICTURE = re.compile(  # what the page brings along, and no other site's
    r"data:image/(?:png|jpeg|gif|webp);base64,[\w+/=\s]*|(?![/\\]{2})[^:\x00-\x20]*"
)
HERE = re.compile(r"#[^\s\"'()\\]+")
#: Values that can name another part of the drawing, or an address.
PAINT = re.compile(
    r"url\(#(?P<id>[\w.:-]+)\)(?P<rest>[ \w#]*)"
    r"|(?:rgb|hsl)a?\([\d.,%/ ]*\)|[^(\\]*"
)
PAINTED = {"fill", "stroke", "clip-path", "mask"}
PAINTED |= {"marker-start", "marker-mid", "marker-end"}
REFERRING = {"headers", "aria-labelledby", "aria-describedby", "aria-controls"}
REFERRING |= {"aria-owns", "aria-details", "aria-flowto", "aria-activedescendant"}

#: An id of an output becomes one that the page has not: no id of Sphinx's has a _.
PREFIX = "output_"

#: In a file, where no style sheet of the book's comes to.
STYLES = _names(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray "
    "stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit color opacity "
    "font font-family font-size font-style font-weight font-variant font-stretch "
    "text-anchor stop-color stop-opacity clip-path clip-rule"
)
UNSAFE_STYLE = re.compile(r"\\|url\((?!['\"]?#)", re.I)
NAMESPACES = {
    "xmlns": "http://www.w3.org/2000/svg",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
}

#: Left out without a word, as styles are.
QUIET = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<(style|metadata)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
PART = re.compile(r"<[a-zA-Z][^\s/>]*|(?<=[\s/\"'])[a-zA-Z][\w:.-]*(?=\s*=)")


class Clean(NamedTuple):
    """HTML that may be shown, and what was left out: ``<script>``, ``onclick=``."""

    html: str
    left_out: list[str]


def clean(html: str) -> Clean:
    """What of some HTML may be in a page.

    Its ids, and what refers to them, are given a prefix: a name of the page's own
    always means the page's own.
    """
    return _compared(html, _page.clean(html))


def clean_file(svg: str) -> Clean:
    """What of an SVG may be in a file, which is shown as a picture, or by itself.

    It keeps its ids and the styles of its elements, since there is no page around it.
    The result is XML; it is empty if there is no drawing in `svg`.
    """
    drawing = re.search("<svg.*</svg>", _file.clean(svg), re.DOTALL)
    text = drawing[0].replace("&nbsp;", "\N{NO-BREAK SPACE}") if drawing else ""
    return _compared(svg, text)


def is_link(address: str) -> bool:
    """Whether a page may lead there: a page of the web, of ours, or a mail address."""
    return bool(LINK.fullmatch(address))


def is_picture(address: str) -> bool:
    """Whether a page may show it: a picture of its own, not another site's."""
    return bool(PICTURE.fullmatch(address))


def _compared(before: str, after: str) -> Clean:
    lost = _parts(QUIET.sub("", before)) - _parts(after)
    lost.pop("style=", None)
    return Clean(after, sorted(lost))


def _parts(html: str) -> Counter[str]:
    """How often which tags and attributes occur, and what looks like one in text."""
    found = (part.lower() for part in PART.findall(unescape(html)))
    return Counter(f"{part}>" if part[0] == "<" else f"{part}=" for part in found)


def _of_page(tag: str, name: str, value: str) -> str | None:
    """The value that an attribute may have in a page, or None if it may not be."""
    if name == "id":
        return _prefixed(value)
    if name in REFERRING:
        return " ".join(map(_prefixed, value.split()))
    if name == "href" and HERE.fullmatch(value):
        return f"#{_prefixed(value[1:])}"
    kept = _of_both(tag, name, value)
    if kept and name in PAINTED and (found := PAINT.fullmatch(kept)) and found["id"]:
        return f"url(#{_prefixed(found['id'])}){found['rest']}"
    return kept


def _prefixed(name: str) -> str:
    return PREFIX + name.removeprefix(PREFIX)


def _of_file(tag: str, name: str, value: str) -> str | None:
    if name == "style" and UNSAFE_STYLE.search(value):
        return None
    return _of_both(tag, name, value)


def _of_both(tag: str, name: str, value: str) -> str | None:
    allowed = True
    if name in PAINTED:
        allowed = bool(PAINT.fullmatch(value))
    elif name in ("href", "src"):
        allowed = bool(_ADDRESSES.get(tag, HERE).fullmatch(value))
    return value if allowed else None


_ADDRESSES = {"a": LINK, "img": PICTURE, "image": PICTURE}

_page = nh3.Cleaner(
    tags=HTML | SVG | MATHML,
    clean_content_tags=WHOLE,
    attributes=ATTRIBUTES,
    attribute_filter=_of_page,
    generic_attribute_prefixes={"aria-"},
    tag_attribute_values={"a": {"target": {"_blank"}}},
    url_schemes=SCHEMES,
    link_rel=None,
)
_file = nh3.Cleaner(
    tags=SVG,
    clean_content_tags=WHOLE,
    attributes=ATTRIBUTES | {"*": (ANYWHERE - {"xmlns"}) | {"style"}, "svg": set()},
    attribute_filter=_of_file,
    generic_attribute_prefixes={"aria-"},
    set_tag_attribute_values={"svg": NAMESPACES},
    filter_style_properties=STYLES,
    url_schemes=SCHEMES,
    link_rel=None,
)
