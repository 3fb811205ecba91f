"""What pages, the ledger and `claims.json` say of claims, and what stops a build.

A build takes seconds, so two books are built a few times over, and the tests look at
what came of it.
"""

import json
import platform
import re
import shutil
import subprocess
from typing import NamedTuple

import pytest

from page_tags import tags
from tiny_book import (
    TinyBook,
    box,
    cells,
    complaints,
    statement,
    words,
)

IMPORTS = cells("from paralelo import check, lower_bound, upper_bound")
ONE = (
    IMPORTS
    + statement("five-fingers", "5, equals=5", "A hand has *five* fingers.")
    + statement("two-cores", "lower_bound(0.9), at_least=1", "Two cores compute.")
    + "So {measured}`five-fingers` is what we count.\n"
)
TWO = (
    IMPORTS
    + statement("four-legs", "3, equals=4", "A dog has four legs.")
    + statement(
        "no-time",
        'upper_bound(2.0, "s"), at_most=1, '
        'requires_claim=check("four-legs-too", 4, equals=4)',
        "It takes no time.",
    )
    + box("four-legs-too", "It has.")
    + cells('check("four-legs-too", 4, equals=4)')
    + "There are {measured}`five-fingers`.\n"
)
NO_CONTROL = "a busy machine could be the reason"
FAILING = {
    "four-legs": "the claim 'four-legs' does not hold here: 3 ≠ 4",
    "no-time": "the claim 'no-time' does not hold here: 2 s (≤ 1 s); if the machine "
    "was busy, build --again book/two runs its cells once more",
}
PAGES = {"two": TWO, "one": ONE, "ledger": "```{ledger}\n```\n"}


class Chapter(NamedTuple):
    """One build of the story: what it said, and what it left."""

    process: "subprocess.CompletedProcess[str]"
    said: list[str]  # on stdout
    book: TinyBook  # a copy of the site
    digest: str

    @property
    def claims(self):
        return json.loads((self.book.site / "claims.json").read_text("utf8"))


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A book with claims that hold and others, built, changed, and built again."""
    root = tmp_path_factory.mktemp("claims")
    book, told = TinyBook.make(root / "book", PAGES, runs_cells=True), {}

    def build(name, *options):
        ran = book.build(*options)
        copy = root / name
        shutil.copytree(book.site, copy / "_build/site")
        told[name] = Chapter(
            ran, ran.stdout.splitlines(), TinyBook(copy), book.digest()
        )

    build("first")
    build("again")
    # After a strict build or another one all pages are made again, so this comes first.
    book.replace("book/one.md", "5, equals=5", "6, equals=6")
    book.replace("book/one.md", "*five*", "*six*")
    build("changed")
    build("strict", "--strict")
    build("exact", "--strict", "exact")
    book.replace("book/two.md", 'check("four-legs", 3', 'check("four-legs", 4')
    build("mended", "--strict", "exact")
    text = (book.root / "book/one.md").read_text("utf8")
    two_cores = statement(
        "two-cores", "lower_bound(0.9), at_least=1", "Two cores compute."
    )
    (book.root / "book/one.md").write_text(text.replace(two_cores, ""), "utf8")
    book.contents("one", "ledger")
    build("less")
    return told


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The book as it is to begin with, unbuilt."""
    return TinyBook.make(tmp_path_factory.mktemp("source"), PAGES)


@pytest.fixture(scope="module")
def first(story):
    return story["first"]


def boxes(html):
    """The HTML from each claim's box on, by name."""
    parts = re.split(r'<div class="claim claim-', html)[1:]
    return {re.search(r'id="claim-([^"]*)"', part)[1]: part for part in parts}


def place(book, page, text):
    """How a message names this line, or the one below it.

    MyST-NB counts one line too many after the first code cell.
    """
    lines = (book.root / f"book/{page}.md").read_text("utf8").splitlines()
    line = lines.index(text) + 1
    return rf"book/{page}\.md:({line}|{line + 1}): "


def rows(html):
    """The ledger's rows: their classes, and their words."""
    found = re.findall(r'<tr class="(outcome[^"]*)"[^>]*>(.*?)</tr>', html, re.S)
    return [(set(kind.split()), words(text)) for kind, text in found]


def names(html):
    """The claims in the ledger, in its order."""
    part = html.split("ledger-filters")[1]
    return re.findall(r'<a [^>]*href="[^"]*#claim-([^"]*)"', part)


def test_a_page_shows_the_sentence_with_its_markup(first):
    found = boxes(first.book.page("one"))

    assert set(found) == {"five-fingers", "two-cores"}
    assert "A hand has <em>five</em> fingers." in found["five-fingers"]


@pytest.mark.parametrize(
    ("page", "name", "outcome", "line"),
    [
        ("one", "five-fingers", "holds", "✓ Checked in this build"),
        (
            "one",
            "two-cores",
            "undecided",
            f"? Not decided in this build: 0.9 (needs at least 1); {NO_CONTROL}",
        ),
        ("two", "four-legs", "fails", "✗ Not true on this machine: 3 (needs 4)"),
        (
            "two",
            "no-time",
            "fails",
            "✗ Not true on this machine: 2 s (needs at most 1); "
            "its control experiment succeeded",
        ),
    ],
)
def test_a_page_shows_verdict_and_evidence(first, page, name, outcome, line):
    found = boxes(first.book.page(page))[name]

    assert found.startswith(outcome)
    verdict = words(re.search(r'<p class="verdict">(.*?)</p>', found, re.S)[1])
    assert verdict == line


def test_a_page_shows_a_verdict_once(first):
    page = words(first.book.page("one"))

    assert page.count("Not decided in this build") == 1


def test_a_claim_can_be_linked_to(first):
    found = boxes(first.book.page("one"))["five-fingers"]

    assert 'href="#claim-five-fingers"' in found


@pytest.mark.parametrize("build", ["first", "again"])
def test_an_ordinary_build_publishes_claims_that_fail_and_lists_them(
    story, source, build
):
    process, said = story[build].process, story[build].said

    assert (process.returncode, process.stderr) == (0, "")
    lines = [line for line in said if "does not hold here" in line]
    assert len(lines) == 2
    for line, (name, text) in zip(lines, FAILING.items(), strict=True):
        where = place(source, "two", f"```{{claim}} {name}")
        assert re.search(where + re.escape(text), line)


def test_claims_that_fail_are_listed_at_the_end(story):
    assert "does not hold here" in story["again"].said[-3]


def test_a_build_with_nothing_changed_runs_nothing_and_publishes_the_same(story):
    assert story["again"].book.ran() == set()
    assert story["again"].claims == story["first"].claims
    ledgers = [story[build].book.page("ledger") for build in ("first", "again")]
    assert words(ledgers[0]) == words(ledgers[1])


def test_a_strict_build_stops_at_each_claim_that_fails(story, source):
    process = story["strict"].process

    assert process.returncode == 1
    for name, text in FAILING.items():
        where = place(source, "two", f"```{{claim}} {name}")
        assert re.search(where + re.escape(text), process.stderr)


def test_a_build_strict_about_the_exact_stops_at_what_no_load_can_change(story, source):
    process = story["exact"].process

    assert process.returncode == 1
    assert re.search(place(source, "two", "```{claim} four-legs"), process.stderr)
    assert "no-time" not in process.stderr


def test_a_build_strict_about_the_exact_publishes_measured_claims_that_fail(story):
    mended = story["mended"]

    assert (mended.process.returncode, mended.process.stderr) == (0, "")
    assert "claim-fails" in mended.book.page("two")


@pytest.mark.parametrize("build", ["strict", "exact"])
def test_a_strict_build_that_stops_leaves_the_site_byte_for_byte(story, build):
    assert story[build].digest == story["changed"].digest


def test_a_number_in_prose_is_the_evidence(first):
    assert "So 5 is what we count." in words(first.book.page("one"))


def test_a_number_in_prose_can_come_from_another_page(first):
    assert "There are 5." in words(first.book.page("two"))


def test_a_number_in_prose_follows_another_page_that_changed(story):
    changed = story["changed"].book

    assert changed.ran() == {"one"}
    assert "There are 6." in words(changed.page("two"))


def test_the_ledger_has_every_claim_in_the_order_of_the_contents(first):
    page = first.book.page("ledger")

    assert names(page) == [
        "four-legs",
        "no-time",
        "four-legs-too",
        "five-fingers",
        "two-cores",
    ]
    chapters = re.findall(r'<p class="[^"]*ledger-chapter[^"]*">(.*?)</p>', page, re.S)
    assert [words(chapter) for chapter in chapters] == ["The page two", "The page one"]


def test_the_ledger_counts_the_outcomes(first):
    page = words(first.book.page("ledger"))

    assert "5 claims. The evidence for 3 of them is exact:" in page
    counts = "Checked: 2 · Not true: 2 · Not decided: 1 · claims.json"
    assert re.search(rf"CPython [\w.]+, (with|no) GIL · {counts}", page)


def test_the_ledgers_rows_say_what_they_are_about(first):
    found = rows(first.book.page("ledger"))

    kinds = [kind - {"row-odd", "row-even"} for kind, _ in found]
    assert kinds == [
        {"outcome-fails", "kind-exact"},
        {"outcome-fails", "kind-raised"},
        {"outcome-holds", "kind-exact"},
        {"outcome-holds", "kind-exact"},
        {"outcome-undecided", "kind-lowered"},
    ]


def test_the_ledgers_rows_have_sentence_needs_and_verdict(first):
    _, text = rows(first.book.page("ledger"))[1]

    assert text.startswith("It takes no time. no-time · four-legs-too ✗ Not true: 2 s")


def test_the_ledger_can_be_narrowed_down(first):
    radios = [
        (tag["name"], tag["value"], "checked" in tag)
        for tag in tags(first.book.page("ledger"), "input")
        if tag.get("type") == "radio"
    ]

    assert radios == [
        ("ledger-outcome", "all", True),
        ("ledger-outcome", "holds", False),
        ("ledger-outcome", "fails", False),
        ("ledger-outcome", "undecided", False),
        ("ledger-kind", "all", True),
        ("ledger-kind", "exact", False),
        ("ledger-kind", "lowered", False),
        ("ledger-kind", "raised", False),
        ("ledger-kind", "ratio", False),
    ]


def test_the_ledger_follows_a_claim_that_changed(story):
    changed = story["changed"]

    found = rows(changed.book.page("ledger"))
    assert found[3][1].startswith("A hand has six fingers. five-fingers ✓ Checked")
    [claim] = [each for each in changed.claims if each["id"] == "five-fingers"]
    assert claim["text"] == "6"


def test_the_ledger_follows_what_was_removed_from_the_book(story):
    less = story["less"]

    assert (less.process.returncode, less.book.ran()) == (0, {"one"})
    assert names(less.book.page("ledger")) == ["five-fingers"]
    assert "Checked: 1 · Not true: 0 ·" in words(less.book.page("ledger"))
    assert [claim["id"] for claim in less.claims] == ["five-fingers"]


def test_what_was_removed_from_the_book_is_warned_of_no_more(story):
    assert "does not hold here" in story["changed"].process.stdout
    assert "does not hold here" not in story["less"].process.stdout


def test_claims_json_says_of_each_claim_where_it_is_checked(first, source):
    assert [(claim["page"], claim["id"]) for claim in first.claims] == [
        ("book/one", "five-fingers"),
        ("book/one", "two-cores"),
        ("book/two", "four-legs"),
        ("book/two", "no-time"),
        ("book/two", "four-legs-too"),
    ]
    lines = (source.root / "book/one.md").read_text("utf8").splitlines()
    cell = lines[first.claims[0]["line"] - 1]
    assert cell == 'check("five-fingers", 5, equals=5)'


def test_claims_json_says_what_was_found_out(first):
    claim = dict(first.claims[1])

    assert platform.python_version() in claim.pop("interpreter")["python"]
    assert claim.pop("machine")["usable_cores"] >= 1
    assert claim | {"line": 0} == {
        "page": "book/one",
        "line": 0,
        "minor": False,
        "id": "two-cores",
        "outcome": "undecided",
        "evidence": {
            "kind": "lowered",
            "shown": "0.9",
            "in_prose": "0.9",
            "low": 0.9,
            "high": None,
            "unit": "",
            "number": "0.9",
            "ends": [],
            "rounds": 0,
        },
        "bound": "≥ 1",
        "limits": {"at_least": "1"},
        "text": "0.9 (≥ 1)",
        "plain": f"? 0.9 (≥ 1): {NO_CONTROL}",
        "needed": [],
        "reason": "no control",
        "details": {},
        "controls": [],
    }


MISTAKEN = {
    "one": IMPORTS
    + cells('check("unstated", 1, equals=1)', 'check("everywhere", 1, equals=1)')
    + box("everywhere", "It is on another page, too.")
    + cells('check("empty", 1, equals=1)')
    + "```{claim} empty\n```\n\n"
    + "What is {measured}`nobody`?\n",
    "two": IMPORTS
    + statement("everywhere", "1, equals=1", "It is on another page, too.")
    + "```{claim}\nThis one has no name.\n```\n",
    "three": box("unchecked", "Nobody knows.") + "## Of {measured}`everywhere`\n",
}
MISTAKES = {
    "stated, not checked": (
        r"book/three.md:14: the claim 'unchecked' is stated, but no cell of this page "
        r"ends in check\('unchecked', …\)"
    ),
    "checked, not stated": (
        r"book/one.md:18: this cell checks the claim 'unstated', which the page does "
        r"not state: write a {claim} box below it"
    ),
    "stated twice": (
        r"book/two.md:2[01]: the claim 'everywhere' is stated already, "
        r"at book/one.md:2[45]"
    ),
    "checked twice": (
        r"book/two.md:18: the claim 'everywhere' is checked already, at book/one.md:22"
    ),
    "unknown": (
        r"book/one.md:3[4-6]: no cell checks the claim 'nobody', "
        r"so it has no value here"
    ),
    "empty": (
        r"book/one.md:3[12]: the {claim} box 'empty' is empty: "
        r"write the sentence into it"
    ),
    "nameless": (
        r"book/two.md:2[45]: a {claim} box needs the name that the cell gave to check, "
        r"like-this"
    ),
    "in a heading": (
        r"book/three.md:18: a heading is in menus, too, where no value is known: "
        r"write it below"
    ),
}


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory):
    """Two builds of a book with every mistake that the domain or a page can have."""
    book = TinyBook.make(tmp_path_factory.mktemp("mistaken"), MISTAKEN)
    return book, book.build(), book.build()


@pytest.mark.parametrize("message", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_claims_is_an_error_in_every_build(mistaken, message):
    _, first, second = mistaken

    assert (first.returncode, second.returncode) == (1, 1)
    for lines in (complaints(first), complaints(second)):
        assert (
            sum(bool(re.fullmatch(f"bookbuild: {message}", line)) for line in lines)
            == 1
        )


def test_each_mistake_in_claims_is_reported_once(mistaken):
    _, first, _ = mistaken

    assert len(complaints(first)) == len(MISTAKES) + 2  # the log, and no site


def test_nothing_is_published_of_a_book_with_mistakes_in_claims(mistaken):
    assert not mistaken[0].site.exists()
