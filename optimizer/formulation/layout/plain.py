"""The same instance without its boundary weight, for what is held beside the program instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from optimizer.formulation.objective import StageCost, boundary_price, stage_costs

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: Key of the weight in `[layout]`.
WEIGHT = "boundary_weight_tco2e_per_km"
#: Facts of an instance that do not depend on the weight.
SHARED = ("calendar", "land", "practices", "topsoil")


def without_boundary(instance: Instance) -> Instance:
    """The instance as if boundaries cost nothing: its program has no boundary rows and no edges."""
    layout = {**instance.settings.layout, WEIGHT: 0.0}
    plain = replace(instance, settings=replace(instance.settings, layout=layout))
    # What was worked out from the tables holds for both: it is long for a large instance.
    for name in SHARED:
        plain.__dict__[name] = getattr(instance, name)
    return plain


def plain_costs(instance: Instance, options: Options) -> tuple[StageCost, ...]:
    """Stages whose costs stop before the edges, but which know what a boundary costs."""
    costs = []
    for stage in stage_costs(without_boundary(instance), options):
        boundary = boundary_price(instance, stage.entries)
        label = stage.label + " less boundary" if boundary else stage.label
        costs.append(replace(stage, boundary=boundary, label=label))
    return tuple(costs)
