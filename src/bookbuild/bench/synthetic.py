"""Write a book of any number of chapters, each as long as a real one.

It shows how a build's time grows with the number of chapters.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import yaml  # type: ignore[import-untyped]

from bookbuild.project.book import CONFIG, CONTENTS

SECTIONS = 6  # of a chapter; the title's is one more
SENTENCES = 16  # of a section
WORDS = 16  # of a sentence, so that a chapter has about 1,500
CELLS = 2 + 2 * SECTIONS  # of a chapter
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
#: The cells do next to nothing: how long they take isn't what is measured.
OPENING = """\
({slug})=
# Does chapter {number} end?

```{{code-cell}} ipython3
from paralelo import Threads, check, draw, observe
from paralelo.workloads import sleep
check("{slug}-adds-up", sum(range({number})), equals=sum(range({number})))
```

```{{code-cell}} ipython3
draw(observe(sleep, [0.001] * 4, Threads(workers=2)))
```

:::{{claim}} {slug}-adds-up
The numbers of this chapter are the sum of themselves.
:::

"""
SECTION = """\
({slug}-section-{section})=
## Section {section}

{prose}

```{{code-cell}} ipython3
numbers = [{number} * n for n in range({section})]
```

```{{code-cell}} ipython3
sum(numbers)
```

"""
VOCABULARY = """\
a the one each some every no its worker task thread process loop request server answer
queue lock core clock waits runs asks returns starts ends holds shares before after
while until because so and or when slowly again first last twice
"""


def make(source: Path, to: Path, *, chapters: int) -> None:
    """Write a book of so many chapters to `to`, configured as the one at `source`."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("src", "book/_static"):
        if (source / folder).is_dir():
            shutil.copytree(source / folder, to / folder, ignore=ignored)
    (to / "book").mkdir(exist_ok=True)
    shutil.copy(source / CONFIG, to)
    (to / CONTENTS).write_text(contents(chapters), "utf8")
    cover = "# A book about nothing\n\nIt is as long as it is.\n"
    (to / "book/index.md").write_text(cover, "utf8")
    for number in range(1, chapters + 1):
        (to / f"{name(number)}.md").write_text(chapter(number), "utf8")


def without_the_extension(root: Path) -> None:
    """Let Jupyter Book build the book at `root` alone: claims become admonitions."""
    settings = yaml.safe_load((root / CONFIG).read_text("utf8"))
    del settings["sphinx"]["extra_extensions"]
    (root / CONFIG).write_text(yaml.safe_dump(settings), "utf8")
    for page in (root / "book").glob("*.md"):
        text = page.read_text("utf8").replace("{claim}", "{admonition}")
        page.write_text(text, "utf8")


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


def chapter(number: int) -> str:
    """Return the source of a chapter, always the same; no two have the same cells."""
    words, slug = Random(number), f"chapter-{number:03}"
    text = HEADER + OPENING.format(slug=slug, number=number)
    for section in range(1, SECTIONS + 1):
        prose = "\n".join(_sentence(words) for _ in range(SENTENCES))
        text += SECTION.format(slug=slug, number=number, section=section, prose=prose)
    return f"{text}That was the chapter {{ref}}`above <{slug}>`.\n"


def _sentence(words: Random) -> str:
    return " ".join(words.choices(VOCABULARY.split(), k=WORDS)).capitalize() + "."
