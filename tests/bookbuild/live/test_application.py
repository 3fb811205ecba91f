"""Does the writers' server give away the site, newly looked for, and nothing else?"""

import json
import os
from contextlib import closing

import pytest

from bookbuild.build.swap import swap
from bookbuild.live.application import content_type
from live_server import KERNELS, PAGE, Server, write_site


@pytest.fixture
def server(tmp_path):
    """A server of a site with a page, beside a file that is none of its business."""
    write_site(tmp_path / "site")
    (tmp_path / "secret.html").write_text("secret", "utf8")
    with Server(tmp_path / "site") as server:
        yield server


@pytest.mark.parametrize("path", ["/", "/index.html", "/en/book/", "/en/book/?a=b"])
def test_a_page_is_found_by_its_name_or_its_folders(server, path):
    answer, body = server.ask(path)

    assert answer.status == 200
    assert "<p>words</p>" in body


def test_a_folder_without_its_slash_leads_to_the_one_with_it(server):
    answer, _ = server.ask("/en/book")

    assert (answer.status, answer.getheader("Location")) == (302, "/en/book/")


@pytest.mark.parametrize("path", ["/nowhere.html", "/en/", "/index.html/", "/%00"])
def test_what_there_is_not_is_not_found(server, path):
    assert server.status(path) == 404


def test_a_file_that_there_is_not_is_one_that_the_next_build_may_have(server):
    _, body = server.ask("/nowhere.html")

    assert "reload.js" in body


def test_only_a_page_gets_the_script_and_the_file_stays_as_it_was(server):
    (server.site / "data.json").write_text('{"html": "</body>"}', "utf8")

    _, page = server.ask("/index.html")
    _, data = server.ask("/data.json")

    assert page.count("<script") == 1
    assert page.index("<p>words") < page.index("<script") < page.index("</body>")
    assert data == '{"html": "</body>"}'
    assert (server.site / "index.html").read_text("utf8") == PAGE


def test_a_page_without_an_end_gets_the_script_at_its_end(server):
    (server.site / "index.html").write_text("<p>words", "utf8")

    assert server.ask("/")[1].startswith("<p>words<script ")


@pytest.mark.parametrize(
    ("name", "kind"),
    {
        "a.html": "text/html; charset=utf-8",
        "a.css": "text/css; charset=utf-8",
        "a.js": "text/javascript; charset=utf-8",
        "a.mjs": "text/javascript; charset=utf-8",
        "a.md": "text/markdown; charset=utf-8",
        "a.svg": "image/svg+xml",
        "a.png": "image/png",
        "a.json": "application/json",
        "a.ipynb": "application/x-ipynb+json",
        "a.woff2": "font/woff2",
        "a.wasm": "application/wasm",
        "a.svg.gz": "application/octet-stream",
        "objects.inv": "application/octet-stream",
        "LICENSE": "application/octet-stream",
    }.items(),
)
def test_a_file_is_called_what_it_is(tmp_path, name, kind):
    assert content_type(tmp_path / name) == kind


def test_every_answer_is_to_be_asked_for_again(server):
    paths = ["/", "/nowhere", "/manifest.json", "/_live/reload.js"]

    for path in paths:
        assert server.ask(path)[0].getheader("Cache-Control") == "no-cache"


def test_what_has_not_changed_is_not_sent_again(server):
    tag = server.ask("/")[0].getheader("Etag")

    assert server.status("/", **{"If-None-Match": tag}) == 304


def test_the_head_of_an_answer_can_be_had_alone(server):
    answer, body = server.ask("/", method="HEAD")

    assert (answer.status, body) == (200, "")


FORBIDDEN = "<{0}>403: Forbidden</{0}>"  # all of tornado's page
OUTSIDE = [
    *("/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html"),
    *("/en/../%2E%2e/secret.html", "/en/book/..%2f..%2f..%2fsecret.html"),
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leads_out_of_the_site(server, path):
    answer, body = server.ask(path)

    assert answer.status == 403
    assert "secret" not in body


@pytest.mark.parametrize("path", OUTSIDE)
def test_but_the_same_path_within_it_does_lead_there(tmp_path, path):
    """The control: it is the way out that is refused, not how it is written."""
    write_site(tmp_path / "outer/site")
    write_site(tmp_path / "outer/site/site")
    (tmp_path / "outer/site/secret.html").write_text("ours", "utf8")
    inner = "/site" + path

    with Server(tmp_path / "outer/site") as server:
        answer, body = server.ask(inner)

    assert answer.status == 200
    assert body.startswith("ours")


def test_no_name_from_the_systems_root_leads_out_of_the_site(server):
    path = (server.site.parent / "secret.html").as_posix()
    inside = (server.site / "index.html").as_posix()

    assert server.status(f"/{path}") == 403
    assert server.status(f"/{inside}") == 200  # the control


@pytest.mark.skipif(os.name == "nt", reason="links take a privilege there")
@pytest.mark.parametrize("name", ["link.html", "folder/secret.html", "en/index.html"])
def test_no_link_leads_out_of_the_site(server, name):
    (server.site / "link.html").symlink_to("../secret.html")
    (server.site / "folder").symlink_to("..")
    (server.site / "en/index.html").symlink_to("../../secret.html")

    assert server.status(f"/{name}") == 403
    assert server.status("/en/") == 403


@pytest.mark.skipif(os.name == "nt", reason="links take a privilege there")
def test_but_a_link_within_the_site_is_followed(server):
    """The control, of which the site's own folder may be one."""
    (server.site / "link.html").symlink_to("en/book/index.html")
    real = server.site.rename(server.site.with_name("real"))
    server.site.symlink_to(real)

    assert server.status("/link.html") == 200


def test_a_folder_is_not_listed(server):
    (server.site / "en/thing.txt").write_text("thing", "utf8")

    assert "thing.txt" not in server.ask("/en/")[1]


@pytest.mark.parametrize("name", ["127.0.0.1:{}", "localhost:{}"])
def test_a_request_for_this_machine_is_answered(server, name):
    assert server.status("/", Host=name.format(server.port)) == 200


@pytest.mark.parametrize(
    "name",
    [
        *("evil.example", "evil.example:{}", "127.0.0.1", "localhost", "127.0.0.1:1"),
        *("localhost.evil.example:{}", "127.0.0.1:{}.evil.example", ""),
    ],
)
@pytest.mark.parametrize("path", ["/", "/nowhere", "/_live/news", KERNELS, "*"])
def test_a_request_for_another_name_is_refused(server, name, path):
    answer, body = server.ask(path, Host=name.format(server.port))

    assert answer.status == 403
    assert body == f"<html>{FORBIDDEN.format('title')}{FORBIDDEN.format('body')}</html>"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed_from_a_browser(server, method):
    assert server.ask("/", method=method)[0].status == 405


def test_a_page_and_the_news_agree_on_what_is_published(server):
    shown = server.news()["published"]

    assert shown
    assert f'data-published="{shown}"' in server.ask("/")[1]


def test_a_new_site_is_served_at_once_and_known_to_be_new(server):
    before = server.news()["published"]
    new = server.site.with_name("new")
    write_site(new, "<p>news</p>")
    status = (new / "manifest.json").stat()
    os.utime(new / "manifest.json", ns=(status.st_atime_ns, status.st_mtime_ns + 1000))

    swap(new, server.site)

    assert server.ask("/")[1].startswith("<p>news</p>")
    assert server.news()["published"] != before


def test_where_there_is_no_site_a_page_says_so_and_why(tmp_path):
    with Server(tmp_path / "site") as server:
        server.live.complaint = ["book/one.md:3: <b> & so on"]

        answer, body = server.ask("/en/book/index.html")

    assert answer.status == 503
    assert "There is no site yet" in body
    assert "book/one.md:3: &lt;b&gt; &amp; so on" in body
    assert 'data-published=""' in body


def test_the_news_are_what_the_last_build_complained_of(server):
    server.live.complaint = ["one", "two"]
    server.live.beside = server.news()["published"]

    assert server.news()["complaint"] == ["one", "two"]


def test_a_complaint_is_outdated_as_soon_as_there_is_another_site(server):
    """Not only when the build that published it has ended, a moment later."""
    server.live.complaint, server.live.beside = ["one", "two"], "another"

    assert server.news()["complaint"] == []


def test_an_open_page_is_told_of_each_report_without_asking(server):
    with closing(server.connect("/_live/news")) as connection:
        first = json.loads(connection.recv())
        server.live.report(["why"])
        second = json.loads(connection.recv())

    assert (first["complaint"], second["complaint"]) == ([], ["why"])
    assert first["published"] == second["published"]
