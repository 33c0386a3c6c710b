"""`Follower`: one program solved again and again as one number moves its bounds or costs.

Each solve starts from the optimal basis of the nearest value solved before. Every answer is
certified like one of `solve_linear`; one that does not hold is solved afresh.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.solve.errors import NoAnswer
from optimizer.solve.highs import HighsSession
from optimizer.solve.linear import GAP_WANTED, NoPlan, answer_of, solved_session
from optimizer.solve.warm import holds

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.solve.highs import Basis
    from optimizer.solve.stages import Answer

#: More bases than these are not kept, for the sake of memory.
KEPT_AT_MOST = 500


class Follower:
    """Solves programs that share one matrix, each from the basis of its nearest neighbour.

    Attributes
    ----------
    solves
        How many programs were solved.
    """

    def __init__(self) -> None:
        self.solves = 0
        self._session: HighsSession | None = None
        self._held: LinearProgram | None = None
        self._basis_at: dict[float, Basis] = {}
        self._latest = math.nan

    def solve(self, program: LinearProgram, value: float = 0.0) -> Answer:
        """Solve a program to a certified optimum.

        Parameters
        ----------
        program
            Of the same rows and columns as those before.
        value
            Where the moving number stands in it.

        Raises
        ------
        NoPlan
            If it is infeasible.
        SolverFault
            If the solver fails, or its answer does not hold.
        """
        self.solves += 1
        answer = self._from_the_nearest(program, value)
        answer = self._afresh(program) if answer is None else answer
        if self._session is not None and len(self._basis_at) < KEPT_AT_MOST:
            self._basis_at[value] = self._session.basis
        self._latest = value
        return answer

    def _from_the_nearest(self, program: LinearProgram, value: float) -> Answer | None:
        """Answer from the nearest basis; None where there is none, or it does not hold."""
        session, held = self._session, self._held
        if session is None or held is None or held.matrix is not program.matrix:
            return None
        _tell(session, held, program)
        self._held = program
        nearest = min(self._basis_at, key=lambda at: abs(at - value), default=self._latest)
        if nearest in self._basis_at and not abs(self._latest - value) <= abs(nearest - value):
            session.start_from_basis(self._basis_at[nearest])
        self._latest = math.nan
        try:
            raw = session.solve("simplex")
        except NoAnswer:
            return None
        if raw.status == "infeasible":
            raise NoPlan
        if raw.status != "optimal" or not holds(program, raw, GAP_WANTED):
            return None
        return answer_of(program, raw)

    def _afresh(self, program: LinearProgram) -> Answer:
        self._session = self._held = None
        session, raw = solved_session(program)
        answer = answer_of(program, raw)
        self._session, self._held = session, program
        return answer


def _tell(session: HighsSession, held: LinearProgram, wanted: LinearProgram) -> None:
    """Turn the program held into the one wanted."""
    rows = np.flatnonzero((held.row_lower != wanted.row_lower)
                          | (held.row_upper != wanted.row_upper))
    if len(rows):
        session.change_row_bounds(rows, wanted.row_lower[rows], wanted.row_upper[rows])
    columns = np.flatnonzero(held.cost != wanted.cost)
    if len(columns):
        session.change_costs(columns, wanted.cost[columns])
