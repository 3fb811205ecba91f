"""Does `_toc.yml` mean here what it means for Jupyter Book, in all its forms?"""

import pytest
from sphinx_external_toc.parsing import parse_toc_yaml

from bookbuild.build.preflight import problems
from bookbuild.project.book import Book
from tiny_book import CONFIGURATION

FILES = ("index.md", "a.md", "b.ipynb", "c.rst", "deep/d.md", "deep/e.md")
BOOK = "format: jb-book\nroot: index\n"
A, B, C, D, E = "a", "b", "c", "deep/d", "deep/e"
FORMS = {
    "chapters": (f"{BOOK}chapters:\n- file: a\n- file: b\n", [("", [A, B])]),
    "with suffixes": (
        "format: jb-book\nroot: index.md\nchapters:\n- file: a.md\n- file: b.ipynb\n"
        "- file: c.rst\n",
        [("", [A, B, C])],
    ),
    "sections": (
        f"{BOOK}chapters:\n- file: a.md\n  sections:\n  - file: deep/d.md\n- file: b\n",
        [("", [A, D, B])],
    ),
    "parts": (
        f"{BOOK}parts:\n- caption: One\n  chapters:\n  - file: a.md\n"
        "- chapters:\n  - file: b\n    title: Another\n  - file: c\n",
        [("One", [A]), ("", [B, C])],
    ),
    "a part of addresses": (
        f"{BOOK}parts:\n- caption: Links\n  chapters:\n  - url: https://example.org\n"
        "    title: There\n- caption: One\n  chapters:\n  - file: a\n",
        [("Links", []), ("One", [A])],
    ),
    "globs": (
        f"{BOOK}chapters:\n- file: deep/e.md\n- glob: deep/*\n- glob: '?'\n",
        [("", [E, D, A, B, C])],
    ),
    "reversed": (
        f"{BOOK}parts:\n- reversed: true\n  chapters:\n  - file: a\n  - glob: deep/*\n",
        [("", [E, D, A])],
    ),
    "an article": (
        "format: jb-article\nroot: index\nsections:\n- file: a.md\n- file: b\n",
        [("", [A, B])],
    ),
    "entries": (
        "root: index.md\nentries:\n- file: a.md\n  entries:\n  - file: b\n",
        [("", [A, B])],
    ),
    "subtrees": (
        "root: index\nsubtrees:\n- caption: One\n  entries:\n  - file: a\n"
        "    subtrees:\n    - caption: Below\n      entries:\n      - glob: deep/*\n"
        "- caption: Two\n  entries:\n  - file: b.ipynb\n",
        [("One", [A, D, E]), ("Two", [B])],
    ),
    "a glob with its own page": (
        f"{BOOK}chapters:\n- file: a\n  sections:\n  - glob: '*'\n",
        [("", [A, B, C])],
    ),
}


def book(root, contents):
    for file in FILES:
        (root / file).parent.mkdir(exist_ok=True)
        text = '{"cells": []}' if file.endswith(".ipynb") else "# A page\n"
        (root / file).write_text(text)
    (root / "_config.yml").write_text(CONFIGURATION.format(cache="cache"))
    (root / "_toc.yml").write_text(contents)
    return Book(root)


@pytest.mark.parametrize(("contents", "parts"), FORMS.values(), ids=FORMS)
def test_the_contents_have_these_parts_and_pages(contents, parts, tmp_path):
    found = book(tmp_path, contents)

    parse_toc_yaml(tmp_path / "_toc.yml")  # so does sphinx-external-toc
    assert found.parts == [("", ["index"]), *parts]
    assert found.pages == ["index", *(page for _, pages in parts for page in pages)]


EVERY = "- file: a.md\n- file: b.ipynb\n- file: c.rst\n- file: deep/d.md\n"
FAULTS = {
    "none": ("- file: deep/e.md\n", []),
    "a glob for the rest": ("- glob: deep/*\n", []),
    "a page that is not there": (
        "- file: deep/e.md\n- file: f.md\n",
        ["_toc.yml:9: there is no page f.md"],
    ),
    "a glob without pages": (
        "- file: deep/e\n- glob: far/*\n",
        ["_toc.yml:9: there is no page whose name is like far/*"],
    ),
    "a page that is not named": (
        "",
        [
            "deep/e.md is not in _toc.yml, so it would not be published; "
            "add it there, or to exclude_patterns in _config.yml"
        ],
    ),
}


@pytest.mark.parametrize(("more", "said"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_with_the_contents_is_said_with_its_line(more, said, tmp_path):
    contents = f"format: jb-book\nroot: index.md\nchapters:\n{EVERY}{more}"

    assert problems(book(tmp_path, contents)) == said


@pytest.mark.parametrize("wanted", ["b", "b.ipynb", "/b"])
def test_a_notebook_is_found_by_its_name_or_its_file(wanted, tmp_path):
    found = book(tmp_path, FORMS["chapters"][0])

    assert found.find_page(wanted) == "b"
    assert found.source("b") == "b.ipynb"
    assert found.source("nowhere") == "nowhere.md"
