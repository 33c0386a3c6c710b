"""The upper bound that any prices of edges and rows give; see `certificate` for the proof."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.kernels import on_cores
from optimizer.solve.first_order import kernels

if TYPE_CHECKING:
    from optimizer.solve.first_order.problem import Shares


def bound_at(problem: Shares, price_el: NDArray[Any], pi_r: NDArray[np.float64]) -> float:
    """No plan earns more, stocks included.

    Parameters
    ----------
    problem
        The layout problem.
    price_el
        Prices of edges and labels, none beyond the weight of its edge.
    pi_r
        Prices of the rows; those of the wrong sign count as 0.
    """
    pi_r, split = signed(problem, pi_r), problem.split
    with on_cores(problem.work):
        of_runs = kernels.worth(
            split.start_i, split.must_i, problem.use_o, problem.gain_o, problem.ptr_o,
            problem.row_n, problem.coef_n, problem.near_ptr_i, problem.near_n, price_el, pi_r)
    upper = np.where(pi_r > 0.0, problem.upper_r, 0.0)
    lower = np.where(pi_r < 0.0, problem.lower_r, 0.0)
    return math.fsum([*of_runs, *(pi_r * (upper + lower)), problem.stocks.gain])


def signed(problem: Shares, pi_r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices of the right signs."""
    most = np.where(np.isfinite(problem.upper_r), pi_r, np.minimum(pi_r, 0.0))
    return np.where(np.isfinite(problem.lower_r), most, np.maximum(most, 0.0))
