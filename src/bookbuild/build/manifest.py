"""What was built, from what, on what? `manifest.json`, for people and for programs."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookbuild.execution.results import count_code_cells
from bookbuild.project.editions import Edition
from paralelo.machine import environment_info

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def write_manifest(
    app: Sphinx, path: Path, edition: Edition, seconds: float, executed: Sequence[str]
) -> None:
    """Write to `path` what `app` has built in `seconds`.

    `executed` names the pages whose cells ran for it. Of an edition that is translated,
    only what it took is added: the pages are the same.
    """
    root = Path(app.srcdir)
    if edition.is_source:
        names = sorted(app.env.found_docs)
        pages = {name: _page(app, name, name in executed) for name in names}
        build = asdict(environment_info()) | {"commit": commit(root)} | state(root)
        manifest = {"build": build, "editions": {}, "pages": pages}
    else:
        manifest = json.loads(path.read_text("utf8"))
    manifest["editions"][edition.slug] = {
        "seconds": round(seconds, 2),
        "executed": [*executed],
    }
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf8")


def _page(app: Sphinx, docname: str, ran: bool) -> dict[str, Any]:
    source = Path(app.env.doc2path(docname))
    data = getattr(app.env, "nb_metadata", {}).get(docname, {}).get("exec_data")
    cells = count_code_cells(app, docname)
    return {
        "source": app.env.doc2path(docname, False),
        "sha256": digest(source),
        "cells": cells,
        "seconds": round(data["runtime"] or 0.0, 2) if data else 0.0,
        "from_cache": cells > 0 and not ran,
    }


def state(root: Path) -> dict[str, str]:
    """Names for the state of what every page is made with."""
    return {
        "src": tree_digest(root / "src"),
        "lock": digest(root / "requirements.txt"),
    }


def tree_digest(folder: Path, pattern: str = "*.py") -> str:
    """A name for the state of the files below `folder` that `pattern` fits."""
    whole = hashlib.sha256()
    for path in sorted(filter(Path.is_file, folder.rglob(pattern))):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(path.read_bytes())
    return whole.hexdigest()


def digest(path: Path) -> str:
    """A name for the state of a file; empty if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def commit(root: Path) -> str:
    """The commit that `root` is at, with a + if it was changed since; or empty."""
    try:
        ran = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty=+", "--exclude=*"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return ran.stdout.strip()
