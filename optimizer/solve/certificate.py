"""The certificate: proof, from numpy alone, of how good a plan is.

For any prices of the coupling rows (all but land) with the right signs, the best option of
each parcel on its own gives an upper bound:

    bound = offset + sum(price+ * upper - price- * lower)
          + sum_i area_i * max(0, best reduced gain of i)      (no 0 for must-reclaim parcels)
          + sum_kt everything supplied so far * max(0, reduced gain of stock kt)
          + sum_eu 1 * max(0, reduced gain of edge eu)      (a share never differs by more than 1)

The prices of the boundary rows are prices of coupling rows like any other: each moves its cost to
the options of the two parcels, and as long as those of an edge do not exceed its cost the last
line is 0. No solver takes part, so a mistake of the solver shows as a gap or a violation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.program import Family, LinearProgram


@dataclass(frozen=True)
class Certificate:
    """How well a plan is proven.

    Parameters
    ----------
    primal_violation
        Largest violation of a row or column, relative to max(1, size of the row).
    dual_violation
        Largest wrong sign of a price or reduced gain, relative to max(1, size of its parts).
    bound
        No plan can earn more, in the unit of the objective.
    relative_gap
        (bound - objective) / max(1, size of the objective's terms).
    """

    primal_violation: float
    dual_violation: float
    bound: float
    relative_gap: float


def certify(
    program: LinearProgram, x_c: NDArray[np.float64], price_r: NDArray[np.float64],
    size: float | None = None,
) -> Certificate:
    """Judge a plan and its prices.

    Parameters
    ----------
    program
        The linear program (whole numbers are not asked for).
    x_c, price_r
        Columns and row prices, shapes (C,) and (R,).
    size
        Sum of the sizes of the objective's terms; None takes that of cost times x.
    """
    objective = objective_of(program, x_c)
    if size is None:
        size = exact_sum(np.abs(program.cost * x_c)) + abs(program.offset)
    bound = upper_bound(program, price_r)
    return Certificate(
        primal_violation=primal_violation(program, x_c),
        dual_violation=dual_violation(program, price_r),
        bound=bound,
        relative_gap=(bound - objective) / max(1.0, size),
    )


def objective_of(program: LinearProgram, x_c: NDArray[np.float64]) -> float:
    """Objective of a point, without rounding on the way."""
    return exact_sum(program.cost * x_c) + program.offset


def exact_sum(values: NDArray[np.float64]) -> float:
    """Sum rounded once, at the end; noughts, of which plans are full, need no adding."""
    return math.fsum(values[np.flatnonzero(values)].tolist())


def upper_bound(program: LinearProgram, price_r: NDArray[np.float64]) -> float:
    """Upper bound on the objective from any prices, shape (R,); land prices are not used."""
    land_r = is_land(program)
    price_r = np.where(land_r, 0.0, right_signs(program, price_r))
    reduced_c = program.cost - program.matrix.T @ price_r
    return math.fsum((
        program.offset,
        exact_sum(_row_worth(program, price_r)),
        exact_sum(_land_worth(program, reduced_c, land_r)),
        exact_sum(_stock_worth(program, reduced_c)),
        exact_sum(np.maximum(reduced_c[program.columns.is_edge], 0.0)),
    ))


def primal_violation(program: LinearProgram, x_c: NDArray[np.float64]) -> float:
    """Largest violation of a row or a column bound, relative to max(1, size of the row)."""
    # Few columns of a plan are not 0; not-a-number is not 0 either.
    used = np.flatnonzero(x_c)
    matrix = program.matrix[:, used]
    activity_r = matrix @ x_c[used]
    size_r = abs(matrix) @ np.abs(x_c[used])
    short_r = _outside(activity_r, program.row_lower, program.row_upper)
    bound_r = np.maximum(_finite_size(program.row_lower), _finite_size(program.row_upper))
    short_c = _outside(x_c, program.column_lower, program.column_upper)
    # fmax lets no not-a-number hide the infinity that stands for it above.
    worst_r = short_r / np.fmax(1.0, np.fmax(size_r, bound_r))
    worst_c = short_c / np.fmax(1.0, np.abs(x_c))
    return float(max(np.max(worst_r, initial=0.0), np.max(worst_c, initial=0.0)))


def dual_violation(program: LinearProgram, price_r: NDArray[np.float64]) -> float:
    """Largest wrong sign of a price or of a reduced gain, relative to the size of its parts."""
    wrong_r = np.abs(price_r - right_signs(program, price_r))
    reduced_c = program.cost - program.matrix.T @ price_r
    # A column may earn more only where its upper bound holds it, less only at its lower one.
    wrong_c = np.where(np.isfinite(program.column_upper), 0.0, np.maximum(reduced_c, 0.0))
    wrong_c += np.where(np.isfinite(program.column_lower), 0.0, np.maximum(-reduced_c, 0.0))
    wrong = np.flatnonzero(wrong_c)
    size_c = np.abs(program.cost[wrong]) + abs(program.matrix[:, wrong]).T @ np.abs(price_r)
    worst_r = wrong_r / np.maximum(1.0, np.abs(price_r))
    worst_c = wrong_c[wrong] / np.maximum(1.0, size_c)
    return float(max(np.max(worst_r, initial=0.0), np.max(worst_c, initial=0.0)))


def right_signs(program: LinearProgram, price_r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices clipped to the signs their rows allow: <= rows >= 0, >= rows <= 0, shape (R,)."""
    signed = np.where(np.isfinite(program.row_upper), price_r, np.minimum(price_r, 0.0))
    return np.where(np.isfinite(program.row_lower), signed, np.maximum(signed, 0.0))


def is_land(program: LinearProgram) -> NDArray[np.bool_]:
    """Whether each row is the land of a parcel, shape (R,)."""
    family = program.rows.family
    return np.asarray((family == Family.LAND) | (family == Family.MUST_RECLAIM), dtype=np.bool_)


def best_per_parcel(
    program: LinearProgram, gain_c: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Land rows, and the best gain per hectare among the options of each (-inf without one).

    Returns
    -------
    tuple
        Rows and gains, one for each land row; 0 counts as an option where the land may stay
        unreclaimed.
    """
    rows = np.flatnonzero(is_land(program))
    parcels = program.rows.parcel[rows]
    best_i = np.full(int(np.max(parcels, initial=-1)) + 1, -np.inf)
    options = np.flatnonzero(program.columns.is_option)
    np.maximum.at(best_i, program.columns.parcel[options], gain_c[options])
    must = program.rows.family[rows] == Family.MUST_RECLAIM
    return rows, np.where(must, best_i[parcels], np.maximum(best_i[parcels], 0.0))


def _row_worth(program: LinearProgram, price_r: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the prices make of the bounds, shape (R,); a price of 0 makes 0 of an infinite one."""
    upper = np.where(price_r > 0.0, program.row_upper, 0.0)
    lower = np.where(price_r < 0.0, program.row_lower, 0.0)
    return np.asarray(price_r * upper + price_r * lower)


def _land_worth(
    program: LinearProgram, reduced_c: NDArray[np.float64], land_r: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Area times the best reduced gain of each parcel, shape (land rows,)."""
    if not np.any(land_r):
        return np.zeros(0)
    rows, best = best_per_parcel(program, reduced_c)
    area = program.row_upper[rows]
    # Land of which only a part must be reclaimed leaves the rest where its options lose.
    area = np.where(best < 0.0, np.maximum(program.row_lower[rows], 0.0), area)
    worth = np.multiply(area, best, out=np.zeros(len(rows)), where=area > 0.0)
    columns = program.columns
    bounded = np.isfinite(program.column_upper) | (program.column_lower != 0.0)
    held = set(columns.parcel[bounded & columns.is_option].tolist())
    for position, row in enumerate(rows):
        if int(program.rows.parcel[row]) in held:
            worth[position] = _held_worth(program, reduced_c, int(row))
    return worth


def _held_worth(program: LinearProgram, reduced_c: NDArray[np.float64], row: int) -> float:
    """Most a parcel can earn whose options have bounds: the best first, until it is full."""
    options = np.flatnonzero(program.columns.parcel == program.rows.parcel[row])
    least, gain = program.column_lower[options], reduced_c[options]
    room = np.asarray(program.column_upper[options] - least)
    planted = math.fsum(least)
    left = float(program.row_upper[row] - planted)
    # No 0 for the hectares that must be reclaimed.
    due = max(0.0, float(program.row_lower[row] - planted))
    worth = [float(gain @ least)]
    for option in np.argsort(-gain, kind="stable"):
        taken = min(left if gain[option] > 0.0 else due, float(room[option]))
        worth.append(float(gain[option]) * taken)
        left, due = left - taken, max(0.0, due - taken)
    return math.fsum(worth)


def _stock_worth(
    program: LinearProgram, reduced_c: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Most a stock can be times its positive reduced gain, shape (stock columns,)."""
    stock = np.flatnonzero(program.columns.is_stock)
    if not len(stock):
        return np.zeros(0)
    cap = stock_caps(program)[program.columns.source[stock], program.columns.period[stock]]
    return np.asarray(cap * np.maximum(reduced_c[stock], 0.0))


def stock_caps(program: LinearProgram) -> NDArray[np.float64]:
    """Everything supplied up to and including each period, shape (K, T), from the soil rows."""
    rows = np.flatnonzero(program.rows.family == Family.SOIL_BALANCE)
    source, period = program.rows.source[rows], program.rows.period[rows]
    supply_kt = np.zeros((int(np.max(source)) + 1, int(np.max(period)) + 1))
    supply_kt[source, period] = program.row_upper[rows]
    return np.cumsum(supply_kt, axis=1)


def _outside(
    values: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far values lie outside their bounds, 0 inside; not a number counts as infinitely far."""
    far = np.maximum(0.0, np.maximum(lower - values, values - upper))
    return np.where(np.isnan(values), np.inf, far)


def _finite_size(bounds: NDArray[Any]) -> NDArray[np.float64]:
    """Sizes of the bounds, 0 for missing ones."""
    return np.where(np.isfinite(bounds), np.abs(bounds), 0.0)
