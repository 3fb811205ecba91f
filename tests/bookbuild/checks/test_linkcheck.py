"""Are broken links found, and named by file and line, without running a cell?"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest

from bookbuild.checks import linkcheck
from bookbuild.console import CommandError
from tiny_book import TinyBook, cells, complaints


class Answers(BaseHTTPRequestHandler):
    """Answers a path such as /404 with that status; 301 and 302 lead to /200."""

    def do_HEAD(self):  # what is asked first, and often alone
        status = int(self.path[1:4])
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.do_HEAD()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def url():
    """A server on loopback, and its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def tried(root, body, **documents):
    """Write a page into a book, and try its links; it starts Sphinx."""
    book = TinyBook.make(root, {"page": body})
    (root / "docs").mkdir()
    for name, text in documents.items():
        (root / f"{name}.md").write_text(text)
    return book.bookbuild("links", NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")


def test_links_that_work_or_lead_elsewhere_do_no_harm_and_no_cell_runs(tmp_path, url):
    ran = tried(
        tmp_path,
        f"[one]({url}/200) and\n[another]({url}/301),\n[for now]({url}/302).\n\n"
        + cells("open('ran', 'w').close(); 1 / 0"),
    )

    assert ran.returncode == 0
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        f"book/page.md:15: {url}/301: has moved to {url}/200",
        "3 links, 0 of them broken",
    ]
    assert not (tmp_path / "book/ran").exists()


@pytest.fixture(scope="module")
def broken(tmp_path_factory, url):
    """Links that work and others, in a page and in the documents beside the book."""
    return tried(
        tmp_path_factory.mktemp("book"),
        f"[one]({url}/200),\n[longer]({url}/404/b),\n[gone]({url}/404).\n",
        README=f"# Read\n\nSee [it]({url}/404/c), [what to do](CONTRIBUTING.md).\n",
        CONTRIBUTING=f"<{url}/200?too>\n",
        **{"docs/code": f"[it]({url}/404/d)\n"},
    )


@pytest.mark.parametrize(
    "link",
    [
        "book/page.md:15: {}/404/b",
        "book/page.md:16: {}/404",
        "README.md:3: {}/404/c",
        "docs/code.md:1: {}/404/d",
    ],
)
def test_a_broken_link_is_named_by_the_line_it_is_on(broken, url, link):
    start = f"{link.format(url)}: 404 Client Error"

    assert sum(line.startswith(start) for line in complaints(broken)) == 1


def test_broken_links_fail_the_command_and_all_links_are_counted(broken):
    assert broken.returncode == 1
    assert len(complaints(broken)) == 4
    assert broken.stdout == "6 links, 4 of them broken\n"


@pytest.fixture
def book(tmp_path):
    """Of a book, what the command asks for: here without pages."""
    return SimpleNamespace(root=tmp_path, config={})


def test_without_a_network_one_line_says_so(book, monkeypatch, capsys):
    def of_documents(root, name, config):  # starts Sphinx
        return sphinx(root, name, config) if name == "documents" else []

    sphinx = linkcheck._try
    monkeypatch.setattr(linkcheck, "_try", of_documents)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    text = "# Read\n\n[one](http://127.0.0.1:9/) [two](http://127.0.0.1:9/two)\n"
    (book.root / "README.md").write_text(text)

    assert linkcheck.links(book) == 1

    assert capsys.readouterr().err == (
        "bookbuild: none of 2 addresses could be reached, such as http://127.0.0.1:9/; "
        "connect to the network and try again\n"
    )


def test_where_sphinx_reports_nothing_one_line_names_its_log(book, monkeypatch):
    monkeypatch.setattr(linkcheck.subprocess, "call", lambda *_, **__: 2)

    with pytest.raises(CommandError) as told:
        linkcheck.links(book)

    log = book.root / "_build/links/book/build.log"
    assert str(told.value) == f"no links were tried: Sphinx failed; see {log}"
    assert log.exists()
