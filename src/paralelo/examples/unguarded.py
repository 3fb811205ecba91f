"""Use a pool of processes without the guard that keeps a worker from starting another.

python -m paralelo.examples.unguarded {fork,forkserver,spawn}
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

with ProcessPoolExecutor(2, mp_context=get_context(sys.argv[1])) as pool:
    print(*pool.map(abs, [-1, -2]))
