"""Does a chapter run when its outputs may have changed, and only then?"""

from collections import defaultdict
from types import SimpleNamespace

import nbformat
import pytest
from myst_nb.core.config import NbParserConfig
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bookbuild.execution import cache
from bookbuild.execution.cache import ChapterClient
from bookbuild.execution.client import Place, Run
from bookbuild.execution.failures import REFUSED

KERNEL = {"name": "python3", "display_name": "Python 3"}


class FakeEnvironment:
    """Of Sphinx's environment, what reading a page writes to."""

    def __init__(self):
        self.temp_data, self.noted, self.docname = {}, [], "page"
        self.nb_metadata = defaultdict(dict)

    def doc2path(self, docname):
        return str(self.root / f"{docname}.md")

    def note_dependency(self, path):
        self.noted.append(path)


class FakeApp:
    """Of Sphinx's application, what a chapter's client asks for."""

    def __init__(self, root, settings):
        self.srcdir, self.env = str(root), FakeEnvironment()
        self.env.root = root
        self.outdir = str(root / "made/en")
        usual = {"language": "en", "bookbuild_again": "", "bookbuild_keep_going": False}
        self.config = SimpleNamespace(**usual | settings)

    def emit(self, *_):
        pass

    def emit_firstresult(self, _):
        return None


class Book:
    """A folder with one chapter, and a count of how often its cells were run."""

    def __init__(self, root):
        self.root, self.runs, self.run = root, 0, Run(0.5, Place(1, 1, 3, "import lab"))
        self.env, self.limit = None, None
        self.settings, self.runs_of_build = {}, []
        (root / "src").mkdir()
        (root / "src/lab.py").write_text("x = 1\n")
        (root / "page.md").write_text("# A page\n")

    def read(self, *codes, kernel=KERNEL, text="import lab", **header):
        """Let a client put outputs into a notebook with these cells; return both."""
        cells = [new_markdown_cell(text), *map(new_code_cell, codes)]
        metadata = ({"kernelspec": dict(kernel)} if kernel else {}) | header
        notebook = new_notebook(cells=cells, metadata=metadata)
        config = NbParserConfig(
            execution_mode="cache",
            execution_cache_path=str(self.root / "cache"),
            execution_timeout=7,
        )
        app = FakeApp(self.root, self.settings)
        client = ChapterClient(
            *(notebook, self.root / "page.md", config, None),
            app=app,
            runs=self.runs_of_build,
        )
        client.start_client()
        self.env = app.env
        return client, notebook


@pytest.fixture
def book(tmp_path, monkeypatch):
    book = Book(tmp_path)

    def run_cells(notebook, folder, *, timeout, **_):
        book.runs += 1
        book.limit = timeout
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [new_output("stream", text=f"run {book.runs}\n")]
        return book.run

    monkeypatch.setattr(cache, "run_cells", run_cells)
    return book


def outputs(notebook):
    """What the code cells of a notebook put out."""
    return [c.outputs[0].text for c in notebook.cells if c.cell_type == "code"]


def test_a_chapter_runs_once_and_then_its_outputs_are_looked_up(book):
    first, _ = book.read("import lab")
    second, _ = book.read("import lab")

    assert (book.runs, first.run, second.run) == (1, book.run, None)
    assert outputs(second.notebook) == ["run 1\n"]


@pytest.mark.parametrize("time", ["the first time", "from the cache"])
def test_the_notebook_that_mystnb_writes_has_the_outputs(book, time):
    if time == "from the cache":
        book.read("import lab")

    _, given = book.read("import lab")

    assert outputs(given) == ["run 1\n"]
    nbformat.validate(given)


def test_another_cell_runs_the_chapter_again(book):
    book.read("import lab")
    book.read("import lab; lab.x")

    assert book.runs == 2


def test_another_sentence_does_not_run_the_chapter_again(book):
    book.read("import lab", text="one sentence")
    book.read("import lab", text="another sentence")

    assert book.runs == 1


def test_a_change_in_an_imported_module_runs_the_chapter_again(book):
    book.read("import lab")
    (book.root / "src/lab.py").write_text("x = 2\n")
    _, notebook = book.read("import lab")

    assert outputs(notebook) == ["run 2\n"]


def test_a_change_in_another_module_does_not(book):
    book.read("import math")
    (book.root / "src/lab.py").write_text("x = 2\n")
    book.read("import math")

    assert book.runs == 1


def test_a_chapter_that_failed_is_run_again(book):
    book.run = Run(0.5, Place(1, 1, 3, "import lab"), "raised ValueError")
    client, _ = book.read("import lab")
    book.runs_of_build.clear()
    book.read("import lab")

    assert book.runs == 2
    assert client.exec_metadata["succeeded"] is False


@pytest.mark.parametrize(
    ("header", "limit"), [({}, 7), ({"execution": {"timeout": 600}}, 600)]
)
def test_a_cell_may_take_as_long_as_the_configuration_or_the_header_says(
    book, header, limit
):
    book.read("import lab", **header)

    assert book.limit == limit


@pytest.fixture
def failed(book):
    """The book after a chapter that's in the cache, and then one that failed."""
    book.read("'known'")
    book.run = Run(0.5, Place(1, 1, 3, "import lab"), "raised ValueError")
    book.read("'wrong'")
    return book


def test_once_a_chapter_has_failed_no_other_runs(failed):
    client, _ = failed.read("'other'")

    assert failed.runs == 2
    assert (client.skipped, client.run) == (True, None)


def test_once_a_chapter_has_failed_others_still_have_the_outputs_in_the_cache(failed):
    client, notebook = failed.read("'known'")

    assert not client.skipped
    assert outputs(notebook) == ["run 1\n"]


def test_a_build_that_is_to_keep_going_runs_every_chapter(failed):
    failed.settings = {"bookbuild_keep_going": True}

    client, _ = failed.read("'other'")

    assert failed.runs == 3
    assert not client.skipped


def test_a_page_that_is_wanted_again_runs_though_it_is_in_the_cache(book):
    found = []
    for wanted in ("", "another", "page", ""):
        book.settings = {"bookbuild_again": wanted}
        _, notebook = book.read("import lab")
        found += outputs(notebook)

    assert found == ["run 1\n", "run 1\n", "run 2\n", "run 2\n"]


def test_a_page_that_is_wanted_again_runs_once_for_all_editions(book):
    for language in ("en", "pt_BR"):
        book.settings = {"bookbuild_again": "page", "language": language}
        book.read("import lab")

    assert book.runs == 1


def test_the_modules_are_noted_so_that_sphinx_reads_the_page_again(book):
    book.read("import lab")

    assert book.env.noted == [str(book.root / "src/lab.py")]


def test_only_the_code_of_cells_counts(book):
    book.read("import math", text="```python\nimport lab\n```")

    assert book.env.noted == []


def test_no_fingerprint_is_left_in_the_notebook(book):
    for _ in range(2):
        _, given = book.read("import lab")

        assert given.metadata.kernelspec == KERNEL


def test_a_page_without_cells_starts_no_kernel(book):
    client, _ = book.read()

    assert (book.runs, client.exec_metadata) == (0, None)


def test_cells_without_a_kernel_are_refused(book):
    book.read("import lab", kernel=None)

    assert book.runs == 0
    assert book.env.temp_data[REFUSED] == (
        1,
        "the header names no kernel; copy another chapter's header",
    )


def test_what_a_kernel_does_to_a_notebook_does_not_change_its_key(book, monkeypatch):
    monkeypatch.undo()  # over 0.25 s: a kernel runs the cells

    first, _ = book.read("print('once')")
    second, notebook = book.read("print('once')")

    assert first.run.failure == ""
    assert second.run is None
    assert outputs(notebook) == ["once\n"]


READS = 'open("data.csv").read()'


@pytest.mark.parametrize(
    ("code", "header"),
    [
        (READS, {}),
        ("!python data.csv", {}),
        ("lab.read()", {"depends_on": "data.csv"}),
        ("lab.read()", {"depends_on": ["*.csv"]}),
    ],
)
def test_a_file_that_cells_read_runs_them_again_when_it_changes(book, code, header):
    (book.root / "data.csv").write_text("1\n")
    book.read(code, **header)
    book.read(code, **header)
    (book.root / "data.csv").write_text("2\n")
    _, notebook = book.read(code, **header)

    assert outputs(notebook) == ["run 2\n"]
    assert str(book.root / "data.csv") in book.env.noted


def test_a_module_that_a_program_imports_runs_the_cells_again(book):
    (book.root / "program.py").write_text("import lab\n")
    book.read("%run program")
    (book.root / "src/lab.py").write_text("x = 2\n")
    book.read("%run program")

    assert book.runs == 2


def test_a_file_that_cells_write_does_not_run_them_again(book, monkeypatch):
    def run_cells(notebook, *_, **__):
        book.runs += 1
        (book.root / "data.csv").write_text(f"{book.runs}\n")
        notebook.cells[1].outputs = []
        return book.run

    monkeypatch.setattr(cache, "run_cells", run_cells)

    for _ in range(3):
        book.read(READS)

    assert book.runs == 1


def test_a_page_is_read_again_when_a_pattern_matches_another_file(book):
    (book.root / "one.csv").write_text("1\n")
    book.read("lab.read()", depends_on=["*.csv"])
    before = cache._other_files(None, book.env, set())

    (book.root / "two.csv").write_text("1\n")

    assert before == []
    assert cache._other_files(None, book.env, set()) == ["page"]
    assert cache._other_files(None, book.env, {"page"}) == []


@pytest.mark.parametrize(
    "cell",
    [
        "```{code-cell} ipython3\n:load: code.py\n```",
        "````{code-cell} ipython3\n:tags: [hide-input]\n:load: code.py\n````",
        "```{code-cell} ipython3\n---\ntags: [a]\nload: code.py\n---\n```",
    ],
)
def test_a_file_that_a_cell_loads_is_noted(book, cell):
    app = FakeApp(book.root, {})

    cache._note_loaded(app, "page", [f"# A page\n\n{cell}\n\n:load: no.py\n"])

    assert app.env.noted == [str(book.root / "code.py")]
