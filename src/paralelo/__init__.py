"""What the chapters of *In Parallel* import: strategies, measurements, pictures.

A name's module is imported when the name is first used, because every worker process
imports this package and uses next to none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .busy import background_load
    from .claims.check import check
    from .claims.evidence import exact, lower_bound, upper_bound
    from .heartbeats import aio_heartbeat, beats_during, heartbeat
    from .laws import amdahl, little
    from .machine import environment_info, gil_enabled, start_method, usable_cores
    from .measurement import measure
    from .pictures.dots import dot_plot
    from .pictures.lanes import draw
    from .samples import format_seconds, repeat
    from .server import SlowServer
    from .strategies import Async, Processes, Sequential, Threads, label
    from .timelines.observe import observe, observe_time_slices
    from .timelines.simulate import (
        cpu_work,
        io_wait,
        simulate,
        simulate_loop,
        simulate_time_slices,
    )

#: The names by module. No module has the name of a function in it: the import of one
#: would hide the other.
MODULES = {
    "busy": ("background_load",),
    "claims.check": ("check",),
    "claims.evidence": ("exact", "lower_bound", "upper_bound"),
    "heartbeats": ("aio_heartbeat", "beats_during", "heartbeat"),
    "laws": ("amdahl", "little"),
    "machine": ("environment_info", "gil_enabled", "start_method", "usable_cores"),
    "measurement": ("measure",),
    "pictures.dots": ("dot_plot",),
    "pictures.lanes": ("draw",),
    "samples": ("format_seconds", "repeat"),
    "server": ("SlowServer",),
    "strategies": ("Async", "Processes", "Sequential", "Threads", "label"),
    "timelines.observe": ("observe", "observe_time_slices"),
    "timelines.simulate": (
        "cpu_work",
        "io_wait",
        "simulate",
        "simulate_loop",
        "simulate_time_slices",
    ),
}

__all__ = [
    "Async",
    "Processes",
    "Sequential",
    "SlowServer",
    "Threads",
    "aio_heartbeat",
    "amdahl",
    "background_load",
    "beats_during",
    "check",
    "cpu_work",
    "dot_plot",
    "draw",
    "environment_info",
    "exact",
    "format_seconds",
    "gil_enabled",
    "heartbeat",
    "io_wait",
    "label",
    "little",
    "lower_bound",
    "measure",
    "observe",
    "observe_time_slices",
    "repeat",
    "simulate",
    "simulate_loop",
    "simulate_time_slices",
    "start_method",
    "upper_bound",
    "usable_cores",
]


def __getattr__(name: str) -> Any:
    for module, names in MODULES.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__  # what completion offers
