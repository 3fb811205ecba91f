"""Which files does a chapter's outcome depend on, and does a change of them show?"""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.execution import dependencies as module
from bookbuild.execution.dependencies import (
    dependencies,
    digests,
    fingerprint,
    listed,
    matching,
    named,
)

LAB = {
    "lab/__init__.py": """\
        from .clock import now, tick as tock
        from .inner import lens
        VERSION = 1
        """,
    "lab/clock.py": "from .units import SECOND",
    "lab/units.py": "import json",
    "lab/lone.py": "",
    "lab/lazy.py": "def later():\n    from lab import lone",
    "lab/inner/__init__.py": "from .glass import lens, prism\nfrom .air import wind",
    "lab/inner/glass.py": "from ..units import SECOND",
    "lab/inner/air.py": "",
    "lab/inner/__main__.py": "from ..lone import x",
    "ring/__init__.py": "from .one import a",
    "ring/one.py": "from .two import b",
    "ring/two.py": "from . import a\nfrom . import one",
    "solo.py": "import lab.clock, os.path",
}
CLOCK = "lab lab.clock lab.units"
LENS = "lab lab.inner lab.inner.glass lab.units"
ALL = f"{CLOCK} {LENS}"
RING = "ring ring.one ring.two"


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("src")
    write(folder, LAB)
    return folder


def names(files, source):
    """Dotted names for files, a package by its own name."""
    parts = (path.relative_to(source).with_suffix("").parts for path in files)
    return {".".join(part for part in p if part != "__init__") for p in parts}


@pytest.mark.parametrize(
    ("code", "found"),
    {
        "import os, sys": "",
        "import nowhere.at_all": "",
        "import lab.lone": "lab lab.lone",
        "import lab.lone as l, solo": f"{CLOCK} lab.lone solo",
        "from lab.clock import now": CLOCK,
        "from lab import lone": "lab lab.lone",
        "    from lab import lone": "lab lab.lone",
        "import lab": ALL,
        "import lab as experiments": ALL,
        "from lab import lazy": "lab lab.lazy lab.lone",
        "# import lab": "",
        "important = lab = 1": "",
        "lab.inner.wind()": "lab lab.inner lab.inner.air",
        "import ring": RING,
        "from ring import a": RING,
        "from ring.two import one": RING,
    }.items(),
)
def test_an_import_leads_to_all_that_is_imported_in_turn(code, found, source):
    assert names(dependencies(code, source), source) == set(found.split())


@pytest.mark.parametrize(
    ("code", "found"),
    {
        "from lab import now": CLOCK,
        "from lab import lens": LENS,
        "from lab import now, lone": f"{CLOCK} lab.lone",
        "from lab.inner import prism": LENS,
    }.items(),
)
def test_a_name_passed_on_leads_only_to_where_it_comes_from(code, found, source):
    assert names(dependencies(code, source), source) == set(found.split())


@pytest.mark.parametrize(
    "code",
    [
        "from lab import *",
        "from lab import VERSION",
        "from lab import tock",
        "from lab import now\nimport lab",
        "from lab import lone, VERSION",
    ],
)
def test_where_it_is_not_known_what_a_name_needs_all_is_followed(code, source):
    found = names(dependencies(code, source), source)

    assert found - {"lab.lone"} == set(ALL.split())
    assert ("lone" in code) == ("lab.lone" in found)


@pytest.mark.parametrize(
    "code",
    [
        "from lab import (\n    now,\n    lone,\n)",
        "from lab import (\n    now,  # the time\n    lone as single)",
        "from lab import now, \\\n    lone",
        "import lab.clock\nprint(lab.lone.x)",
        "import lab.clock, lab.lone as alone",
        "%matplotlib inline\nfrom lab import now\nawait now()\nfrom lab import lone",
        "!ls\nfrom lab import now, lone  # both\n%timeit now()",
        "if True:\n    from lab import now\n    import lab.lone",
        "def broken(:\n\nfrom lab import now, lone",
    ],
)
def test_cells_need_not_be_plain_python(code, source):
    assert names(dependencies(code, source), source) == {*CLOCK.split(), "lab.lone"}


@pytest.mark.parametrize(
    "code",
    [
        "!python -m lab.lone --fast",
        'run([sys.executable, "-m", "lab.lone"])',
        "%run -m lab.lone",
    ],
)
def test_a_module_that_is_run_counts_as_imported(code, source):
    assert names(dependencies(code, source), source) == {"lab", "lab.lone"}


def test_a_package_that_is_run_counts_with_its_main_module(source):
    found = names(dependencies("!python -m lab.inner", source), source)

    assert {"lab.inner.__main__", "lab.lone"} <= found


def test_a_module_of_one_word_that_is_run_counts_as_imported(source):
    found = dependencies("!python -m solo", source)

    assert names(found, source) == {"solo", *CLOCK.split()}


modules = st.integers(0, 7)
graphs = st.dictionaries(modules, st.lists(modules, max_size=4), max_size=8)


@given(graphs, modules)
def test_exactly_what_can_be_reached_is_found(tmp_path_factory, graph, start):
    source = tmp_path_factory.mktemp("graph")
    lines = {
        n: "".join(f"from . import m{m}\n" for m in graph.get(n, [])) for n in range(8)
    }
    write(
        source,
        {f"p/m{n}.py": text for n, text in lines.items()} | {"p/__init__.py": ""},
    )

    found = names(dependencies(f"import p.m{start}", source), source)

    reached, waiting = {start}, [start]
    while waiting:
        new = set(graph.get(waiting.pop(), [])) - reached
        reached |= new
        waiting += new
    assert found == {"p", *(f"p.m{number}" for number in reached)}


@pytest.fixture
def book(tmp_path):
    """A folder with a lock and a module, as `fingerprint` sees it."""
    write(tmp_path, {"requirements.txt": "sphinx==7\n", "src/lab.py": "x = 1\n"})
    return tmp_path


def mark(book):
    return fingerprint({book / "src/lab.py"}, book)


def test_a_fingerprint_stays_while_nothing_changes(book):
    assert mark(book) == mark(book)


@pytest.mark.parametrize("file", ["src/lab.py", "requirements.txt"])
def test_a_fingerprint_changes_with_a_file(book, file):
    before = mark(book)

    (book / file).write_text("changed")

    assert mark(book) != before


def test_a_fingerprint_changes_with_the_name_of_a_file(book):
    before = mark(book)

    (book / "src/lab.py").rename(book / "src/bal.py")

    assert fingerprint({book / "src/bal.py"}, book) != before


@pytest.mark.parametrize("what", ["python_version", "python_implementation", "machine"])
def test_a_fingerprint_changes_with_the_interpreter(book, what, monkeypatch):
    before = mark(book)

    monkeypatch.setattr(module.platform, what, lambda: "another")

    assert mark(book) != before


def test_a_fingerprint_changes_with_the_gil(book, monkeypatch):
    monkeypatch.setattr(module.sys, "_is_gil_enabled", lambda: True, raising=False)
    before = mark(book)

    monkeypatch.setattr(module.sys, "_is_gil_enabled", lambda: False)

    assert mark(book) != before


def test_a_fingerprint_does_not_depend_on_where_the_book_is(book, tmp_path_factory):
    there = tmp_path_factory.mktemp("elsewhere")
    write(there, {"requirements.txt": "sphinx==7\n", "src/lab.py": "x = 1\n"})

    assert mark(there) == mark(book)


def test_a_module_beside_the_page_counts_and_what_it_imports_from_src(tmp_path):
    write(tmp_path, {"src/lab.py": "", "book/beside.py": "import lab"})

    found = dependencies("import beside", tmp_path / "src", tmp_path / "book")

    assert found == {tmp_path / "src/lab.py", tmp_path / "book/beside.py"}


FILES = {
    "book/data.csv": "1",
    "book/odd [1] name.csv": "1",
    "book/tables/a.csv": "1",
    "book/tables/deep/b.csv": "1",
    "book/tables/page.md": "1",
    "book/part/page.md": "# A page",
    "book/program.py": "import lab",
    "other/c.csv": "1",
    "_build/d.csv": "1",
}
TABLES = "book/tables/a.csv book/tables/deep/b.csv"


@pytest.mark.parametrize(
    ("code", "found"),
    {
        'pd.read_csv("data.csv")': "book/data.csv",
        "open('../other/c.csv')": "other/c.csv",
        "# it's here\nopen('./data.csv')": "book/data.csv",
        'Path("tables") / f"{name}.csv"': TABLES,
        "[*Path('tables').glob('*.csv')]": TABLES,
        "!python program.py data.csv": "book/program.py book/data.csv",
        "out = !sort data.csv": "book/data.csv",
        "%run program": "book/program.py",
        "%%bash\ncat data.csv": "",  # only a header can tell
        "open('part/nowhere.md')": "",
        "'part', '.', '..', '', 'data', '*', '/etc/passwd'": "",
        "open('../_build/d.csv')": "",
        "data.csv": "",
    }.items(),
)
def test_a_file_that_cells_name_is_found(code, found, tmp_path):
    write(tmp_path, FILES)

    patterns = named(code, tmp_path / "book", tmp_path)

    files = matching(patterns, tmp_path / "book")
    assert {*digests(files, tmp_path)} == set(found.split())


def test_a_name_with_signs_of_patterns_is_that_file(tmp_path):
    write(tmp_path, FILES)

    patterns = named('open("odd [1] name.csv")', tmp_path / "book", tmp_path)

    [file] = matching(patterns, tmp_path / "book")
    assert file.name == "odd [1] name.csv"


@pytest.mark.parametrize(
    ("header", "files"),
    [
        (None, ""),
        ("data.csv", "book/data.csv"),
        (["tables/*.csv", "../other/*"], "book/tables/a.csv other/c.csv"),
        (["tables/**"], TABLES),
        (["part/*.md"], "book/part/page.md"),
    ],
)
def test_a_header_lists_files_and_patterns(header, files, tmp_path):
    write(tmp_path, FILES)

    found = matching(listed(header), tmp_path / "book")

    assert {*digests(found, tmp_path)} == set(files.split())


def test_a_digest_changes_with_its_file(tmp_path):
    write(tmp_path, FILES)
    file = tmp_path / "book/data.csv"
    before = digests([file], tmp_path)

    file.write_text("2")

    assert digests([file], tmp_path) != before
