"""Is every save seen, once, and nothing else?"""

import asyncio
import os

import pytest

from bookbuild.build.pipeline import BUSY, UNTOUCHED
from bookbuild.live import rebuild as rebuilding
from bookbuild.live.rebuild import LOOKS, first_lines, rebuild
from bookbuild.live.watch import MOST_CHANGES, changes, is_source, look, next_save


@pytest.fixture
def book(tmp_path):
    for path in (
        "book/see/one.md",
        "src/bookbuild/live/serve.py",
        "_config.yml",
        "_toc.yml",
    ):
        write(tmp_path / path)
    return tmp_path


def write(path, text="words"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf8")


def age(path):
    """Let it have been saved a second earlier: a clock may tick slower than we save."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 10**9))


def test_the_sources_are_the_chapters_the_code_and_what_configures_them(book):
    sources = [
        "_config.yml",
        "_toc.yml",
        "book/see/one.md",
        "src/bookbuild/live/serve.py",
    ]

    assert sorted(look(book)) == sources


def test_a_translation_is_a_source_where_there_is_one(book):
    path = "locale/pt_BR/one.po"
    write(book / path)

    assert path in look(book)


@pytest.mark.parametrize(
    "path",
    [
        *("_build/site/index.html", ".git/index", "README.md", "tests/test_it.py"),
        *("book/see/.one.md.swp", "book/see/one.md~", "book/see/#one.md#"),
        *("book/.#one.md", "book/4913", "book/.ipynb_checkpoints/one.ipynb"),
        *(
            "src/bookbuild/__pycache__/live.cpython-311.pyc",
            "src/paralelo.egg-info/PKG",
        ),
        *("book/one.md.bak", "book/one.md___jb_tmp___", "locale/pt_BR/one.mo"),
    ],
)
def test_what_is_made_and_what_editors_leave_are_no_sources(book, path):
    before = look(book)
    write(book / path)

    assert look(book) == before


@pytest.mark.parametrize(
    "name", ["one.md", "book.css", "4913.md", "swap.py", "look.js", "a#b.md", "tmp"]
)
def test_other_names_are_sources(name):
    assert is_source(name)


def test_a_link_to_nothing_is_no_source(book):
    (book / "book/link.md").symlink_to("nowhere.md")  # as Emacs locks a file

    assert "book/link.md" not in look(book)


def test_what_is_new_gone_or_different_has_changed(book):
    for name in ("gone", "same", "saved"):
        write(book / f"book/{name}.md")
        age(book / f"book/{name}.md")
    before = look(book)

    (book / "book/gone.md").unlink()
    write(book / "book/saved.md", "other")  # and just as long
    write(book / "book/new.md")

    assert changes(before, look(book)) == [
        "book/gone.md",
        "book/new.md",
        "book/saved.md",
    ]


def test_a_file_that_takes_the_place_of_another_has_changed(book):
    before = look(book)
    write(book / "book/see/.new")
    age(book / "book/see/.new")
    (book / "book/see/.new").replace(book / "book/see/one.md")

    assert changes(before, look(book)) == ["book/see/one.md"]


def state(number):
    """The sources after their save of this number."""
    return {"book/one.md": (number, 5)}


class Looks:
    """Sources that are seen in these states, one after the other, by a fake clock."""

    def __init__(self, *numbers):
        self.states, self.slept = [state(number) for number in numbers], 0

    def see(self):
        return self.states[self.slept - 1]

    async def sleep(self, _seconds):
        self.slept += 1

    def next_save(self, built=0, looks=None):
        """The number of the state for which there is to be a build."""
        wait = next_save(self.see, state(built), looks=looks, sleep=self.sleep)
        return asyncio.run(wait)["book/one.md"][0]


def test_nothing_is_built_until_something_is_saved():
    looks = Looks(0, 0, 0, 1, 1)

    assert looks.next_save() == 1
    assert looks.slept == 5


def test_several_saves_within_a_moment_are_built_once():
    looks = Looks(0, 1, 2, 3, 3, 4)

    assert looks.next_save() == 3
    assert looks.slept == 5


def test_what_was_saved_during_a_build_is_built_next():
    assert Looks(7, 7).next_save(built=6) == 7


def test_what_is_undone_at_once_is_not_built():
    assert Looks(1, 0, 0, 2, 2).next_save() == 2


def test_what_never_holds_still_is_built_all_the_same():
    looks = Looks(*range(1, 2 * MOST_CHANGES))

    assert looks.next_save() == MOST_CHANGES


def test_a_wait_may_end_without_a_save():
    looks = Looks(*[0] * 9)

    assert looks.next_save(looks=4) == 0
    assert looks.slept == 4


def test_a_save_ends_a_limited_wait_as_any_other():
    assert Looks(0, 1, 1, 0).next_save(looks=4) == 1


def test_of_a_complaint_a_page_gets_the_first_lines():
    said = "".join(f"bookbuild: line {number}\n" for number in range(9))

    assert first_lines(said, 1) == ["line 0", "line 1", "line 2", "line 3"]


def test_what_else_was_said_is_no_complaint():
    said = f"a warning\npress: book/one.md:3: why\npress: {UNTOUCHED}\n"

    assert first_lines(said, 1) == ["book/one.md:3: why"]


def test_of_a_press_that_can_not_even_start_a_page_gets_the_end():
    said = "Traceback:\n  a\n  b\n  c\n\n  d\nSyntaxError: what\n"

    assert first_lines(said, 1) == ["  b", "  c", "  d", "SyntaxError: what"]


def test_a_build_that_ends_without_a_word_has_its_status_told():
    assert first_lines("", -9) == ["the build ended with status -9"]


def test_a_build_that_succeeds_complains_of_nothing():
    assert first_lines("bookbuild: a word\n", 0) == []


class Builds:
    """Builds that end in these ways, one after the other; then there is no more."""

    def __init__(self, monkeypatch, *ends):
        self.ends, self.told, self.waits = list(ends), [], []
        monkeypatch.setattr(rebuilding, "build", self.build)
        monkeypatch.setattr(rebuilding, "next_save", self.next_save)

    async def build(self, _root):
        if not self.ends:
            raise asyncio.CancelledError
        complaint = self.ends.pop(0)
        return (f"bookbuild: {complaint}\n", 1) if complaint else ("", 0)

    async def next_save(self, _see, built, *, looks):
        self.waits.append(looks)
        return built | state(len(self.waits)) if looks is None else built

    def run(self, root):
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(rebuild(root, self.told.append))


def test_every_build_is_told_of_with_its_complaint_or_none(book, monkeypatch, capsys):
    builds = Builds(monkeypatch, "", "why", "why", "")
    builds.run(book)
    said = capsys.readouterr()

    assert builds.told == [[], ["why"], ["why"], []]
    assert said.err == "bookbuild: why\n" * 2
    assert said.out == "bookbuild: book/one.md changed; building\n" * 4


def test_another_build_is_waited_for_and_told_of_once(book, monkeypatch, capsys):
    busy = f"process 7 {BUSY}"
    builds = Builds(monkeypatch, busy, busy, busy, "")
    builds.run(book)
    said = capsys.readouterr()

    assert builds.waits == [LOOKS, LOOKS, LOOKS, None]
    assert builds.told == [[busy], []]
    assert said.err == f"bookbuild: {busy}\n"
