r"""The curve over the boundary weight: what compactness costs, and where it starts to cost much.

    z(w) = max  rest(x) - w boundary_km(x)

is convex; its slope is minus the kilometres of boundary, and its front is carbon against
boundary. The knee is the plan of the front that lies farthest above the line between its ends,
both axes taken as shares of the way: left of it a kilometre saved costs less than on average,
right of it more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.curve.moving import Moving
from optimizer.analysis.curve.path import FILE, Parameter, parameter_of
from optimizer.formulation.layout.neighbours import boundary_weight
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.read import with_overrides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.analysis.curve.record import Front
    from optimizer.formulation.objective import StageCost
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance

#: How a boundary weight is named, short and as `--set` takes it.
NAMES = ("boundary", "layout.boundary_weight_tco2e_per_km")
#: Weight at which the program is laid out, so that it has edges whatever the weight is now.
LAID_OUT_AT = 1.0


def curve_parameter(instance: Instance, path: str, *, shift: bool = False) -> Parameter:
    """Find the number that a path names (see `parameter_of`); `boundary` is a weight as well."""
    if path.strip() in NAMES and not shift:
        return boundary_parameter(instance)
    return parameter_of(instance, path, shift=shift)


def boundary_parameter(instance: Instance) -> Parameter:
    """Return the weight of boundaries as the number of a curve.

    Raises
    ------
    InstanceRefused
        If the instance has no neighbours, no net sink to weigh against, or pays for boundaries
        in an earlier stage, or at another rate than one to one.
    """
    path, value = NAMES[1], boundary_weight(instance)
    laid_out = with_overrides(instance, {path: LAID_OUT_AT})
    if not boundary_weight(laid_out):
        _refuse(instance, "no boundary to weigh", "an objective on net_sink, and a table adjacency")
    entries = instance.settings.objectives
    last = max(entry.stage for entry in entries)
    paying = [entry for entry in entries if entry.account == "net_sink"]
    if len(paying) > 1 or paying[0].stage != last or paying[0].weight != 1.0:
        _refuse(instance, "not weighed against t CO2e alone",
                "one entry net_sink with weight 1, in the last stage of the objective")
    return Parameter(laid_out, path, "weight of the boundary", "t CO2e per km", value, 0.0,
                     math.inf, kind="weight", sense="min")


def _refuse(instance: Instance, rule: str, expected: str) -> None:
    raise InstanceRefused(instance.name, [Finding(
        FILE, rule, "boundary", expected, "Change the objective, or add adjacency.csv.")])


def moving_boundary(program: LinearProgram, last: StageCost) -> Moving:
    """Let the costs of the edges move with their weight.

    Parameters
    ----------
    program
        Of the instance laid out at weight 1.
    last
        Its last stage.
    """
    none = np.zeros(program.shape[0])
    per_weight_c = np.where(program.columns.is_edge, last.cost_c / LAID_OUT_AT, 0.0)
    return Moving(program, LAID_OUT_AT, none, none, per_weight_c)


def knee_of(front: Sequence[Front]) -> int:
    """Position of the knee of a front; -1 where it has fewer than three plans.

    Parameters
    ----------
    front
        From the largest rest to the best account, which is to be small.
    """
    if len(front) < 3:
        return -1
    first, last = front[0], front[-1]
    saved = np.array([first.account - one.account for one in front])
    lost = np.array([first.objective - one.objective for one in front])
    if not (saved[-1] > 0.0 and lost[-1] > 0.0):
        return -1
    above = saved / (first.account - last.account) - lost / (first.objective - last.objective)
    return int(np.argmax(above))


def weight_within(one: Front) -> float:
    """Weight for which a plan is best, with as few digits as tell it from its neighbours."""
    if math.isinf(one.weight_to):
        return 2.0 * one.weight_from or 1.0
    middle = 0.5 * (one.weight_from + one.weight_to)
    for digits in range(1, 15):
        rounded = float(f"{middle:.{digits}g}")
        if one.weight_from < rounded < one.weight_to:
            return rounded
    return middle
