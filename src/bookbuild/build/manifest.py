"""Write `manifest.json`: what was built, from which sources, on which machine."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from bookbuild.execution.results import executed_notebook
from bookbuild.project.book import book_of
from bookbuild.project.digests import digest, state
from bookbuild.project.editions import Edition
from paralelo.machine import environment_info


def write_manifest(app: Sphinx, seconds: float, executed: Collection[str]) -> None:
    """Write, next to the edition's folder, what `app` has built in `seconds`.

    `executed` names the pages whose cells ran for it. A translated edition only adds
    its own seconds and pages executed.
    """
    book, edition = book_of(app), Edition(app.config.language)
    path = Path(app.outdir).with_name("manifest.json")
    if edition.is_source:
        names = sorted(app.env.found_docs)
        pages = {name: _page(app, name, name in executed) for name in names}
        commit = {"commit": book.commit}
        build = asdict(environment_info()) | commit | state(book.root)
        manifest = {"build": build, "editions": {}, "pages": pages}
    else:
        manifest = json.loads(path.read_text("utf8"))
    manifest["editions"][edition.slug] = {
        "seconds": round(seconds, 2),
        "executed": [*executed],
    }
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf8")


def _page(app: Sphinx, docname: str, ran: bool) -> dict[str, Any]:
    data = app.env.nb_metadata[docname].get("exec_data")  # type: ignore[attr-defined]
    notebook = executed_notebook(app, docname) or {"cells": []}
    cells = sum(cell["cell_type"] == "code" for cell in notebook["cells"])
    return {
        "source": app.env.doc2path(docname, False),
        "sha256": digest(Path(app.env.doc2path(docname))),
        "cells": cells,
        "seconds": round(data["runtime"] or 0.0, 2) if data else 0.0,
        "from_cache": cells > 0 and not ran,
    }
