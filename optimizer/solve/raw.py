"""What a solver says of a program, and which algorithm it is asked to take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["simplex", "ipx"]
Status = Literal["optimal", "infeasible", "unbounded", "time_limit"]

#: Above so many columns interior point with crossover is taken instead of simplex. Measured, in
#: seconds, simplex against it: Pingshuo with 44,000 columns 5 and 11-14; generated instances with
#: 34,000 columns 6 and 9, with 111,000 28 and 32; with 685,000 (by a forerunner) 300 and 97.
SIMPLEX_UP_TO_COLUMNS = 120_000


@dataclass(frozen=True)
class RawSolution:
    """What the solver says of a program, in the program's units.

    Parameters
    ----------
    status
        How the solver ended.
    x_c, price_r
        Columns and row prices, shapes (C,) and (R,); empty where there are none.
    bound
        The solver's own upper bound (mixed-integer programs), -inf or inf where it has none.
    iterations
        Simplex, interior-point and crossover iterations together; nodes for mixed-integer.
    method, solver
        Algorithm, and the name and version of the solver.
    seconds
        Time in the solver.
    """

    status: Status
    x_c: NDArray[np.float64]
    price_r: NDArray[np.float64]
    bound: float
    iterations: int
    method: str
    solver: str
    seconds: float


def method_for(columns: int) -> tuple[Method, str]:
    """Return the algorithm measured faster at this size, and the reason in words."""
    if columns <= SIMPLEX_UP_TO_COLUMNS:
        return "simplex", f"simplex: the fastest up to {SIMPLEX_UP_TO_COLUMNS:,} columns"
    return "ipx", (f"interior point with crossover: the fastest above "
                   f"{SIMPLEX_UP_TO_COLUMNS:,} columns")


def iterations_of(info: Any, *, mixed: bool) -> int:
    """Iterations of all algorithms that took part, or nodes."""
    if mixed:
        return max(0, int(info.mip_node_count))
    counts = (info.simplex_iteration_count, info.ipm_iteration_count,
              info.crossover_iteration_count)
    return sum(max(0, int(count)) for count in counts)
