"""Start a process without the guard that keeps it from starting another one.

python -m paralelo.examples.unguarded {fork,forkserver,spawn}
"""

import multiprocessing
import sys
from typing import Any

context: Any = multiprocessing.get_context(sys.argv[1])
process = context.Process(target=print, args=("a new process",))
process.start()
process.join()
