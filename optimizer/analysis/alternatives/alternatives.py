"""`alternatives`: other plans that lose no more than stated, and what all such plans share."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.alternatives.choices import choices_table, parcels_table
from optimizer.analysis.alternatives.distance import difference_ha, hectares_iv
from optimizer.analysis.alternatives.near import Near, near_of
from optimizer.analysis.alternatives.ranges import Range, ranges_of
from optimizer.analysis.alternatives.search import Found, Search, search
from optimizer.analysis.other_plan import as_solution
from optimizer.formulation.layout.searched import refuse_searched
from optimizer.solve.engine import solve

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.solve.solution import Solution

#: Without a least difference in hectares: this share of all land.
LEAST_SHARE = 0.01
COUNT = 5


@dataclass(frozen=True)
class Alternative:
    """One plan within the loss.

    Parameters
    ----------
    number
        From 1, in the order found: each differs most from all before it.
    solution
        The plan; its status is `within_gap`, its prices and bound are the optimum's.
    loss
        What it loses against the optimum, unit of the objective.
    nearest_ha
        Hectares whose use differs from the nearest of the plans before it.
    bound_ha
        No plan within the loss differs by more from all plans before it.
    """

    number: int
    solution: Solution
    loss: float
    nearest_ha: float
    bound_ha: float


@dataclass(frozen=True)
class Alternatives:
    """Plans within a loss of the optimum. Tables are fresh copies.

    Parameters
    ----------
    optimum
        The best plan.
    loss_allowed
        What a plan may lose, unit of the objective.
    within
        The same as a share of the optimum's size.
    least_difference_ha
        Hectares by which a plan differs at least from the optimum and from each other.
    plans
        Those found.
    left_ha
        No further plan differs by more than this from all of them; None where the number asked
        for was reached first.
    ranges
        Exact range of the total of each use and each zone over all plans within the loss.
    difference_nn
        Hectares that differ between plans, the optimum first, shape (N + 1, N + 1).
    solves
        Linear programs solved after the optimum.
    """

    optimum: Solution
    loss_allowed: float
    within: float
    least_difference_ha: float
    plans: tuple[Alternative, ...]
    left_ha: float | None
    ranges: tuple[Range, ...]
    difference_nn: NDArray[np.float64]
    solves: int
    _choices: pd.DataFrame
    _parcels: pd.DataFrame

    @property
    def complete(self) -> bool:
        """Whether it is proven that no further plan differs by the least difference."""
        return self.left_ha is not None and self.left_ha < self.least_difference_ha

    @property
    def choices(self) -> pd.DataFrame:
        """Every parcel and use: always, depends or never, and the hectares that are possible."""
        return self._choices.copy()

    @property
    def parcels(self) -> pd.DataFrame:
        """Every parcel: whether its use depends on which of the plans is taken."""
        return self._parcels.copy()


def alternatives(
    instance: Instance, within: float = 0.01, *, within_absolute: float = 0.0,
    count: int = COUNT, least_difference_ha: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> Alternatives:
    """Find plans that differ most from the optimum and each other, and lose little.

    Parameters
    ----------
    instance
        Checked instance; a linear program is solved, parcels may be shared between uses.
    within
        Share of the optimum that a plan may lose, at least 0.
    within_absolute
        The same in the unit of the objective; the larger of the two holds.
    count
        How many plans to look for at most.
    least_difference_ha
        Hectares of land whose use differs at least, from the optimum and from every other plan;
        None takes 1 % of all land.
    progress
        Told in a few words what is being done.

    Raises
    ------
    ValueError
        For arguments out of range.
    Infeasible, SolverFault
        As `solve`.
    """
    land_ha = math.fsum(instance.land.area_i)
    least_ha = LEAST_SHARE * land_ha if least_difference_ha is None else least_difference_ha
    _refuse_arguments(within, within_absolute, count, least_ha)
    say = progress or (lambda _: None)
    refuse_searched(instance)
    optimum = solve(instance, progress=say, compact=False)
    say("making the optimum ready for variation")
    loss = max(within * abs(optimum.objective), within_absolute)
    near = near_of(optimum, loss)
    ranges, ends = ranges_of(near, say)
    outcome = search(near, count, least_ha, ends, say)
    return _collected(near, within, least_ha, ranges, ends, outcome)


def _refuse_arguments(
    within: float, within_absolute: float, count: int, least_ha: float
) -> None:
    """Refuse what makes no sense."""
    faults = [
        (not 0.0 <= within < 1.0, f"within is a share from 0 to below 1, not {within!r}"),
        (not 0.0 <= within_absolute < math.inf,
         f"within_absolute is an amount of at least 0, not {within_absolute!r}"),
        (count < 0, f"count is a number of plans, not {count!r}"),
        (not 0.0 < least_ha < math.inf,
         f"least_difference_ha is in hectares and above 0, not {least_ha!r}"),
    ]
    for wrong, message in faults:
        if wrong:
            raise ValueError(message)


def _collected(
    near: Near, within: float, least_ha: float, ranges: tuple[Range, ...],
    ends: list[NDArray[np.float64]], outcome: Search,
) -> Alternatives:
    """Put everything together."""
    best = near.solution
    own_iv = [hectares_iv(best.instance, best.options, best.x_c),
              *(found.area_iv for found in outcome.found)]
    every_iv = [*own_iv, *(hectares_iv(best.instance, best.options, x_c) for x_c in ends)]
    difference_nn = np.array([[difference_ha(one, other) for other in own_iv] for one in own_iv])
    return Alternatives(
        optimum=best, loss_allowed=near.loss, within=within, least_difference_ha=least_ha,
        plans=tuple(_alternative(near, number, found)
                    for number, found in enumerate(outcome.found, 1)),
        left_ha=outcome.left_ha, ranges=ranges, difference_nn=difference_nn,
        solves=outcome.solves + 2 * len(ranges),
        _choices=choices_table(near, every_iv), _parcels=parcels_table(near, every_iv),
    )


def _alternative(near: Near, number: int, found: Found) -> Alternative:
    reason = (f"alternative {number}: differs most from the optimum and the alternatives before "
              "it, within the loss allowed; prices and bound are the optimum's")
    solution = as_solution(near.solution, found.x_c, reason)
    return Alternative(number, solution, near.solution.objective - solution.objective,
                       found.nearest_ha, found.bound_ha)
