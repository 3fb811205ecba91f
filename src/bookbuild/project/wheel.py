"""Make a wheel of `paralelo`, which notebooks install and cells in a page import.

A wheel is a zip with three more files, so making one needs neither pip, nor a second,
nor a build folder in the checkout.
"""

import io
import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST = (1980, 1, 1, 0, 0, 0)  # in a zip
TAG = "py3-none-any"
WHEEL = f"Wheel-Version: 1.0\nGenerator: bookbuild\nRoot-Is-Purelib: true\nTag: {TAG}\n"
WITHOUT = {"name": "paralelo", "version": "0"}  # for a book without pyproject.toml


def wheel_name(root: Path) -> str:
    """Return the name that the wheel has to have as a file."""
    return f"{_distribution(_project(root))}-{TAG}.whl"


def wheel(root: Path) -> bytes:
    """Make the wheel of the project in `root`, with what its pyproject.toml says.

    It's the same bytes for the same files.
    """
    project, src = _project(root), root / "src"
    info = f"{_distribution(project)}.dist-info"
    modules = sorted((src / "paralelo").rglob("*.py"))
    files = {path.relative_to(src).as_posix(): path.read_bytes() for path in modules}
    patterns = project.get("license-files", [])
    licenses = {p.name: p for each in patterns for p in sorted(root.glob(each))}
    files |= {f"{info}/licenses/{n}": p.read_bytes() for n, p in licenses.items()}
    metadata = [*_metadata(project), *(f"License-File: {name}" for name in licenses)]
    files[f"{info}/METADATA"] = "\n".join([*metadata, ""]).encode()
    files[f"{info}/WHEEL"] = WHEEL.encode()
    record = f"{info}/RECORD"
    files[record] = "\n".join([*_digests(files), f"{record},,", ""]).encode()
    return zipped(files)


def _project(root: Path) -> dict[str, Any]:
    path = root / "pyproject.toml"
    text = path.read_text("utf8") if path.exists() else ""
    found: dict[str, Any] = tomllib.loads(text).get("project", WITHOUT)
    return found


def _distribution(project: Mapping[str, Any]) -> str:
    return f"{project['name'].replace('-', '_')}-{project['version']}"


def _metadata(project: Mapping[str, Any]) -> Iterator[str]:
    yield "Metadata-Version: 2.4"
    yield f"Name: {project['name']}"
    yield f"Version: {project['version']}"
    for header, key in (
        ("Summary", "description"),
        ("License-Expression", "license"),
        ("Requires-Python", "requires-python"),
    ):
        if key in project:
            yield f"{header}: {project[key]}"
    for requirement in project.get("dependencies", []):
        yield f"Requires-Dist: {requirement}"


def _digests(files: Mapping[str, bytes]) -> Iterator[str]:
    for name, content in files.items():
        digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
        yield f"{name},sha256={digest},{len(content)}"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Zip files by their names; the same bytes for the same files."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name, EARLIEST)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 3  # Unix, anywhere
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()
