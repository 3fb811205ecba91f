"""What does the book's `_config.yml` mean to Sphinx? As Jupyter Book reads it."""

from pathlib import Path
from typing import Any


def settings(root: Path) -> dict[str, Any]:
    """What a conf.py would set, by name."""
    from jupyter_book.config import get_final_config

    config, _ = get_final_config(
        user_yaml=root / "_config.yml",
        cli_config={"latex_individualpages": False},
        sourcedir=root,
    )
    return dict(config)
