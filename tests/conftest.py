"""What every test may rely on: slow machines are not wrong, and there is a site."""

import os
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

import durations
from bookbuild.checks.ci import SITE_IS_BUILT
from bookbuild.execution.lock import exclusive
from bookbuild.pyodide.fetch import ready
from bookbuild.web import chromium
from bookbuild.web.links import pages
from specimen import build_specimen
from static_server import serving
from tiny_book import HERE, OTHERS, environment

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]

# No property is about time, and on a busy machine even drawing examples is slow.
settings.register_profile(
    "unhurried",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")


class Site(NamedTuple):
    """The book as it is published: its files, and where they are served."""

    folder: Path
    url: str

    def pages(self):
        """The addresses of all pages of its editions, from the site's root."""
        return [page for page in pages(self.folder) if "/" in page]

    def read(self, page):
        return (self.folder / page).read_text("utf8")


@pytest.fixture
def asked(monkeypatch):
    """Lets a trial take the packages that the tests have; what it would install."""
    from bookbuild.checks import newest, plain_sphinx, trial

    requirements = []
    monkeypatch.setattr(trial, "renew", lambda _, all: requirements.extend(all))
    for module in (trial, newest, plain_sphinx):
        monkeypatch.setattr(module, "venv_python", lambda _: Path(sys.executable))
    monkeypatch.setattr(sys, "path", list(sys.path))  # Jupyter Book appends to it
    for name in [n for n in os.environ if n.startswith(OTHERS)]:
        monkeypatch.delenv(name)
    return requirements


def pytest_terminal_summary(terminalreporter):
    reports = chain.from_iterable(terminalreporter.stats.values())
    tests = [each for each in reports if isinstance(each, pytest.TestReport)]
    if len(tests) > 3 * durations.SLOWEST:  # some tests or more
        for line in durations.summary(tests):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The real book, built strictly and served on loopback.

    Strictly but for claims that load could have to do with: no test fails for them.
    Its cells take minutes to run, and run only if their outputs are not known yet.
    `bookbuild check` has built it before; without that, several pytest-xdist workers
    build it once.
    """
    folder = tmp_path_factory.getbasetemp()
    common = folder if worker_id == "master" else folder.parent
    done = common / "site-is-built"
    while not (done.exists() or os.environ.get(SITE_IS_BUILT)):
        with exclusive(common / "site.lock") as other:
            if other:
                time.sleep(0.2)
            elif not done.exists():
                _build_site()
                done.touch()
    with serving(HERE / "_build/site") as url:
        yield Site(HERE / "_build/site", url)


def _build_site():
    ran = subprocess.run(
        [sys.executable, "-m", "bookbuild", "build", "--strict", "exact"],
        cwd=HERE,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    if ran.returncode:
        pytest.fail(f"the book does not build:\n{ran.stderr}", pytrace=False)


@pytest.fixture(scope="session")
def specimen(tmp_path_factory):
    """A book with each component of the real one, built and served on loopback."""
    book = build_specimen(tmp_path_factory.mktemp("specimen"))
    with serving(book.site) as url:
        yield Site(book.site, url)


@pytest.fixture(scope="session")
def npm_packages():
    """The book's folder, where set-up has installed what tests need with npm."""
    if not ready(HERE, tests=True):
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("no axe-core and HTML checker; python -m bookbuild setup --tests")
    return HERE


@pytest.fixture(scope="module")
def browser():
    """A browser for this file's tests only: it keeps an event loop in this thread."""
    path = chromium.find()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("no Chromium here, and CI=true", pytrace=False)
    if path is None:
        pytest.skip("no Chromium here; set CHROMIUM to one, or: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
