"""Which options of a parcel and use are worth the descent's time.

Boundaries see uses only. Once the prices of the rows are about right, of all the methods, periods
and sources by which a parcel can come to a use only the few best at these prices matter. The
descent then goes on with these; bounds, plans and exact ends know all of them, and those that
come to matter as prices move are taken up at the next choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.first_order.bound import signed

if TYPE_CHECKING:
    from optimizer.solve.first_order.problem import Shares

#: Options kept of each parcel and use, and shares above which any is kept.
TOP, USED = 3, 0.01
#: With so many options a parcel and use or fewer on average, none is left out.
FEW = 2.0


def is_wide(problem: Shares) -> bool:
    """Whether parcels have many options of one use."""
    cells = len(np.unique(problem.parcel_o * problem.uses + problem.use_o))
    return problem.options > FEW * max(1, cells)


def worth_keeping(
    problem: Shares, pi_r: NDArray[np.float64], share_o: NDArray[Any]
) -> NDArray[np.int64]:
    """Options that are among the best of their parcel and use, or in use, rising."""
    reduced_o = problem.gain_o - problem.matrix @ signed(problem, pi_r)
    cell_o = problem.parcel_o * problem.uses + problem.use_o
    order = np.lexsort((-reduced_o, cell_o))
    first = np.flatnonzero(np.diff(cell_o[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    kept_o = np.asarray(share_o) > USED
    kept_o[order[rank < TOP]] = True
    return np.flatnonzero(kept_o)
