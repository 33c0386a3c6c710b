"""`CutModel`: a small minimisation in HiGHS to which cuts are added, and warm re-solved."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.solve.errors import SolverFault
from optimizer.solve.highs.options import OPTIONS


class CutModel:
    """Minimise cost . x over column bounds and rows of the form lower <= row . x.

    Parameters
    ----------
    cost, lower, upper
        Of the columns, shape (C,).
    """

    def __init__(
        self, cost: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> None:
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in OPTIONS.items():
            self._check(self._highs.setOptionValue(name, value))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(cost), 0
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.zeros(1, dtype=np.int32)
        self._check(self._highs.passModel(lp))

    def add(self, lower: NDArray[np.float64], rows: NDArray[np.float64]) -> None:
        """Add rows, given in full, shape (rows, C)."""
        where = rows != 0.0
        start = np.concatenate([[0], np.cumsum(where.sum(axis=1))]).astype(np.int32)
        columns = np.nonzero(where)[1].astype(np.int32)
        self._check(self._highs.addRows(
            len(lower), lower, np.full(len(lower), np.inf), len(columns), start[:-1], columns,
            rows[where]))

    def drop(self, rows: NDArray[np.int64]) -> None:
        """Take rows out; the others close up."""
        self._check(self._highs.deleteRows(len(rows), rows.astype(np.int32)))

    def change_bounds(
        self, columns: NDArray[np.int64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> None:
        """Give some columns new bounds."""
        self._check(self._highs.changeColsBounds(
            len(columns), columns.astype(np.int32), lower, upper))

    def solve(self) -> tuple[NDArray[np.float64], NDArray[np.float64], float] | None:
        """Columns, prices of the rows and optimum; None where HiGHS has no answer."""
        self._check(self._highs.run())
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._highs.getSolution()
        return (np.asarray(solution.col_value), np.asarray(solution.row_dual),
                float(self._highs.getInfo().objective_function_value))

    @staticmethod
    def _check(status: Any) -> None:
        if status == highspy.HighsStatus.kError:
            msg = "HiGHS refused the model of the cuts"
            raise SolverFault(msg)
