"""Scaling of a program by powers of two, so that one tolerance means the same in every row.

Hectares, cubic metres and yuan differ by five orders of magnitude. Powers of two change the
exponent of a number only, so scaling and its undoing are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram


@dataclass(frozen=True)
class Scaling:
    """Factors of a scaled program: `matrix' = row_r * matrix * column_c`, `x = column_c * x'`.

    Parameters
    ----------
    row_r, column_c
        Powers of two, shapes (R,) and (C,).
    cost
        Power of two by which the costs are multiplied, over and above `column_c`.
    """

    row_r: NDArray[np.float64]
    column_c: NDArray[np.float64]
    cost: float

    def scaled_matrix(self, matrix: sp.csc_array) -> sp.csc_array:
        """Return the scaled matrix, shape (R, C)."""
        counts = np.diff(matrix.indptr)
        data = matrix.data * self.row_r[matrix.indices] * np.repeat(self.column_c, counts)
        return sp.csc_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)

    def scaled_cost(self, cost_c: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scaled costs, shape (C,)."""
        return np.asarray(cost_c * self.column_c * self.cost)

    def with_columns(self, program: LinearProgram) -> Scaling:
        """Scaling of this program with the columns of another beside it, of the same rows."""
        return replace(self, column_c=np.append(
            self.column_c, _columns(program.matrix, self.row_r)))

    def price_r(self, scaled_r: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices of the program from those of the scaled one, shape (R,)."""
        return np.asarray(scaled_r * self.row_r / self.cost)


def scaling_of(program: LinearProgram) -> Scaling:
    """Scale rows, then columns, to a largest coefficient near 1, and the costs likewise.

    Whole-number columns keep their unit.
    """
    matrix = program.matrix
    sizes = np.abs(matrix.data)
    row_r = _power_of_two(_largest(sizes, matrix.indices, matrix.shape[0]))
    column_c = _columns(matrix, row_r)
    if program.integer_c is not None:
        column_c = np.where(program.integer_c, 1.0, column_c)
    steepest = np.max(np.abs(program.cost * column_c), initial=0.0)
    return Scaling(row_r, column_c, float(_power_of_two(np.array([steepest]))[0]))


def _columns(matrix: sp.csc_array, row_r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Factors of columns whose rows are scaled already, shape (C,)."""
    columns = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    sizes = np.abs(matrix.data) * row_r[matrix.indices]
    return _power_of_two(_largest(sizes, columns, matrix.shape[1]))


def _largest(
    sizes: NDArray[np.float64], groups: NDArray[Any], count: int
) -> NDArray[np.float64]:
    """Largest of the sizes in each group, shape (count,); 0 where a group is empty."""
    largest = np.zeros(count)
    np.maximum.at(largest, groups, sizes)
    return largest


def _power_of_two(sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Power of two that brings each size into [0.5, 1); 1 for nought."""
    exponents = np.frexp(sizes)[1]
    return np.where(sizes > 0.0, np.ldexp(1.0, -exponents), 1.0)
