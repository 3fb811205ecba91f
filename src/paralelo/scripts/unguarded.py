"""A program that starts a process, and forgot that the process may import it.

python -m paralelo.scripts.unguarded {fork,forkserver,spawn}
"""

import multiprocessing
import sys
from typing import Any

context: Any = multiprocessing.get_context(sys.argv[1])
process = context.Process(target=print, args=("a new process",))
process.start()
process.join()
