"""Land-use allocation for reclaimed open-pit mine land: the largest net carbon sink, certified.

    import optimizer as ro
    instance = ro.read_instance("instances/two-parcels")
    solution = ro.solve(instance)
    solution.plan

The names below are the public interface; they are imported when first used, so that
`import optimizer` stays quick and touches neither disk nor solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from optimizer.version import __version__

if TYPE_CHECKING:
    from optimizer.analysis.alternatives.alternatives import alternatives as alternatives
    from optimizer.analysis.check import check_plan as check_plan
    from optimizer.analysis.compare.compare import compare as compare
    from optimizer.analysis.curve.curve import value_curve as value_curve
    from optimizer.analysis.curve.surface import value_surface as value_surface
    from optimizer.analysis.diff import diff as diff
    from optimizer.analysis.explain.eligibility import eligibility_table as eligibility  # noqa: F401
    from optimizer.analysis.explain.explain import explain as explain
    from optimizer.analysis.explain.obstacles import eligibility_map as eligibility_map
    from optimizer.analysis.explain.obstacles import hectares_by_obstacle as hectares_by_obstacle
    from optimizer.analysis.explain.parcel import explain_parcel as explain_parcel
    from optimizer.analysis.mining.balance import mining_balance as mining_balance
    from optimizer.analysis.prices.prices import prices as prices
    from optimizer.analysis.uncertainty.robust import robust as robust
    from optimizer.analysis.uncertainty.sensitivity import sensitivity as sensitivity
    from optimizer.analysis.verify import verify as verify
    from optimizer.formulation.assemble import assemble as assemble
    from optimizer.formulation.bridge import pyomo_model as pyomo_model
    from optimizer.geo.land import import_land as import_land
    from optimizer.geo.request import ImportRequest as ImportRequest
    from optimizer.geo.write import write_import as write_import
    from optimizer.instance.findings import Finding as Finding
    from optimizer.instance.findings import InstanceRefused as InstanceRefused
    from optimizer.instance.read import read_instance as read_instance
    from optimizer.instance.read import with_overrides as with_overrides
    from optimizer.instance.record import Instance as Instance
    from optimizer.instance.workbook.sheets import write_workbook as write_workbook
    from optimizer.instance.write import write_instance as write_instance
    from optimizer.report.exported import export as export
    from optimizer.report.output import write_out as write_out
    from optimizer.report.sweep import sweep as sweep
    from optimizer.solve.engine import solve as solve
    from optimizer.solve.errors import Infeasible as Infeasible
    from optimizer.solve.errors import Stopped as Stopped
    from optimizer.solve.solution import Solution as Solution

#: Public name -> (module, name there).
_PUBLIC = {
    "alternatives": ("optimizer.analysis.alternatives.alternatives", "alternatives"),
    "robust": ("optimizer.analysis.uncertainty.robust", "robust"),
    "sensitivity": ("optimizer.analysis.uncertainty.sensitivity", "sensitivity"),
    "Finding": ("optimizer.instance.findings", "Finding"),
    "ImportRequest": ("optimizer.geo.request", "ImportRequest"),
    "Infeasible": ("optimizer.solve.errors", "Infeasible"),
    "Instance": ("optimizer.instance.record", "Instance"),
    "InstanceRefused": ("optimizer.instance.findings", "InstanceRefused"),
    "Solution": ("optimizer.solve.solution", "Solution"),
    "Stopped": ("optimizer.solve.errors", "Stopped"),
    "assemble": ("optimizer.formulation.assemble", "assemble"),
    "compare": ("optimizer.analysis.compare.compare", "compare"),
    "diff": ("optimizer.analysis.diff", "diff"),
    "check_plan": ("optimizer.analysis.check", "check_plan"),
    "eligibility": ("optimizer.analysis.explain.eligibility", "eligibility_table"),
    "explain_parcel": ("optimizer.analysis.explain.parcel", "explain_parcel"),
    "hectares_by_obstacle": ("optimizer.analysis.explain.obstacles", "hectares_by_obstacle"),
    "eligibility_map": ("optimizer.analysis.explain.obstacles", "eligibility_map"),
    "export": ("optimizer.report.exported", "export"),
    "explain": ("optimizer.analysis.explain.explain", "explain"),
    "mining_balance": ("optimizer.analysis.mining.balance", "mining_balance"),
    "import_land": ("optimizer.geo.land", "import_land"),
    "pyomo_model": ("optimizer.formulation.bridge", "pyomo_model"),
    "read_instance": ("optimizer.instance.read", "read_instance"),
    "solve": ("optimizer.solve.engine", "solve"),
    "sweep": ("optimizer.report.sweep", "sweep"),
    "prices": ("optimizer.analysis.prices.prices", "prices"),
    "value_curve": ("optimizer.analysis.curve.curve", "value_curve"),
    "value_surface": ("optimizer.analysis.curve.surface", "value_surface"),
    "verify": ("optimizer.analysis.verify", "verify"),
    "with_overrides": ("optimizer.instance.read", "with_overrides"),
    "write_instance": ("optimizer.instance.write", "write_instance"),
    "write_workbook": ("optimizer.instance.workbook.sheets", "write_workbook"),
    "write_import": ("optimizer.geo.write", "write_import"),
    "write_out": ("optimizer.report.output", "write_out"),
}

__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604 - names come from the table above


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _PUBLIC:
        message = f"module 'optimizer' has no attribute {name!r}"
        raise AttributeError(message)
    module, attribute = _PUBLIC[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
