import threading
from multiprocessing import get_context
from types import SimpleNamespace

import pytest

from paralelo.hazards import add_one_carelessly


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_of_all_careless_additions_one_is_left(workers):
    counter, barrier = SimpleNamespace(value=0), threading.Barrier(workers)
    arguments = (counter, barrier)

    threads = [
        threading.Thread(target=add_one_carelessly, args=arguments)
        for _ in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counter.value == 1


def test_processes_lose_additions_to_a_shared_value_just_the_same():
    context = get_context("spawn")  # two interpreters start: half a second
    counter, barrier = context.Value("i", 0), context.Barrier(2)

    pair = [
        context.Process(target=add_one_carelessly, args=(counter, barrier))
        for _ in range(2)
    ]
    for process in pair:
        process.start()
    for process in pair:
        process.join()

    assert counter.value == 1
