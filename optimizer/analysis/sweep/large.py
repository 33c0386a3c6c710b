"""Cases of large land, each solved by decomposition as `solve` does: no basis to start from.

From the basis of the base a case takes a fraction of a decomposition, as long as the whole program
fits in the memory of every worker. Beyond that the options have to be held as factors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.layout.tied import ties
from optimizer.options.count import option_counts
from optimizer.options.eligibility import eligibility_of
from optimizer.solve.engine import solve
from optimizer.solve.leads import open_zones

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.solve.solution import Solution

#: From so many columns cases are decomposed. Measured, processor seconds a case from a basis and by
#: decomposition: 0.3 and 1.6 with 172,000 columns, 1.4 and 2.4 with 643,000 (after 15 s for the
#: base), with 1 GB and 0.6 GB a worker.
LARGE_FROM_COLUMNS = 1_000_000


def is_large(instance: Instance) -> bool:
    """Whether the cases of an instance are decomposed: many columns, nothing but limits to share.

    Told by the base of a sweep for all of its cases, so that every worker does alike.
    """
    if ties(instance) or open_zones(instance):
        return False
    options = int(option_counts(instance, eligibility_of(instance)).sum())
    stocks = instance.topsoil.supply_kt.size
    return options + stocks >= LARGE_FROM_COLUMNS


def solve_large(instance: Instance, time_limit: float | None) -> Solution:
    """Solve one case of large land.

    Raises
    ------
    Infeasible, Stopped, SolverFault
        As `solve`.
    """
    return solve(instance, time_limit=time_limit, compact=True)
