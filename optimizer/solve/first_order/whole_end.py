"""The end over whole parcels: the exact end's shares rounded, mended, and searched around.

The shares of the restricted linear program are whole but for a few parcels. They are rounded and
mended as any others; then the parcels that were not whole, those that mending changed, and their
neighbours are freed, and branch and bound finds the best whole options of these while all others
keep theirs. Pieces of a group are always free, and get the same use in the same period.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.solve.errors import SolverFault
from optimizer.solve.first_order import kernels_plan
from optimizer.solve.first_order.exact_end import (
    MOST_FREE_WHOLE,
    objective_of_shares,
    shares_of_choice,
    undecided,
)
from optimizer.solve.first_order.restricted import Restricted, restricted
from optimizer.solve.whole_parcels import search

if TYPE_CHECKING:
    from optimizer.solve.first_order.exact_end import End
    from optimizer.solve.first_order.plan import Plan, Planner
    from optimizer.solve.first_order.problem import Shares

#: Most parcels that may be pieces of groups: all of them are free at once.
MOST_GROUPED = 300
#: Branch and bound may take so many seconds.
SEARCH_S = 20.0


@dataclass(frozen=True)
class Groups:
    """Pieces that move together.

    Parameters
    ----------
    pieces
        Parcels of each group.
    period_o
        Period of each option, shape (O,).
    """

    pieces: tuple[NDArray[np.int64], ...]
    period_o: NDArray[np.int32]

    def grouped_i(self, parcels: int) -> NDArray[np.bool_]:
        """Whether a parcel is a piece of a group."""
        grouped_i = np.zeros(parcels, dtype=np.bool_)
        for pieces in self.pieces:
            grouped_i[pieces] = True
        return grouped_i


@dataclass(frozen=True)
class WholeEnd:
    """What the end over whole parcels found.

    Parameters
    ----------
    share_o
        Shares, all of them 0 or 1; None where no plan keeps the rows.
    solver_bound
        Branch and bound's, where every parcel was free; None where not.
    impossible
        Whether every parcel was free and there is no plan.
    """

    share_o: NDArray[np.float64] | None
    solver_bound: float | None = None
    impossible: bool = False


def whole_end(
    problem: Shares, planner: Planner, plan: Plan, end: End, groups: Groups,
    time_limit: float | None,
) -> WholeEnd:
    """Find a plan of whole parcels near the shares of the exact end.

    Parameters
    ----------
    problem, planner
        The layout problem, and its planner.
    plan
        A plan made of the shares of the descent.
    end
        The exact end.
    groups
        Pieces that move together.
    time_limit
        Seconds left; None for no limit.
    """
    best, loose_i = plan, np.zeros(problem.parcels, dtype=np.bool_)
    if end.share_o is not None:
        bare_i = 1.0 - np.bincount(problem.parcel_o, end.share_o, minlength=problem.parcels)
        choice_i = kernels_plan.rounded(
            problem.split.start_i, problem.split.must_i, problem.use_o, end.share_o, bare_i,
            problem.uses)
        near = planner.mended(choice_i.copy(), end.pi_r)
        loose_i = undecided(problem, end.share_o, bare_i) | (near.choice_i != choice_i)
        if (near.outside, -near.objective) < (best.outside, -best.objective):
            best = near
    free_i = _with_neighbours(problem, loose_i)
    free_i |= groups.grouped_i(problem.parcels)
    if problem.parcels <= MOST_FREE_WHOLE:
        free_i[:] = True
    limit = SEARCH_S if time_limit is None else min(SEARCH_S, time_limit)
    found = _searched(problem, best, np.flatnonzero(free_i), groups, limit)
    if found.share_o is None and not groups.pieces and best.outside <= 0.0:
        return replace(found, share_o=shares_of_choice(problem, best.choice_i), impossible=False)
    return found


def _with_neighbours(problem: Shares, loose_i: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Loose parcels, with rings of neighbours around them for as long as there are few."""
    free_i = loose_i.copy()
    for _ in range(3):
        wider_i = free_i.copy()
        wider_i[problem.a_e[free_i[problem.b_e]]] = True
        wider_i[problem.b_e[free_i[problem.a_e]]] = True
        if int(wider_i.sum()) > MOST_FREE_WHOLE:
            break
        free_i = wider_i
    return free_i


def _searched(
    problem: Shares, plan: Plan, free_n: NDArray[np.int64], groups: Groups, limit: float
) -> WholeEnd:
    """Best whole options of the free parcels; the others keep theirs."""
    if not len(free_n):
        return WholeEnd(None)
    built = restricted(problem, plan.choice_i, free_n, np.inf, whole=True)
    program = _with_groups(problem, built, groups)
    all_free = len(free_n) == problem.parcels
    try:
        found = search(program, gap=1e-6, time_limit=limit)
    except SolverFault:
        return WholeEnd(None)
    if not len(found.x_c):
        return WholeEnd(None, impossible=all_free and not found.stopped)
    kept_i = plan.choice_i.copy()
    kept_i[free_n] = -1
    share_o = shares_of_choice(problem, kept_i)
    share_o[built.option_c] = np.round(built.shares(found.x_c))
    if not keeps_rows(problem, share_o):
        return WholeEnd(None)
    bound = found.bound + problem.stocks.gain if all_free else None
    if bound is not None:
        bound = max(bound, objective_of_shares(problem, share_o))
    return WholeEnd(share_o, bound)


def keeps_rows(problem: Shares, share_o: NDArray[np.float64]) -> bool:
    """Whether shares keep every coupling row, to a billionth of its size."""
    activity_r = problem.matrix.T @ share_o
    size_r = 1e-9 * np.maximum(1.0, abs(problem.matrix).T @ np.abs(share_o))
    return bool(np.all((activity_r >= problem.lower_r - size_r)
                       & (activity_r <= problem.upper_r + size_r)))


def _with_groups(problem: Shares, built: Restricted, groups: Groups) -> LinearProgram:
    """Rows that give consecutive pieces of a group the same share of every use and period."""
    program, where = built.program, []
    parcel_c = problem.parcel_o[built.option_c]
    cell_c = (problem.use_o[built.option_c].astype(np.int64) * (1 + int(
        groups.period_o.max(initial=0))) + groups.period_o[built.option_c])
    for pieces in groups.pieces:
        for one, other in pairwise(pieces):
            both = np.flatnonzero((parcel_c == one) | (parcel_c == other))
            for cell in np.unique(cell_c[both]):
                row = np.zeros(program.shape[1])
                some = both[cell_c[both] == cell]
                row[some] = np.where(parcel_c[some] == one, 1.0, -1.0)
                where.append(row)
    if not where:
        return program
    rows = sp.csr_array(np.array(where))
    return replace(
        program, matrix=sp.csc_array(sp.vstack([program.matrix, rows], format="csc")),
        row_lower=np.append(program.row_lower, np.zeros(len(where))),
        row_upper=np.append(program.row_upper, np.zeros(len(where))),
        rows=RowLabels.concatenate([program.rows, RowLabels.of(Family.GROUP, len(where))]))
