"""Write a book of any number of chapters, each as long as a real one.

It shows how a build's time grows with the number of chapters.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

from bookbuild.project.book import CONFIG, CONTENTS

SECTIONS = 6  # of a chapter; the title's is one more
SENTENCES = 16  # of a section, in paragraphs of four
WORDS = 16  # of a sentence, so that a chapter has about 1,500
CELLS = 12  # of a chapter
PART = 10  # chapters of a part
HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""
VOCABULARY = """\
a the one each some every no its worker task thread process loop request server answer
queue lock core clock waits runs asks returns starts ends holds shares before after
while until because so and or when slowly again first last twice
"""


def make(source: Path, to: Path, *, chapters: int, claims: bool = True) -> None:
    """Write a book of so many chapters to `to`, configured as the one at `source`.

    Without `claims`, it has no boxes for them, so Jupyter Book can build it alone.
    """
    import yaml  # type: ignore[import-untyped]

    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("src", "book/_static"):
        if (source / folder).is_dir():
            shutil.copytree(source / folder, to / folder, ignore=ignored)
    (to / "book").mkdir(exist_ok=True)
    settings = yaml.safe_load((source / CONFIG).read_text("utf8"))
    write(to / CONFIG, yaml.safe_dump(settings))
    write(to / CONTENTS, contents(chapters))
    write(to / "book/index.md", "# A book about nothing\n\nIt is as long as it is.\n")
    for number in range(1, chapters + 1):
        write(to / f"{name(number)}.md", chapter(number, claims=claims))


def without_the_extension(root: Path) -> None:
    """Remove our extension from the configuration of the book at `root`."""
    import yaml

    settings = yaml.safe_load((root / CONFIG).read_text("utf8"))
    settings.get("sphinx", {}).pop("extra_extensions", None)
    write(root / CONFIG, yaml.safe_dump(settings))


def name(number: int) -> str:
    """Return the name of a chapter's page."""
    return f"book/chapter-{number:03}"


def contents(chapters: int) -> str:
    """Return the book's `_toc.yml`, in parts of ten chapters."""
    lines = ["format: jb-book", "root: book/index", "parts:"]
    for number in range(1, chapters + 1):
        if number % PART == 1:
            lines += [f"- caption: Part {number // PART + 1}", "  chapters:"]
        lines.append(f"  - file: {name(number)}")
    return "\n".join([*lines, ""])


def chapter(number: int, *, claims: bool = True) -> str:
    """Return the source of a chapter, always the same; no two have the same cells."""
    words = Random(number)
    slug = f"chapter-{number:03}"
    codes = _codes(number, claims)
    lines = [f"{HEADER}({slug})=", f"# Does chapter {number} end?", ""]
    lines += _cell(next(codes))
    for section in range(1, SECTIONS + 1):
        lines += [f"({slug}-section-{section})=", f"## Section {section}", ""]
        for _ in range(SENTENCES // 4):
            lines += [*(_sentence(words) for _ in range(4)), ""]
        lines += _cell(next(codes))
        if section == 1:
            lines += _claim(slug, claims)
        if section < SECTIONS:
            lines += _cell(next(codes))
    lines += [f"That was the chapter {{ref}}`above <{slug}>`.", ""]
    return "\n".join(lines)


def _codes(number: int, claims: bool) -> Iterator[str]:
    """Yield the code of each cell; it does next to nothing: we don't measure cells."""
    total = f"sum(range({number}))"
    yield (
        "from paralelo import Threads, check, environment_info, draw, observe\n"
        "from paralelo.workloads import sleep"
    )
    if claims:
        yield f'check("{_claimed(number)}", {total}, equals={total})'
    else:
        yield total
    yield "draw(observe(sleep, [0.001] * 4, Threads(workers=2)))"
    for step in range(4, CELLS):
        yield f"numbers = [{number} * n for n in range({step})]\nsum(numbers)"
    yield "environment_info()"


def _claimed(number: int) -> str:
    return f"chapter-{number:03}-adds-up"


def _claim(slug: str, boxes: bool) -> list[str]:
    sentence = "The numbers of this chapter are the sum of themselves."
    if not boxes:
        return [sentence, ""]
    return [f":::{{claim}} {slug}-adds-up", sentence, ":::", ""]


def _sentence(words: Random) -> str:
    return " ".join(words.choices(VOCABULARY.split(), k=WORDS)).capitalize() + "."


def _cell(code: str) -> list[str]:
    return ["```{code-cell} ipython3", code, "```", ""]


def write(path: Path, text: str) -> None:
    """Write `text` as UTF-8."""
    path.write_text(text, encoding="utf8")
