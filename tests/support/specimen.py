"""The specimen: a book with every component and template of the site once.

Its sources are in `tests/specimen`. What is asked of it holds of the real book's pages,
which are made of the same components, but it takes a fraction of the time.
"""

import json
import subprocess
from pathlib import Path
from shutil import copy2, copytree, ignore_patterns

from bookbuild.project.editions import FOLDER as LOCALE
from bookbuild.pyodide.fetch import FOLDER as PACKAGES
from bookbuild.pyodide.fetch import ready
from tiny_book import HERE, TinyBook, speak_portuguese

SOURCES = HERE / "tests/specimen"
REMOTE = "https://github.com/nobody/specimen.git"
MORE = """\
    rediraffe_redirects: {book/old.md: book/prose.md}
html:
  favicon: mark.svg
"""
OTHER = {"python": "CPython 3.99.0", "gil": "off"}  # an interpreter
OUTCOMES = {"holds": "fails", "fails": "holds", "undecided": "undecided"}


def build_specimen(root: Path) -> TinyBook:
    """Build it in the folder `root`.

    So that its pages have all that pages can have, it's a clone of a repository, it has
    a Portuguese edition, a Python for its cells if that's installed here, and claims
    that another interpreter checked.
    """
    book = TinyBook.make(root / "book", {})
    copytree(SOURCES, book.root, dirs_exist_ok=True, ignore=ignore_patterns(LOCALE))
    copy2(HERE / "book/_static/mark.svg", book.root)
    book.replace("_config.yml", "title: Tiny", "title: In Parallel")
    with (book.root / "_config.yml").open("a") as config:
        config.write(MORE)
    _commit(book.root)
    if ready(HERE):
        (book.root / "_build").mkdir()
        (book.root / PACKAGES).symlink_to(HERE / PACKAGES)
    _build(book)
    speak_portuguese(book)  # only now, because the first build is for the claims
    copytree(SOURCES / LOCALE, book.root / LOCALE, dirs_exist_ok=True)
    _build(book, "--claims-from", _claims_of_another(book.site, root / "other"))
    return book


def _build(book: TinyBook, *options: str) -> None:
    ran = book.build(*options)
    assert ran.returncode == 0, ran.stderr


def _commit(root: Path) -> None:
    named = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    for command in (
        ("init", "--quiet"),
        ("remote", "add", "origin", REMOTE),
        (*named, "commit", "--quiet", "--allow-empty", "--message=Begin"),
    ):
        subprocess.run(["git", *command], cwd=root, check=True)


def _claims_of_another(site: Path, folder: Path) -> str:
    """Write the claims that another interpreter would have left; return their file."""
    manifest = json.loads((site / "manifest.json").read_text("utf8"))
    claims = json.loads((site / "claims.json").read_text("utf8"))
    manifest["build"] |= OTHER
    for claim in claims:
        claim["interpreter"] |= OTHER
        claim["outcome"] = OUTCOMES[claim["outcome"]]
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf8")
    (folder / "claims.json").write_text(json.dumps(claims), "utf8")
    return str(folder / "claims.json")
