"""Broken variants of chapter 5: each makes the claim of its name fail."""

import json
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from types import SimpleNamespace

import pytest

from paralelo import Processes, Sequential
from paralelo.hazards import increment_without_lock
from paralelo.measurement import Measurement
from paralelo.samples import Run, Sample
from paralelo.workloads import fail, no_op
from variants import fails

with_fork = pytest.mark.skipif(
    "fork" not in get_all_start_methods(), reason="the claim is about fork"
)
REPORT = """
import json, sys
from contextlib import nullcontext
from paralelo.examples import start_methods

start_methods.locked_by_a_thread = nullcontext  # no thread holds the lock
start_methods.run_lambda_in_pool = lambda context: "not asked"
print(json.dumps(start_methods.main("fork")))
"""

GUARDED = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        print(*pool.map(abs, [-1, -2]))
"""


@pytest.fixture(scope="module")
def pool():
    """A pool of one spawned process, which has to survive the test."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


def test_two_processes_use_more_than_one_core():
    burned = Sample((Run(wall=1.0, cpu=1.0),))  # one works while the other one waits
    times = Measurement({Processes(2): burned})

    assert fails(
        "two-processes-use-more-than-one-core", times=times, Processes=Processes
    )


def test_a_worker_process_changes_a_copy():
    left = {"mug": 2, "lamp": 1}
    with ThreadPoolExecutor(1) as pool:  # a worker that shares our memory
        pool.submit(left.clear).result()

    assert fails("a-worker-process-changes-a-copy", left=left, cart={})


def test_a_function_is_pickled_by_name():
    function = partial(max, 0)  # an object that's pickled with everything in it

    assert fails(
        "a-function-is-pickled-by-name", make_thumbnail=function, pickle=pickle
    )


def test_a_lambda_cannot_be_pickled():
    pickle.dumps(partial(max, 0))  # a function that isn't a lambda

    assert fails("a-lambda-cannot-be-pickled", outcome="pickled")


def test_a_file_name_is_cheaper_to_send_than_a_photo():
    photo = len(pickle.dumps(bytes(20)))  # a photo that's as small as its name
    name = len(pickle.dumps("photos/photo0.pgm"))

    assert fails(
        "a-file-name-is-cheaper-to-send-than-a-photo",
        photo_bytes=photo,
        name_bytes=name,
    )


@with_fork
def test_only_a_fork_knows_a_changed_global(pool):
    setting = pool.submit(str, "changed").result()  # the setting is an argument

    rows = [{"method": "spawn", "a changed global": setting}]
    assert fails("only-a-fork-knows-a-changed-global", rows=rows)


@with_fork
def test_only_a_fork_inherits_a_held_lock():
    command = [sys.executable, "-c", REPORT]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)

    rows = [json.loads(ran.stdout)]
    assert fails("only-a-fork-inherits-a-held-lock", rows=rows)


@with_fork
def test_only_a_fork_runs_a_lambda(pool):
    answer = pool.submit(str, "runs").result()  # not a lambda, so spawn runs it

    rows = [{"method": "spawn", "a lambda": answer}]
    assert fails("only-a-fork-runs-a-lambda", rows=rows)


def test_no_process_pool_runs_a_lambda():
    with ThreadPoolExecutor(1) as threads:  # a pool that pickles nothing
        answer = threads.submit(lambda: "runs").result()

    rows = [{"method": "spawn", "a lambda in a pool": answer}]
    assert fails("no-process-pool-runs-a-lambda", rows=rows)


def test_the_default_start_method_depends_on_system_and_version():
    context = get_context("spawn")  # a program that chooses, for the system's default
    linux = SimpleNamespace(platform="linux", version_info=(3, 13))

    assert fails(
        "the-default-start-method-depends-on-system-and-version",
        chosen=context.get_start_method(),
        sys=linux,
    )


@with_fork
def test_only_a_fork_needs_no_guard(tmp_path):
    program = tmp_path / "guarded.py"
    program.write_text(GUARDED, "utf8")
    command = [sys.executable, program]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)

    refused = {"spawn": "bootstrapping" in ran.stderr}
    assert fails("only-a-fork-needs-no-guard", refused=refused)


def test_a_cells_function_breaks_the_pool(pool):
    outcome = list(pool.map(no_op, [1000, 250]))  # a function that's in a file

    assert fails("a-cells-function-breaks-the-pool", outcome=outcome)


def test_a_function_from_a_file_runs_in_a_pool():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        error = pool.submit(a_function_without_file()).exception()

    assert fails("a-function-from-a-file-runs-in-a-pool", prices=type(error).__name__)


def a_function_without_file():
    """A function of a module that's only in this process's memory."""
    module = SimpleNamespace(__name__="prices")
    exec("def reduced(): return 900", vars(module))
    return module.reduced


def test_an_error_comes_back(pool):
    error = pool.submit(fail_without_message, "no photo for product 7").exception()

    assert fails("an-error-comes-back", error=error)


class LostError(ValueError):
    """An exception that loses its message on the way to another process."""

    def __reduce__(self):
        return ValueError, ()


def fail_without_message(message):
    raise LostError(message)


def test_a_dying_worker_is_reported(pool):
    error = pool.submit(sys.exit, 1).exception()  # an exit that the worker survives

    assert fails("a-dying-worker-is-reported", reported=type(error).__name__)


def test_one_exception_can_break_a_pool(pool):
    error = pool.submit(fail, "wrong").exception()  # one that can be unpickled

    assert fails(
        "one-exception-can-break-a-pool", after_an_exception=type(error).__name__
    )


def test_two_processes_lose_an_addition():
    counter, no_barrier = SimpleNamespace(value=0), SimpleNamespace(wait=int)
    for _ in "ab":  # one after the other
        increment_without_lock(counter, no_barrier)

    assert fails("two-processes-lose-an-addition", without_lock=counter.value)


def test_tiny_tasks_are_slower_in_processes():
    slow, fast = Sample((Run(2.0, 2.0),) * 7), Sample((Run(1.0, 2.0),) * 7)
    small = Measurement({Sequential(): slow, Processes(2): fast})  # large tasks

    assert fails("tiny-tasks-are-slower-in-processes", small=small)
