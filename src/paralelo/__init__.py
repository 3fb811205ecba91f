"""The laboratory: what the chapters of *In Parallel* import, and show."""

from .heartbeat import Heartbeat, heartbeat, heartbeat_of_loop
from .machine import circumstances, gil_enabled, start_method, usable_cores
from .measure import Measurement, Ratio, Run, Sample, measure, repeat, seconds
from .neighbours import neighbours
from .observe import observe, observe_turns
from .pictures import Picture, dots, draw
from .server import SlowServer
from .strategies import Async, Processes, Sequential, Strategy, Threads, label
from .timeline import Interval, Timeline

__all__ = [
    "Async",
    "Heartbeat",
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
    "heartbeat",
    "heartbeat_of_loop",
    "label",
    "measure",
    "neighbours",
    "observe",
    "observe_turns",
    "repeat",
    "seconds",
    "start_method",
    "usable_cores",
]
