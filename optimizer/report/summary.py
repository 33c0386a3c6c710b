"""`summary.json`: the answer in one page, with keys scripts may rely on."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from optimizer.analysis.layout import Layout, layout_of, lead_uses
from optimizer.version import __version__

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution

#: Phases of a run, in order; every one is reported.
PHASES = ("read", "check", "carbon", "assemble", "solve", "certify", "write")


def summary_of(solution: Solution, seconds: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Sum a solution up in plain values.

    Parameters
    ----------
    solution
        What was solved.
    seconds
        Further phases measured by the caller (read, check, write); added to the solution's.

    Returns
    -------
    dict
        The keys declared in `output_schema.SUMMARY_KEYS`, in that order.
    """
    instance = solution.instance
    layout = layout_of(instance, solution.plan)
    certificate = solution.certificate
    return {
        "status": solution.status,
        "objective": _plain(solution.objective),
        "objective_unit": solution.stages[-1].unit,
        "objective_terms": _plain(solution.objective_terms),
        "bound": _plain(solution.bound),
        "solver_bound": _plain(solution.solver_bound),
        "relative_gap": _plain(solution.relative_gap),
        "net_sink_tco2e": _plain(solution.net_sink_tco2e),
        "absolute_sink_tco2e": _plain(solution.absolute_sink_tco2e),
        "carbon_terms": _plain(solution.carbon_terms),
        "reclaimed_ha": _plain(solution.reclaimed_ha),
        "available_ha": _plain(solution.available_ha),
        "area_by_use": _plain(solution.area_by_use),
        "layout": None if layout is None else _layout(solution, layout),
        "engine": solution.engine,
        "engine_reason": solution.engine_reason,
        "solver": solution.solver,
        "version": __version__,
        "instance": instance.name,
        "instance_sha256": instance.sha256,
        "options": solution.options_listed or solution.options.count,
        "seconds": _seconds(solution.seconds, seconds or {}),
        "certificate": {
            "primal_violation": _plain(certificate.primal_violation),
            "dual_violation": _plain(certificate.dual_violation),
            "relative_gap": _plain(certificate.relative_gap),
        },
        "stages": [_stage(stage) for stage in solution.stages],
        "holding_if_nothing_done": _plain(solution.holding_if_nothing_done),
        "lead_uses": [_plain(asdict(one)) for one in lead_uses(instance, solution.plan)],
        "overrides": list(instance.settings.overrides),
        "library": instance.settings.library_version,
        "whole_parcels": solution.whole_parcels,
    }


def _layout(solution: Solution, layout: Layout) -> dict[str, Any]:
    """Measures of the layout, and what least patches cost where there are any."""
    measures: dict[str, Any] = _plain(asdict(layout))
    cost = solution.patch_cost
    if cost is not None:
        measures["patch_repair"] = cost.how
        measures["patch_repair_cost"] = _plain(cost.objective)
        measures["patch_repair_cost_tco2e"] = _plain(cost.net_sink_tco2e)
    return measures


def summary_text(summary: Mapping[str, Any]) -> str:
    """Write a summary as JSON; infinities would not be JSON and are refused."""
    return json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _stage(stage: Any) -> dict[str, Any]:
    """One stage of the objective as plain values."""
    keys = ("number", "label", "unit", "objective", "bound", "relative_gap", "floor")
    return {key: _plain(getattr(stage, key)) for key in keys}


def _seconds(solved: Mapping[str, float], added: Mapping[str, float]) -> dict[str, float]:
    """Phases in order, rounded to a millisecond."""
    total = {phase: solved.get(phase, 0.0) + added.get(phase, 0.0) for phase in PHASES}
    return {phase: round(value, 3) for phase, value in total.items()}


def _plain(value: Any) -> Any:
    """Numbers as plain floats and integers; what is not a finite number becomes None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value
    number = float(value)
    return number + 0.0 if math.isfinite(number) else None
