"""Cases of large land, each solved by decomposition as `solve` does: no basis to start from.

A basis helps where the whole program is small enough for HiGHS. Beyond that the decomposition is
faster from nothing than HiGHS is from the best of bases, and its options fit in memory as factors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.layout.tied import ties
from optimizer.options.count import option_counts
from optimizer.options.eligibility import eligibility_of
from optimizer.solve import run
from optimizer.solve.engine import solve
from optimizer.solve.leads import open_zones

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.solve.solution import Solution


def is_large(instance: Instance) -> bool:
    """Whether `solve` decomposes an instance: many columns, and nothing but limits to share.

    Told by the base of a sweep for all of its cases, so that every worker does alike.
    """
    if ties(instance) or open_zones(instance):
        return False
    options = int(option_counts(instance, eligibility_of(instance)).sum())
    stocks = instance.topsoil.supply_kt.size
    return options + stocks >= run.DECOMPOSITION_FROM_COLUMNS


def solve_large(instance: Instance, time_limit: float | None) -> Solution:
    """Solve one case of large land.

    Raises
    ------
    Infeasible, Stopped, SolverFault
        As `solve`.
    """
    return solve(instance, time_limit=time_limit, compact=True)
