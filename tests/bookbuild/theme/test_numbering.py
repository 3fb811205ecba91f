"""Have chapters the same numbers in each build of a process, and are few written?

Over 0.25 s: Sphinx builds a book of three pages, in this process.
"""

import io
import os

import pytest

from bookbuild.project.sphinx_app import sphinx_app

EXTENSIONS = ["myst_parser", "sphinx_external_toc", "bookbuild.theme.numbering"]
CONTENTS = """\
format: jb-book
root: index
parts:
- caption: First
  numbered: 1
  chapters:
  - file: one
- caption: Second
  numbered: 1
  chapters:
  - file: two
"""


@pytest.fixture
def build(tmp_path):
    """Builds, in the same process; returns chapters' numbers and the pages written."""
    source = tmp_path / "book"
    source.mkdir()
    (source / "_toc.yml").write_text(CONTENTS)
    for page in ("index", "one", "two"):
        (source / f"{page}.md").write_text(f"# {page}\n\n## A section\n")
    config, log, written = {"extensions": EXTENSIONS}, io.StringIO(), []
    with sphinx_app("html", source, tmp_path / "html", config, log) as app:
        app.connect("html-page-context", lambda _app, page, *_: written.append(page))

        def build(**texts):
            written.clear()
            for page, text in texts.items():
                file = source / f"{page}.md"
                file.write_text(text)
                later = file.stat().st_mtime + len(text)
                os.utime(file, (later, later))  # as if it were saved then
            app.build()
            titles = app.env.titles
            numbers = {page: titles[page].get("secnumber") for page in ("one", "two")}
            return numbers, {"one", "two"} & set(written)

        yield build


@pytest.mark.filterwarnings("ignore:nodes.Node.traverse")  # sphinx-multitoc-numbering
def test_a_chapter_keeps_its_number_and_is_not_written_again(build):
    first = build()
    second = build(two="# two\n\nMore.\n\n## A section\n")

    assert first == ({"one": [1], "two": [2]}, {"one", "two"})
    assert second == ({"one": [1], "two": [2]}, {"two"})
