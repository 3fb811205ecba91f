"""Is the author of a failing cell told what she most likely didn't know?

The errors are Python's own, raised by what such cells do.
"""

import asyncio
import pickle
import socket
import sys
import traceback
from types import ModuleType, SimpleNamespace
from unittest.mock import patch

import pytest
from ipykernel.kernelbase import Kernel
from IPython.core.error import StdinNotImplementedError

from bookbuild.execution.hints import hint


def start_a_second_event_loop():
    async def main():
        waiting = asyncio.sleep(0)
        try:
            asyncio.run(waiting)
        finally:
            waiting.close()

    asyncio.run(main())


def listen_on_one_port_twice():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_server(server.getsockname())


def find_a_function_of_a_cell_as_a_worker_does():
    with patch.dict(sys.modules, __main__=ModuleType("__main__")):
        pickle.loads(b"\x80\x04\x8c\x08__main__\x8c\x06double\x93.")


def ask_for_too_much_memory():
    bytes(10**18)


def ask_the_reader():
    # As the kernel's `input` answers where nobody can type.
    Kernel.raw_input(SimpleNamespace(_allow_stdin=False))


FAULTS = {
    ask_the_reader: (
        StdinNotImplementedError,
        "no reader can answer it in a build: write the answer into the cell",
    ),
    start_a_second_event_loop: (
        RuntimeError,
        "in a cell an event loop runs already: write await main() at its top level",
    ),
    listen_on_one_port_twice: (
        OSError,
        "another program has it; port 0 takes one that is free",
    ),
    find_a_function_of_a_cell_as_a_worker_does: (
        AttributeError,
        "a worker process can't find double, which a cell defines; move it to src",
    ),
    ask_for_too_much_memory: (
        MemoryError,
        "it asked for more memory than this machine or ulimit -v gives it",
    ),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_an_author_did_not_know_is_said_with_the_error(fault):
    kind, advice = FAULTS[fault]
    with pytest.raises(kind) as raised:
        fault()

    said = "".join(traceback.format_exception(raised.value))

    assert hint(said) == advice


def test_an_error_that_is_not_well_known_has_no_hint():
    assert hint("ValueError: 42") == ""
