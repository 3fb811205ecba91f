"""Every save is seen, once, and nothing else is; and each is followed by a build."""

import asyncio

import pytest
from watchfiles import Change

from bookbuild.build.pipeline import BUSY, UNTOUCHED
from bookbuild.live import rebuild as rebuilding
from bookbuild.live.rebuild import first_lines, is_source, next_save, rebuild

CHAPTER, LATER = "book/see/one.md", "book/see/two.md"


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.setattr(rebuilding, "QUIET", 100)
    for path in (CHAPTER, "src/bookbuild/cli.py", "_config.yml", "_toc.yml"):
        write(tmp_path / path)
    return tmp_path


def write(path, text="words"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf8")


def saved(book, *actions, **options):
    """What is seen of these actions, each a moment after the one before."""

    async def watch():
        saves = asyncio.create_task(next_save(book, **options))
        await asyncio.sleep(0)
        for act in actions:
            act()
            await asyncio.sleep(0.05)
        return await saves

    return asyncio.run(asyncio.wait_for(watch(), 30))


@pytest.mark.parametrize(
    "path",
    [
        *(
            ".git/index",
            "book/see/.one.md.swp",
            "book/see/one.md~",
            "book/see/#one.md#",
        ),
        *("book/.#one.md", "book/4913", "book/.ipynb_checkpoints/one.ipynb"),
        *("src/bookbuild/__pycache__/cli.cpython-311.pyc", "src/p.egg-info/PKG"),
        *("book/one.md.bak", "book/one.md___jb_tmp___", "locale/pt_BR/one.mo"),
    ],
)
def test_what_is_made_and_what_editors_leave_are_no_sources(book, path):
    assert not is_source(Change.added, str(book / path), book)


@pytest.mark.parametrize(
    "name", ["one.md", "book.css", "4913.md", "swap.py", "look.js", "a#b.md", "tmp"]
)
def test_other_names_are_sources(tmp_path, name):
    book = tmp_path / ".hidden/_build"  # where the book lies makes no difference

    assert is_source(Change.added, str(book / "book" / name), book)


def test_what_comes_and_goes_in_a_folder_changes_no_other_source(book):
    assert not is_source(Change.modified, str(book / "book"), book)


@pytest.mark.parametrize("path", [CHAPTER, "src/bookbuild/cli.py", "_config.yml"])
def test_a_save_is_seen(book, path):
    assert saved(book, lambda: write(book / path, "other")) == [path]


def test_a_translation_is_a_source_where_there_is_one(book):
    path = "locale/pt_BR/one.po"
    write(book / path)

    assert saved(book, lambda: write(book / path, "other")) == [path]


def test_several_saves_within_a_moment_are_one(book):
    both = saved(
        book, lambda: write(book / CHAPTER, "other"), lambda: write(book / LATER)
    )

    assert both == [CHAPTER, LATER]


def test_what_never_holds_still_is_seen_all_the_same(book, monkeypatch):
    monkeypatch.setattr(rebuilding, "LONGEST", 400)

    writes = [lambda number=n: write(book / CHAPTER, f"{number}") for n in range(20)]

    assert saved(book, *writes) == [CHAPTER]


@pytest.mark.parametrize("path", [CHAPTER, "_config.yml"])
def test_a_file_that_takes_the_place_of_another_is_a_save(book, path):
    write(book / ".new", "other")

    def replace():
        (book / ".new").replace(book / path)

    assert saved(book, replace) == [path]


def test_a_file_that_is_gone_is_a_change(book):
    assert saved(book, (book / CHAPTER).unlink) == [CHAPTER]


def test_what_else_is_written_is_no_save(book):
    others = [
        lambda path=path: write(book / path)
        for path in ("README.md", "_build/site/index.html", "book/see/.one.md.swp")
    ]

    assert saved(book, *others, lambda: write(book / CHAPTER, "other")) == [CHAPTER]


def test_a_disk_that_reports_nothing_is_looked_at(book):
    assert saved(book, lambda: write(book / LATER), polling=True) == [LATER]


def test_a_system_without_free_watches_is_looked_at(book, monkeypatch):
    watch = rebuilding.awatch

    async def full(*paths, force_polling, **options):
        if not force_polling:
            raise OSError("OS file watch limit reached")
        async for changes in watch(*paths, force_polling=True, **options):
            yield changes

    monkeypatch.setattr(rebuilding, "awatch", full)

    assert saved(book, lambda: write(book / LATER)) == [LATER]


def test_of_a_complaint_a_page_gets_the_first_lines():
    said = "".join(f"bookbuild: line {number}\n" for number in range(9))

    assert first_lines(said, 1) == ["line 0", "line 1", "line 2", "line 3"]


def test_what_else_was_said_is_no_complaint():
    said = f"a warning\nbookbuild: book/one.md:3: why\nbookbuild: {UNTOUCHED}\n"

    assert first_lines(said, 1) == ["book/one.md:3: why"]


def test_of_a_build_that_can_not_even_start_a_page_gets_the_end():
    said = "Traceback:\n  a\n  b\n  c\n\n  d\nSyntaxError: what\n"

    assert first_lines(said, 1) == ["  b", "  c", "  d", "SyntaxError: what"]


def test_a_build_that_ends_without_a_word_has_its_status_told():
    assert first_lines("", -9) == ["the build ended with status -9"]


def test_a_build_that_succeeds_complains_of_nothing():
    assert first_lines("bookbuild: a word\n", 0) == []


class Builds:
    """Builds that end in these ways, one after the other; then there is no more.

    During each, a chapter is saved, unless it finds another build going on.
    """

    def __init__(self, monkeypatch, root, *ends):
        self.root, self.ends, self.told = root, list(ends), []
        monkeypatch.setattr(rebuilding, "Builder", lambda _root: self)
        monkeypatch.setattr(rebuilding, "RETRY", 0.1)

    async def build(self, _saved):
        if not self.ends:
            raise asyncio.CancelledError
        complaint = self.ends.pop(0)
        if BUSY not in complaint:
            write(self.root / CHAPTER, f"{len(self.ends)}")
        return (f"bookbuild: {complaint}\n", 1) if complaint else ("", 0)

    async def aclose(self):
        pass

    def run(self):
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(rebuild(self.root, self.told.append))


def test_a_save_during_a_build_is_followed_by_another_build(book, monkeypatch, capsys):
    builds = Builds(monkeypatch, book, "", "why", "why", "")
    builds.run()
    said = capsys.readouterr()

    assert builds.told == [[], ["why"], ["why"], []]
    assert said.err == "bookbuild: why\n" * 2
    assert said.out == f"bookbuild: {CHAPTER} changed; building\n" * 4


def test_another_build_is_waited_for_and_told_of_once(book, monkeypatch, capsys):
    busy = f"process 7 {BUSY}"
    builds = Builds(monkeypatch, book, busy, busy, busy, "")
    builds.run()
    said = capsys.readouterr()

    assert builds.told == [[busy], []]
    assert said.err == f"bookbuild: {busy}\n"
