"""Chapter *Processes*: repair a program until every start method can run it."""

import os
import subprocess
import sys
import tempfile
from multiprocessing import get_all_start_methods

from .feedback import Feedback, not_yet, right

PATIENCE = 30  # seconds for each run
EXPECTED = "0 10 40 90"

#: What the reader is given. It runs under fork, and only there.
BROKEN = """\
import multiprocessing
import sys

scale = 1

def square(number):
    return scale * number**2

scale = int(sys.argv[2])
context = multiprocessing.get_context(sys.argv[1])
pool = context.Pool(2)
print(*pool.map(lambda n: square(n), range(4)))
"""


def check_script(text: str) -> Feedback:
    """Check a program that is given a start method and a scale of 10, and must print
    10 times the squares of 0 to 3, computed in other processes.

    It is run as a program under each start method that this system has.
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
                return not_yet(f"under {method}: {mistake}")
    return right(f"under {', '.join(get_all_start_methods())}")


def _run(path: str, method: str) -> str:
    command = [sys.executable, path, method, "10"]
    try:
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it was still running after {PATIENCE} s"
    printed = ran.stdout.strip()
    if printed == EXPECTED:
        return ""
    if "freeze_support" in ran.stderr or "bootstrapping phase" in ran.stderr:
        return "the new process imports the program, and that starts a process again"
    if "ickl" in ran.stderr:
        return "something that has to travel to another process can't be pickled"
    if printed == "0 1 4 9":
        return "the workers never heard of the scale that you were given"
    last = ran.stderr.strip().splitlines()[-1:] or ["no error"]
    return f"it printed {printed!r}, and {last[0]}"
