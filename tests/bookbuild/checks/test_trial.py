"""Is a copy of the tree what the tree is now, and is it said when there is none?"""

import subprocess

import pytest

from bookbuild.checks.trial import copy_tree
from bookbuild.console import CommandError


@pytest.fixture
def tree(tmp_path):
    """A repository with a file that is ignored and one that git was not told of."""
    root = tmp_path / "tree"
    (root / "book").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    (root / ".gitignore").write_text("_build/\n.venv/\n")
    (root / "book/index.md").write_text("# Known\n")
    subprocess.run(["git", "-C", str(root), "add", "."], check=True)
    (root / "book/new.md").write_text("# New\n")
    (root / "_build").mkdir()
    (root / "_build/page.html").write_text("made\n")
    return root


def files(folder):
    """The files below a folder, without what git keeps to itself."""
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_copy_has_what_git_knows_or_would_know(tree, tmp_path):
    copy_tree(tree, tmp_path / "copy")

    assert files(tmp_path / "copy") == {".gitignore", "book/index.md", "book/new.md"}


def test_a_copy_below_the_tree_is_no_part_of_the_next_one(tree):
    for _ in range(2):
        copy_tree(tree, tree / "_build/copy")

    assert not (tree / "_build/copy/_build").exists()


def test_a_file_that_was_deleted_is_not_in_the_next_copy(tree, tmp_path):
    copy_tree(tree, tmp_path / "copy")
    (tree / "book/index.md").unlink()

    copy_tree(tree, tmp_path / "copy")

    assert files(tmp_path / "copy/book") == {"new.md"}


def test_a_copy_keeps_its_environment_and_what_it_has_built(tree, tmp_path):
    for kept in (".venv", "_build"):
        (tmp_path / "copy" / kept).mkdir(parents=True)
        (tmp_path / "copy" / kept / "kept").touch()
    (tmp_path / "copy/conf.py").touch()

    copy_tree(tree, tmp_path / "copy")

    assert {".venv/kept", "_build/kept"} <= files(tmp_path / "copy")
    assert not (tmp_path / "copy/conf.py").exists()


def test_a_folder_that_is_no_repository_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(CommandError) as told:
        copy_tree(tmp_path, tmp_path / "copy")

    problem = str(told.value)
    assert problem.startswith(f"git can't list the files of {tmp_path}: fatal: not a")
    assert problem.endswith("; run this in a clone")
    assert not (tmp_path / "copy").exists()


def test_a_machine_without_git_is_one_line(tree, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CommandError, match="git is not installed"):
        copy_tree(tree, tmp_path / "copy")
