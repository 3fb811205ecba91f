"""Are broken links found, and named by file and line, without running a cell?"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

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


def test_without_a_network_one_line_says_so(tmp_path):
    ran = tried(tmp_path, "[one](http://127.0.0.1:9/) [two](http://127.0.0.1:9/two)\n")

    assert ran.returncode == 1
    assert complaints(ran) == [
        "bookbuild: none of 2 addresses could be reached, such as http://127.0.0.1:9/; "
        "connect to the network and try again"
    ]


def test_a_book_that_sphinx_cannot_read_is_one_line(tmp_path):
    book = TinyBook.make(tmp_path, {})
    book.replace("_config.yml", "[bookbuild.sphinxext]", "[no_such]")

    ran = book.bookbuild("links")

    assert ran.returncode == 1
    (line,) = complaints(ran)
    log = tmp_path / "_build/links/book/build.log"
    assert line == f"bookbuild: no links were tried: Sphinx failed; see {log}"
    assert "no_such" in log.read_text("utf8")
