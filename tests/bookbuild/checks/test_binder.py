"""Does Binder get what the chapters need, and no more? No container is made here.

The chapters themselves are tried by `make binder`.
"""

import ast
import json
import os
import re
import subprocess
import sys
from shutil import copytree, ignore_patterns

import pytest
import yaml

from bookbuild.checks.binder import chapters, faults
from bookbuild.project.book import Book
from bookbuild.project.venv import LOCK
from browsing import page_of
from tiny_book import HERE, environment

BINDER = HERE / "binder"
WANTED = (BINDER / "requirements.txt").read_text("utf8")
VERSIONS = dict(re.findall(r"^([\w-]+)==([\w.]+)$", WANTED, re.M))
OURS = {"paralelo", *sys.stdlib_module_names}


def imported(code):
    """The packages that some code imports from elsewhere."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def test_every_version_is_an_exact_one():
    lines = [line for line in WANTED.splitlines() if line and line[0] != "#"]

    assert [line for line in lines if line.split("==")[0] not in VERSIONS] == []


def test_the_versions_are_those_that_the_book_is_built_with():
    lock = (HERE / LOCK).read_text("utf8")
    book = dict(re.findall(r"^([\w-]+)==([\w.]+)", lock, re.M))

    shared = VERSIONS.keys() & book.keys()

    assert shared >= {"aiohttp", "ipykernel", "requests"}
    assert {name: VERSIONS[name] for name in shared} == {
        name: book[name] for name in shared
    }


def test_all_that_the_laboratory_imports_is_there():
    files = HERE.joinpath("src/paralelo").rglob("*.py")

    found = {name for file in files for name in imported(file.read_text("utf8"))}

    assert {name for name in found - OURS if name != "IPython"} <= VERSIONS.keys()


def test_what_makes_the_book_is_not_there():
    assert not {"sphinx", "jupyter-book", "myst-nb", "em-paralelo"} & VERSIONS.keys()


def test_markdown_opens_as_a_notebook():
    settings = json.loads((BINDER / "overrides.json").read_text("utf8"))

    viewers = settings["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]

    assert viewers["markdown"] == "Jupytext Notebook"


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """What Binder's own tool would build; a second."""
    pytest.importorskip("repo2docker")
    ran = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--no-run", "--debug", "."],
        cwd=HERE,
        env=environment(HOME=str(tmp_path_factory.mktemp("home"))),
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout + ran.stderr


@pytest.mark.parametrize(
    "line",
    [
        "conda environment for python=3.14",
        'pip install --no-cache-dir -r "binder/requirements.txt"',
        "RUN ./binder/postBuild",
    ],
)
def test_binder_takes_the_python_the_packages_and_the_last_step_from_the_files(
    image, line
):
    assert image.count(line) == 1


def test_binder_installs_nothing_else_of_the_repository(image):
    assert len(re.findall(r"pip install|mamba env update|setup\.py", image)) == 1


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A copy of the book after the last step, and the Python of its environment."""
    root = tmp_path_factory.mktemp("book")
    for name in ("binder", "book", "src"):
        copytree(HERE / name, root / name, ignore=ignore_patterns("__pycache__"))
    made = root / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made], check=True)
    path = f"{made / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [root / "binder/postBuild"],
        cwd=root,
        env={"PATH": path, "NB_PYTHON_PREFIX": str(made)},
        check=True,
    )
    return root, made


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Binder runs on Linux")


@on_linux
def test_every_python_of_the_image_finds_the_laboratory(prepared, tmp_path):
    root, made = prepared

    ran = subprocess.run(
        [made / "bin/python", "-c", "import paralelo; print(paralelo.__file__)"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
    )

    assert ran.stdout == f"{root / 'src/paralelo/__init__.py'}\n"


@on_linux
def test_the_image_has_the_settings_and_chapters_for_jupyterlab(prepared):
    root, made = prepared

    settings = made / "share/jupyter/lab/settings/overrides.json"

    assert settings.read_text() == (BINDER / "overrides.json").read_text()
    assert "{claim}" in (HERE / "book/see/one-program.md").read_text("utf8")
    assert "{claim}" not in (root / "book/see/one-program.md").read_text("utf8")


def test_every_page_with_a_kernel_is_tried_and_no_other():
    contents = (HERE / "_toc.yml").read_text("utf8")
    files = [f"{page}.md" for page in re.findall(r"(?:root|file): (\S+)", contents)]

    found = chapters(Book(HERE))

    assert found == [file for file in files if has_kernel(file)]
    assert len(found) > 5


def has_kernel(file):
    header = next(yaml.safe_load_all((HERE / file).read_text("utf8")))
    return isinstance(header, dict) and "kernelspec" in header


FIRST, SECOND, WAITING = (
    f'<div class="jp-CodeCell"><div class="jp-InputPrompt">[{number}]:</div></div>'
    for number in ("1", "2", " ")
)
ERROR, OTHER = (
    f'<pre data-mime-type="application/vnd.jupyter.stderr">{text}</pre>'
    for text in ("-----\nTraceback:\nKeyError: 1\n", "from a worker\n")
)
DIRECTIVE = "<p>Unknown Directive</p>"


@pytest.mark.parametrize(
    ("notebook", "allowed", "found"),
    [
        (FIRST + SECOND + OTHER, 0, []),
        (FIRST + WAITING, 0, ["1 of 2 cells ran"]),
        ("", 0, ["0 of 0 cells ran"]),
        (FIRST + ERROR, 0, ["KeyError: 1"]),
        (FIRST + ERROR, 1, []),
        (FIRST + DIRECTIVE, 0, ["it has a directive that JupyterLab doesn't know"]),
    ],
)
def test_a_chapter_is_right_if_all_of_its_cells_ran_without_an_error(
    browser, notebook, allowed, found
):
    with page_of(browser, notebook) as tab:
        assert list(faults(tab, allowed)) == found
