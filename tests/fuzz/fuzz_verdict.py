"""What a mutated instance must end in: a refusal, a reason, or a certified answer."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from pathlib import Path

import optimizer as ro

#: The relative violations and gap a certified answer may have.
TOLERANCE = 1e-6


def verdict(folder: Path) -> str:
    """How reading and solving a folder ends; anything but the three right ends raises."""
    return end_of(lambda: ro.read_instance(folder))


def end_of(reading: Callable[[], ro.Instance]) -> str:
    """How reading an instance and solving it ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            instance = reading()
        except ro.InstanceRefused as refused:
            _hold(refused.findings, "a refusal without findings")
            _hold(all(f.seen and f.expected and f.do for f in refused.findings),
                  "a finding that does not say what was seen, expected and to be done")
            return "refused"
        try:
            solution = ro.solve(instance)
        except ro.Infeasible as infeasible:
            _hold(infeasible.reasons and all(infeasible.reasons), "Infeasible without a reason")
            return "infeasible"
        _certified(instance, solution)
        return "certified"


def _certified(instance: ro.Instance, solution: ro.Solution) -> None:
    """Hold a solution to its proof, to the independent judge of plans, and to its own tables."""
    proof = solution.certificate
    _hold(solution.status == "optimal", f"status {solution.status}")
    _hold(math.isfinite(solution.objective), f"objective {solution.objective}")
    for name in ("primal_violation", "dual_violation", "relative_gap"):
        _hold(abs(getattr(proof, name)) <= TOLERANCE, f"{name} {getattr(proof, name)}")
    judgement = ro.check_plan(instance, solution.plan)
    _hold(judgement.allowed, f"the judge of plans objects: {judgement.violations[:3]}")
    used = float(solution.plan["area_ha"].sum())
    _hold(math.isclose(used, solution.reclaimed_ha, rel_tol=1e-9, abs_tol=1e-9), "areas differ")
    for table in (solution.limits, solution.prices, solution.parcels, solution.stocks):
        _hold(table.columns.size > 0, "a table without columns")
    if instance.uses_carbon:
        _hold(solution.carbon.columns.size > 0, "no carbon table")
        size = max(1.0, sum(abs(term) for term in solution.carbon_terms.values()))
        _hold(abs(judgement.net_sink_tco2e - solution.net_sink_tco2e) <= TOLERANCE * size,
              f"net sink {solution.net_sink_tco2e}, judge {judgement.net_sink_tco2e}")


def _hold(condition: object, otherwise: str) -> None:
    if not condition:
        raise AssertionError(otherwise)
