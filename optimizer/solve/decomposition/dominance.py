"""Options that can never be best, left out before the search.

Option d of a parcel is dominated by option k of the same parcel if

    gain_k >= gain_d
    a_rk <= a_rd   in rows with an upper bound alone      (price_r >= 0)
    a_rk >= a_rd   in rows with a lower bound alone       (price_r <= 0)
    a_rk  = a_rd   in equalities and rows with two bounds (price_r of either sign)

for then gain_k - a_k . price >= gain_d - a_d . price at every price that may be, and a plan that
uses d keeps its rules and earns no less with k. Leaving the land is such an option too (all
zeros), where it need not be reclaimed. Comparisons are exact: no tolerance, nothing to go wrong.
Of options that are alike in all, the first is kept.

Only the search does without them. Prices of land, proof and tables are worked out over all options.
Columns with bounds of their own do not get here: `split_of` refuses them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition import kernels_dominance as kernels
from optimizer.solve.decomposition.kernels import on_cores
from optimizer.solve.decomposition.pricing import ByColumns, options_of_parcels

if TYPE_CHECKING:
    from optimizer.solve.decomposition.decompose import Outcome
    from optimizer.solve.decomposition.split import Split

#: Options kept so far that each is held against.
STRONGEST = 16
#: Parcels that are looked at first, and the share of their options that must be dominated for
#: the pass over all of them to pay (see the measurements in benchmarks/README.md).
LOOKED_AT, LEAST_SHARE = 200, 1 / 3


@dataclass(frozen=True)
class Undominated:
    """A split program without its dominated options.

    Parameters
    ----------
    split, pricing
        The program taken apart; options are numbered anew.
    option_n
        What each of them is among all options, rising, shape (N,).
    """

    split: Split
    pricing: ByColumns
    option_n: NDArray[np.int64]


def without_dominated(
    split: Split, pricing: ByColumns, least_share: float = LEAST_SHARE
) -> Undominated | None:
    """Leave dominated options out; None where too few are to be worth it.

    Parameters
    ----------
    split, pricing
        The program taken apart, and its options.
    least_share
        Share of the options of a few parcels that must be dominated; 0 to leave out in any case.
    """
    if least_share > 0.0:
        few = np.unique(np.linspace(0, split.parcels - 1, LOOKED_AT).astype(np.int64))
        option_o, by_o = dominated_by(split, pricing, few if split.parcels else few[:0])
        if np.count_nonzero(by_o != option_o) < least_share * max(1, len(option_o)):
            return None
    option_o, by_o = dominated_by(split, pricing, np.arange(split.parcels))
    option_n = np.flatnonzero(by_o == option_o)
    start_i = np.searchsorted(option_n, split.start_i).astype(np.int64)
    smaller = replace(pricing, start_i=start_i, gain_c=pricing.gain_c[option_n],
                      matrix=pricing.matrix[:, option_n])
    return Undominated(replace(split, start_i=start_i), smaller, option_n)


def among_all(fewer: Undominated, outcome: Outcome) -> Outcome:
    """Number the options of an outcome as they are among all."""
    plan, option_n = outcome.plan, fewer.option_n
    settled = plan.found.settled
    settled = replace(settled, option_o=option_n[settled.option_o],
                      default_n=_renumbered(option_n, settled.default_n))
    plan = replace(plan, settled_option_i=_renumbered(option_n, plan.settled_option_i),
                   found=replace(plan.found, settled=settled))
    return replace(outcome, plan=plan)


def dominated_by(
    split: Split, pricing: ByColumns, pick: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Options of some parcels, and what dominates each: itself where nothing does.

    -1 stands for leaving the land.
    """
    option_o, place_n = options_of_parcels(split.start_i, pick)
    matrix = pricing.matrix
    with on_cores(len(option_o)):
        return option_o, kernels.dominated(
            pick, place_n, split.start_i, split.must_i, pricing.gain_c, matrix.indptr,
            matrix.indices, matrix.data, matrix.data.view(np.uint64),
            _kinds(split, matrix.shape[0]), STRONGEST, len(option_o))


def _renumbered(
    option_n: NDArray[np.int64], place_n: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Options among all, by their places among those left; -1 for none stays."""
    return np.append(option_n, -1)[place_n]


def _kinds(split: Split, rows: int) -> NDArray[np.int8]:
    """What each row of the program asks of an option that is to stand in for another."""
    kind_r = np.full(rows, kernels.ANY, dtype=np.int8)
    above, below = np.isfinite(split.upper_r), np.isfinite(split.lower_r)
    kind_r[split.row_r] = np.select(
        [above & below, above, below], [kernels.SAME, kernels.NO_MORE, kernels.NO_LESS],
        kernels.ANY)
    return kind_r
