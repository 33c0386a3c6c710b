"""A solved program held ready for what-ifs: stages and floors as they were, warm re-solves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.all_options import refuse_compact
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.formulation.program import Family
from optimizer.solve.certificate import objective_of
from optimizer.solve.errors import SolverFault
from optimizer.solve.highs import HighsSession
from optimizer.solve.raw import RawSolution
from optimizer.solve.stages import floor_of

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution


class Resolver:
    """The program of a solution, to be solved again after changes, which are taken back.

    Parcels are divisible here even where the solution took them whole.

    Parameters
    ----------
    solution
        What was solved.

    Raises
    ------
    ValueError
        For a compact solution, whose program has not all options.
    """

    def __init__(self, solution: Solution) -> None:
        refuse_compact(solution)
        self.solution = solution
        self.program = replace(solution.program, integer_c=None)
        self.stages: tuple[StageCost, ...] = stage_costs(solution.instance, solution.options)
        self.floors = np.flatnonzero(self.program.rows.family == Family.OBJECTIVE_FLOOR)
        self._session = HighsSession(self.program)
        self._columns = np.arange(self.program.shape[1])
        self.restart()

    def restart(self) -> None:
        """Go back to the plan of the solution, from which most what-ifs are near."""
        if not self.solution.whole_parcels:
            self._session.start_from(self.program, self.solution.x_c)

    def stage_values(self) -> tuple[float, ...] | None:
        """Solve every stage in order, floors rising as they are found; None where none fits."""
        values: list[float] = []
        for stage in self.stages:
            self._keep_floors(values)
            raw = self.solve(stage.cost_c)
            if raw is None:
                return None
            values.append(objective_of(self.program.with_cost(stage.cost_c), raw.x_c))
        return tuple(values)

    def solve(self, cost_c: NDArray[np.float64]) -> RawSolution | None:
        """Solve for one objective; None where no plan meets the rules.

        Raises
        ------
        SolverFault
            If the solver ends in any other way.
        """
        self._session.change_costs(self._columns, cost_c)
        raw = self._session.solve()
        if raw.status == "infeasible":
            return None
        if raw.status != "optimal":
            msg = f"a re-solve ended {raw.status}"
            raise SolverFault(msg)
        return raw

    def climb(
        self, cost_c: NDArray[np.float64], enough: Callable[[NDArray[np.float64]], bool]
    ) -> NDArray[np.float64]:
        """Plan with the most of an objective, or on the way there the first that is enough."""
        self._session.change_costs(self._columns, cost_c)
        raw = self._session.climb(enough)
        if raw.status != "optimal":
            msg = f"a climb ended {raw.status}"
            raise SolverFault(msg)
        return raw.x_c

    def free_floors(self) -> None:
        """Let earlier stages go, so that every plan counts."""
        self._keep_floors([])

    @contextmanager
    def rows(
        self, rows: NDArray[np.int64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> Iterator[None]:
        """Give rows other bounds, and take it back."""
        self._session.change_row_bounds(rows, lower, upper)
        try:
            yield
        finally:
            self._session.change_row_bounds(
                rows, self.program.row_lower[rows], self.program.row_upper[rows])

    @contextmanager
    def without_columns(self, columns: NDArray[np.int64]) -> Iterator[None]:
        """Forbid columns, and take it back."""
        none = np.zeros(len(columns))
        self._session.change_column_bounds(columns, none, none)
        try:
            yield
        finally:
            self._session.change_column_bounds(
                columns, self.program.column_lower[columns], self.program.column_upper[columns])

    def _keep_floors(self, values: Iterable[float]) -> None:
        """Set the floors of the stages solved so far, and free the others."""
        floors = [floor_of(stage, value) for stage, value in zip(self.stages, values, strict=False)]
        lower = np.full(len(self.floors), -np.inf)
        lower[:len(floors)] = floors[:len(self.floors)]
        if len(self.floors):
            self._session.change_row_bounds(
                self.floors, lower, np.full(len(self.floors), np.inf))
