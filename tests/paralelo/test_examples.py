"""The programs that chapters show and run, run as programs."""

import gzip
import json
import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

from paralelo import SlowServer
from paralelo.programs import run_program
from paralelo.server import stock
from paralelo.workloads import make_photo, make_thumbnail

PROGRAMS = {"fetch_with_threads": 4, "fetch_with_asyncio": 4, "poll_with_asyncio": 5}
METHODS = multiprocessing.get_all_start_methods()


def run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"paralelo.examples.{module}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(("name", "most"), PROGRAMS.items())
def test_a_program_to_take_away_prints_the_stock_of_each_product(name, most):
    with SlowServer(latency=0) as server:
        urls = server.product_urls(6)

        printed = run_program(name, *urls)
        seen = server.seen()

    assert printed.splitlines() == [f"{url} {stock(n)}" for n, url in enumerate(urls)]
    assert seen.peak <= most


def test_versions_are_compared_in_seven_rounds():
    *each, ratio = run_program("compare_versions").splitlines()

    assert [line.split()[0] for line in each] == ["before", "after"]
    assert ratio.startswith("before ÷ after: ")


def test_a_program_to_take_away_goes_on_after_a_failed_request():
    with SlowServer(latency=0, missing=[1]) as server:
        urls = server.product_urls(3)

        *progress, failed, last = run_program("fetch_all", *urls).splitlines()

    assert [line[:6] for line in progress] == ["1 of 3", "2 of 3", "3 of 3"]
    assert {line.partition(": ")[2] for line in progress} == set(urls)
    assert failed.startswith(f"failed: {urls[1]}: HTTPError: 404")
    assert last == "2 answers, 1 errors"


def test_a_program_to_take_away_makes_the_same_thumbnails_as_the_chapter(tmp_path):
    photo = make_photo(0)
    (tmp_path / "mug.pgm").write_bytes(b"P5 1000 1000 255\n" + photo)

    printed = run_program("make_thumbnails", str(tmp_path / "mug.pgm"))

    written = (tmp_path / printed.strip()).read_bytes()
    assert written == b"P5 100 100 255\n" + make_thumbnail(photo)


def test_the_program_that_compresses_writes_a_file_next_to_each(tmp_path):
    names = [tmp_path / "one.log", tmp_path / "two.log"]
    for path in names:
        path.write_text(f"{path.name}\n" * 1000)

    printed = run_program("compress_with_threads", *map(str, names))

    packed = [Path(f"{path}.gz") for path in names]
    assert [gzip.decompress(path.read_bytes()) for path in packed] == [
        path.read_bytes() for path in names
    ]
    assert printed == "".join(
        f"{path.name} compressed to {small.stat().st_size} bytes\n"
        for path, small in zip(names, packed, strict=True)
    )


def test_a_program_that_fails_shows_why():
    with pytest.raises(RuntimeError, match=r"(?s)fetch_with_threads.*InvalidURL"):
        run_program("fetch_with_threads", "no address")


@pytest.mark.parametrize("method", METHODS)
def test_what_a_new_process_knows_depends_on_the_start_method(method):
    ran = run("start_methods", method)  # starts half a dozen processes

    found = json.loads(ran.stdout)
    copied = method == "fork"
    assert (found["a lambda"] == "runs") is copied
    assert (found["a changed global"] == "changed") is copied
    assert (found["a held lock"] == "still locked") is copied
    assert found["threads"] == "1"
    assert "Error" in found["a lambda in a pool"]


@pytest.mark.parametrize("method", METHODS)
def test_only_a_fork_forgives_a_missing_guard(method):
    ran = run("unguarded", method)

    assert (ran.stdout == "1 2\n") is (method == "fork")
    assert ("RuntimeError" in ran.stderr) is (method != "fork")


@pytest.mark.skipif("forkserver" not in METHODS, reason="no forkserver here")
def test_the_system_is_not_told_of_a_forkserver_s_children():
    ran = run("children_cpu", "forkserver", "0.3")

    system, child = map(float, ran.stdout.split())
    assert system < 0.1
    assert child >= 0.3


def test_fetching_in_threads_and_computing_in_processes_go_together():
    with SlowServer(latency=0) as server:
        urls = server.product_urls(3)

        printed = run_program("fetch_and_compute", *urls)  # starts two processes

    found = [line.split() for line in printed.splitlines()]
    assert [url for url, _ in found] == urls
    # two are sold on an average day, so the stock lasts for half as many days
    assert all(abs(float(days) - stock(n) / 2) < 1 for n, (_, days) in enumerate(found))


@pytest.mark.parametrize("kind", ["threads", "tasks"])
def test_what_waits_needs_memory(kind):
    assert int(run_program("waiting_memory", kind, "500")) > 0
