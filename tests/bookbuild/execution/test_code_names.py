"""Is nothing published that names a folder of this machine?"""

from pathlib import Path

import pytest
from nbformat.v4 import new_output

from bookbuild.execution.code_names import folders, renamed

HOME = Path("/home/ana")
TEMPORARY = "/var/tmp/bookbuild-7-abc"


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: HOME)
    return folders(HOME / "book", TEMPORARY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/home/ana/book/src/lab.py:3: UserWarning: a", "src/lab.py:3: UserWarning: a"),
        (
            "File \x1b[32m~/book/src/lab.py:3\x1b[39m",
            "File \x1b[32msrc/lab.py:3\x1b[39m",
        ),
        ("'/home/ana/python/asyncio.py'", "'~/python/asyncio.py'"),
        (f"{TEMPORARY}/tmp1, {TEMPORARY}", "/tmp/tmp1, /tmp"),
        ("https://x.org/home/ana/book/a", "https://x.org/home/ana/book/a"),
        (
            "/home/ana/books/a and ../home/ana/book/a",
            "~/books/a and ../home/ana/book/a",
        ),
    ],
)
def test_files_have_the_names_that_readers_know(known, text, said):
    output = renamed(new_output("stream", text=text), known)

    assert output == new_output("stream", text=said)


def test_all_text_is_renamed_and_no_picture(known):
    path, error = (
        "/home/ana/book/a",
        new_output("error", traceback=["/home/ana/book/a"]),
    )
    kinds = ("text/html", "text/plain", "image/png")
    data = new_output("display_data", data=dict.fromkeys(kinds, path))

    assert [*renamed(data, known)["data"].values()] == ["a", "a", path]
    assert renamed(error, known)["traceback"] == ["a"]


def test_a_home_that_is_the_whole_disk_renames_nothing(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    output = new_output("stream", text="https://x.org //a /b")

    assert renamed(output, folders(Path("/srv/book"), TEMPORARY)) == output
