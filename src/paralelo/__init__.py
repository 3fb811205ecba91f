"""What the chapters of *In Parallel* import: strategies, measurements, pictures."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .heartbeat import aio_heartbeat, heartbeat
from .machine import environment_info, gil_enabled, start_method, usable_cores
from .measure import measure
from .observe import observe, observe_time_slices
from .samples import format_seconds, repeat
from .server import SlowServer
from .simulate import (
    cpu_work,
    io_wait,
    simulate,
    simulate_loop,
    simulate_time_slices,
)
from .strategies import Async, Processes, Sequential, Threads, label

if TYPE_CHECKING:
    from .busy import background_load
    from .claims.check import check
    from .claims.evidence import exact, lower_bound, upper_bound
    from .laws import amdahl, little
    from .pictures import dot_plot, draw

#: Imported on first use: every worker process imports this package and uses none of it.
LAZY = {
    "busy": ("background_load",),
    "claims.check": ("check",),
    "claims.evidence": ("exact", "lower_bound", "upper_bound"),
    "laws": ("amdahl", "little"),
    "pictures": ("dot_plot", "draw"),
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
    for module, names in LAZY.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
