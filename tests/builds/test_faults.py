"""What bad input gets: exit status 1, a few clear lines, and the site that was there.

Over 0.25 s: books are built. How chapters fail otherwise than by an error is asked of
the client that runs them, without Sphinx: `bookbuild/execution/test_client.py`.
"""

import shutil
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from bookbuild.build.pipeline import build
from bookbuild.cli import main
from bookbuild.project.book import Book
from tiny_book import (
    HEADER,
    PATIENCE,
    TinyBook,
    box,
    cells,
    complaints,
    interruptible,
    processes_below,
    wait_until,
)

SOUND = cells("print('to begin with')", "sum([20, 22])")
#: The claim below isn't missing: the cell that checks it didn't run.
RAISES = cells("1 + 1", 'fine = 1\nraise ValueError("first line\\n\\nthird")', "2")
RAISES += box("later", "It is checked later.") + "Which makes {measured}`later`.\n"


class Aftermath(NamedTuple):
    """A build of a faulty page, a second one, and one of the corrected page."""

    first: "subprocess.CompletedProcess[str]"
    second: "subprocess.CompletedProcess[str]"
    corrected: "subprocess.CompletedProcess[str]"
    before: str  # digests of the site
    after: str
    left: list[str]  # processes that still run in the book


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": SOUND})
    sound = book.build()
    assert sound.returncode == 0, sound.stderr
    before = book.digest()
    book.chapter("one", RAISES)
    first, second = book.build(), book.build()
    after, left = book.digest(), processes_below(book.root)
    book.chapter("one", SOUND)
    return Aftermath(first, second, book.build(), before, after, left)


def test_a_failing_cell_fails_the_build(aftermath):
    assert aftermath.first.returncode == 1


def test_a_failing_cell_is_named_with_its_page_its_line_and_its_fault(aftermath):
    where, start, log, last = complaints(aftermath.first)

    assert where == (
        "bookbuild: book/one.md:19: code cell 2 of 3 raised ValueError: first line"
    )
    assert start == "bookbuild:     it starts: fine = 1"
    assert log.startswith("bookbuild: the whole log: ")
    assert last == "bookbuild: nothing was published; _build/site is unchanged"


def test_a_failing_cell_leaves_the_site_as_it_was(aftermath):
    assert aftermath.after == aftermath.before


def test_a_failing_cell_fails_the_second_build_too(aftermath):
    assert aftermath.second.returncode == 1
    assert complaints(aftermath.second) == complaints(aftermath.first)


def test_a_failing_cell_is_tried_again_in_the_second_build(aftermath):
    assert "] book/one FAILED" in aftermath.second.stdout


def test_a_failing_cell_leaves_no_process_behind(aftermath):
    assert aftermath.left == []


def test_a_corrected_cell_makes_the_build_green_and_quiet(aftermath):
    assert (aftermath.corrected.returncode, aftermath.corrected.stderr) == (0, "")


UNRUN = (
    "this code cell would never run; "
    "is the header a notebook's, and the cell on its own, between backticks?"
)


@pytest.fixture(scope="module")
def unrun(tmp_path_factory):
    """Two builds of a book whose cells MyST-NB would leave out, or leave unrun."""
    pages = {
        "headless": "",
        "unnamed": "",
        "nested": "- in a list\n\n  ```{code-cell} ipython3\n  1\n  ```\n",
        "switched-off": "",
    }
    book = TinyBook.make(tmp_path_factory.mktemp("book"), pages)
    book.chapter("headless", cells("1 + 1"), header="")
    book.chapter("unnamed", cells("1 + 1"), header="---\nfile_format: mystnb\n---\n")
    off = HEADER.replace("---\n\n", 'mystnb:\n  execution_mode: "off"\n---\n\n')
    book.chapter("switched-off", cells("1 + 1"), header=off)
    return book, book.build(), book.build()


@pytest.mark.parametrize(
    "message",
    [
        f"book/headless.md:3: {UNRUN}",
        f"book/nested.md:16: {UNRUN}",
        "book/unnamed.md:1: the header names no kernel; copy another chapter's header",
        "book/switched-off.md: its code cells were not run by this build: "
        "remove execution_mode from its header",
    ],
)
def test_a_cell_that_would_never_run_is_an_error(unrun, message):
    _, first, _ = unrun

    assert first.returncode == 1
    assert f"bookbuild: {message}" in complaints(first)


def test_a_cell_that_would_never_run_is_an_error_in_the_second_build_too(unrun):
    book, first, second = unrun

    assert second.returncode == 1
    assert complaints(second) == complaints(first)
    assert not book.site.exists()


@pytest.fixture(scope="module")
def without_icon(tmp_path_factory):
    """An ordinary build with a warning that is of no page; then two strict ones."""
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {})
    icon = "    html_favicon: book/nowhere.png\n"
    book.replace("_config.yml", "    language: en\n", f"    language: en\n{icon}")
    ordinary, before = book.build(), book.digest()
    return ordinary, book.build("--strict"), book.build("--strict"), before, book


def test_a_warning_that_is_of_no_page_does_not_stop_an_ordinary_build(without_icon):
    ordinary, *_ = without_icon

    assert (ordinary.returncode, ordinary.stderr) == (0, "")
    assert "favicon" in ordinary.stdout


def test_a_strict_build_fails_again_if_nothing_was_corrected(without_icon):
    _, first, second, before, book = without_icon

    assert (first.returncode, second.returncode) == (1, 1)
    assert complaints(second) == complaints(first)
    assert "favicon file 'book/nowhere.png' does not exist" in complaints(first)[1]
    assert book.digest() == before


MISTAKES = {
    "link": ("See [it](nowhere.md).\n", "14: nothing here is called nowhere.md"),
    "label": ("See {ref}`nowhere`.\n", "14: nothing here is called nowhere"),
    "page": ("See {doc}`nowhere`.\n", "14: nothing here is called nowhere"),
    "image": ("![It](nowhere.png)\n", "14: there is no picture book/nowhere.png"),
    "directive": ("```{nothing}\n```\n", "14: Unknown directive type: 'nothing'"),
    "again": (
        "(here)=\n## One\n\n(here)=\n## Two\n",
        "17: Duplicate explicit target name",
    ),
    "formula": ("$\\nothing$\n", "14: this formula can't be shown: "),
}


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory):
    """Two builds of pages with a mistake each, one of the corrected pages, the book."""
    linked = {"one": "See [it](there) and [all](two.md).\n", "two": "(there)=\n## It\n"}
    pages = {name: body for name, (body, _) in MISTAKES.items()}
    book = TinyBook.make(tmp_path_factory.mktemp("book"), pages | linked)
    first, second = book.build(), book.build()
    for name in pages:
        book.chapter(name, "No more.\n")
    return first, second, book.build(), book


@pytest.mark.parametrize(
    ("name", "message"), [(n, m) for n, (_, m) in MISTAKES.items()]
)
def test_a_mistake_in_a_page_is_an_error_that_names_its_line(mistaken, name, message):
    first, *_ = mistaken

    assert first.returncode == 1
    assert f"bookbuild: book/{name}.md:{message}" in first.stderr


def test_a_mistake_in_a_page_is_an_error_in_the_second_build_too(mistaken):
    first, second, *_ = mistaken

    assert second.returncode == 1
    assert complaints(second) == complaints(first)


def test_corrected_pages_build_without_a_word(mistaken):
    _, _, corrected, _ = mistaken

    assert (corrected.returncode, corrected.stderr) == (0, "")


def test_a_link_is_dead_when_what_it_led_to_has_gone(mistaken):  # three builds more
    *_, book = mistaken
    book.chapter("two", "Nothing.\n")

    first, second = book.build(), book.build()

    for ran in (first, second):
        assert ran.returncode == 1
        assert (
            complaints(ran)[0]
            == "bookbuild: book/one.md:14: nothing here is called there"
        )
    book.replace("book/one.md", "[it](there)", "it")
    assert book.build().returncode == 0


HEADERS = {
    "no-end": (HEADER.replace("---\n\n", ""), "1: the header that begins here has no"),
    "no-yaml": (
        HEADER.replace("name: python3", "name: [python3"),
        "9: the header is not YAML: expected ',' or ']'",
    ),
    "no-keys": ("---\nkernelspec\n---\n", " the header has no keys"),
    "no-kernel": (
        HEADER.replace("name: python3", "name: julia"),
        "9: no kernel is called julia; there is ",
    ),
}


@pytest.mark.parametrize(("header", "message"), HEADERS.values(), ids=HEADERS)
def test_a_broken_header_is_named_with_its_line(
    header, message, plain, tmp_path, capsys
):
    book = TinyBook(tmp_path / "book")
    shutil.copytree(plain, book.root, ignore=shutil.ignore_patterns("src"))
    book.chapter("one", cells("1"), header=header)
    book.contents("one")

    status = build(Book(book.root))

    said = capsys.readouterr().err.splitlines()
    assert status == 1
    assert len(said) == 2
    assert said[0].startswith(f"bookbuild: book/one.md:{message}")


def test_a_page_that_the_contents_do_not_have_is_named(plain, tmp_path, capsys):
    book = TinyBook(tmp_path / "book")
    shutil.copytree(plain, book.root, ignore=shutil.ignore_patterns("src"))
    book.chapter("forgotten", "")

    status = build(Book(book.root))

    said = capsys.readouterr().err.splitlines()
    assert status == 1
    assert said[0] == (
        "bookbuild: book/forgotten.md is not in _toc.yml, so it would not be "
        "published; add it there, or to exclude_patterns in _config.yml"
    )


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_says_so_and_leaves_nothing_behind(tmp_path, sent):
    # A build, and a cell that would sleep for ten minutes.
    slow = cells("open('begun', 'w').close()\nimport time\ntime.sleep(600)")
    book = TinyBook.make(tmp_path, {"one": slow})

    with subprocess.Popen(
        book.command("build"),
        env=book.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,
    ) as build:
        wait_until((book.root / "book/begun").exists)
        build.send_signal(sent)
        said = build.communicate(timeout=PATIENCE)[1].splitlines()

    assert build.returncode == 1
    assert said[0] == "bookbuild: book/one.md was interrupted"
    assert len(said) <= 10
    assert processes_below(book.root) == []


@pytest.mark.parametrize("name", ["_config.yml", "_toc.yml"])
@pytest.mark.parametrize("command", ["build", "translations", "check", "links"])
def test_a_folder_without_a_book_is_one_line_and_is_not_written_to(
    name, command, plain, tmp_path, capsys
):
    [other] = {"_config.yml", "_toc.yml"} - {name}
    shutil.copy(plain / other, tmp_path)

    status = main(["--root", str(tmp_path), command])

    assert status == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith(f"there is no {name}; is this the book's folder?")
    assert [path.name for path in tmp_path.iterdir()] == [other]


BROKEN = {
    "configuration: no YAML": (
        "_config.yml",
        "title: a\nauthor: b: c\n",
        "_config.yml:2: this is not YAML: mapping values are not allowed here",
    ),
    "configuration: no keys": ("_config.yml", "- a\n", "_config.yml: this has no keys"),
    "configuration: empty": ("_config.yml", "", "_config.yml: this has no keys"),
    "configuration: wrong kind": (
        "_config.yml",
        "launch_buttons: 3\n",
        "_config.yml: 3 is not of type 'object' [key path: 'launch_buttons']",
    ),
    "configuration: no UTF-8": (
        "_config.yml",
        "title: caf\udce9\n",
        "_config.yml: this is not UTF-8: invalid continuation byte at byte 10",
    ),
    "contents: no YAML": ("_toc.yml", "root: [\n", "_toc.yml:2: this is not YAML"),
    "contents: no root": (
        "_toc.yml",
        "chapters: []\n",
        "_toc.yml: 'root' key not found",
    ),
    "contents: no such page": (
        "_toc.yml",
        "format: jb-book\nroot: book/index\nchapters:\n- file: book/nowhere\n",
        "_toc.yml:4: there is no page book/nowhere.md",
    ),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The files of a book without code."""
    return TinyBook.make(tmp_path_factory.mktemp("plain"), {}).root


@pytest.mark.parametrize(("name", "content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_in_one_clear_line(
    name, content, message, plain, tmp_path, capsys
):
    root = tmp_path / "book"
    shutil.copytree(plain, root, ignore=shutil.ignore_patterns("src"))
    (root / name).write_bytes(content.encode("utf8", "surrogateescape"))

    status = build(Book(root))

    said = capsys.readouterr().err.splitlines()
    assert status == 1
    assert len(said) == 2
    assert message in said[0]
    assert said[1] == "bookbuild: nothing was published; _build/site is unchanged"


def test_an_unforeseen_error_is_one_line_and_the_rest_is_in_the_log(
    tmp_path,
):  # a build
    book = TinyBook.make(tmp_path, {})
    book.replace("_config.yml", "[bookbuild.sphinxext]", "[bookbuild.nowhere]")

    ran = book.build()

    assert ran.returncode == 1
    assert "Could not import extension bookbuild.nowhere" in complaints(ran)[0]
    assert "Traceback" not in ran.stderr + ran.stdout
    assert "Traceback" in (book.root / "_build/pages/build.log").read_text("utf8")


def test_an_interpreter_without_the_packages_is_told_how_to_get_them(tmp_path):
    # Starts two interpreters: one makes the bare environment.
    book = TinyBook.make(tmp_path, {})
    venv = ["-m", "venv", "--without-pip", str(tmp_path / "bare")]
    python, *rest = book.command("build")
    subprocess.run([python, *venv], check=True)
    bare = tmp_path / "bare" / Path(python).relative_to(Path(python).parents[1])

    ran = subprocess.run(
        [bare, *rest], env=book.environment(), capture_output=True, text=True
    )

    assert ran.returncode == 1
    [line] = complaints(ran)
    assert "has no jupyter-book; run make book" in line
