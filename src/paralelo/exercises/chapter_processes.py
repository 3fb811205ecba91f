"""Exercises of *Processes*: fix a program until it runs under every start method."""

import os
import random
import signal
import subprocess
import sys
import tempfile
from multiprocessing import get_all_start_methods

from ..translatable import Message, message
from .feedback import Feedback, not_yet, right

PATIENCE = 10  # seconds for each run

#: The program to fix. It has three mistakes, and runs under no start method.
BROKEN = """\
import multiprocessing
import sys

scale = 1

def square(number):
    return scale * number**2

def main():
    global scale
    scale = int(sys.argv[2])
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(2) as pool:
        print(*pool.map(lambda n: square(n), range(4)))

main()
"""


def check_script(text: str) -> Feedback:
    """Check a program that is given a start method and a scale, and must print the
    squares of 0 to 3 times the scale, computed in other processes.

    It's run as a program under each start method that this system has, with another
    scale each time.
    """
    if "multiprocessing" not in text and "concurrent.futures" not in text:
        return not_yet("it starts no process at all")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "squares.py")
        with open(path, "w", encoding="utf8") as file:
            file.write(text)
        for method in get_all_start_methods():
            mistake = _run(path, method)
            if mistake:
                return not_yet(
                    "under {method}: {mistake}", method=method, mistake=mistake
                )
    return right("under {methods}", methods=", ".join(get_all_start_methods()))


def _run(path: str, method: str) -> Message | None:
    scale = random.randrange(2, 1000)
    command = [sys.executable, path, method, str(scale)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that its workers end with it
    ) as program:
        try:
            printed, errors = program.communicate(timeout=PATIENCE)
            ended = True
        except subprocess.TimeoutExpired:
            _end(program)
            printed, errors = program.communicate()
            ended = False
    expected = " ".join(str(scale * number**2) for number in range(4))
    if ended and printed.strip() == expected:
        return None
    return _mistake(printed.strip(), errors, ended)


def _end(program: "subprocess.Popen[str]") -> None:
    if hasattr(os, "killpg"):
        os.killpg(program.pid, signal.SIGKILL)
    else:
        program.kill()


def _mistake(printed: str, errors: str, ended: bool) -> Message:
    if "bootstrapping phase" in errors:
        return message(
            "the new process imports the program, and that starts a process again"
        )
    if "ickl" in errors:
        return message(
            "something that has to travel to another process can't be pickled"
        )
    if printed == "0 1 4 9":
        return message("the workers never heard of the scale that you were given")
    if not ended:
        return message("it was still running after {limit} s", limit=PATIENCE)
    if not errors.strip():
        return message("it printed {printed}, without an error", printed=repr(printed))
    last = errors.strip().splitlines()[-1]
    return message(
        "it printed {printed}, and {error}", printed=repr(printed), error=last
    )


REPAIRED = """\
import multiprocessing
import sys
from functools import partial

def square(scale, number):
    return scale * number**2

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(2) as pool:
        print(*pool.map(partial(square, int(sys.argv[2])), range(4)))
"""
