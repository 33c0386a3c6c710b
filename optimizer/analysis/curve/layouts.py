r"""The curve over the boundary weight of a large layout: every point by the first-order method.

Where `solve` would take that method, HiGHS takes minutes a point. The optimum at a weight and the
kilometres of its plan are a tangent of the curve whoever finds them; a point that the method does
not prove to be the optimum is solved by HiGHS after all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.curve.boundary import NAMES, boundary_parameter
from optimizer.analysis.curve.follow import Follower
from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.edges import with_edges
from optimizer.formulation.layout.plain import plain_costs, without_boundary
from optimizer.solve.decomposition.decompose import NotClosed
from optimizer.solve.decomposition.split import Unsuited
from optimizer.solve.errors import Stopped
from optimizer.solve.first_order.answer import OPTIMAL, LayoutRun
from optimizer.solve.layout_choice import announcement, declined, takes_first_order

if TYPE_CHECKING:
    from optimizer.analysis.curve.envelope import Tangent
    from optimizer.analysis.curve.moves import Setting
    from optimizer.analysis.curve.staged import Solver
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.solve.stages import Answer

#: A point that takes less needs no announcement.
WORTH_SAYING_A_POINT_S = 0.5
#: Of such a curve where none is asked for, relative to the optimum at the least weight.
TOLERANCE = 1e-3


def is_large_layout(setting: Setting) -> bool:
    """Whether a curve is over the boundary weight of what the first-order method lays out."""
    return setting.parameter.path in NAMES and is_large(setting.parameter.instance)


def is_large(instance: Instance) -> bool:
    """Whether an instance with a boundary weight is laid out by the first-order method."""
    return takes_first_order(instance, "auto", compact=None) and not declined(instance)


def solvers_for(setting: Setting) -> tuple[Solver, ...]:
    """Who solves the points of a curve; none for the usual ones."""
    return (LayoutSolver(setting),) if is_large_layout(setting) else ()


def far_weight(start: Tangent) -> float:
    """Weight at which all boundary there is would cost as much as all the rest brings.

    Parameters
    ----------
    start
        At the least weight; its slope is minus the kilometres.
    """
    rest = abs(start.height(0.0))
    return start.at + (rest / abs(start.slope) if start.slope else 1.0)


def curve_announcement(instance: Instance, *, over_boundary: bool) -> str | None:
    """What a point of a curve of a long layout is expected to take; None where it is quick.

    Parameters
    ----------
    over_boundary
        Whether the curve is over the boundary weight, which the first-order method can trace.
    """
    if over_boundary:
        instance = boundary_parameter(instance).instance
    engine = "auto" if over_boundary else "highs"
    told = announcement(instance, engine, compact=None, worth_saying_s=WORTH_SAYING_A_POINT_S)
    return None if told is None else f"{told}, for each of some dozen points (--most-solves)"


class LayoutSolver:
    """Solves one layout at one weight after the other.

    Parameters
    ----------
    setting
        The program and what moves.

    Attributes
    ----------
    solves
        How many were solved.
    """

    def __init__(self, setting: Setting) -> None:
        self.solves = 0
        self._instance, self._options = setting.parameter.instance, setting.options
        self._stage = plain_costs(self._instance, self._options)[-1]
        self._plain = assemble(without_boundary(self._instance), self._options)
        self._exact = Follower()

    def solve(self, program: LinearProgram, value: float = 0.0) -> Answer:
        """Solve the layout at a weight.

        Parameters
        ----------
        program
            The whole program there.
        value
            The weight.

        Raises
        ------
        NoPlan
            If it is infeasible.
        SolverFault
            If the solver fails, or its answer does not hold.
        """
        self.solves += 1
        found = self._laid_out(program, value)
        return self._exact.solve(program, value) if found is None else found

    def _laid_out(self, program: LinearProgram, weight: float) -> Answer | None:
        """The optimum by the first-order method; None where it does not prove one."""
        stage = replace(self._stage, boundary=weight)
        try:
            run = LayoutRun(self._instance, self._options, self._plain, (stage,))
            laid_out = run.laid_out(run.search(gap=OPTIMAL), in_full=False)
        except (Unsuited, NotClosed, Stopped):
            return None
        answer = laid_out.staged.answer
        if laid_out.staged.stages[-1].relative_gap > OPTIMAL:
            return None
        edges = np.zeros(program.shape[1] - len(answer.x_c))
        x_c = with_edges(program, np.append(answer.x_c, edges))
        # No row moves with the weight, so that nobody asks for their prices.
        return replace(answer, x_c=x_c, price_r=np.zeros(program.shape[0]), certificate=None)
