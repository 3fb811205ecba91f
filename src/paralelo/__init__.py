"""The laboratory: what the chapters of *In Parallel* import, and show."""

from .machine import circumstances, gil_enabled, start_method, usable_cores
from .measure import Measurement, Ratio, Run, Sample, measure, repeat
from .observe import observe, observe_turns
from .pictures import Picture, dots, draw
from .server import SlowServer
from .strategies import Async, Processes, Sequential, Strategy, Threads
from .timeline import Interval, Timeline

__all__ = [
    "Async",
    "Interval",
    "Measurement",
    "Picture",
    "Processes",
    "Ratio",
    "Run",
    "Sample",
    "Sequential",
    "SlowServer",
    "Strategy",
    "Threads",
    "Timeline",
    "circumstances",
    "dots",
    "draw",
    "gil_enabled",
    "measure",
    "observe",
    "observe_turns",
    "repeat",
    "start_method",
    "usable_cores",
]
