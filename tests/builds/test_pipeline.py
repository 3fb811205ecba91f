"""What a good build leaves behind, and what the next one does not do again.

A build takes seconds, so it is made once for all the tests that look at its outcome.
"""

import json
import platform
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from socket import create_server
from typing import NamedTuple
from unittest.mock import MagicMock
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from bookbuild import sphinxext
from bookbuild.project.digests import tree_digest
from page_tags import links, loads, tags
from tiny_book import TinyBook, cells, statement

MODULES = {
    "tiny/__init__.py": "",
    "tiny/moon.py": "from . import sun\n\nphase = lambda: 'full ' + sun.NAME\n",
    "tiny/sun.py": "NAME = 'moon'\n",
    "tiny/mars.py": "",
}
WAITING = """\
from paralelo import SlowServer
from paralelo.workloads import fetch_stock

with SlowServer(latency=0, port={taken}) as server:
    another_port = ":{taken}/" not in server.url
    answers = [fetch_stock(url) for url in server.product_urls(3)]

print(another_port, answers)"""
SERVICES = ["thebe", "mathjax.js", "mathjax@", "jsdelivr", "unpkg", "cdnjs"]
SERVICES += ["googleapis", "executablebooks", "binder-examples"]
FORMULA = "$$\n\\frac{n}{w} \\cdot L\n$$\n"


def make(root, pages):
    book = TinyBook.make(root, pages, runs_cells=True)
    for name, text in MODULES.items():
        path = book.root / "src" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return book


CACHED = "a page changed, the rest is in the cache, in São Paulo"
STYLED = """\
    language: en
    html_static_path: [book/_static]
    html_css_files: [look.css]
"""


class Chapter(NamedTuple):
    """One build of the story: what it said, which pages' cells ran, what it made."""

    said: list[str]
    ran: set[str]
    book: TinyBook  # a copy of the site, for the tests to look at
    src: str  # the digest of the code


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A book in a path with spaces and accents, built, changed, and built again."""
    root = tmp_path_factory.mktemp("story") / "café com açúcar" / "o livro"
    book, told = make(root, {}), {}

    def build(name, **variables):
        ran = book.build(**variables)
        assert (ran.returncode, ran.stderr) == (0, "")
        copy = root.parent / name
        shutil.copytree(book.site, copy / "_build/site")
        said, src = ran.stdout.splitlines(), tree_digest(book.root / "src")
        told[name] = Chapter(said, book.ran(), TinyBook(copy), src)

    (book.root / "requirements.txt").write_text("# locked\n")
    sheet = book.root / "book/_static/look.css"
    sheet.parent.mkdir()
    sheet.write_text("h1 { color: navy }")
    book.replace("_config.yml", "    language: en\n", STYLED)

    with create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        pages = {
            "one": cells("print(6 * 7)", "1 + 1"),
            "two": cells("from tiny.moon import phase", "print(phase())"),
            "waiting": cells(WAITING.format(taken=taken)),
            "formula": FORMULA,
        }
        for name, body in pages.items():
            book.chapter(name, body)
        book.contents(*pages)
        build("first")
    build("nothing changed")
    book.replace("book/one.md", "# The page one", "# The first page")
    build("prose changed")
    book.replace("src/tiny/mars.py", "", "# red\n")
    build("another module changed")
    book.replace("src/tiny/sun.py", "'moon'", "'sun'")
    build("imported module changed")
    book.replace("src/bookbuild/theme/mathml.py", "import nodes\n", "import nodes\n\n")
    build("bookbuild changed")
    sheet.write_text("h1 { color: teal }")
    build("style sheet changed")
    book.contents("one", "two", "waiting")
    build("page removed")
    shutil.rmtree(book.root / "_build/pages")
    book.replace("book/one.md", "6 * 7", "2 * 21")
    build(CACHED, TZ="America/Sao_Paulo")
    return told


@pytest.fixture(scope="module")
def first(story):
    return story["first"]


def test_sphinx_is_told_that_chapters_run_one_at_a_time():
    assert sphinxext.setup(MagicMock())["parallel_read_safe"] is False


def test_outputs_are_in_the_page(first):
    assert re.search(r"<pre><span></span>42\s*</pre>", first.book.page("one"))
    assert re.search(r"<pre><span></span>full moon\s*</pre>", first.book.page("two"))


def test_a_chapter_meets_its_server_though_the_port_it_names_is_taken(first):
    told = re.search(r"(True|False) \[.*\]", first.book.page("waiting"))

    assert told[0].replace("&#39;", "'") == "True [9, 46, 33]"


def test_the_front_page_leads_to_the_book_without_a_script(first):
    front = (first.book.site / "index.html").read_text("utf8")

    assert "<script" not in front
    assert links(front)
    assert all((first.book.site / link).is_file() for link in links(front))


def test_each_page_is_named_while_it_is_built(first):
    pages = ["index", "one", "two", "waiting", "formula"]

    heads = [line.split() for line in first.said if line.startswith("[")]

    assert sorted(head[2] for head in heads) == sorted(f"book/{page}" for page in pages)
    assert [head[:2] for head in heads] == [["[", f"{n}/5]"] for n in range(1, 6)]


def test_the_time_of_the_cells_is_told_for_each_page_that_has_some(first):
    lines = [line.split(maxsplit=3) for line in first.said if line.startswith("[")]

    told = {page: rest for _, _, page, rest in lines}

    for page, rest in told.items():
        what = "updated" if page in ("book/index", "book/formula") else "of cells"
        assert re.fullmatch(rf"\d+\.\d s,? {what}", rest)


def test_the_last_line_says_where_to_open_the_site(story, first):
    what, url = first.said[-1].split(" ")

    assert what == "open"
    assert url.startswith("file://")
    assert Path(url2pathname(urlsplit(url).path)).is_file()
    assert "caf%C3%A9%20com%20a%C3%A7%C3%BAcar" in url


def test_the_manifest_knows_each_page(first):
    pages = first.book.manifest["pages"]

    assert {name: page["cells"] for name, page in pages.items()} == {
        "book/index": 0,
        "book/one": 2,
        "book/two": 2,
        "book/waiting": 1,
        "book/formula": 0,
    }
    assert pages["book/one"]["source"] == "book/one.md"
    assert all(page["seconds"] > 0 for page in pages.values() if page["cells"])


def test_the_manifest_has_the_digests_of_what_was_built(first):
    source = first.book.site / "en/_sources/book/index.md"

    page, build = (
        first.book.manifest["pages"]["book/index"],
        first.book.manifest["build"],
    )

    assert page["source"] == "book/index.md"
    assert page["sha256"] == sha256(source.read_bytes()).hexdigest()
    assert build["lock"] == sha256(b"# locked\n").hexdigest()
    assert build["src"] == first.src


def test_the_manifest_knows_the_machine(first):
    build = first.book.manifest["build"]

    assert build["python"] == f"CPython {platform.python_version()}"
    assert build["gil"] in {"on", "off"}
    assert build["start_method"] in {"fork", "forkserver", "spawn"}
    assert build["usable_cores"] >= 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", build["date"])
    assert {"load", "commit", "system"} <= build.keys()


@pytest.mark.parametrize(
    ("change", "ran"),
    {
        "first": {"one", "two", "waiting"},
        "nothing changed": set(),
        "prose changed": set(),
        "another module changed": set(),
        "imported module changed": {"two"},
        "bookbuild changed": set(),
        "style sheet changed": set(),
        "page removed": set(),
        CACHED: {"one"},
    }.items(),
)
def test_only_those_cells_run_whose_outcome_might_differ(story, change, ran):
    assert story[change].ran == ran


def test_cells_that_do_not_run_are_not_said_to_have_run(story):
    said = story[CACHED].said

    ran = [line.endswith(" s of cells") for line in said[:4]]
    assert ran == [False, True, False, False]


def test_a_change_of_prose_is_published(story):
    assert "The first page" in story["prose changed"].book.page("one")


def test_a_change_in_an_imported_module_is_published(story):
    assert "full sun" in story["imported module changed"].book.page("two")


def test_every_page_is_made_again_where_the_press_has_changed(story):
    said = story["bookbuild changed"].said

    assert len([line for line in said if line.startswith("[")]) == 5


def test_a_changed_style_sheet_reaches_every_page(story):
    before, after = (story[name].book for name in ("first", "style sheet changed"))

    for page in ("index", "one", "formula"):
        old, new = (
            re.search(r"look\.css\?v=(\w+)", book.page(page))[1]
            for book in (before, after)
        )
        assert old != new
    assert "teal" in (after.site / "en/_static/look.css").read_text()


def test_a_page_that_left_the_contents_leaves_the_site(story):
    site = story["page removed"].book.site

    assert not list(site.rglob("formula*"))
    assert "book/formula" not in story["page removed"].book.manifest["pages"]


def test_a_page_that_left_the_contents_leaves_the_menus_of_all_pages(story):
    first, later = story["first"].book, story["page removed"].book

    assert "formula.html" in first.page("two")
    assert "formula.html" not in later.page("two")


def test_a_new_title_is_in_the_menus_of_all_pages(story):
    assert "The first page" in story["prose changed"].book.page("two")


@pytest.mark.parametrize("page", ["one", "formula"])
def test_a_page_loads_nothing_from_elsewhere(first, page):
    addresses = list(loads(first.book.page(page)))

    assert addresses
    assert [url for url in addresses if urlsplit(url).netloc] == []


@pytest.mark.parametrize("page", ["one", "formula"])
@pytest.mark.parametrize("name", SERVICES)
def test_a_page_names_no_service_of_others(first, page, name):
    assert name not in first.book.page(page).lower()


def test_formulas_are_mathml(first):
    assert re.search(r"<math\b.*<mfrac>", first.book.page("formula"), re.S)
    assert re.search(r"<math\b.*<msup>", first.book.page("index"), re.S)


@pytest.mark.parametrize(
    "file",
    [
        "_notebooks/book/one.ipynb",
        "_notebooks/with-outputs/book/one.ipynb",
        "_sources/book/one.md",
    ],
)
def test_a_chapter_can_be_downloaded_without_any_repository(first, file):
    offered = set(links(first.book.page("one")))

    (link,) = {link for link in offered if link.endswith(file)}

    assert (first.book.site / "en/book" / link).resolve().is_file()


def test_a_plain_build_has_no_pdf_and_no_picture_and_names_none(first):
    static = first.book.site / "en/_static"
    files = {path for path in first.book.site.rglob("*") if static not in path.parents}
    page = first.book.page("one")
    said = {tag.get("property", tag.get("name")): tag for tag in tags(page, "meta")}

    assert not {".pdf", ".png"} & {path.suffix for path in files}
    assert ".pdf" not in page
    assert {"og:image", "og:url"}.isdisjoint(said)
    assert said["twitter:card"]["content"] == "summary"


def test_a_book_that_lives_nowhere_leads_to_no_repository(first):
    assert [link for link in links(first.book.page("one")) if "://" in link] == []


def test_a_book_in_one_language_has_no_other_to_lead_to(first):
    page = first.book.page("index")

    assert 'class="edition"' not in page
    assert "hreflang" not in page
    front = tags((first.book.site / "index.html").read_text("utf8"), "meta")
    leads = [tag["content"] for tag in front if tag.get("http-equiv") == "refresh"]
    assert leads == ["0; url=en/book/index.html"]


@pytest.mark.parametrize(("when", "phase"), [("first", "moon"), (CACHED, "sun")])
def test_a_downloaded_chapter_is_a_notebook_with_its_outputs(story, when, phase):
    folder = story[when].book.site / "en/_notebooks/with-outputs"
    notebook = folder / "book/two.ipynb"

    found = json.loads(notebook.read_text("utf8"))["cells"]
    codes = [cell for cell in found if cell["id"].startswith("cell-")]

    assert codes[1]["source"] == ["print(phase())"]
    assert [cell["execution_count"] for cell in codes] == [1, 2]
    assert codes[1]["outputs"][0]["text"] == [f"full {phase}\n"]


def without_network():
    """The start of a command that runs in a network of its own, or None."""
    command = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return None if tried.returncode else command


def test_a_book_builds_without_a_network(tmp_path):  # one build
    offline = without_network()
    if offline is None:
        pytest.skip("no network namespace can be made here (unshare -n)")
    book = make(tmp_path, {"waiting": cells(WAITING.format(taken=0))})

    ran = book.build(before=offline)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "True [" in book.page("waiting")


@pytest.fixture(scope="module")
def jupyter_book(tmp_path_factory):
    """The ecosystem's own command, on a sound book and on one with mistakes."""
    sum_up = cells("from paralelo import check, usable_cores", "print(6 * 7)")
    sum_up += statement("five-fingers", "5, equals=5", "A hand has five fingers.")
    pages = {"one": sum_up, "two": "We count {measured}`five-fingers`.\n"}
    book = TinyBook.make(tmp_path_factory.mktemp("plain"), pages)

    def build():
        return subprocess.run(
            [Path(sys.executable).with_name("jupyter-book"), "build", "."],
            cwd=book.root,
            env=book.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    sound = build()
    html = (book.root / "_build/html/book/one.html").read_text("utf8")
    book.replace("book/one.md", "print(6 * 7)", "1 / 0")
    book.replace("book/two.md", "five-fingers", "six-fingers")
    return sound, html, build(), build()


def test_plain_jupyter_book_builds_and_runs_the_book(jupyter_book):
    sound, html, _, _ = jupyter_book

    assert sound.returncode == 0, sound.stderr
    assert re.search(r"<pre><span></span>42\s*</pre>", html)


def test_plain_jupyter_book_shows_claims(jupyter_book):
    _, html, _, _ = jupyter_book

    assert '<div class="claim claim-holds' in html


@pytest.mark.parametrize(
    "message",
    [
        "book/one.md:19: code cell 2 of 3 raised ZeroDivisionError",
        "no cell checks the claim 'six-fingers'",
    ],
)
def test_plain_jupyter_book_fails_where_something_is_wrong_and_fails_again(
    jupyter_book, message
):
    _, _, failed, again = jupyter_book

    assert failed.returncode != 0
    assert again.returncode != 0
    assert message in failed.stderr
    assert message in again.stderr


def test_the_press_describes_itself(capsys):
    from bookbuild.cli import main

    for command in ([], ["build"], ["setup"], ["check"], ["lock"]):
        with pytest.raises(SystemExit) as ended:
            main([*command, "--help"])

        assert ended.value.code == 0
    assert "--strict" in capsys.readouterr().out
