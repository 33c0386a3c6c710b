r"""Why a parcel got its use: what a hectare of each use is worth there at the optimum's prices.

    value_iu = max over options o of (i, u) of   cost_o - sum_r price_r a_ro     (rows r but land)

Leaving land as it is is worth 0, where that is allowed. At an optimum the chosen use has the
largest value of its parcel; the price of land is what is left of it. The margin is how far the
runner-up, another use or leaving the land, lies behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.certificate import is_land

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.options.record import Options
    from optimizer.solve.solution import Solution

#: Values closer than this, relative to their size, are the same.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Margins:
    """Values of uses on every parcel, and the distance from the chosen to the next best.

    "Use" number U, after the last, is leaving the land as it is.

    Parameters
    ----------
    value_iu
        Best value per hectare, unit of the objective, shape (I, U + 1); -inf where a use has no
        option.
    best_iu
        Option that has it, shape (I, U); -1 without one.
    chosen_i
        Use with the most hectares, shape (I,).
    runner_up_i
        Best of the others, shape (I,); -1 where there is none.
    margin_i
        Value of the chosen use minus that of the runner-up, shape (I,); NaN without one. With
        prices of a linear program it is at least 0 up to rounding; whole parcels may choose
        against the prices.
    """

    value_iu: NDArray[np.float64]
    best_iu: NDArray[np.int64]
    chosen_i: NDArray[np.int64]
    runner_up_i: NDArray[np.int64]
    margin_i: NDArray[np.float64]


def margins_of(solution: Solution) -> Margins:
    """Work out values, runners-up and margins of every parcel."""
    instance, options = solution.instance, solution.options
    uses, parcels = len(instance.practices.uses), instance.land.count
    value_o = option_values(solution.priced_program, solution.price_r)[:options.count]
    cell_o = options.parcel_o.astype(np.int64) * uses + instance.practices.use_um[
        options.practice_o]
    best_iu = _best_of_cells(value_o, cell_o, parcels * uses).reshape(parcels, uses)
    value_iu = np.full((parcels, uses + 1), -np.inf)
    value_iu[:, :uses] = np.where(best_iu >= 0, np.append(value_o, 0.0)[best_iu], -np.inf)
    value_iu[~instance.land.must_i, uses] = 0.0
    chosen_i = _chosen(solution, uses)
    value_of_chosen = value_iu[np.arange(parcels), chosen_i]
    others_iu = value_iu.copy()
    others_iu[np.arange(parcels), chosen_i] = -np.inf
    runner_up_i = others_iu.argmax(axis=1)
    next_best = others_iu[np.arange(parcels), runner_up_i]
    compared = np.isfinite(next_best) & np.isfinite(value_of_chosen)
    margin_i = np.full(parcels, np.nan)
    margin_i[compared] = _without_rounding(value_of_chosen[compared], next_best[compared])
    return Margins(value_iu, best_iu, chosen_i, np.where(compared, runner_up_i, -1), margin_i)


def _without_rounding(
    one: NDArray[np.float64], other: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Difference, 0 where it is no more than rounding."""
    difference = one - other
    rounding = ROUNDING * np.maximum(1.0, np.maximum(np.abs(one), np.abs(other)))
    return np.where(np.abs(difference) <= rounding, 0.0, difference)


def option_values(program: LinearProgram, price_r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gain of one unit of each column less what it takes of all rows but land, shape (C,)."""
    price = np.where(is_land(program), 0.0, price_r)
    values: NDArray[np.float64] = program.cost - program.matrix.T @ price
    return values


def _best_of_cells(
    value_o: NDArray[np.float64], cell_o: NDArray[np.int64], cells: int
) -> NDArray[np.int64]:
    """First option with the largest value in each cell, shape (cells,); -1 in empty ones."""
    largest = np.full(cells, -np.inf)
    np.maximum.at(largest, cell_o, value_o)
    best = np.full(cells, -1, dtype=np.int64)
    # The last one written wins, so from the back: the first option among equals.
    reached = np.flatnonzero(value_o == largest[cell_o])[::-1]
    best[cell_o[reached]] = reached
    return best


def main_option(
    parcels: int, options: Options, area_o: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Option with the most hectares on each parcel, shape (I,); -1 where nothing is reclaimed."""
    main_i = np.full(parcels, -1, dtype=np.int64)
    used = np.flatnonzero(area_o > 0.0)
    # The last one written wins: the largest area, and among equals the first option.
    order = used[np.lexsort((-used, area_o[used]))]
    main_i[options.parcel_o[order]] = order
    return main_i


def _chosen(solution: Solution, uses: int) -> NDArray[np.int64]:
    """Use of the main option of each parcel; `uses` where nothing is reclaimed, shape (I,)."""
    options = solution.options
    main_i = main_option(solution.instance.land.count, options, solution.area_o)
    if not options.count:
        return np.full(len(main_i), uses)
    use_o = solution.instance.practices.use_um[options.practice_o]
    return np.where(main_i >= 0, use_o[np.maximum(main_i, 0)], uses)
