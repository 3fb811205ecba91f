"""What a claim needs from the interpreter and the machine before it's judged."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods
from typing import Any

from ..busy import IdleCores
from ..machine import gil_enabled
from .evidence import Kind
from .verdict import Outcome, Verdict

Reason = tuple[str, dict[str, str]]  # a key of `REASONS`, and what stands in its places


@dataclass(frozen=True)
class Interpreters:
    """The interpreters that a claim is about; by default all of them."""

    only_with_gil: bool = False
    only_free_threaded: bool = False
    only_since_python: tuple[int, int] | None = None
    only_with_start_method: str | None = None

    def __post_init__(self) -> None:
        if self.only_with_gil and self.only_free_threaded:
            raise ValueError(
                "no interpreter both has a GIL and is free-threaded: give "
                "only_with_gil= or only_free_threaded="
            )

    def mismatch(self) -> Reason | None:
        """Return why the claim isn't about this interpreter; None if it is."""
        if self.only_with_gil and not gil_enabled():
            return "gil", {}
        if self.only_free_threaded and gil_enabled():
            return "no gil", {}
        since = self.only_since_python
        if since is not None and sys.version_info < since:
            found = f"Python {_dotted(sys.version_info[:3])}"
            return "since", {"wanted": f"Python {_dotted(since)}", "found": found}
        if self.only_with_start_method not in (None, *get_all_start_methods()):
            return "start method", {"wanted": f"{self.only_with_start_method}"}
        return None

    def __str__(self) -> str:
        gil = "GIL" * self.only_with_gil + "no GIL" * self.only_free_threaded
        since = self.only_since_python
        python = f"Python ≥ {_dotted(since)}" if since else ""
        return ", ".join(filter(None, [gil, python, self.only_with_start_method]))


@dataclass(frozen=True)
class Controls:
    """The control experiments of a claim: what shows that the machine could do it."""

    idle_cores: IdleCores | None = None
    claim: Verdict | None = None
    #: What the controls found that passed, as entries of `claims.json`.
    passed: list[Mapping[str, Any]] = field(default_factory=list)

    def failure(self) -> Reason | None:
        """Run the controls, and return why they don't support the claim.

        Returns None if they all pass. A claim without any control fails here.
        """
        if self.claim is None and self.idle_cores is None:
            return "no control", {}
        if self.claim is not None and (reason := self._check_claim(self.claim)):
            return reason
        return self._check_cores(self.idle_cores) if self.idle_cores else None

    def _check_claim(self, control: Verdict) -> Reason | None:
        evidence = control.evidence
        if control.outcome is not Outcome.HOLDS:
            return "claim", {"wanted": control.claim, "found": evidence.shown}
        number = "" if evidence.kind is Kind.EXACT else evidence.number
        found = {"number": number, "unit": evidence.unit}
        self.passed.append({"kind": "claim", "claim": control.claim, **found})
        return None

    def _check_cores(self, control: IdleCores) -> Reason | None:
        used, wanted, count = control.measure(), control.wanted, control.count
        found = {"wanted": f"{wanted:.3g}", "found": f"{used:.3g}", "count": f"{count}"}
        if used < wanted:
            return {1: "core", 2: "second core"}.get(count, "cores"), found
        self.passed.append({"kind": "cores", **found})
        return None

    def names(self) -> list[str]:
        """Return what a verdict lists as needed: each control as the cell has it."""
        cores = self.idle_cores
        found = [f"requires_idle_cores={cores.count}"] if cores else []
        return [*found, self.claim.claim] if self.claim else found


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
