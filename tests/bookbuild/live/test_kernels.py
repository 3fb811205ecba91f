"""Who can run programs with the reader's own rights? Nobody but the reader.

Each attack is tried twice: on the server as it is, and, as its control, on one that was
opened on purpose in just this respect, where it succeeds. What counts is not what a
browser is told but what happened: a kernel that was started, a file that code wrote.
"""

import json
import re
from contextlib import ExitStack, closing, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import psutil
import pytest
import websocket
from jupyter_server.auth.identity import PasswordIdentityProvider

from bookbuild.live import kernels
from bookbuild.live.kernels import new_token
from browsing import script, window
from live_server import KERNELS, TOKEN, Server, write_site
from tiny_book import wait_until

EVIL = "http://evil.example"


@pytest.fixture
def serving(tmp_path):
    """Starts a server of a small site; with what a test changes about it."""
    with ExitStack() as servers:

        def serve(change=lambda _: None):
            site = tmp_path / f"{len(list(tmp_path.iterdir()))}" / "site"
            write_site(site)
            return servers.enter_context(Server(site, change))

        yield serve


def without_token(app):
    app.settings["identity_provider"] = PasswordIdentityProvider(token="")
    without_xsrf(app)  # the wall behind it


def for_any_name(app):
    app.find_handler = partial(super(type(app), app).find_handler)
    app.settings["allow_remote_access"] = True


def without_xsrf(app):
    app.settings["disable_check_xsrf"] = True


def for_any_origin(app):
    """As many recipes have it, which say how a page can use a server of Jupyter's."""
    without_token(app)
    app.settings.update(allow_origin_pat=re.compile(".*"), allow_credentials=True)


def framed(app):
    app.settings["headers"] = {"Content-Security-Policy": "frame-ancestors *"}


def test_tokens_are_long_and_each_start_has_another():
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 32


# Without the token.


@pytest.mark.parametrize("token", ["", "a token of the test", TOKEN + "s", "token"])
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/en/book/", "/nowhere", KERNELS),
        *("/_live/news", "/_live/reload.js", "/_live/reload.css"),
    ],
)
def test_who_lacks_the_token_is_shown_nothing(serving, path, token):
    server = serving()

    answer, body = server.ask(path, token=token)

    assert answer.status == 403
    assert "words" not in body
    assert "published" not in body.replace('data-published="', "")
    assert "_xsrf" not in (answer.getheader("Set-Cookie") or "")


def test_who_lacks_the_token_is_told_where_it_is(serving):
    _, body = serving().ask("/", token="")

    assert "the terminal" in body


@pytest.mark.parametrize(
    "change", [None, without_token], ids=["as it is", "the control"]
)
def test_who_lacks_the_token_can_start_nothing(serving, change):
    server = serving(change) if change else serving()

    status = server.status(KERNELS, "POST", token="")

    assert (status, len(server.running())) == ((201, 1) if change else (403, 0))


@pytest.mark.parametrize(
    "change", [None, without_token], ids=["as it is", "the control"]
)
def test_who_lacks_the_token_can_speak_to_no_kernel(serving, change):
    server = serving(change) if change else serving()
    kernel = start(server)

    assert wrote(server, kernel, headers={}) == bool(change)


def test_the_token_is_changed_into_a_cookie_and_leaves_the_address(serving):
    server = serving()

    answer, _ = server.ask(f"/en/book/?token={escaped(TOKEN)}", token="")
    cookies = dict(answer.headers.items())["Set-Cookie"]

    assert (answer.status, answer.getheader("Location")) == (302, "/en/book/")
    assert "HttpOnly" in cookies
    assert "SameSite=Strict" in cookies
    assert server.status("/", token="", Cookie=cookies.partition(";")[0]) == 200


def test_a_cookie_of_another_start_is_worth_nothing(serving):
    first, second = serving(), serving()

    cookie = login(first)

    assert first.status("/", token="", Cookie=cookie) == 200
    assert second.status("/", token="", Cookie=cookie) == 403


# With the reader's cookie, by pages from elsewhere.


@pytest.mark.parametrize(
    "change", [None, for_any_name], ids=["as it is", "the control"]
)
def test_a_name_that_was_given_this_address_is_not_answered(serving, change):
    server = serving(change) if change else serving()
    host = f"evil.example:{server.port}"

    status = server.status(KERNELS, "POST", Host=host, Origin=f"http://{host}")

    assert (status, len(server.running())) == ((201, 1) if change else (403, 0))


@pytest.mark.parametrize(
    "change", [None, without_xsrf], ids=["as it is", "the control"]
)
def test_a_cookie_alone_starts_nothing(serving, change):
    server = serving(change) if change else serving()
    cookie = login(server)

    status = server.status(KERNELS, "POST", token="", Cookie=cookie)

    assert (status, len(server.running())) == ((201, 1) if change else (403, 0))


@pytest.mark.parametrize(
    "change", [None, for_any_origin], ids=["as it is", "the control"]
)
def test_a_page_of_another_origin_can_speak_to_no_kernel(serving, change):
    server = serving(change) if change else serving()
    kernel, cookie = start(server), login(server)

    assert wrote(server, kernel, headers={"Cookie": cookie, "Origin": EVIL}) == bool(
        change
    )


def test_news_are_for_the_readers_own_pages_only(serving):
    server = serving()
    cookie = login(server)

    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        server.connect("/_live/news", {"Cookie": cookie, "Origin": EVIL})
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        server.connect("/_live/news", {})
    own = server.url.rstrip("/")
    server.connect("/_live/news", {"Cookie": cookie, "Origin": own}).close()


def test_but_a_page_of_the_same_origin_does(serving):
    """The control of what is asked, and how, in the tests above."""
    server = serving()
    cookie = login(server)
    origin = server.url.rstrip("/")

    answer, _ = server.ask("/", token="", Cookie=cookie)
    xsrf = cookie_of(answer, "_xsrf")
    both = f"{cookie}; _xsrf={xsrf}"
    started, body = server.ask(
        *(KERNELS, "POST"),
        token="",
        Cookie=both,
        Origin=origin,
        **{"X-XSRFToken": xsrf},
    )

    assert started.status == 201
    kernel = json.loads(body)["id"]
    assert wrote(server, kernel, headers={"Cookie": both, "Origin": origin})


@pytest.fixture
def attacker(tmp_path):
    """Another program's page, at another port of this machine."""
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil/index.html").write_text("<!doctype html><title>Evil</title>")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = partial(Quiet, directory=str(tmp_path / "evil"))
    with ThreadingHTTPServer(("", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield SimpleNamespace(
            same_host=f"http://127.0.0.1:{server.server_port}/",
            other_host=f"http://localhost:{server.server_port}/",
        )
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["same_host", "other_host"])
@pytest.mark.parametrize(
    "change", [None, for_any_origin], ids=["as it is", "the control"]
)
def test_a_page_from_elsewhere_gets_nowhere(serving, attacker, browser, host, change):
    """In a browser where the reader is logged in, with all that a page can send.

    A page at another port of the same address even sees the cookie against forgery.
    """
    server = serving(change) if change else serving()
    kernel = start(server)
    with window(browser) as reader:
        reader.goto(f"{server.url}?token={escaped(TOKEN)}")
        assert "words" in reader.inner_text("body")
        evil = reader.context.new_page()
        evil.goto(getattr(attacker, host))

        got = evil.evaluate(
            script("attack"), [server.url, f"{KERNELS}/{kernel}/channels", code()]
        )

    if not change:
        assert got == {}
        assert len(server.running()) == 1
        assert not (server.work / "pwned").exists()
    else:
        assert {"list", "start", "socket"} <= got.keys()
        assert len(server.running()) > 1
        wait_until((server.work / "pwned").exists)
        assert (server.work / "pwned").exists()


@pytest.mark.parametrize("change", [None, framed], ids=["as it is", "the control"])
def test_no_other_page_can_frame_the_book(serving, attacker, browser, change):
    server = serving(change) if change else serving()
    with window(browser) as reader:
        reader.goto(f"{server.url}?token={escaped(TOKEN)}")
        evil = reader.context.new_page()
        evil.goto(attacker.same_host)

        evil.evaluate(
            """url => new Promise(loaded => {
                const frame = document.createElement("iframe");
                frame.onload = loaded;
                frame.src = url;
                document.body.append(frame);
            })""",
            server.url,
        )
        shown = evil.frames[1].locator("p").all_inner_texts()

    assert (shown == ["words"]) == bool(change)


# What else a server of Jupyter's has, and this one needs not.


@pytest.mark.parametrize(
    "path",
    [
        *("api/contents", "api/terminals", "terminals/1", "api/sessions", "files/x"),
        *("api/kernelspecs", "api/shutdown", "nbconvert/html/x", "view/x", "login"),
        *("api/config/x", "lab", "tree", "static/favicon.ico", "metrics"),
    ],
)
def test_nothing_but_kernels_is_served(serving, path):
    server = serving()

    assert server.status(f"/_live/{path}") == 404
    assert server.status(KERNELS) == 200  # the control


def test_answers_are_for_the_same_origin_only(serving):
    answer, _ = serving().ask("/", Origin=EVIL)

    assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    assert "frame-ancestors 'none'" in answer.getheader("Content-Security-Policy")


# A kernel, as a page finds it.


IMPORTS = """\
import paralelo
try:
    import bookbuild
except ModuleNotFoundError:
    open('pwned', 'w').close()
"""


def test_a_kernel_has_what_a_notebook_has_and_works_where_nothing_is_a_source(serving):
    server = serving()

    # In the folder of the server's kernels, which is no part of the book.
    assert wrote(server, start(server), IMPORTS)


def test_a_kernel_ends_when_nobody_has_asked_for_long(serving, monkeypatch):
    monkeypatch.setattr(kernels, "IDLE", 10)
    server = serving()
    left, open_ = start(server), start(server)
    headers = {"Authorization": f"token {TOKEN}"}

    with closing(connect(server, open_, headers)) as connection:
        connection.settimeout(0.1)

        def is_gone():
            with suppress(websocket.WebSocketTimeoutException):
                connection.recv()  # as a browser, which answers when it is asked for
            return left not in server.running()

        wait_until(is_gone)

        assert server.running() == [open_]


def test_nothing_that_a_kernel_started_outlives_the_server(tmp_path):
    write_site(tmp_path / "site")
    said = (
        "import os, subprocess\n"
        "other = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "open('pwned', 'w').write(f'{os.getpid()} {other.pid}')"
    )

    with Server(tmp_path / "site") as server:
        assert wrote(server, start(server), said=said)
        written = (server.work / "pwned").read_text()
        processes = [psutil.Process(int(pid)) for pid in written.split()]
        before = [process.is_running() for process in processes]

    assert before == [True, True]
    assert [process.is_running() for process in processes] == [False, False]


def escaped(token):
    return token.replace(" ", "%20")


def start(server):
    """The name of a kernel that its reader has started."""
    return json.loads(server.ask(KERNELS, "POST")[1])["id"]


def login(server):
    """The cookie that a reader gets for the token."""
    answer, _ = server.ask(f"/?token={escaped(TOKEN)}", token="")
    return answer.getheader("Set-Cookie").partition(";")[0]


def cookie_of(answer, name):
    cookies = [value for key, value in answer.getheaders() if key == "Set-Cookie"]
    mine = next(each for each in cookies if each.startswith(f"{name}="))
    return mine.partition("=")[2].partition(";")[0]


def code(said="open('pwned', 'w').close()"):
    """A request to run this, as a kernel takes it."""
    header = {"msg_id": "1", "msg_type": "execute_request", "session": "s"}
    header |= {"username": "", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
    content = {"code": said, "silent": False}
    return json.dumps(
        {"channel": "shell", "header": header, "content": content}
        | {"parent_header": {}, "metadata": {}, "buffers": []}
    )


def connect(server, kernel, headers):
    """A connection to a kernel, as its page has one."""
    return server.connect(f"{KERNELS}/{kernel}/channels", headers)


def wrote(server, kernel, said="open('pwned', 'w').close()", headers=None):
    """Whether code that was sent to the kernel has written its file."""
    headers = {"Authorization": f"token {TOKEN}"} if headers is None else headers
    try:
        connection = connect(server, kernel, headers)
    except websocket.WebSocketException:  # it was refused
        return False
    connection.send(code(said))
    heard = ""
    while heard != "execute_reply":
        heard = json.loads(connection.recv())["msg_type"]
    connection.close()
    return (server.work / "pwned").exists()
