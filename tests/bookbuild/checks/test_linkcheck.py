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


@pytest.fixture
def url():
    """A server on loopback, and its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def tried(tmp_path):
    """Writes a page into a book, and tries its links; over 0.25 s: starts Sphinx."""

    def links(body, **documents):
        book = TinyBook.make(tmp_path, {"page": body})
        for name, text in documents.items():
            (tmp_path / f"{name}.md").write_text(text)
        return book.bookbuild("links", NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")

    return links


def test_links_that_work_or_lead_elsewhere_do_no_harm(tried, url):
    ran = tried(f"[one]({url}/200) and\n[another]({url}/301),\n[for now]({url}/302).\n")

    assert ran.returncode == 0
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        f"book/page.md:15: {url}/301: has moved to {url}/200",
        "3 links, 0 of them broken",
    ]


def test_a_broken_link_is_named_by_the_line_it_is_on(tried, url):
    ran = tried(f"[one]({url}/200),\n[longer]({url}/404/b),\n[gone]({url}/404).\n")

    assert ran.returncode == 1
    first, second = complaints(ran)
    assert first.startswith(f"book/page.md:15: {url}/404/b: 404 Client Error")
    assert second.startswith(f"book/page.md:16: {url}/404: 404 Client Error")
    assert ran.stdout == "3 links, 2 of them broken\n"


def test_the_documents_beside_the_book_are_tried_as_well(tried, url):
    ran = tried(
        f"[one]({url}/200)\n",
        README=f"# Read\n\nSee [it]({url}/404) and [what to do](CONTRIBUTING.md).\n",
        CONTRIBUTING=f"<{url}/200?too>\n",
    )

    (line,) = complaints(ran)
    assert line.startswith(f"README.md:3: {url}/404: 404 Client Error")
    assert ran.stdout == "3 links, 1 of them broken\n"


def test_the_documents_in_docs_are_tried_as_well(tried, url, tmp_path):
    (tmp_path / "docs").mkdir()

    ran = tried(f"[one]({url}/200)\n", **{"docs/code": f"[it]({url}/404)\n"})

    (line,) = complaints(ran)
    assert line.startswith(f"docs/code.md:1: {url}/404: 404 Client Error")
    assert ran.stdout == "2 links, 1 of them broken\n"


def test_no_cell_is_run(tried, url, tmp_path):
    ran = tried(f"[one]({url}/200)\n\n" + cells("open('ran', 'w').close(); 1 / 0"))

    assert ran.returncode == 0
    assert not (tmp_path / "book/ran").exists()


def test_without_a_network_one_line_says_so(tried):
    ran = tried("[one](http://127.0.0.1:9/) [two](http://127.0.0.1:9/two)\n")

    assert ran.returncode == 1
    assert complaints(ran) == [
        "bookbuild: none of 2 addresses could be reached, such as http://127.0.0.1:9/; "
        "connect to the network and try again"
    ]


def test_a_folder_without_a_book_is_one_line(tmp_path):
    book = TinyBook.make(tmp_path, {})
    (tmp_path / "_toc.yml").unlink()

    ran = book.bookbuild("links")

    assert ran.returncode == 1
    (line,) = complaints(ran)
    assert line.endswith("there is no _toc.yml; is this the book's folder?")


def test_a_book_that_sphinx_cannot_read_is_one_line(tmp_path):
    book = TinyBook.make(tmp_path, {})
    book.replace("_config.yml", "[bookbuild.sphinxext]", "[no_such]")

    ran = book.bookbuild("links")

    assert ran.returncode == 1
    (line,) = complaints(ran)
    log = tmp_path / "_build/links/book/build.log"
    assert line == f"bookbuild: no links were tried: Sphinx failed; see {log}"
    assert "no_such" in log.read_text("utf8")
