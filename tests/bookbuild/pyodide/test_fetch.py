"""What the lock says is installed, exactly that, or nothing; and a site gets it.

Over 0.25 s: a small book is built.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bookbuild import cli
from bookbuild.project import venv
from bookbuild.project.book import Book
from bookbuild.project.wheel import wheel_name
from bookbuild.pyodide import fetch
from bookbuild.pyodide.publish import COUNTED, PUBLISHED, SIZES
from page_tags import tags
from tiny_book import TinyBook

LIVE = "```{code-cell} ipython3\n:tags: [live]\n\n6 * 7\n```\n"
OFFLINE = """\
npm error code ENOTFOUND
npm error syscall getaddrinfo
npm error A complete log of this run can be found in: somewhere
"""
OTHER = "npm error code EINTEGRITY\nnpm error sha512-abc integrity checksum failed\n"
FILES = {f"{fetch.PYODIDE}/{name}" for name in fetch.FILES}


def install(root, *, tests=False):
    """Put there what npm would, with little in it."""
    for file in [*FILES, *[fetch.AXE, fetch.CHECKER] * tests]:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(Path(file).name)


class FakeNpm:
    """Stands for `subprocess.run`: installs where npm would."""

    def __init__(self):
        self.status, self.said, self.commands = 0, "", []

    def __call__(self, command, *, cwd, **_):
        self.commands.append(command)
        assert {file.name for file in cwd.iterdir()} == {"package.json", fetch.LOCK}
        install(cwd / "made", tests="--omit=dev" not in command)
        (cwd / "made" / fetch.PACKAGES).replace(cwd / "node_modules")
        return subprocess.CompletedProcess(command, self.status, "", self.said)


@pytest.fixture
def npm(monkeypatch):
    fake = FakeNpm()
    monkeypatch.setattr(fetch.subprocess, "run", fake)
    monkeypatch.setattr(fetch.shutil, "which", lambda _: "npm")
    return fake


def left(root):
    """The files below a book's `_build`."""
    found = (root / "_build").rglob("*")
    return {path.relative_to(root).as_posix() for path in found if path.is_file()}


def test_it_is_installed_once_without_what_only_tests_need(tmp_path, npm):
    assert fetch.fetch(tmp_path) == ""
    assert fetch.fetch(tmp_path) == ""

    [command] = npm.commands
    assert command[:3] == ["npm", "ci", "--ignore-scripts"]
    assert "--omit=dev" in command
    assert fetch.ready(tmp_path)
    assert left(tmp_path) > FILES
    assert not {fetch.AXE, fetch.CHECKER} & left(tmp_path)


def test_what_tests_need_is_installed_when_they_do(tmp_path, npm):
    fetch.fetch(tmp_path)
    assert fetch.fetch(tmp_path, tests=True) == ""
    assert fetch.fetch(tmp_path) == ""  # which is more than enough

    assert ["--omit=dev" in command for command in npm.commands] == [True, False]
    assert {fetch.AXE, fetch.CHECKER} < left(tmp_path)


@pytest.mark.parametrize("file", [sorted(FILES)[0], f"{fetch.FOLDER}/{fetch.LOCK}"])
def test_what_lacks_a_file_is_installed_again(tmp_path, npm, file):
    fetch.fetch(tmp_path)
    (tmp_path / file).unlink()

    assert fetch.fetch(tmp_path) == ""

    assert len(npm.commands) == 2
    assert fetch.ready(tmp_path)


def test_what_another_lock_says_is_installed_again(tmp_path, npm):
    fetch.fetch(tmp_path)
    (tmp_path / fetch.FOLDER / fetch.LOCK).write_text("{}")

    assert not fetch.ready(tmp_path)
    assert fetch.fetch(tmp_path) == ""
    assert fetch.ready(tmp_path)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (OFFLINE, "(ENOTFOUND); connect to the network"),
        (OTHER, "and threw it away (EINTEGRITY); see which registry"),
        ("", "(exit status 1); connect to the network"),
    ],
)
def test_why_npm_did_not_install_it_is_told_and_nothing_is_left(
    tmp_path, npm, said, told
):
    npm.status, npm.said = 1, said

    problem = fetch.fetch(tmp_path)

    assert told in problem
    assert "\n" not in problem
    assert left(tmp_path) == set()


def test_without_npm_it_says_how_to_get_it(tmp_path, npm, monkeypatch):
    monkeypatch.setattr(fetch.shutil, "which", lambda _: None)

    assert "there is no npm" in fetch.fetch(tmp_path)
    assert npm.commands == []


def test_an_interrupted_installation_leaves_nothing(tmp_path, npm, monkeypatch):
    def interrupt(*command, **options):
        npm(*command, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch.subprocess, "run", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch.fetch(tmp_path)

    assert left(tmp_path) == set()


def test_every_package_of_the_lock_has_a_digest_and_none_an_address():
    lock = json.loads((fetch.HERE / fetch.LOCK).read_text("utf8"))
    packages = {name: each for name, each in lock["packages"].items() if name}

    assert {"node_modules/pyodide", "node_modules/axe-core"} < packages.keys()
    for package in packages.values():
        assert package["integrity"].startswith("sha512-")
        assert "resolved" not in package  # or npm would ask that registry only


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
@pytest.mark.parametrize("tests", [False, True])
def test_a_site_without_it_is_a_failure_only_in_ci(
    tests, ci, status, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(venv, "setup", lambda *_, **__: None)
    monkeypatch.setattr(fetch, "fetch", lambda _, **__: "there is no npm")

    assert cli.setup(Book(tmp_path), tests=tests) == status

    assert capsys.readouterr().err == (
        "bookbuild: the site will have no Run buttons in its pages: there is no npm\n"
    )


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
        'class="run-note"' in live,
        'class="run-note"' in still,
        (book.site / PUBLISHED).exists(),
    ]


def test_pages_say_where_it_is_as_long_as_there_is_one(book):
    without = [None, None, False, False, False]
    assert has(book) == without

    install(book.root)
    shutil.copy(fetch.HERE / fetch.LOCK, book.root / fetch.FOLDER)
    assert has(book) == ["../../python/", "../../python/", True, False, True]

    folder = book.site / PUBLISHED
    sizes = json.loads((folder / SIZES).read_text("utf8"))
    wheel = f"../{wheel_name(book.root)}"
    counted = (*COUNTED, wheel)
    assert sizes == {name: (folder / name).stat().st_size for name in counted}
    preview = book.build("--only", "live")
    assert preview.returncode == 0, preview.stderr
    page = (book.root / "_build/preview/en/book/live.html").read_text("utf8")
    assert "data-python" not in page

    (book.root / fetch.PYODIDE / fetch.FILES[0]).unlink()
    assert has(book) == without
