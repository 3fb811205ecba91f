"""Is what is wrong with a page's file said before anything runs?"""

import json

import pytest

from bookbuild.build.preflight import problems
from bookbuild.project.book import Book
from tiny_book import CONFIGURATION, HEADER


def notebook(kernel="python3", **metadata):
    spec = {"name": kernel, "display_name": kernel}
    return json.dumps({"cells": [], "metadata": {"kernelspec": spec} | metadata})


def said(root, file, text, *, configuration=""):
    """What is said of a book that has this page."""
    (root / "index.md").write_text("# A book\n")
    (root / file).write_text(text)
    (root / "data.csv").write_text("1\n")
    config = CONFIGURATION.format(cache="cache") + configuration
    (root / "_config.yml").write_text(config)
    (root / "_toc.yml").write_text(
        f"format: jb-book\nroot: index\nchapters:\n- file: {file}\n"
    )
    return problems(Book(root))


def test_a_sound_notebook_has_no_problem(tmp_path):
    assert said(tmp_path, "one.ipynb", notebook(depends_on=["data.csv", "*.md"])) == []


NOTEBOOKS = {
    "kernel": (notebook("python3.99t"), ": no kernel is called python3.99t; there is "),
    "no JSON": ("{\n<<<<<<< HEAD\n", ":2: this is not JSON: Expecting property name"),
    "no cells": ("{}", ": this is no notebook: it has no cells"),
    "no file": (
        notebook(depends_on="gone.csv"),
        ": depends_on names gone.csv, and there is no such file",
    ),
}


@pytest.mark.parametrize(("text", "what"), NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_what_is_wrong_with_a_notebook_is_said_in_one_line(text, what, tmp_path):
    [line] = said(tmp_path, "one.ipynb", text)

    assert line.startswith(f"one.ipynb{what}")


def test_a_file_that_a_header_lists_and_that_is_not_there_has_its_line(tmp_path):
    files = "depends_on:\n- data.csv\n- gone/*.csv\n---\n\n"
    text = HEADER.replace("---\n\n", f"{files}# One\n")

    [line] = said(tmp_path, "one.md", text)

    number = text.splitlines().index("- gone/*.csv") + 1
    assert line == (
        f"one.md:{number}: depends_on names gone/*.csv, and there is no such file"
    )


def test_a_kernel_may_have_another_name_in_the_configuration(tmp_path):
    alias = "    nb_kernel_rgx_aliases: {conda.*: python3}\n"

    assert said(tmp_path, "one.ipynb", notebook("conda-env"), configuration=alias) == []
