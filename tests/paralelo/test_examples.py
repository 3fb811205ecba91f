"""The programs that chapters show and run, run as programs."""

import json
import multiprocessing
import subprocess
import sys

import pytest

from paralelo import SlowServer
from paralelo.examples import run_program
from paralelo.server import stock

PROGRAMS = ["fetch_with_threads", "fetch_with_asyncio", "poll_with_asyncio"]
METHODS = multiprocessing.get_all_start_methods()


def run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"paralelo.examples.{module}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_to_take_away_prints_the_stock_of_each_product(name):
    with SlowServer(latency=0) as server:
        urls = server.product_urls(6)

        printed = run_program(name, *urls)

    assert printed.splitlines() == [f"{url} {stock(n)}" for n, url in enumerate(urls)]


def test_a_program_that_fails_shows_why():
    with pytest.raises(RuntimeError, match=r"(?s)fetch_with_threads.*InvalidURL"):
        run_program("fetch_with_threads", "no address")


@pytest.mark.parametrize("method", METHODS)
def test_what_a_new_process_knows_depends_on_the_start_method(method):
    ran = run("start_methods", method)  # starts half a dozen processes

    found = json.loads(ran.stdout)
    copied = method == "fork"
    assert (found["a lambda"] == "runs") is copied
    assert (found["a changed global"] == "changed at run time") is copied
    assert (found["a held lock"] == "held for ever") is copied


@pytest.mark.parametrize("method", METHODS)
def test_only_a_fork_forgives_a_missing_guard(method):
    ran = run("unguarded", method)

    assert ("a new process" in ran.stdout) is (method == "fork")
    assert ("RuntimeError" in ran.stderr) is (method != "fork")


@pytest.mark.skipif("forkserver" not in METHODS, reason="no forkserver here")
def test_the_system_is_not_told_of_a_forkserver_s_children():
    ran = run("children_cpu", "forkserver", "0.3")

    system, child = map(float, ran.stdout.split())
    assert system < 0.1
    assert child >= 0.3
