r"""Exact ranges: the least and the most hectares over all plans within the loss.

    least = min sum_{o in group} x_o,   most = max sum_{o in group} x_o    over the plans of `near`

one group a use, one a zone, and all land; two linear programs each. Every end carries a bound that
is recomputed from prices alone: no plan within the loss lies beyond it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.certificate import upper_bound

if TYPE_CHECKING:
    from optimizer.analysis.alternatives.near import Near


@dataclass(frozen=True)
class Range:
    """How many hectares of something the plans within the loss have.

    Parameters
    ----------
    kind, name
        `use`, `zone` (land reclaimed in it) or `all` (land reclaimed), and which.
    optimum_ha
        What the optimum has.
    least_ha, most_ha
        Ends of the range, each reached by a plan.
    least_bound_ha, most_bound_ha
        No plan within the loss has less or more, from prices alone.
    """

    kind: str
    name: str
    optimum_ha: float
    least_ha: float
    most_ha: float
    least_bound_ha: float
    most_bound_ha: float


def ranges_of(
    near: Near, progress: Callable[[str], None]
) -> tuple[tuple[Range, ...], list[NDArray[np.float64]]]:
    """Find every range, and the plans at their ends, shape (C,) each."""
    found, plans = [], []
    for kind, name, member_o in _groups(near):
        progress(f"range of {name or 'all land'}")
        cost_c = np.zeros(near.program.shape[1])
        cost_c[:len(member_o)] = member_o
        most, most_bound, most_x = _end(near, cost_c)
        least, least_bound, least_x = _end(near, -cost_c)
        optimum = math.fsum(cost_c * near.solution.x_c)
        found.append(Range(kind, name, optimum, 0.0 - least, most, max(0.0, -least_bound),
                           most_bound))
        plans += [least_x, most_x]
    return tuple(found), plans


def _end(
    near: Near, cost_c: NDArray[np.float64]
) -> tuple[float, float, NDArray[np.float64]]:
    """Largest value of a cost over the plans, its bound, and the plan."""
    x_c, price_r = near.best(cost_c)
    value = math.fsum(cost_c * x_c)
    return value, max(value, upper_bound(near.program.with_cost(cost_c), price_r)), x_c


def _groups(near: Near) -> Iterator[tuple[str, str, NDArray[np.float64]]]:
    """Kind, name and members (1 or 0 for each option) of everything that has a range."""
    instance, options = near.solution.instance, near.solution.options
    use_o = instance.practices.use_um[options.practice_o]
    for u, use in enumerate(instance.practices.uses):
        yield "use", use, (use_o == u).astype(float)
    zone_o = instance.land.zone_i[options.parcel_o]
    for z, zone in enumerate(instance.land.zones):
        yield "zone", zone, (zone_o == z).astype(float)
    yield "all", "", np.ones(options.count)
