"""Broken variants of chapter 7: each makes the claim of its name fail."""

from multiprocessing import get_context

from paralelo import (
    Async,
    Processes,
    Sequential,
    Threads,
    io_wait,
    lower_bound,
    simulate,
)
from paralelo.claims.check import check
from paralelo.laws import gustafson
from paralelo.measurement import Measurement
from paralelo.samples import Run, Sample
from variants import fails

WORKERS = 2


def measured(**runs):
    """A made-up measurement: for each strategy, its wall times and CPU time."""
    names = {
        "loop": Sequential(),
        "threads": Threads(WORKERS),
        "processes": Processes(WORKERS),
        "on_a_loop": Async(),
    }
    return Measurement(
        {
            names[name]: Sample(tuple(Run(wall, cpu) for wall in walls))
            for name, (walls, cpu) in runs.items()
        }
    )


def test_a_set_needs_one_comparison_for_each_number():
    # a list: it's searched from its beginning
    ours, known = range(0, 30, 2), list(range(0, 30, 3))
    comparisons = sum(
        known.index(number) + 1 if number in known else len(known) for number in ours
    )

    assert fails(
        "a-set-needs-one-comparison-for-each-number", ours=ours, with_set=comparisons
    )


def test_empty_tasks_are_done_sooner_by_threads():
    # processes that hand over a task for less than threads do
    many = measured(threads=([0.2] * 7, 0.2), processes=([0.1] * 7, 0.2))

    assert fails("empty-tasks-are-done-sooner-by-threads", many=many, workers=WORKERS)


def test_processes_compute_in_parallel():
    # a pool with a single process
    computing = measured(processes=([0.9] * 3, 0.9))

    assert fails("processes-compute-in-parallel", computing=computing, workers=WORKERS)


def test_threads_do_not_compute_in_parallel():
    # threads of an interpreter that doesn't have a GIL
    computing = measured(threads=([0.45] * 3, 0.9))
    two_cores_are_free = check("processes", lower_bound(1.9, "cores"), at_least=1.1)

    assert fails(
        "threads-do-not-compute-in-parallel",
        computing=computing,
        in_parallel=two_cores_are_free,
        workers=WORKERS,
    )


def test_threads_run_c_code_in_parallel():
    # C code that holds the GIL
    hashing = measured(threads=([0.9] * 3, 0.9))

    assert fails("threads-run-c-code-in-parallel", hashing=hashing, workers=WORKERS)


def test_threads_overlap_waits():
    # threads that wait for one another
    waiting = measured(threads=([8 * 0.051] * 3, 0.01))

    assert fails("threads-overlap-waits", waiting=waiting, workers=WORKERS)


def test_a_loop_overlaps_a_thousand_waits():
    # the loop lets five hundred at a time wait, and is late with each
    many_waits = measured(on_a_loop=([0.41] * 3, 0.01))

    assert fails("a-loop-overlaps-a-thousand-waits", many_waits=many_waits)


def test_a_waiting_task_needs_less_memory_than_a_thread():
    # each task waits in a thread of its own
    assert fails(
        "a-waiting-task-needs-less-memory-than-a-thread",
        for_a_thread=16_000,
        for_a_task=17_000,
    )


def test_a_process_that_hangs_can_be_killed():
    # a process that has nothing to do, and ends by itself
    process = get_context("spawn").Process(target=abs, args=(0,))
    process.start()
    process.join()

    assert fails("a-process-that-hangs-can-be-killed", process=process)


def test_nine_tenths_never_make_ten():
    # the law for work that grows with the workers
    assert fails("nine-tenths-never-make-ten", amdahl=gustafson)


def test_ten_at_once_are_fifty_a_second():
    # a server that works on twenty at a time
    queue = simulate([io_wait(0.2)] * 1000, workers=20)

    assert fails("ten-at-once-are-fifty-a-second", queue=queue)
