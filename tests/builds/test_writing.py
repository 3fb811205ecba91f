"""What a writer is told: the changed page first, why it failed, what isn't translated.

One book, built three times, with a kernel for six chapters: ten seconds.
"""

import pytest

from tiny_book import TinyBook, cells, complaints, speak_portuguese

PAGES = {
    "one": cells("from paralelo import little\nlittle(1, 2)"),
    "two": cells("6 * 7"),
    "three": cells("7 * 8") + "A word.\n",
}


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Builds of a book: a good one, one with a mistake, and one without it."""
    root = tmp_path_factory.mktemp("book")
    book, told = TinyBook.make(root, PAGES, runs_cells=True), {}
    told["good"] = book.build()
    laws = root / "src/paralelo/laws.py"  # which only page one imports
    laws.write_text(f"{laws.read_text('utf8')}\n# Changed.\n", "utf8")
    book.replace("book/two.md", "6 * 7", "six * 7")
    book.replace("book/three.md", "A word", "A **word")
    told["failed"] = book.build()
    book.replace("book/two.md", "six * 7", "6 * 7")
    book.replace("book/three.md", "A **word", "A word")
    speak_portuguese(book)
    told["corrected"] = book.build("--again", "three")
    return book, told


def test_a_changed_page_is_first_and_its_failure_is_said_at_once(story):
    _, told = story

    head, why, where, *others = told["failed"].stdout.splitlines()

    assert head == "[ 1/3] book/two FAILED"
    assert why.startswith("    book/two.md:15: code cell 1 of 1 raised NameError")
    assert where == "    it starts: six * 7"
    assert others[-1] == "[ 3/3] book/one not run"


def test_a_failure_is_also_said_at_the_end_and_what_was_not_run_is_not(story):
    _, told = story

    why, _start, mark, log, published = complaints(told["failed"])

    assert mark.startswith("bookbuild: book/three.md:18: this ** opens or cl")
    assert why.startswith("bookbuild: book/two.md:15: code cell 1 of 1 raised NameErr")
    assert log.startswith("bookbuild: the whole log: ")
    assert published.startswith("bookbuild: nothing was published")


def test_what_was_not_run_and_what_is_wanted_again_runs_once(story):
    book, told = story

    assert told["corrected"].returncode == 0, told["corrected"].stderr
    assert book.ran() == {"one", "three"}
    assert book.manifest["editions"]["pt-br"]["executed"] == []


def test_a_build_says_how_much_is_not_translated(story):
    _, told = story

    assert "translated" not in told["good"].stdout
    assert (
        "pt_BR: 6 sentences of 4 pages aren't translated; make translations tells more"
        in told["corrected"].stdout.splitlines()
    )


def test_a_page_that_there_is_not_cannot_be_run_again(story):
    book, _ = story

    ran = book.build("--again", "four")

    assert ran.returncode == 1
    assert complaints(ran)[0].startswith("bookbuild: there is no page 'four'; there ar")
