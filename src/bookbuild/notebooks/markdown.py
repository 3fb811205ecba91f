"""Write a document tree as plain Markdown, which any notebook shows.

A page's own Markdown has roles and directives, which only Sphinx understands. This is
what they became: CommonMark with tables, and formulas between dollar signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape as escape_html
from textwrap import indent
from urllib.parse import quote

from docutils import nodes
from sphinx.addnodes import toctree
from sphinx.locale import admonitionlabels
from sphinx_design.dropdown import dropdown_main, dropdown_title

#: Characters with a meaning in Markdown; some only at the end of a text.
SPECIAL = re.compile(r"[\\`*_\[\]<$~]|&(?=#?\w+;)|!$|#(?=#*\s*$)")
#: Beginnings of a list, a heading or a quotation, where a paragraph is meant.
BEGINNING = re.compile(r"^(\d+(?=[.)](?: |$))|(?=(?:[-+]|#{1,6})(?: |$)|---|>))")
SPACES = re.compile(r"[ \t\r\n]+")  # but no no-break spaces
IN_ADDRESSES = "%/:?#&=+,;@!~'"  # but no parentheses: one would end the address
LANGUAGES = {"ipython3": "python", "default": "", "none": ""}
BOX = (nodes.Admonition, nodes.block_quote)
LEFT_OUT = (nodes.Invisible, nodes.raw, nodes.system_message, toctree)
#: HTML within a text that notebooks show, too; without it, words would be glued.
INLINE = re.compile(r"<(/?(?:br|kbd|mark|small|sub|sup))\s*/?>")
RAISED = (nodes.superscript, nodes.footnote_reference)
CODE = (nodes.literal_block, nodes.doctest_block)


@dataclass(frozen=True)
class Markdown:
    """Write parts of a document tree as Markdown.

    `link` and `picture` return the address of a link or of a picture; if it's empty,
    only the text is written.
    """

    link: Callable[[nodes.reference], str]
    picture: Callable[[nodes.image], str]

    def blocks(self, node: nodes.Node) -> str:
        """Write the children of `node` as blocks, with empty lines between them."""
        return joined(map(self.block, node.children))

    def block(self, node: nodes.Node) -> str:
        """Write a block, such as a paragraph or a table; empty for invisible ones."""
        if isinstance(node, LEFT_OUT):
            return ""
        match node:
            case nodes.title() if isinstance(node.parent, nodes.section):
                return f"{'#' * _level(node)} {self.line(node)}"
            case nodes.title() | nodes.rubric() | nodes.term():
                return _marked("**", self.line(node))
            case nodes.caption():
                return _marked("*", self.line(node))
            case nodes.Element() if isinstance(node, CODE):
                # Sphinx, too, takes code without a language for Python.
                return _fenced(node.astext(), node.get("language", "python"))
            case nodes.math_block():
                lines = filter(str.strip, node.astext().split("\n"))
                tag = [rf"\tag{{{number}}}"] if (number := node.get("number")) else []
                # An empty line would end it.
                return "\n".join(["$$", *lines, *tag, "$$"])
            case nodes.transition():
                return "***"
            case nodes.bullet_list() | nodes.definition_list():
                return self._list(node, ["- "] * len(node))
            case nodes.enumerated_list():
                first = node.get("start", 1)
                numbers = range(first, first + len(node))
                return self._list(node, [f"{number}. " for number in numbers])
            case nodes.table():
                return self._table(node)
            case nodes.footnote():
                number, *rest = node.children
                mark = _tagged("sup", self.line(number))
                start = " " if isinstance(rest[0], nodes.paragraph) else "\n\n"
                return f"{mark}{start}{joined(map(self.block, rest))}"
            case dropdown_main():
                return self._folded(node)
            case nodes.Element() if isinstance(node, BOX) or "claim" in node["classes"]:
                titled = isinstance(next(iter(node.children), None), nodes.title)
                # Writing a page gives a note its title.
                label = "" if titled else str(admonitionlabels.get(node.tagname, ""))
                return _quoted(joined([_marked("**", label), self.blocks(node)]))
            case nodes.Text() | nodes.TextElement() | nodes.image():
                return BEGINNING.sub(r"\1\\", self.line(node))
            case nodes.Element():
                return self.blocks(node)
        return ""

    def line(self, node: nodes.Node) -> str:
        """Write a paragraph, or a part of one, on one line."""
        return SPACES.sub(" ", self._piece(node)).strip()

    def _piece(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.raw):
            known = INLINE.fullmatch(node.astext().strip())
            return f"<{known[1]}>" if known else ""
        if isinstance(node, LEFT_OUT):
            return ""
        match node:
            case nodes.Element() if isinstance(node, RAISED):
                return _tagged("sup", self._pieces(node))
            case nodes.subscript():
                return _tagged("sub", self._pieces(node))
            case nodes.abbreviation() if "explanation" in node:
                return f"{self._pieces(node)} ({escape(node['explanation'])})"
            case nodes.Text():
                return escape(node.astext())
            case nodes.literal():
                return _code(node.astext())
            case nodes.math():
                return f"${node.astext().strip()}$"
            case nodes.strong():
                return _marked("**", self._pieces(node))
            case nodes.emphasis():
                return _marked("*", self._pieces(node))
            case nodes.reference():
                return _linked("", self._pieces(node), self.link(node))
            case nodes.image():
                return _linked("!", escape(node.get("alt", "")), self.picture(node))
            case nodes.Element():
                return self._pieces(node)
        return ""

    def _pieces(self, node: nodes.Node) -> str:
        return "".join(map(self._piece, node.children))

    def _list(self, node: nodes.Element, marks: Iterable[str]) -> str:
        items = [
            mark + indent(self.blocks(item), " " * len(mark)).lstrip()
            for mark, item in zip(marks, node.children, strict=True)
        ]
        has_blocks = any("\n\n" in item for item in items)
        return ("\n\n" if has_blocks else "\n").join(items)

    def _table(self, node: nodes.table) -> str:
        rows = [self._row(row) for row in node.findall(nodes.row)]
        if node.next_node(nodes.thead) is None:
            rows.insert(0, [""] * len(rows[0]))  # Markdown requires a head
        rows.insert(1, ["---"] * len(rows[0]))
        caption = [self.block(each) for each in node.findall(nodes.title)]
        return joined([*caption, "\n".join(f"| {' | '.join(row)} |" for row in rows)])

    def _row(self, row: nodes.Node) -> list[str]:
        cells = []
        for entry in row.children:
            assert isinstance(entry, nodes.entry)
            parts = (part for each in entry.children for part in self._in_cell(each))
            cells.append("<br>".join(parts).replace("|", r"\|"))
            cells += [""] * entry.get("morecols", 0)
        return cells

    def _in_cell(self, node: nodes.Node) -> list[str]:
        """Write a block as lines of a table's cell, which can't have blocks."""
        if isinstance(node, CODE):
            return [_code(line) for line in node.astext().splitlines() if line.strip()]
        if isinstance(node, nodes.math_block):
            return [f"${' '.join(node.astext().split())}$"]
        return [line.strip() for line in self.block(node).splitlines() if line.strip()]

    def _folded(self, node: nodes.Element) -> str:
        """Write a dropdown between `details` tags, which notebooks know, too."""
        (title,) = node.findall(dropdown_title)
        texts = title.findall(nodes.Text)
        words = (text for text in texts if not isinstance(text.parent, nodes.raw))
        summary = f"<summary>{escape_html(''.join(words))}</summary>"
        rest = [self.block(each) for each in node.children if each is not title]
        return joined([f"<details>\n{summary}", *rest, "</details>"])


def escape(text: str) -> str:
    """Escape a text, so that no character of it has a meaning in Markdown."""
    return SPECIAL.sub(r"\\\g<0>", text)


def _level(title: nodes.Node) -> int:
    level = 0
    while title := title.parent:
        level += isinstance(title, nodes.section)
    return min(level, 6)


def _marked(mark: str, text: str) -> str:
    """Put a text between marks, without a space inside them."""
    inner = text.strip()
    return text.replace(inner, f"{mark}{inner}{mark}") if inner else text


def _tagged(tag: str, text: str) -> str:
    return f"<{tag}>{text}</{tag}>"


def _code(text: str) -> str:
    """Put code between more backticks than it contains."""
    ticks = "`" * (_longest_run(text) + 1)
    space = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _fenced(code: str, language: str) -> str:
    fence = "`" * max(3, _longest_run(code) + 1)
    return f"{fence}{LANGUAGES.get(language, language)}\n{code.rstrip()}\n{fence}"


def _longest_run(text: str) -> int:
    """Return the most backticks in a row."""
    return max(map(len, re.findall("`+", text)), default=0)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def joined(blocks: Iterable[str]) -> str:
    """Join blocks with empty lines between them; leave out empty ones."""
    return "\n\n".join(filter(None, blocks))


def _linked(mark: str, text: str, address: str) -> str:
    """Write a link, or a picture; only its text if there's no address."""
    return f"{mark}[{text}]({quote(address, safe=IN_ADDRESSES)})" if address else text
