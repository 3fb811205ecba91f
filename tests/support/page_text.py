"""What does a page say in a language? All that is neither code, nor a name from it."""

from __future__ import annotations

from html.parser import HTMLParser

SILENT = {"code", "kbd", "math", "pre", "script", "style", "template"}
NAMES = {"title"}  # classes of what is called as in the code above it
INLINE = {"a", "abbr", "b", "cite", "em", "i", "q", "small", "span", "strong", "sub"}
INLINE |= {"code", "kbd", "math", "sup", "time"}
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
SPOKEN = {"aria-label", "title", "placeholder", "alt", "data-bs-title"}


class _Prose(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []  # elements, and whether each is silent
        self.blocks: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in INLINE and not self.is_silent():
            self.end_block()
        if not self.is_silent() and tag != "meta":
            spoken = (given[name] for name in SPOKEN & given.keys())
            self.blocks += [text for text in spoken if text and text.strip()]
        if tag not in VOID:
            named = NAMES & set((given.get("class") or "").split())
            self.open.append((tag, tag in SILENT or bool(named and tag != "p")))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag not in INLINE and not self.is_silent():
            self.end_block()

    def handle_data(self, data: str) -> None:
        self.text += "…" if self.is_silent() and data.strip() else data

    def is_silent(self) -> bool:
        return any(silent for _tag, silent in self.open)

    def end_block(self) -> None:
        text = " ".join(self.text.split())
        if any(map(str.isalpha, text)):
            self.blocks.append(text)
        self.text = ""


def prose(page: str) -> list[str]:
    """The texts of an HTML page, a block each; … stands for code within one."""
    parser = _Prose()
    parser.feed(page)
    parser.end_block()
    return parser.blocks
