"""Sanitize the HTML and SVG of outputs, by a list of what is allowed.

Readers' browsers show what a cell puts out, and a program's output can contain text
from elsewhere. So nothing gets into a page that runs, loads from another site or takes
input. Styles don't either: the book's style sheet formats outputs.

nh3 parses and writes the HTML; it parses as browsers do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from html import escape, unescape
from typing import NamedTuple

import nh3


def _names(text: str) -> set[str]:
    return set(text.split())


HTML = nh3.ALLOWED_TAGS | {"section", "tfoot"}
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
#: Tags that are left out with their content; of all others, the text stays.
WITH_CONTENT = {"script", "style", "template", "metadata"}

#: Attributes for the appearance of shapes, which in a file may also be styles.
PAINTED = _names("fill stroke clip-path mask marker-start marker-mid marker-end")
APPEARANCE = PAINTED | _names(
    "fill-opacity fill-rule stroke-width stroke-opacity stroke-dasharray "
    "stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit color opacity "
    "overflow visibility display font-family font-size font-style font-weight "
    "text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift "
    "letter-spacing word-spacing stop-color stop-opacity clip-rule vector-effect "
    "shape-rendering text-rendering paint-order"
)
#: Attributes of any element, in addition to aria-*.
ANYWHERE = APPEARANCE | _names(
    # of all elements
    "class id title lang dir role tabindex hidden width height align valign "
    # of lists, tables, times and details
    "start reversed value border colspan rowspan span scope headers datetime open "
    # positions of shapes
    "x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points offset transform rotate "
    "viewBox preserveAspectRatio pathLength textLength lengthAdjust startOffset refX "
    "refY orient markerWidth markerHeight markerUnits gradientUnits gradientTransform "
    "spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits "
    "maskUnits maskContentUnits version xmlns space "
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
#: What a page may link to: the web, this site, or an address for mail.
LINK = re.compile(r"(?:https?://|mailto:)[^\s\\]+|[^:]*")
#: The pictures that a page may show: in it, or a file of this site.
PICTURE = re.compile(
    r"data:image/(?:png|jpeg|gif|webp);base64,[\w+/=\s]*|(?![/\\]{2})[^:\x00-\x20]*"
)
HERE = re.compile(r"#[^\s\"'()\\]+")
#: Values that may name another part of the drawing, but no address.
PAINT = re.compile(
    r"url\(['\"]?#[\w.:-]+['\"]?\)[ \w#]*|(?:rgb|hsl)a?\([\d.,%/ ]*\)|[^(\\]*"
)
PART = re.compile(r"url\(['\"]?#([\w.:-]+)['\"]?\)")
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL | re.IGNORECASE)
STYLED = re.compile(
    r"(?P<tag><\w+)(?P<others>\s[^<>]*?)?\sstyle=(?P<quote>['\"])(?P<style>.*?)(?P=quote)",
    re.DOTALL | re.IGNORECASE,
)
REFERRING = _names(
    "headers aria-labelledby aria-describedby aria-controls aria-owns aria-details "
    "aria-flowto aria-activedescendant"
)

#: Makes the ids of outputs differ from the page's: no id of Sphinx begins with it.
PREFIX = "output_"

#: Style properties in an SVG file, where the book's style sheet doesn't apply.
STYLES = APPEARANCE | {"font", "font-variant", "font-stretch"}
UNSAFE_STYLE = re.compile(r"\\|url\((?!['\"]?#)", re.I)
NAMESPACES = {
    "xmlns": "http://www.w3.org/2000/svg",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
}

#: Left out without a warning, as styles are.
QUIET = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<(style|metadata)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
NAME = re.compile(r"<[a-zA-Z][^\s/>]*|(?<=[\s/\"'])[a-zA-Z][\w:.-]*(?=\s*=)")


class Clean(NamedTuple):
    """Sanitized HTML, and what was left out, such as ``<script>`` or ``onclick=``."""

    html: str
    left_out: list[str]


class Ids:
    """Give the ids of a page's outputs new names, so that no two are the same.

    The prefix makes them differ from the page's own. A reference leads to the last
    element before it that has the id, in its own output if that has one.
    """

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.latest: dict[str, str] = {}  # what each id is called now
        self.defined: set[str] = set()  # in the output that is being cleaned

    def begin(self, ids: Iterable[str]) -> None:
        """Choose new names for the ids of the next output."""
        self.defined.clear()
        for name in set(map(_bare, ids)):
            self._choose(name)

    def define(self, given: str) -> str:
        """Return the new name of the next element that has this id."""
        name = _bare(given)
        if name in self.defined:  # twice in one output
            self._choose(name)
        self.defined.add(name)
        return self.latest[name]

    def refer(self, given: str) -> str:
        """Return the new name of what a reference here means."""
        name = _bare(given)
        return self.latest.get(name, PREFIX + name)

    def _choose(self, name: str) -> None:
        names = (PREFIX + name + end for end in ("", *map("_{}".format, range(2, 999))))
        self.latest[name] = next(new for new in names if new not in self.taken)
        self.taken.add(self.latest[name])


def _bare(name: str) -> str:
    return name.removeprefix(PREFIX)


def clean(html: str, ids: Ids | None = None) -> Clean:
    """Sanitize HTML for a page, whose earlier outputs have had `ids`.

    In drawings, styles become attributes: the page's policy allows no inline style.
    """
    ids, found = ids or Ids(), set()
    unstyled = DRAWING.sub(lambda each: STYLED.sub(_with_attributes, each[0]), html)
    _page(lambda _tag, name, value: found.add(value) if name == "id" else None).clean(
        unstyled
    )
    ids.begin(found)
    return _compared(html, _page(partial(_of_page, ids)).clean(unstyled))


def _with_attributes(styled: re.Match[str]) -> str:
    """Write the beginning of a tag with attributes for its styles."""
    declared = (each.partition(":") for each in unescape(styled["style"]).split(";"))
    attributes = (
        f'{name.strip().lower()}="{escape(value.strip())}"'
        for name, _, value in declared
        if name.strip().lower() in APPEARANCE
    )
    return " ".join((styled["tag"], *attributes)) + (styled["others"] or "")


def clean_file(svg: str) -> Clean:
    """Sanitize an SVG for a file, shown as a picture or by itself.

    It keeps its ids and the styles of its elements, because there is no page around it.
    The result is XML; it's empty if there is no drawing in `svg`.
    """
    drawing = re.search("<svg.*</svg>", _file.clean(svg), re.DOTALL)
    text = drawing[0].replace("&nbsp;", "\N{NO-BREAK SPACE}") if drawing else ""
    return _compared(svg, text)


def _compared(before: str, after: str) -> Clean:
    lost = _parts(QUIET.sub("", before)) - _parts(after)
    lost.pop("style=", None)
    return Clean(after, sorted(lost))


def _parts(html: str) -> Counter[str]:
    """Count the tags and attributes, including text that looks like one."""
    found = (part.lower() for part in NAME.findall(unescape(html)))
    return Counter(f"{part}>" if part[0] == "<" else f"{part}=" for part in found)


def _of_page(ids: Ids, tag: str, name: str, value: str) -> str | None:
    """Return the value that an attribute gets in a page, or None to remove it."""
    if name == "id":
        return ids.define(value)
    if name in REFERRING:
        return " ".join(map(ids.refer, value.split()))
    if name == "href" and HERE.fullmatch(value):
        return f"#{ids.refer(value[1:])}"
    kept = _of_file(tag, name, value)
    if kept and name in PAINTED:
        return PART.sub(lambda found: f"url(#{ids.refer(found[1])})", kept)
    return kept


def _of_file(tag: str, name: str, value: str) -> str | None:
    """Return the value that an attribute gets in a file, or None to remove it."""
    if name == "style":
        allowed = not UNSAFE_STYLE.search(value)
    elif name in PAINTED:
        allowed = bool(PAINT.fullmatch(value))
    elif name in ("href", "src"):
        allowed = bool(_ADDRESSES.get(tag, HERE).fullmatch(value))
    else:
        allowed = True
    return value if allowed else None


_ADDRESSES = {"a": LINK, "img": PICTURE, "image": PICTURE}


def _page(attribute_filter: Callable[[str, str, str], str | None]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=HTML | SVG | MATHML,
        clean_content_tags=WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=attribute_filter,
        generic_attribute_prefixes={"aria-"},
        tag_attribute_values={"a": {"target": {"_blank"}}},
        url_schemes=SCHEMES,
        link_rel=None,
    )


_file = nh3.Cleaner(
    tags=SVG,
    clean_content_tags=WITH_CONTENT,
    attributes=ATTRIBUTES | {"*": (ANYWHERE - {"xmlns"}) | {"style"}, "svg": set()},
    attribute_filter=_of_file,
    generic_attribute_prefixes={"aria-"},
    set_tag_attribute_values={"svg": NAMESPACES},
    filter_style_properties=STYLES,
    url_schemes=SCHEMES,
    link_rel=None,
)
