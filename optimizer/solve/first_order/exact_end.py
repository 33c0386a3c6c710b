"""The exact end: parcels whose shares are undecided are freed, the rest keeps its whole option.

The restricted program over the free parcels is solved by HiGHS. Its prices of rows, and of the
edges of free parcels, are put in the place of those of the method; whichever fixed parcel would
rather have another option under them is freed too, and the program solved again.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.kernels import on_cores
from optimizer.solve.errors import SolverFault
from optimizer.solve.first_order import kernels
from optimizer.solve.first_order.bound import bound_at, signed
from optimizer.solve.first_order.restricted import Restricted, restricted
from optimizer.solve.highs import HighsSession

if TYPE_CHECKING:
    from optimizer.solve.first_order.problem import Shares

#: A parcel is undecided where its largest share is further than this from all of it.
UNDECIDED = 1e-4
#: Most free parcels of a restricted linear program, and of one over whole parcels.
MOST_FREE, MOST_FREE_WHOLE = 1_200, 150
#: Times a restricted program is solved again with more free parcels.
ROUNDS = 8
#: Rows that give way by no more than this, in their units of norm 1, do not.
GIVES_WAY = 1e-9
#: What breaking a row costs, over the usual price.
DEAR = 1e3


@dataclass(frozen=True)
class End:
    """An exact end.

    Parameters
    ----------
    share_o
        Shares of a plan that keeps every row, shape (O,); None where the rows gave way.
    bound, price_el, pi_r
        Best bound met on the way, and its prices.
    free
        Parcels that were free at last.
    """

    share_o: NDArray[np.float64] | None
    bound: float
    price_el: NDArray[Any]
    pi_r: NDArray[np.float64]
    free: int


def undecided(
    problem: Shares, share_o: NDArray[Any], bare_i: NDArray[Any]
) -> NDArray[np.bool_]:
    """Whether no option (or bare land) has all of a parcel, shape (I,)."""
    largest_i = np.array(bare_i, dtype=np.float64)
    np.maximum.at(largest_i, problem.parcel_o, share_o)
    return np.asarray(largest_i < 1.0 - UNDECIDED)


def exact_end(
    problem: Shares, choice_i: NDArray[np.int64], free_i: NDArray[np.bool_],
    price_el: NDArray[Any], pi_r: NDArray[np.float64], matters_o: NDArray[np.bool_],
    target: float, time_limit: float | None = None,
) -> End:
    """Solve restricted programs until plan and bound meet, or no parcel wants to be freed.

    Parameters
    ----------
    problem
        The layout problem.
    choice_i
        Option that fixed parcels keep, shape (I,).
    free_i
        Parcels to begin with.
    price_el, pi_r
        Prices of the method.
    matters_o
        Options that free parcels have to begin with; others come in at their prices.
    target
        Difference of bound and objective that is enough.
    time_limit
        Seconds that are left; None for no limit.
    """
    free_i, matters_o = free_i.copy(), matters_o.copy()
    ends = None if time_limit is None else time.monotonic() + time_limit
    best = End(None, np.inf, price_el, pi_r, 0)
    for _ in range(ROUNDS):
        free_n = np.flatnonzero(free_i)
        built = restricted(problem, choice_i, free_n, _dear(problem, pi_r), matters_o=matters_o)
        try:
            left = None if ends is None else max(0.01, ends - time.monotonic())
            raw = HighsSession(built.program).solve("simplex", time_limit=left)
        except SolverFault:
            break
        if raw.status != "optimal" or not len(raw.price_r):
            break
        share_o, pi_r, price_el = _read(problem, built, choice_i, raw.x_c, raw.price_r, price_el)
        bound = bound_at(problem, price_el, pi_r)
        if bound < best.bound:
            best = End(best.share_o, bound, price_el, pi_r, len(free_n))
        held = built.gives_way(raw.x_c) <= GIVES_WAY
        if held:
            best = End(share_o, best.bound, best.price_el, best.pi_r, len(free_n))
        value = objective_of_shares(problem, share_o)
        better_o, more_i = _would_rather(problem, choice_i, price_el, pi_r, free_i, matters_o)
        if (held and best.bound - value <= target) or not (better_o.any() or more_i.any()):
            break
        free_i |= more_i
        matters_o |= better_o
        if int(free_i.sum()) > 2 * MOST_FREE:
            break
    return best


def objective_of_shares(problem: Shares, share_o: NDArray[np.float64]) -> float:
    """What shares earn, boundaries and stocks included."""
    bare_i = 1.0 - np.bincount(problem.parcel_o, share_o, minlength=problem.parcels)
    with on_cores(problem.work):
        cost = kernels.boundary(
            problem.a_e, problem.b_e, problem.weight_e, problem.use_o, problem.split.start_i,
            share_o, bare_i, problem.uses + 1)
    earned = np.dot(problem.gain_o, share_o) - np.sum(cost)
    return float(earned) + problem.stocks.gain


def shares_of_choice(problem: Shares, choice_i: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shares of a plan of whole parcels, shape (O,)."""
    share_o = np.zeros(problem.options)
    share_o[choice_i[choice_i >= 0]] = 1.0
    return share_o


def _dear(problem: Shares, pi_r: NDArray[np.float64]) -> float:
    """Cost of breaking a row by one of its units: far above any price."""
    usual = float(np.abs(problem.gain_o).max(initial=1.0)) * math.sqrt(max(1, problem.parcels))
    return DEAR * max(1.0, float(np.abs(pi_r).max(initial=0.0)), usual)


def _read(
    problem: Shares, built: Restricted, choice_i: NDArray[np.int64], x_c: NDArray[np.float64],
    price_r: NDArray[np.float64], price_el: NDArray[Any],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Shares, row prices and edge prices of a restricted program that was solved."""
    kept_i = choice_i.copy()
    kept_i[built.free_n] = -1
    share_o = shares_of_choice(problem, kept_i)
    share_o[built.option_c] = built.shares(x_c)
    mixed_el = np.array(price_el, dtype=np.float64)
    most_f = problem.weight_e[built.edge_f]
    mixed_el[built.edge_f, built.label_f] = np.clip(
        built.edge_prices(price_r), -most_f, most_f)
    return share_o, signed(problem, built.row_prices(price_r)), mixed_el


def _would_rather(
    problem: Shares, choice_i: NDArray[np.int64], price_el: NDArray[Any],
    pi_r: NDArray[np.float64], free_i: NDArray[np.bool_], matters_o: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Options left out that beat what their parcel has, and fixed parcels that want another."""
    worth_o, bare_i = worths(problem, price_el, pi_r)
    bare_i = np.where(problem.split.must_i, -np.inf, bare_i)
    parcel_o = problem.parcel_o
    has_i = bare_i.copy()
    has_o = matters_o & free_i[parcel_o]
    np.maximum.at(has_i, parcel_o[has_o], worth_o[has_o])
    own_i = np.where(choice_i >= 0, worth_o[choice_i] if problem.options else 0.0, bare_i)
    has_i = np.where(free_i, has_i, own_i)
    room = 1e-7 * (np.abs(problem.gain_o).mean() if problem.options else 1.0)
    better_o = worth_o > has_i[parcel_o] + room
    more_i = ~free_i & (bare_i > own_i + room)
    more_i[parcel_o[better_o]] = True
    return better_o & ~matters_o, more_i & ~free_i


def worths(
    problem: Shares, price_el: NDArray[Any], pi_r: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What every option, and bare land, earns on the whole parcel under all prices."""
    pull_il = np.zeros((problem.parcels, problem.uses + 1))
    np.add.at(pull_il, problem.a_e, price_el)
    np.subtract.at(pull_il, problem.b_e, price_el)
    of_use_o = pull_il[problem.parcel_o, problem.use_o]
    return problem.gain_o - problem.matrix @ pi_r - of_use_o, -pull_il[:, -1]
