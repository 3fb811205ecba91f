"""Does a site get a Python for its pages, exactly the one that was meant, or none?

Over 0.25 s: a small book is built.
"""

import base64
import hashlib
import io
import json
import os
import subprocess
import tarfile
from zipfile import ZipFile

import pytest

from bookbuild.commands import set_up
from bookbuild.project import venv
from bookbuild.project.book import Book
from bookbuild.pyodide import fetch
from bookbuild.web.tags import tags
from tiny_book import TinyBook

LIVE = "```{code-cell} ipython3\n:tags: [live]\n\n6 * 7\n```\n"
OFFLINE = """\
npm error code ENOTFOUND
npm error syscall getaddrinfo
npm error A complete log of this run can be found in: somewhere
"""


def package():
    """What npm packs, with little in it."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name in (*fetch.FILES, "console.html"):
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(name)
            archive.addfile(entry, io.BytesIO(name.encode()))
    return made.getvalue()


class FakeNpm:
    """Stands for `subprocess.run`: puts a package where npm would."""

    def __init__(self):
        self.content, self.status, self.said, self.calls = package(), 0, "", 0

    def __call__(self, command, **_):
        self.calls += 1
        folder = command[-1].removeprefix("--pack-destination=")
        with open(f"{folder}/pyodide.tgz", "wb") as file:
            file.write(self.content)
        return subprocess.CompletedProcess(command, self.status, "", self.said)


@pytest.fixture
def npm(monkeypatch):
    fake = FakeNpm()
    digest = hashlib.sha512(fake.content).digest()
    monkeypatch.setattr(fetch.subprocess, "run", fake)
    monkeypatch.setattr(fetch.shutil, "which", lambda _: "npm")
    monkeypatch.setattr(fetch, "SHA512", base64.b64encode(digest).decode())
    return fake


def left(root):
    """The files below a book's `_build`."""
    found = (root / "_build").rglob("*")
    return {path.relative_to(root).as_posix() for path in found if path.is_file()}


def test_it_is_fetched_once_and_only_what_is_needed_is_kept(tmp_path, npm):
    assert fetch.fetch(tmp_path) == ""
    assert fetch.fetch(tmp_path) == ""

    assert npm.calls == 1
    assert fetch.ready(tmp_path)
    assert left(tmp_path) == {f"{fetch.FOLDER}/{name}" for name in fetch.FILES}


def test_one_that_lacks_a_file_is_fetched_again(tmp_path, npm):
    fetch.fetch(tmp_path)
    (tmp_path / fetch.FOLDER / fetch.FILES[0]).unlink()

    assert fetch.fetch(tmp_path) == ""

    assert npm.calls == 2
    assert fetch.ready(tmp_path)


def test_anything_else_is_thrown_away(tmp_path, npm):
    npm.content += b"!"

    problem = fetch.fetch(tmp_path)

    assert "is something else, and was thrown away" in problem
    assert left(tmp_path) == set()


def test_without_a_network_it_says_so_and_nothing_is_left(tmp_path, npm):
    npm.status, npm.said = 1, OFFLINE

    problem = fetch.fetch(tmp_path)

    assert "(ENOTFOUND); connect to the network" in problem
    assert "\n" not in problem
    assert left(tmp_path) == set()


def test_without_npm_it_says_how_to_get_it(tmp_path, npm, monkeypatch):
    monkeypatch.setattr(fetch.shutil, "which", lambda _: None)

    assert "there is no npm" in fetch.fetch(tmp_path)
    assert npm.calls == 0


def test_an_interrupted_fetch_leaves_nothing(tmp_path, npm, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch, "_unpack", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch.fetch(tmp_path)

    assert left(tmp_path) == set()


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
@pytest.mark.parametrize("tests", [False, True])
def test_a_site_without_it_is_a_failure_only_in_ci(
    tests, ci, status, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(venv, "setup", lambda *_, **__: 0)
    monkeypatch.setattr(fetch, "fetch", lambda _: "there is no npm")

    assert set_up(Book(tmp_path), tests=tests) == status

    assert capsys.readouterr().err == (
        "bookbuild: the site will have no Run buttons in its pages: there is no npm\n"
    )


def test_the_modules_are_the_same_for_the_same_files_whenever_they_were_saved(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder / "paralelo").mkdir(parents=True)
        for name in "ba" if folder == "one" else "ab":
            (tmp_path / folder / f"paralelo/{name}.py").write_text(name)
        (tmp_path / folder / "paralelo/a.pyc").write_text(folder)
    old = tmp_path / "one/paralelo/a.py"
    os.utime(old, (1e9, 1e9))

    one, two = fetch.modules(tmp_path / "one"), fetch.modules(tmp_path / "two")

    assert one == two
    assert ZipFile(io.BytesIO(one)).namelist() == [
        "paralelo/a.py",
        "paralelo/b.py",
        "bookbuild/pyodide/shell.py",
    ]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    pages = {"live": LIVE, "still": "Nothing runs here.\n"}
    return TinyBook.make(tmp_path_factory.mktemp("book"), pages)


def has(book):
    """What a build says of Python: its folder's address on two pages, and the note."""
    ran = book.build()
    assert ran.returncode == 0, ran.stderr
    live, still = book.page("live"), book.page("still")
    return [
        *(tags(page, "html")[0].get("data-python") for page in (live, still)),
        'id="in-page-note"' in live,
        'id="in-page-note"' in still,
        (book.site / fetch.PUBLISHED).exists(),
    ]


def test_pages_say_where_it_is_as_long_as_there_is_one(book):
    files = book.root / fetch.FOLDER
    without = [None, None, False, False, False]
    assert has(book) == without

    files.mkdir()
    for name in fetch.FILES:
        (files / name).write_text(name)
    assert has(book) == ["../../python/", "../../python/", True, False, True]

    folder = book.site / fetch.PUBLISHED
    sizes = json.loads((folder / fetch.SIZES).read_text("utf8"))
    assert sizes == {name: (folder / name).stat().st_size for name in fetch.COUNTED}
    preview = book.build("--only", "live")
    assert preview.returncode == 0, preview.stderr
    page = (book.root / "_build/preview/en/book/live.html").read_text("utf8")
    assert "data-python" not in page

    (files / fetch.FILES[0]).unlink()
    assert has(book) == without
