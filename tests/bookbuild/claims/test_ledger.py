"""The ledger's columns: what builds on other interpreters found out, beside our own.

Over 0.25 s: a book is built twice, and looked at in a browser. Nobody has another
interpreter here, so what one would have left is made from what this one did.
"""

import json
import platform
import re
import shutil
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from bookbuild.claims.domain import Claims
from bookbuild.claims.interpreters import file_name, problems
from bookbuild.claims.ledger import _copy
from bookbuild.claims.wording import WORDS
from bookbuild.project.book import Book
from paralelo.claims.evidence import Kind
from paralelo.claims.verdict import Outcome
from tiny_book import HERE, TinyBook, cells, complaints, statement, words

IMPORTS = cells("from paralelo import check, lower_bound, upper_bound")
PAGES = {
    "one": IMPORTS
    + statement("five-fingers", "5, equals=5", "A hand has five fingers.")
    + statement("two-cores", "lower_bound(0.9), at_least=1", "Two cores compute."),
    "two": IMPORTS
    + statement("four-legs", "4, equals=4", "A dog has four legs.")
    + statement("no-time", 'upper_bound(1.0, "s"), at_most=2', "It takes no time."),
    "ledger": "```{ledger}\n```\n",
}
OTHER = {"python": "CPython 3.99.0", "gil": "off"}
NAME = "CPython 3.99.0, no GIL"
FILE = "claims-cpython-3.99.0-no-gil.json"
CHANGES = {  # of what was found out, on the other interpreter
    "five-fingers": {"outcome": "fails", "evidence": {"number": "4"}},
    "two-cores": {"outcome": "holds", "reason": "", "evidence": {"number": "1.9"}},
    "four-legs": {"outcome": "undecided", "reason": "gil"},
    "no-time": {},
}
WANTED = "give the claims.json of a build on another interpreter"
ONE_BUILD = "copy the two from the _build/site of one build"


def load(path):
    return json.loads(path.read_text("utf8"))


def save(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf8")


def derive(site, folder, interpreter=OTHER, changes=CHANGES):
    """What a build on another interpreter would have left in `folder`: its claims."""
    manifest = load(site / "manifest.json")
    manifest["build"] |= interpreter
    claims = [
        claim
        | changes[claim["id"]]
        | {"evidence": claim["evidence"] | changes[claim["id"]].get("evidence", {})}
        | {"interpreter": claim["interpreter"] | interpreter}
        for claim in load(site / "claims.json")
        if claim["id"] in changes
    ]
    save(folder / "manifest.json", manifest)
    save(folder / "claims.json", claims)
    return folder / "claims.json"


class Story(NamedTuple):
    book: TinyBook
    other: object  # the claims.json that is given
    built: dict  # by name: the process, and a book that only has the site


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A book that is built alone, then strictly beside another interpreter's claims."""
    root = tmp_path_factory.mktemp("ledger")
    book = TinyBook.make(root / "book", PAGES)
    built = {}

    def build(name, *options):
        ran = book.build(*options)
        shutil.copytree(book.site, root / name / "_build/site")
        built[name] = ran, TinyBook(root / name)

    build("alone")
    other = derive(book.site, root / "other")
    build("beside", "--strict", "--claims-from", str(other))
    return Story(book, other, built)


@pytest.fixture(scope="module")
def beside(story):
    return story.built["beside"][1]


def heads(page):
    """The heads of each table's columns."""
    tables = re.findall(r"<thead>(.*?)</thead>", page, re.S)
    return [[words(c) for c in re.findall(r"<th.*?</th>", t, re.S)] for t in tables]


def row(page, name):
    """The words of each cell in the row of the claim that is called so."""
    found = re.findall(r'<tr class="outcome.*?</tr>', page, re.S)
    [its] = [text for text in found if f"#claim-{name}" in text]
    return [words(cell) for cell in re.findall(r"<td.*?</td>", its, re.S)]


def own_name(site):
    found = load(site / "claims.json")[0]["interpreter"]
    return f"{found['python']}, {'with' if found['gil'] == 'on' else 'no'} GIL"


@pytest.mark.parametrize("build", ["alone", "beside"])
def test_every_build_succeeds(story, build):  # also where one fails elsewhere
    process, _ = story.built[build]

    assert (process.returncode, process.stderr) == (0, "")


def test_each_interpreter_has_a_column_and_our_own_is_the_first(beside):
    assert platform.python_version() in own_name(beside.site)
    columns = ["Claim", own_name(beside.site), NAME]
    assert heads(beside.page("ledger")) == [columns, columns]


@pytest.mark.parametrize(
    ("name", "ours", "theirs"),
    [
        ("five-fingers", "✓ Checked", "✗ Not true: 4 (needs 5)"),
        (
            "two-cores",
            "? Not decided: 0.9 (needs at least 1); a busy machine could be the reason",
            "✓ Checked: 1.9 (needs at least 1)",
        ),
        (
            "four-legs",
            "✓ Checked",
            "? Not decided: it's about Python with a GIL, and this one runs without",
        ),
        (
            "no-time",
            "✓ Checked: 1 s (needs at most 2)",
            "✓ Checked: 1 s (needs at most 2)",
        ),
    ],
)
def test_each_row_has_each_interpreters_verdict_under_its_name(
    beside, name, ours, theirs
):
    _, own, other = row(beside.page("ledger"), name)

    assert own == f"{own_name(beside.site)} {ours}"
    assert other == f"{NAME} {theirs}"


def test_the_counts_are_each_interpreters_own(beside):
    page = words(beside.page("ledger"))

    own = "Checked: 3 · Not true: 0 · Not decided: 1 · claims.json"
    assert f"{own_name(beside.site)} · {own}" in page
    other = "Checked: 2 · Not true: 1 · Not decided: 1"
    assert f"{NAME} · {other} · {FILE}" in page


def test_the_others_claims_are_in_the_site_as_they_were_given(story, beside):
    for folder in (beside.site, beside.site / "en"):
        assert (folder / FILE).read_bytes() == story.other.read_bytes()
    assert f'href="../{FILE}"' in beside.page("ledger")


def test_claims_json_stays_this_builds_own(story, beside):
    _, alone = story.built["alone"]

    assert load(beside.site / "claims.json") == load(alone.site / "claims.json")


def test_no_cell_runs_and_no_page_changes_but_the_ledger(story, beside):
    _, alone = story.built["alone"]

    assert beside.ran() == set()
    assert beside.page("one") == alone.page("one")


def test_a_strict_build_does_not_stop_at_what_fails_elsewhere(beside):
    assert "✗ Not true" in row(beside.page("ledger"), "five-fingers")[2]


def test_without_others_a_ledger_has_one_column_and_no_heads(story):
    _, alone = story.built["alone"]

    assert heads(alone.page("ledger")) == []
    assert len(row(alone.page("ledger"), "five-fingers")) == 2


def test_without_the_others_their_claims_leave_the_site(tmp_path):
    (tmp_path / FILE).write_text("[]")
    (tmp_path / "claims.json").write_text("[]")
    config = SimpleNamespace(bookbuild_claims_from=[])
    env = SimpleNamespace(
        config=config, get_domain=lambda _: Claims(SimpleNamespace(domaindata={}))
    )
    html = SimpleNamespace(format="html")

    _copy(SimpleNamespace(builder=html, outdir=tmp_path, config=config, env=env), None)

    assert [path.name for path in tmp_path.iterdir()] == ["claims.json"]


# --- what is refused


@pytest.fixture
def given(story, tmp_path):
    """A copy of the other interpreter's claims, for a test to spoil."""
    shutil.copytree(story.other.parent, tmp_path / "given")
    return tmp_path / "given/claims.json"


def test_a_build_that_is_refused_says_why_in_one_line_and_reads_no_page(story, given):
    before = story.book.digest()
    given.unlink()

    ran = story.book.build("--claims-from", str(given))

    assert (ran.returncode, ran.stdout) == (1, "")
    assert complaints(ran) == [
        f"bookbuild: {given}: No such file or directory; {WANTED}",
        "bookbuild: nothing was published; _build/site is unchanged",
    ]
    assert story.book.digest() == before


def spoil(path, change):
    """Let `change` be made to what the file says."""
    content = load(path)
    change(content)
    save(path, content)


NO_LIST = f"this is not a list of claims; {WANTED}"


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1]", '[{"id": "five-fingers"}]'])
def test_what_is_no_list_of_claims_is_refused(story, given, text):
    given.write_text(text)

    assert problems(Book(story.book.root), [given]) == [f"{given}: {NO_LIST}"]


def test_a_folder_is_refused(story, given):
    assert problems(Book(story.book.root), [given.parent])[0].endswith(WANTED)


@pytest.mark.parametrize("interpreter", [{"python": "CPython 3.99.0"}, None])
def test_claims_of_an_unknown_interpreter_are_refused(story, given, interpreter):
    spoil(given, lambda claims: claims[0].update(interpreter=interpreter))

    assert problems(Book(story.book.root), [given]) == [f"{given}: {NO_LIST}"]


def test_claims_of_several_interpreters_in_one_file_are_refused(story, given):
    spoil(given, lambda claims: claims[0]["interpreter"].update(gil="on"))

    both = f"{NAME} and of CPython 3.99.0, with GIL"
    assert problems(Book(story.book.root), [given]) == [
        f"{given}: this is of {both}; {WANTED}"
    ]


def test_claims_without_a_manifest_are_refused(story, given):
    given.with_name("manifest.json").unlink()

    assert problems(Book(story.book.root), [given]) == [
        f"{given}: there is no manifest.json beside it, to say what it was made from; "
        f"{ONE_BUILD}"
    ]


BUILD = {"python": "CPython 3.99.0", "commit": "", "src": "", "lock": ""}
MANIFESTS = [
    [],
    {},
    {"build": {}, "pages": {}},
    {"build": BUILD, "pages": []},
    {"build": BUILD, "pages": {"book/one": {"source": ".", "sha256": ""}}},
]


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_claims_with_a_manifest_that_is_none_are_refused(story, given, manifest):
    beside = given.with_name("manifest.json")
    save(beside, manifest)

    assert problems(Book(story.book.root), [given]) == [
        f"{beside}: this is not a manifest; {ONE_BUILD}"
    ]


def test_claims_with_another_builds_manifest_are_refused(story, given):
    beside = given.with_name("manifest.json")
    spoil(beside, lambda manifest: manifest["build"].update(python="CPython 3.98.0"))

    assert problems(Book(story.book.root), [given]) == [
        f"{given}: the manifest.json beside it is of CPython 3.98.0; {ONE_BUILD}"
    ]


SOURCES = {
    "a page": (lambda m: m["pages"]["book/one"].update(sha256="0"), "book/one.md"),
    "a page more": (
        lambda m: m["pages"].update({"book/six": {"source": "six.md", "sha256": "0"}}),
        "six.md",
    ),
    "a page less": (lambda m: m["pages"].pop("book/two"), "book/two.md"),
    "the paralelo package": (lambda m: m["build"].update(src="0"), "src"),
    "the lock": (lambda m: m["build"].update(lock="0"), "requirements.txt"),
}


@pytest.mark.parametrize(("change", "other"), SOURCES.values(), ids=SOURCES)
def test_claims_made_from_other_sources_are_refused(story, given, change, other):
    spoil(given.with_name("manifest.json"), change)

    assert problems(Book(story.book.root), [given]) == [
        f"{given}: this was made from another {other}; build both from the same"
    ]


def test_of_claims_made_from_other_sources_the_commit_is_named(story, given):
    def change(manifest):
        manifest["build"] |= {"commit": "a0e5105", "src": "0"}

    spoil(given.with_name("manifest.json"), change)

    [why] = problems(Book(story.book.root), [given])

    made = "this was made from src as it was at commit a0e5105"
    assert why == f"{given}: {made}; build both from the same"


def test_the_same_interpreter_twice_is_refused(story, given):
    assert problems(Book(story.book.root), [story.other, given]) == [
        f"{given}: this is of {NAME}, as {story.other} is; {WANTED}"
    ]


def test_this_builds_own_interpreter_is_refused(story):
    own = story.book.site / "claims.json"

    assert problems(Book(story.book.root), [own]) == [
        f"{own}: this is of {own_name(story.book.site)}, as this build is; {WANTED}"
    ]


def test_each_file_that_is_refused_has_its_line(story, given, tmp_path):
    given.write_text("[]")

    found = problems(
        Book(story.book.root), [given, tmp_path / "none.json", story.other]
    )

    assert [line.partition(": ")[0] for line in found] == [
        str(given),
        str(tmp_path / "none.json"),
    ]


def test_a_files_name_is_one_whatever_the_interpreter_is_called():
    assert file_name("../Py Py\n3.11, with GIL") == "claims-..-py-py-3.11-with-gil.json"


# --- in a browser


@pytest.fixture(scope="module", params=["alone", "beside"])
def opened(request, story, browser):
    """The ledger, with one column or with two."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    _, book = story.built[request.param]
    tab.goto((book.site / "en/book/ledger.html").as_uri())
    yield tab
    context.close()


@pytest.fixture
def tab(opened):
    """The ledger on a page as wide as a phone, with every row."""
    opened.set_viewport_size({"width": 360, "height": 900})
    for group in ("outcome", "kind"):
        opened.locator(f'input[name="ledger-{group}"][value="all"]').check()
    return opened


def shown(tab):
    """The claims in the rows that can be seen, and the headings over them."""
    rows = tab.locator(".ledger-table tbody tr:visible code").all_inner_texts()
    headings = tab.locator(".ledger-chapter:visible").all_inner_texts()
    return [text for text in rows if "-" in text], headings


ONE, TWO = "The page one", "The page two"
CHOICES = {
    # what is chosen: what is shown of one column, and of two
    ("holds", "all"): (
        (["five-fingers", "four-legs", "no-time"], [ONE, TWO]),
        (["five-fingers", "two-cores", "four-legs", "no-time"], [ONE, TWO]),
    ),
    ("fails", "all"): (([], []), (["five-fingers"], [ONE])),
    ("undecided", "all"): (
        (["two-cores"], [ONE]),
        (["two-cores", "four-legs"], [ONE, TWO]),
    ),
    ("all", "raised"): ((["no-time"], [TWO]), (["no-time"], [TWO])),
    ("all", "ratio"): (([], []), ([], [])),
    ("holds", "lowered"): (([], []), (["two-cores"], [ONE])),
    ("undecided", "exact"): (([], []), (["four-legs"], [TWO])),
    ("fails", "raised"): (([], []), ([], [])),
}


@pytest.mark.parametrize("choice", CHOICES, ids=" ".join)
def test_a_row_is_shown_by_the_verdict_in_any_column(tab, choice):
    outcome, kind = choice
    tab.locator(f'input[name="ledger-outcome"][value="{outcome}"]').check()
    tab.locator(f'input[name="ledger-kind"][value="{kind}"]').check()

    found = shown(tab)

    several = tab.locator(".ledger-several").count() > 0
    assert found == CHOICES[choice][several]


def test_on_a_phone_each_verdict_is_labelled_and_all_of_it_can_be_seen(tab):
    several = tab.locator(".ledger-several").count() > 0
    labels = tab.locator(".ledger-interpreter:visible").all_inner_texts()

    assert labels.count(NAME) == (4 if several else 0)
    assert tab.locator(".ledger-table thead:visible").count() == 0
    for cell in tab.locator(".ledger-table td").all():
        box = cell.bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 360


def test_on_a_desk_columns_have_heads_and_verdicts_no_labels(tab):
    several = tab.locator(".ledger-several").count() > 0
    tab.set_viewport_size({"width": 1280, "height": 900})

    assert tab.locator(".ledger-interpreter:visible").count() == 0
    assert tab.locator(".ledger-table th:visible").count() == (6 if several else 0)


def test_every_outcome_and_kind_has_its_word_and_its_filter():
    style = (HERE / "src/bookbuild/theme/static/book.css").read_text("utf8")
    names = {*map(str, Outcome), *map(str, Kind)}

    assert WORDS.keys() == names
    assert {name for name in names if f'[value="{name}"]' not in style} == set()
