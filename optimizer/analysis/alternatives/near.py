r"""The plans that lose no more than stated: the rules of the last stage, and one floor more.

    objective(x) >= optimum - loss,     loss = max(within |optimum|, within_absolute)

Floors of earlier stages stay as they are. The optimum is one of these plans, so its basis is a
place to climb from by primal simplex, whatever is asked for next (measured on Pingshuo: 0.4 s where
the dual simplex takes 7 s).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.solve.errors import SolverFault
from optimizer.solve.highs import HighsSession
from optimizer.solve.linear import GAP_WANTED, answer_of
from optimizer.solve.warm import WarmProgram, holds

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution

#: Least room below the optimum, for rounding, relative to the size of the objective's terms.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Near:
    """All plans within a loss of an optimum.

    Parameters
    ----------
    solution
        The optimum.
    loss
        What a plan may lose, unit of the objective.
    program
        Rules with the floor on the objective as last row; its cost is the objective.
    warm
        The same program, ready to be solved again for other costs.
    """

    solution: Solution
    loss: float
    program: LinearProgram
    warm: WarmProgram

    @property
    def floor(self) -> float:
        """Least value of the objective."""
        return self.solution.objective - self.loss

    @cached_property
    def _session(self) -> HighsSession:
        return HighsSession(self.program)

    def best(
        self, cost_c: NDArray[np.float64], offset: float = 0.0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Plan within the loss with the most of something else, and the prices that prove it.

        Raises
        ------
        SolverFault
            If the solver fails or its answer does not hold.
        """
        program = self.program.with_cost(cost_c, offset)
        self._session.change_costs(np.arange(len(cost_c)), cost_c)
        self._session.start_from_basis(self.warm.basis)
        try:
            raw = self._session.climb()
        except SolverFault:
            raw = None
        if raw is not None and raw.status == "optimal" and holds(program, raw, GAP_WANTED):
            answer = answer_of(program, raw)
        else:
            answer = self.warm.solve(program)
        return answer.x_c, answer.price_r


def near_of(solution: Solution, loss: float) -> Near:
    """Add the floor to the rules of a solution and make them ready to be solved again."""
    program = solution.program
    stage = solution.stages[-1].number
    floor = solution.objective - program.offset - allowed(solution, loss)
    label = RowLabels.of(Family.OBJECTIVE_FLOOR, 1, limit=stage)
    floored = program.with_row(program.cost, floor, np.inf, label)
    session = HighsSession(floored)
    session.start_from(floored, solution.x_c)
    raw = session.solve()
    basis = session.basis if raw.status == "optimal" else None
    return Near(solution, loss, floored, WarmProgram(floored, basis))


def allowed(solution: Solution, loss: float) -> float:
    """Room below the optimum: the loss, but never less than rounding needs."""
    size = float(np.abs(solution.program.cost * solution.x_c).sum())
    return max(loss, ROUNDING * max(1.0, size))
