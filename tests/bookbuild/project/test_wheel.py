"""Does pip install the wheel, as it would install the checkout?"""

import os
import subprocess
import sys
from email.parser import BytesParser
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from bookbuild.project.requirements import wanted
from bookbuild.project.wheel import wheel, wheel_name
from tiny_book import HERE


def test_it_has_what_chapters_import_and_nothing_of_the_build():
    names = ZipFile(BytesIO(wheel(HERE))).namelist()

    src = HERE / "src"
    modules = {p.relative_to(src).as_posix() for p in src.glob("paralelo/**/*.py")}
    others = [Path(name).name for name in names if name not in modules]
    assert modules <= set(names)
    assert others == ["LICENSE", "METADATA", "WHEEL", "RECORD"]


def test_its_requirements_are_those_of_chapters():
    archive = ZipFile(BytesIO(wheel(HERE)))
    (path,) = (name for name in archive.namelist() if name.endswith("METADATA"))

    said = BytesParser().parsebytes(archive.read(path))

    requirements = said.get_all("Requires-Dist")
    assert [it.split("~")[0] for it in requirements] == [
        "aiohttp",
        "psutil",
        "requests",
    ]
    assert set(requirements) <= set(wanted(HERE))
    assert said["Requires-Python"] == ">=3.11"
    assert wheel_name(HERE).startswith(f"em_paralelo-{said['Version']}-")


def test_it_is_the_same_for_the_same_files_whenever_they_were_saved(tmp_path):
    for folder in ("one", "two"):
        package = tmp_path / folder / "src/paralelo"
        package.mkdir(parents=True)
        for name in "ba" if folder == "one" else "ab":
            (package / f"{name}.py").write_text(name)
        (package / "a.pyc").write_text(folder)
    os.utime(tmp_path / "one/src/paralelo/a.py", (1e9, 1e9))

    assert wheel(tmp_path / "one") == wheel(tmp_path / "two")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Where pip has installed it, which takes a second; no network is needed."""
    folder = tmp_path_factory.mktemp("wheel")
    (folder / wheel_name(HERE)).write_bytes(wheel(HERE))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index"]
    command += ["--no-deps", "--target", str(folder / "packages")]
    subprocess.run([*command, str(folder / wheel_name(HERE))], check=True)
    return folder / "packages"


def test_pip_installs_it_and_python_imports_it(installed):
    code = "import sys; sys.path[:0] = sys.argv[1:]; import paralelo; "
    code += "print(paralelo.__file__, paralelo.Threads(2))"

    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(installed)],
        capture_output=True,
        encoding="utf8",
        check=True,
    )

    assert ran.stdout.split() == [
        str(installed / "paralelo/__init__.py"),
        "Threads(workers=2)",
    ]
