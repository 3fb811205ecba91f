"""Does the slow server count what it sees, and is it gone when it should be?"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener, install_opener

import pytest

from paralelo import SlowServer, server
from paralelo.server import Seen, stock
from paralelo.workloads import fetch_stock

PATIENCE = 60  # seconds; only a failing test waits so long

AGES = 600  # seconds of latency: no request ends while a test looks at it

PARENT = """
import time
from paralelo import SlowServer
print(SlowServer(latency=0).start().url, flush=True)
time.sleep(3600)
"""


@pytest.fixture(scope="module")
def quick():
    """A server without latency, which several tests ask: starting one is slow."""
    with SlowServer(latency=0) as running:
        yield running


@pytest.fixture
def fresh(quick):
    quick.reset()
    return quick


def address(url):
    parts = urlsplit(url)
    return parts.hostname, parts.port


def get(url):
    with build_opener(ProxyHandler({})).open(url, timeout=PATIENCE) as answer:
        return answer.read().decode()


def eventually(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def refuses(url):
    """Whether nobody listens at an address."""
    try:
        socket.create_connection(address(url), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        pass  # it died just as we called
    return False


def ask(running, path):
    """Send a request; its answer comes over the connection that is returned."""
    connection = socket.create_connection(address(running.url), PATIENCE)
    connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
    return connection


@contextmanager
def held_up(running):
    """Stop the server's process, as a busy machine would, for as long as the block."""
    running._process.send_signal(signal.SIGSTOP)
    yield
    running._process.send_signal(signal.SIGCONT)


@contextmanager
def requests_in_flight(running, count):
    """Have `count` requests under way; their answers are ages off."""
    with ExitStack() as connections:
        for number in range(count):
            connections.enter_context(ask(running, number))
        eventually(lambda: running.seen().requests >= count)
        yield


def test_each_request_is_answered_with_its_number(fresh):
    answers = [json.loads(get(url)) for url in fresh.product_urls(3)]
    assert answers == [{"product": n, "stock": stock(n)} for n in range(3)]


def test_requests_one_after_another_are_counted_with_a_peak_of_one(fresh):
    for url in fresh.product_urls(3):
        get(url)

    assert fresh.seen() == Seen(requests=3, peak=1)


def test_a_missing_product_gets_an_error_and_the_others_their_stock():
    with SlowServer(latency=0, missing=[1, 3]) as running:  # starts a process
        urls = running.product_urls(4)
        for product in (1, 3):
            with pytest.raises(HTTPError, match="404"):
                get(urls[product])

        assert json.loads(get(urls[2])) == {"product": 2, "stock": stock(2)}


def test_a_hanging_product_is_in_flight_until_its_client_gives_up():
    with SlowServer(latency=0, hanging=[1]) as running:  # starts a process
        with ask(running, "products/1") as connection:
            get(running.url)
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(1)
            running.reset()
            assert running.seen() == Seen(requests=0, peak=1)

        eventually(lambda: running.reset() or running.seen().peak == 0)


def test_asking_what_was_seen_is_not_counted(fresh):
    fresh.seen()

    assert fresh.seen() == Seen(requests=0, peak=0)


def test_a_reset_counts_from_zero(fresh):
    get(fresh.url)

    fresh.reset()

    assert fresh.seen() == Seen(requests=0, peak=0)


# over 0.25 s, like each test below that starts a server: a Python, and aiohttp in it
def test_requests_in_flight_together_are_the_peak():
    with SlowServer(latency=AGES) as running, requests_in_flight(running, 7):
        seen = running.seen()
        running.reset()
        seen_after_reset = running.seen()

    assert seen == Seen(requests=7, peak=7)
    assert seen_after_reset == Seen(requests=0, peak=7)  # they are still in flight


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no SIGSTOP on this system")
def test_the_peak_stays_when_the_crowd_is_gone():
    with SlowServer(latency=0.01) as running, ExitStack() as crowd:
        with held_up(running):  # so that it finds all three together
            connections = [crowd.enter_context(ask(running, path)) for path in "abc"]
        for connection in connections:
            connection.recv(1)
        get(f"{running.url}alone")

        assert running.seen() == Seen(requests=4, peak=3)


# over 0.25 s: more than 1 s, to accept and read 5,000 connections
def test_five_thousand_requests_can_be_in_flight(let_open):
    let_open(1024)  # as systems usually do: the server has to see to it that it may

    with SlowServer(latency=AGES) as running:
        let_open(6000)
        with requests_in_flight(running, 5000):
            peak = running.seen().peak

    assert peak >= 5000


@pytest.fixture
def let_open():
    """Say how many files this process may open, and what it starts from then on."""
    resource = pytest.importorskip("resource", reason="no such limit on this system")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= hard < 6000:
        pytest.skip(f"this system lets a process open {hard} files, not 6,000")
    yield lambda files: resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_server_is_gone_after_its_block():
    with SlowServer(latency=0) as running:
        url = running.url
        assert not refuses(url)

    assert refuses(url)
    assert running.url == ""


def test_the_server_is_gone_after_an_error_in_its_block():
    with pytest.raises(LookupError) as caught, SlowServer(latency=0) as running:
        raise LookupError(running.url)

    (url,) = caught.value.args
    assert refuses(url)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_the_server_is_gone_after_its_parent_was_killed():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        url = parent.stdout.readline().strip()
        assert get(f"{url}alive") == "alive"

        parent.kill()

    eventually(lambda: refuses(url))


def test_two_servers_have_a_port_each():
    with SlowServer(latency=0) as one, SlowServer(latency=0) as other:
        assert one.url != other.url
        assert get(f"{one.url}one") == "one"
        assert get(f"{other.url}other") == "other"


def test_a_named_port_is_taken_if_it_is_free():
    with SlowServer(latency=0) as before:
        port = address(before.url)[1]

    with SlowServer(latency=0, port=port) as running:
        assert address(running.url) == ("127.0.0.1", port)


def test_a_named_port_that_is_taken_is_left_alone(quick):
    port = address(quick.url)[1]

    with SlowServer(latency=0, port=port) as running:
        assert address(running.url)[1] != port
        assert get(f"{running.url}here") == "here"


def test_a_server_can_start_again_after_it_stopped():
    running = SlowServer(latency=0)
    running.start().stop()

    with running:
        assert get(f"{running.url}again") == "again"


def test_a_running_server_does_not_start_again(quick):
    with pytest.raises(RuntimeError, match=f"running already, at {quick.url}"):
        quick.start()


def test_a_server_stops_as_often_as_one_likes():
    running = SlowServer(latency=0)

    running.stop()
    running.stop()

    assert running.url == ""


@pytest.mark.parametrize(
    "use", [lambda idle: idle.product_urls(1), SlowServer.seen, SlowServer.reset]
)
def test_a_server_that_does_not_run_is_of_no_use(use):
    with pytest.raises(RuntimeError, match="not running; start it first"):
        use(SlowServer(latency=0))


def test_a_negative_latency_is_refused():
    with pytest.raises(ValueError, match=r"must be finite and not negative, got -0\.5"):
        SlowServer(latency=-0.5)


def test_a_server_that_cannot_start_says_why_in_its_own_words():
    impossible = SlowServer(latency=0, port=70_000)

    with pytest.raises(RuntimeError, match="port must be 0-65535"):
        impossible.start()

    assert repr(impossible) == "SlowServer(latency=0)"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_server_that_does_not_start_is_not_waited_for_for_ever(monkeypatch, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 3600\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(server, "START_WITHIN", 0.05)

    with pytest.raises(RuntimeError, match=r"not ready after 0\.05 s"):
        SlowServer(latency=0).start()


def test_a_proxy_is_not_asked_for_what_is_on_loopback(monkeypatch, fresh):
    install_opener(None)  # or urllib goes on as it did when it was first used
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")  # where nobody listens

    assert fresh.seen().requests == 0


def test_a_server_starts_where_warnings_are_errors(monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "error::RuntimeWarning")

    with SlowServer(latency=0) as running:
        assert get(f"{running.url}here") == "here"


def test_a_server_shows_its_latency_and_where_it_runs(quick):
    assert repr(quick) == f"SlowServer(latency=0) at {quick.url}"


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # where nobody listens
    monkeypatch.setenv("no_proxy", "example.org")
    monkeypatch.setenv("NO_PROXY", "")

    with SlowServer(latency=0) as slow:  # starts a process: half a second
        answer = fetch_stock(slow.product_urls(3)[2])

    assert answer == stock(2)
    assert os.environ["no_proxy"] == "example.org,127.0.0.1"
