"""Is it known which repository this copy of the book lives in?"""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.project.repository import Repository, detect, normalise
from git import git as git_in

HOME = "https://github.com/someone/a-book"


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/someone/a-book",
        "https://github.com/someone/a-book.git",
        "https://github.com/someone/a-book/",
        "https://github.com/someone/a-book.git\n",
        "https://x-access-token:ghs_secret@github.com/someone/a-book",
        "https://someone@github.com/someone/a-book.git",
        "git@github.com:someone/a-book.git",
        "git@github.com:/someone/a-book.git",
        "github.com:someone/a-book.git",
        "ssh://git@github.com/someone/a-book.git",
        "ssh://git@github.com:22/someone/a-book",
        "git://github.com/someone/a-book.git",
    ],
)
def test_every_form_of_an_address_leads_to_the_same_page(address):
    assert normalise(address) == HOME


def test_groups_within_groups_are_kept():
    address = "git@gitlab.com:a/b/c/a-book.git"

    assert normalise(address) == "https://gitlab.com/a/b/c/a-book"


def test_a_server_of_ones_own_keeps_its_scheme_and_port():
    address = "http://forge.example:3000/someone/a-book.git"

    assert normalise(address) == "http://forge.example:3000/someone/a-book"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/srv/git/a-book.git",
        "./some/a-book",
        "../some/a-book",
        "some/where/a-book",
        "~/some/a-book",
        "file:///srv/git/a-book.git",
        "C:/Users/someone/a-book",
        r"C:\Users\someone\a-book",
        "https://github.com/someone",
    ],
)
def test_a_folder_is_no_address_that_a_browser_could_open(path):
    assert normalise(path) == ""


word = st.text("abcxyz0189-", min_size=1, max_size=8)


@given(st.lists(word, min_size=2, max_size=4), word, word, word)
def test_no_form_of_an_address_gives_a_user_or_a_secret_away(path, host, user, secret):
    where, path = f"{host}.example", "/".join(path)
    forms = [
        f"https://{user}:{secret}@{where}/{path}.git",
        f"ssh://{user}@{where}:2222/{path}",
        f"{user}@{where}:{path}.git",
    ]

    assert {normalise(form) for form in forms} == {f"https://{where}/{path}"}


@pytest.fixture
def git(tmp_path, monkeypatch):
    """Runs git in a new repository, whatever this machine's configuration says."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    run = partial(git_in, tmp_path)
    run("init", "--initial-branch", "draft")
    return run


def test_the_remote_and_the_branch_are_those_of_the_checkout(git, tmp_path):
    git("remote", "add", "origin", "git@github.com:someone/a-book.git")
    git("commit", "--allow-empty", "-m", "begin")

    assert detect(tmp_path) == Repository(HOME, "draft")


def test_the_remote_that_the_branch_follows_goes_before_origin(git, tmp_path):
    git("remote", "add", "origin", "git@github.com:somebody/else.git")
    git("remote", "add", "mine", "git@github.com:someone/a-book.git")
    git("commit", "--allow-empty", "-m", "begin")
    git("config", "branch.draft.remote", "mine")

    assert detect(tmp_path).url == HOME


def test_a_checkout_of_no_branch_points_to_main(git, tmp_path):
    git("remote", "add", "origin", "git@github.com:someone/a-book.git")
    git("commit", "--allow-empty", "-m", "begin")
    git("checkout", "--detach")

    assert detect(tmp_path) == Repository(HOME, "main")


def test_a_checkout_of_a_tag_is_a_release_whose_changes_go_to_main(git, tmp_path):
    git("remote", "add", "origin", "git@github.com:someone/a-book.git")
    git("commit", "--allow-empty", "-m", "begin")
    git("tag", "v1.2.3")
    git("checkout", "v1.2.3")

    assert detect(tmp_path) == Repository(HOME, "main", "v1.2.3")


def test_a_branch_whose_commit_has_a_tag_is_no_release(git, tmp_path):
    git("remote", "add", "origin", "git@github.com:someone/a-book.git")
    git("commit", "--allow-empty", "-m", "begin")
    git("tag", "v1.2.3")

    assert detect(tmp_path).release == ""


def test_a_repository_without_a_remote_lives_nowhere(git, tmp_path):
    git("commit", "--allow-empty", "-m", "begin")

    assert detect(tmp_path) is None


def test_a_clone_of_a_folder_lives_nowhere(git, tmp_path):
    git("remote", "add", "origin", "/srv/git/a-book.git")

    assert detect(tmp_path) is None


def test_a_folder_that_is_no_repository_lives_nowhere(tmp_path):
    assert detect(tmp_path) is None


def test_a_repository_around_the_book_is_not_the_books(git, tmp_path):
    git("remote", "add", "origin", "git@github.com:someone/a-book.git")
    (tmp_path / "inner").mkdir()

    assert detect(tmp_path / "inner") is None


def test_where_there_is_no_git_nothing_is_known(git, tmp_path, monkeypatch):
    git("remote", "add", "origin", "git@github.com:someone/a-book.git")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert detect(tmp_path) is None
