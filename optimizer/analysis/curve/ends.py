r"""Where a curve starts and ends: values at which a plan exists, and the slope that lasts.

    least and most v for which a plan exists:  min, max v  subject to  the rows at v
    slope for v -> infinity:  max cost . y  subject to the directions of the rows,
                              lower_slope <= matrix y <= upper_slope where the bounds are there

The second is the linear program of what can be added again and again for every unit of v. A curve
whose slope has come down to it has no breakpoint beyond.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from optimizer.analysis.curve.concave import ROUNDING
from optimizer.analysis.curve.staged import Floor
from optimizer.formulation.program import LinearProgram
from optimizer.solve.afresh import solve_afresh
from optimizer.solve.errors import SolverFault
from optimizer.solve.linear import NoPlan
from optimizer.solve.stages import floor_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.analysis.curve.moving import Moving
    from optimizer.analysis.curve.staged import Staged

#: A curve that still bends after so many doublings is given up.
DOUBLINGS = 80


def feasible_range(moving: Moving, lowest: float, highest: float) -> tuple[float, float]:
    """Least and most value at which a plan exists; infinite where there is none.

    Parameters
    ----------
    moving
        What moves; only bounds may.
    lowest, highest
        Values that make sense, perhaps infinite.

    Raises
    ------
    NoPlan
        If there is no plan at any value.
    """
    program = _with_number(moving, lowest, highest)
    least, most = (_extreme(program, sign, moving.origin) for sign in (-1.0, 1.0))
    return max(least, lowest), min(most, highest)


def _with_number(moving: Moving, lowest: float, highest: float) -> LinearProgram:
    """Turn the number into a column: `matrix x - slope v` keeps to the bounds at v = origin."""
    program = moving.program
    column = sp.csc_array(-moving.slope_r[:, None])
    return replace(
        program, matrix=sp.csc_array(sp.hstack([program.matrix, column], format="csc")),
        column_lower=np.append(program.column_lower, lowest - moving.origin),
        column_upper=np.append(program.column_upper, highest - moving.origin),
        cost=np.zeros(program.shape[1] + 1), columns=program.columns.appended(1), offset=0.0)


def _extreme(program: LinearProgram, sign: float, origin: float) -> float:
    """Largest value of the number at which there is a plan, or the least for sign -1."""
    cost_c = np.zeros(program.shape[1])
    cost_c[-1] = sign
    _, raw = solve_afresh(program.with_cost(cost_c))
    if raw.status == "infeasible":
        raise NoPlan
    if raw.status == "unbounded":
        return sign * math.inf
    if raw.status != "optimal":
        message = f"the solver could not find how far the number can go ({raw.status})"
        raise SolverFault(message)
    return float(raw.x_c[-1]) + origin


def lasting_slope(
    program: LinearProgram, lower_slope_r: NDArray[np.float64],
    upper_slope_r: NDArray[np.float64],
) -> float:
    """Slope of the optimum for ever larger values.

    Parameters
    ----------
    program
        At any value at which a plan exists, as at all larger ones.
    lower_slope_r, upper_slope_r
        Change of the bounds per unit, shape (R,).
    """
    directions = replace(
        program, offset=0.0,
        row_lower=np.where(np.isfinite(program.row_lower), lower_slope_r, -np.inf),
        row_upper=np.where(np.isfinite(program.row_upper), upper_slope_r, np.inf),
        column_lower=np.where(np.isfinite(program.column_lower), 0.0, -np.inf),
        column_upper=np.where(np.isfinite(program.column_upper), 0.0, np.inf))
    _, raw = solve_afresh(directions)
    if raw.status != "optimal":
        message = f"the solver could not find the slope that lasts ({raw.status})"
        raise SolverFault(message)
    return math.fsum(directions.cost * raw.x_c)


def far_enough(staged: Staged, start: float) -> float:
    """Find a value from which on the curve of no stage bends any more.

    Parameters
    ----------
    staged
        Feasible at `start` and at all larger values.
    start
        Where to begin.
    """
    value, step = start, max(1.0, 0.1 * abs(start))
    floors: tuple[Floor, ...] = ()
    for stage, cost in enumerate(staged.costs):
        program = staged.program_at(stage, value, floors)
        slope = lasting_slope(program, *staged.slopes(stage, floors))
        tangent = staged.tangent(stage, value, floors)
        for _ in range(DOUBLINGS):
            rounding = ROUNDING * (abs(tangent.value) + abs(tangent.slope * step))
            if abs(tangent.slope - slope) * step <= rounding:
                break
            value, step = value + step, 2.0 * step
            tangent = staged.tangent(stage, value, floors)
        else:
            message = "the curve still bends at values that make no sense: look at the units"
            raise SolverFault(message)
        if stage < staged.last:
            floors = (*floors, _lasting_floor(cost.tolerance, value, floor_of(
                cost, tangent.value), slope, tangent.value))
    return value + step  # and a step further, so that the last piece has a length


def _lasting_floor(
    tolerance: float, value: float, level: float, slope: float, optimum: float
) -> Floor:
    """Floor of a stage whose optimum goes on along a line."""
    relative = tolerance if optimum >= 0.0 else -tolerance
    return Floor(value, level, slope * (1.0 - relative))
