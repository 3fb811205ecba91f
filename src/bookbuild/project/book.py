"""The book that a checkout holds: configuration, contents, editions, address.

Commands make one `Book` and pass it on, so that each file is read once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bookbuild.project import repository as git
from bookbuild.project.editions import ENGLISH, Edition, languages

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx_external_toc.api import SiteMap, TocTree

# Where Jupyter's server is installed, jsonschema would load a grammar of URLs, for most
# of a second.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

CONFIG, CONTENTS = "_config.yml", "_toc.yml"
SUFFIXES = (".md", ".ipynb", ".rst")  # of pages
IGNORED = ("_build", "**.ipynb_checkpoints")  # as Jupyter Book does
ADDRESS = "BOOK_ADDRESS"  # a variable of the workflow that publishes


@dataclass(frozen=True, eq=False)
class Book:
    """The book in the folder `root`.

    Every property is read when it's first asked for, and then kept: a command that
    changes files needs a new `Book` to see them. Don't change what a property returns.
    """

    root: Path
    #: Catalogues that were read, by language and name: `bookbuild.i18n.catalogs`.
    catalogues: dict[tuple[str, str], Any] = field(
        default_factory=dict, init=False, repr=False
    )

    def __reduce__(self) -> tuple[type[Book], tuple[Path]]:
        """Pickle the folder only: Sphinx stores its configuration between builds."""
        return Book, (self.root,)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The content of `_config.yml`; raises ValueError if it isn't valid."""
        from jsonschema import ValidationError  # type: ignore[import-untyped]
        from jupyter_book.config import validate_yaml

        found = load_yaml(read_text(self.root, CONFIG), CONFIG)
        try:
            validate_yaml(found, raise_on_errors=True)
        except ValidationError as error:
            raise ValueError(f"{CONFIG}: {error.message.removeprefix('- ')}") from error
        return found

    @cached_property
    def config(self) -> dict[str, Any]:
        """Sphinx's settings, as Jupyter Book translates them from `_config.yml`.

        Also adds folders of local extensions to Python's path, as Jupyter Book does.
        """
        from jupyter_book.config import get_final_config

        found, _ = get_final_config(
            user_yaml=deepcopy(self.settings),
            cli_config={"latex_individualpages": False},
            sourcedir=self.root,
            validate=False,  # done above
        )
        extensions = self.settings.get("sphinx", {}).get("local_extensions", {})
        sys.path += [str((self.root / at).resolve()) for at in extensions.values()]
        return dict(found)

    @cached_property
    def contents(self) -> str:
        """The text of `_toc.yml`."""
        return read_text(self.root, CONTENTS)

    @cached_property
    def _site_map(self) -> SiteMap:
        from sphinx_external_toc.parsing import MalformedError, parse_toc_data

        try:
            return parse_toc_data(load_yaml(self.contents, CONTENTS))
        except MalformedError as error:
            raise ValueError(f"{CONTENTS}: {error}") from error

    @cached_property
    def pages(self) -> list[str]:
        """The names of all pages, without suffixes, in the order of the contents."""
        return [page for _caption, pages in self.parts for page in pages]

    @cached_property
    def parts(self) -> list[tuple[str, list[str]]]:
        """Each part's caption and pages; the first part has no caption."""
        root = self._site_map.root
        cover = without_suffix(root.docname)
        known = {cover}
        parts = ((it.caption or "", [*self._below(it, known)]) for it in root.subtrees)
        return [("", [cover]), *parts]

    def _below(self, tree: TocTree, known: set[str]) -> Iterator[str]:
        """Yield a tree's pages that aren't `known`, as sphinx-external-toc does."""
        from sphinx_external_toc.api import FileItem, GlobItem

        pages: list[str] = []
        for item in tree.items:
            if isinstance(item, FileItem):
                pages.append(without_suffix(item))
            elif isinstance(item, GlobItem):
                pages += self.matching(item)
        documents = {without_suffix(name): it for name, it in self._site_map.items()}
        for page in reversed(pages) if tree.reversed else pages:
            if page not in known:
                known.add(page)
                yield page
                for inner in documents[page].subtrees if page in documents else ():
                    yield from self._below(inner, known)

    @property
    def globs(self) -> set[str]:
        """The patterns in the contents, which stand for all pages that match."""
        return self._site_map.globs()

    def matching(self, pattern: str) -> list[str]:
        """List the pages whose names match a pattern of the contents."""
        from sphinx.util.matching import patfilter

        return sorted(patfilter(set(map(without_suffix, self.files)), pattern))

    @cached_property
    def files(self) -> list[str]:
        """All files that could be pages, whether the contents have them or not."""
        from sphinx.util.matching import get_matching_files

        excluded = [*self.settings.get("exclude_patterns", []), *IGNORED]
        patterns = [f"**{suffix}" for suffix in SUFFIXES]
        return sorted(get_matching_files(self.root, patterns, excluded))

    def source(self, page: str) -> str:
        """Return the file of a page; one that isn't there would end in .md."""
        files = (f"{page}{suffix}" for suffix in SUFFIXES)
        found = (file for file in files if (self.root / file).is_file())
        return next(found, f"{page}.md")

    @property
    def cover(self) -> str:
        """The name of the first page."""
        return self.pages[0]

    @property
    def title(self) -> str:
        """The title in English."""
        return str(self.config["html_title"])

    @cached_property
    def address(self) -> str:
        """The address that the site will be published at, for canonical links.

        It's in `_config.yml` or in the environment of the workflow that publishes. It
        ends in a slash, and is empty on an author's machine, where all links are
        relative. Raises ValueError if it can't be a site's address.
        """
        configured = self.config.get("html_baseurl")
        where = "html: baseurl: in _config.yml" if configured else ADDRESS
        url = configured or os.environ.get(ADDRESS, "")
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and parts.netloc
        if not url:
            return ""
        if not is_web or parts.query or parts.fragment or any(map(str.isspace, url)):
            raise ValueError(
                f"{where}: {url!r} is not an address of a site; "
                "write one such as https://example.org/book/"
            )
        return f"{url.rstrip('/')}/"

    @cached_property
    def editions(self) -> list[Edition]:
        """All editions, English first."""
        return [ENGLISH, *map(Edition, languages(self.root))]

    @cached_property
    def repository(self) -> git.Repository | None:
        """The repository on the web that this is a checkout of, if that's known."""
        return git.detect(self.root)

    @cached_property
    def commit(self) -> str:
        """The commit of this checkout, with a + if files changed since; or empty."""
        return git.commit(self.root)

    def find_page(self, wanted: str) -> str:
        """Find the page that a person means: by its name, its file, or its end.

        Returns its name, or an empty string if there's no such page, or more than one.
        """
        name = without_suffix(wanted).strip("/")
        ends = [page for page in self.pages if f"/{page}".endswith(f"/{name}")]
        return ends[0] if len(ends) == 1 else ""


def book_of(app: Sphinx | BuildEnvironment) -> Book:
    """Return the book that Sphinx builds.

    `bookbuild` passes its `Book` as the configuration value `bookbuild_book`. If Sphinx
    or Jupyter Book was started by itself, the first call makes one.
    """
    if app.config.bookbuild_book is None:
        app.config.bookbuild_book = Book(Path(app.srcdir))
    book: Book = app.config.bookbuild_book
    return book


def without_suffix(file: str) -> str:
    """Return the name of the page that a file has, or would have."""
    suffixes = (suffix for suffix in SUFFIXES if file.endswith(suffix))
    return file.removesuffix(next(suffixes, ""))


def slug(title: str) -> str:
    """Return a title as a file name: ASCII letters, digits and hyphens."""
    from docutils.nodes import make_id

    return make_id(title) or "book"


def pdf_name(title: str) -> str:
    """Return the name of the PDF of an edition with this title."""
    return f"{slug(title)}.pdf"


def read_text(root: Path, name: str) -> str:
    """Read the file `name` below `root`; raises ValueError if it isn't UTF-8."""
    try:
        return (root / name).read_text("utf8")
    except UnicodeDecodeError as error:
        where = f"{error.reason} at byte {error.start}"
        raise ValueError(f"{name}: this is not UTF-8: {where}") from error


def load_yaml(text: str, name: str, what: str = "this") -> dict[str, Any]:
    """Return the YAML in `text`; raises ValueError if it isn't a mapping.

    The error begins with the file's `name` and the line, and then says `what` it is.
    """
    import yaml  # type: ignore[import-untyped]

    try:
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        where = f"{name}:{error.problem_mark.line + 1}"
        raise ValueError(f"{where}: {what} is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{name}: {what} is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{name}: {what} has no keys, as in title: In Parallel")
    return content
