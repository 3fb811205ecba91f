"""The laboratory: what the chapters of *In Parallel* import, and show."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .heartbeat import Heartbeat, heartbeat, heartbeat_of_loop
from .machine import circumstances, gil_enabled, start_method, usable_cores
from .measure import Measurement, Ratio, Run, Sample, measure, repeat, seconds
from .neighbours import neighbours
from .observe import observe, observe_turns
from .server import SlowServer
from .simulate import computes, simulate, simulate_loop, simulate_turns, waits
from .strategies import Async, Processes, Sequential, Strategy, Threads, label
from .timeline import Interval, Timeline

if TYPE_CHECKING:
    from .claims import Needs, Verdict, check, exact, load_lowers, load_raises
    from .controls import Cores
    from .laws import amdahl, little
    from .pictures import Picture, dots, draw

#: Imported when first asked for: workers import this package, and ask for none of them.
LATER = {
    "claims": ("Needs", "Verdict", "check", "exact", "load_lowers", "load_raises"),
    "controls": ("Cores",),
    "laws": ("amdahl", "little"),
    "pictures": ("Picture", "dots", "draw"),
}

__all__ = [
    "Async",
    "Cores",
    "Heartbeat",
    "Interval",
    "Measurement",
    "Needs",
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
    "Verdict",
    "amdahl",
    "check",
    "circumstances",
    "computes",
    "dots",
    "draw",
    "exact",
    "gil_enabled",
    "heartbeat",
    "heartbeat_of_loop",
    "label",
    "little",
    "load_lowers",
    "load_raises",
    "measure",
    "neighbours",
    "observe",
    "observe_turns",
    "repeat",
    "seconds",
    "simulate",
    "simulate_loop",
    "simulate_turns",
    "start_method",
    "usable_cores",
    "waits",
]


def __getattr__(name: str) -> Any:
    for module, names in LATER.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
