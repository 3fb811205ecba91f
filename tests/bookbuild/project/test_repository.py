"""Do the buttons point to the repository that this copy of the book lives in?"""

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.checks.binder import opened
from bookbuild.project.repository import Repository, detect, normalise
from page_tags import links
from tiny_book import TinyBook, cells, speak_portuguese, words

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
    return git_in(tmp_path)


def git_in(root):
    def run(*arguments):
        whom = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
        subprocess.run(
            ["git", *whom, *arguments], cwd=root, check=True, capture_output=True
        )

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


@pytest.fixture(scope="module")
def chapter(tmp_path_factory):
    """A chapter's HTML: without a remote, with one on GitHub or elsewhere, released.

    Four builds, the last of them in Portuguese, too; the cell runs in the first.
    """
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": cells("6 * 7")})
    git = git_in(book.root)
    git("add", "book")
    git("commit", "-m", "begin")
    found = {}

    def build(name):
        ran = book.build()
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "WARNING" not in ran.stdout
        found[name] = book.page("one")

    build("nowhere")
    git("remote", "add", "origin", "https://github.com/someone/a-book.git")
    build("GitHub")
    git("remote", "set-url", "origin", "git@forge.example:group/part/a-book.git")
    build("elsewhere")
    git("remote", "set-url", "origin", "https://github.com/somebody/a-fork")
    git("tag", "v1.2+3")  # a plus in an address would be a space
    git("checkout", "--detach", "v1.2+3")
    speak_portuguese(book)
    build("released")
    found["translated"] = (book.site / "pt-br/book/one.html").read_text("utf8")
    return found


@pytest.fixture(scope="module")
def pages(chapter):
    """The same chapter's links."""
    return {name: links(html) for name, html in chapter.items()}


def test_a_chapter_of_a_book_that_lives_nowhere_links_to_no_repository(pages):
    assert [link for link in pages["nowhere"] if "://" in link] == []


@pytest.mark.parametrize(
    "start",
    [
        "https://mybinder.org/v2/gh/someone/a-book/draft?",
        "https://github.com/someone/a-book/edit/draft/book/one.md",
        "https://github.com/someone/a-book/issues/new?",
    ],
)
def test_a_chapters_buttons_point_to_its_repository(pages, start):
    assert len([link for link in pages["GitHub"] if link.startswith(start)]) == 1


def test_a_chapters_links_name_no_repository_but_its_own(pages):
    outside = [link for link in pages["GitHub"] if "://" in link]

    assert [link for link in outside if "/someone/a-book" not in link] == []


def test_binder_opens_the_chapter_as_it_is_tried(pages):
    (binder,) = [link for link in pages["GitHub"] if "mybinder.org" in link]

    assert binder.endswith(f"?urlpath={opened('book/one.md')}")


@pytest.mark.parametrize(
    "start",
    [
        "https://mybinder.org/v2/gh/somebody/a-fork/v1.2%2B3?urlpath=lab/tree/",
        "https://github.com/somebody/a-fork/edit/main/book/one.md",
    ],
)
def test_a_released_fork_runs_its_tag_and_is_changed_on_its_branch(pages, start):
    assert len([link for link in pages["released"] if link.startswith(start)]) == 1


@pytest.mark.parametrize(
    ("edition", "note"),
    [
        ("GitHub", "(on one or two shared cores: not much of a speed-up)"),
        ("translated", "(em inglês, em um ou dois núcleos compartilhados: pouco speed"),
    ],
)
def test_a_page_says_beside_the_link_what_binder_cannot_show(chapter, edition, note):
    (item,) = re.findall("<li>.*mybinder.*</li>", chapter[edition])

    assert note in words(item)


def test_a_chapters_buttons_work_on_other_forges(pages):
    edit = "https://forge.example/group/part/a-book/-/edit/draft/book/one.md"

    assert edit in pages["elsewhere"]


def test_there_is_no_binder_button_where_it_would_be_broken(pages):
    assert not any("mybinder.org" in link for link in pages["elsewhere"])


@pytest.mark.parametrize("where", ["nowhere", "GitHub", "elsewhere"])
def test_a_chapter_can_be_downloaded_wherever_the_book_lives(pages, where):
    assert any(link.endswith("_notebooks/book/one.ipynb") for link in pages[where])
