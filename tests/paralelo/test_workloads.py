"""Do the workloads do what they say, and return what can be compared?"""

import asyncio
import hashlib
import inspect
import pickle
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import aiohttp
import pytest
import requests

from paralelo import SlowServer, workloads
from paralelo.instrument import Steps
from paralelo.server import stock
from paralelo.workloads import aio_fetch_stock, aio_fetch_stock_blocking, fetch_stock

FUNCTIONS = [
    function
    for function in vars(workloads).values()
    if inspect.isfunction(function) and function.__module__ == workloads.__name__
]


class Refusing(BaseHTTPRequestHandler):
    """Answers nothing but errors: it has no `do_GET`."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with SlowServer(latency=0) as running:
        yield running


@pytest.fixture
def refusing_url():
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"


@pytest.fixture
def silent_url():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def ticking():
    """A stand-in for `time` in which each look at a clock takes a second."""
    look = iter(range(100)).__next__
    return SimpleNamespace(perf_counter=look, thread_time=look)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_every_workload_can_be_pickled(function):
    assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize(("x", "total"), [(0, 0), (1, 0), (2, 14), (3, 204)])
def test_cpu_heavy_adds_the_squares_below_x_squared(x, total):
    assert workloads.cpu_heavy(x) == total


def test_a_photo_comes_from_its_number_alone():
    assert workloads.make_photo(7) == workloads.make_photo(7)
    assert workloads.make_photo(7) != workloads.make_photo(8)


def test_each_pixel_of_a_thumbnail_is_the_average_of_a_block():
    row = b"".join(bytes([grey, grey + 2]) * 5 for grey in range(100))

    thumbnail = workloads.make_thumbnail(row * workloads.SIDE)

    assert thumbnail == bytes(range(1, 101)) * 100


def test_both_clients_get_the_answer_of_the_server(server):
    (url,) = server.product_urls(1)

    assert fetch_stock(url) == stock(0)
    assert asyncio.run(aio_fetch_stock(url)) == stock(0)
    assert asyncio.run(aio_fetch_stock_blocking(url)) == stock(0)


def test_an_error_of_the_server_is_an_error_of_the_task(refusing_url):
    with pytest.raises(requests.HTTPError, match="501"):
        fetch_stock(refusing_url)


def test_an_error_of_the_server_is_an_error_of_the_coroutine(refusing_url):
    with pytest.raises(aiohttp.ClientResponseError, match="501"):
        asyncio.run(aio_fetch_stock(refusing_url))


def test_a_server_that_never_answers_is_given_up(monkeypatch, silent_url):
    monkeypatch.setattr(workloads, "TIMEOUT", 0.01)

    with pytest.raises(requests.Timeout):
        fetch_stock(silent_url)


def test_a_server_that_never_answers_is_given_up_by_the_coroutine(
    monkeypatch, silent_url
):
    monkeypatch.setattr(workloads, "TIMEOUT", 0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(aio_fetch_stock(silent_url))


def test_waiting_returns_how_long():
    assert workloads.sleep(0.001) == 0.001
    assert asyncio.run(workloads.aio_sleep(0.001)) == 0.001


def test_burning_takes_at_least_as_much_cpu_time_as_asked_for():
    before = time.thread_time()  # CPU time, which no neighbour can lengthen

    assert workloads.burn(0.02) == 0.02

    assert time.thread_time() - before >= 0.02


def test_spinning_reports_until_its_time_is_over(monkeypatch):
    monkeypatch.setattr(workloads, "time", ticking())

    reports = list(workloads.spin(3))

    assert len(reports) == 2  # at 1 s and 2 s; at 3 s it is over


def test_polite_computing_lets_the_loop_go_on_after_each_part(monkeypatch):
    burnt = []
    monkeypatch.setattr(workloads, "time", ticking())
    monkeypatch.setattr(workloads, "burn", burnt.append)
    steps = Steps(workloads.aio_burn_cooperative(3))

    asyncio.run(finish(steps))

    assert burnt == [0.005, 0.005]
    assert len(steps.taken) == 3


async def finish(steps):
    await steps


def test_a_sum_in_c_adds_the_numbers_below_n():
    assert workloads.sum_in_c(5) == 10


def test_hashing_is_of_as_many_megabytes_as_asked_for():
    assert workloads.sha256_block(2) == hashlib.sha256(b"\0" * 2_000_000).hexdigest()


@pytest.mark.parametrize(
    ("workers", "looks", "end"), [(1, 2, "still waiting"), (2, 6000, "result")]
)
def test_only_a_pool_with_a_free_worker_answers_its_own_task(workers, looks, end):
    with ThreadPoolExecutor(workers) as pool:
        asking = pool.submit(workloads.submit_to_same_pool, pool, looks)

        assert asking.result() == end


def test_a_two_part_error_is_lost_on_the_way_between_processes():
    with pytest.raises(workloads.TwoPartError, match="part: because") as caught:
        workloads.fail_in_two_parts("because")

    letter = pickle.dumps(caught.value)

    with pytest.raises(TypeError, match="reason"):
        pickle.loads(letter)


def test_failing_is_with_the_reason_given():
    with pytest.raises(ValueError, match=r"^because$"):
        workloads.fail("because")
