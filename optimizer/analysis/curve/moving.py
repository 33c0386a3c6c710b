r"""A program of which one number moves bounds or costs along a line.

    row_lower(v) = row_lower + lower_slope (v - origin)       the same for row_upper
    cost(v)      = cost + cost_slope (v - origin)

The optimum is then a concave function of v where bounds move, a convex one where costs do, and
consists of straight pieces. Whether a number of the instance moves its program like this is read
off the programs themselves: assembled at two values they give the line, a third lies on it or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram

#: Numbers of two programs are the same within this, relative to the larger.
SAME = 1e-9
What = Literal["rows", "costs", "nothing"]


@dataclass(frozen=True)
class Moving:
    """A program of the first stage and how it moves with one number.

    Parameters
    ----------
    program
        At `origin`.
    origin
        Value of the number there.
    lower_slope_r, upper_slope_r
        Change of each bound per unit of the number, 0 for missing bounds, shape (R,).
    cost_slope_c
        Change of each cost of the last stage per unit, shape (C,).
    """

    program: LinearProgram
    origin: float
    lower_slope_r: NDArray[np.float64]
    upper_slope_r: NDArray[np.float64]
    cost_slope_c: NDArray[np.float64]

    @property
    def what(self) -> What:
        """What moves."""
        if np.any(self.lower_slope_r) or np.any(self.upper_slope_r):
            return "rows"
        return "costs" if np.any(self.cost_slope_c) else "nothing"

    def rows_at(self, value: float) -> LinearProgram:
        """Return the program with its bounds at a value; the matrix is the same object."""
        step = value - self.origin
        return replace(
            self.program, row_lower=self.program.row_lower + self.lower_slope_r * step,
            row_upper=self.program.row_upper + self.upper_slope_r * step)

    @property
    def slope_r(self) -> NDArray[np.float64]:
        """Change of each row's bounds per unit, whichever of them it has, shape (R,)."""
        return np.where(np.isfinite(self.program.row_upper), self.upper_slope_r,
                        self.lower_slope_r)

    def agrees(self, value: float, program: LinearProgram, cost_c: NDArray[np.float64]) -> bool:
        """Whether a program assembled at a value lies on the line, with its last stage's costs.

        Parameters
        ----------
        value
            The number there.
        program
            Of the first stage.
        cost_c
            Costs of the last stage, less those it has at `origin`, shape (C,).
        """
        if not _same_shape(self.program, program):
            return False
        here = self.rows_at(value)
        pairs = [(here.row_lower, program.row_lower), (here.row_upper, program.row_upper),
                 (self.cost_slope_c * (value - self.origin), cost_c)]
        return all(np.allclose(one, two, rtol=SAME, atol=SAME * _size(one)) for one, two in pairs)

    def reversed(self) -> Moving:
        """Return the same with the number's sign turned: right becomes left."""
        return replace(self, origin=-self.origin, lower_slope_r=-self.lower_slope_r,
                       upper_slope_r=-self.upper_slope_r, cost_slope_c=-self.cost_slope_c)


def moving_rows(
    program: LinearProgram, rows: NDArray[np.int64], slope: float = 1.0, origin: float = 0.0
) -> Moving:
    """Let the bounds of some rows move alike.

    Parameters
    ----------
    program
        At `origin`.
    rows
        Rows that move.
    slope
        How far per unit of the number.
    origin
        Where the number stands now.
    """
    moves_r = np.zeros(program.shape[0])
    moves_r[rows] = slope
    return Moving(
        program, origin, np.where(np.isfinite(program.row_lower), moves_r, 0.0),
        np.where(np.isfinite(program.row_upper), moves_r, 0.0), np.zeros(program.shape[1]))


def moving_between(
    at: tuple[float, float, float], programs: tuple[LinearProgram, LinearProgram, LinearProgram],
    costs: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> Moving | None:
    """Find the line through programs at two values, if the third lies on it.

    Parameters
    ----------
    at
        Three values of the number.
    programs
        The programs there, of the first stage.
    costs
        Costs of the last stage there, shape (C,).

    Returns
    -------
    Moving or None
        None where the matrix moves too, both bounds of a row move unlike each other, or the way
        is no line.
    """
    first = programs[0]
    if not all(_same_shape(first, other) for other in programs[1:]):
        return None
    lines = [_line(at, [getattr(program, name) for program in programs])
             for name in ("row_lower", "row_upper")]
    lines.append(_line(at, list(costs)))
    lower, upper, cost = lines
    if lower is None or upper is None or cost is None:
        return None
    both = np.isfinite(first.row_lower) & np.isfinite(first.row_upper)
    if np.any(lower[both] != upper[both]):
        return None
    found = Moving(first, at[0], lower, upper, cost)
    return None if found.what == "rows" and np.any(cost) else found


def _same_shape(one: LinearProgram, other: LinearProgram) -> bool:
    """Whether two programs have the same columns, rows and coefficients."""
    if one.shape != other.shape or one.matrix.nnz != other.matrix.nnz:
        return False
    columns = all(np.array_equal(getattr(one.columns, axis), getattr(other.columns, axis))
                  for axis in ("parcel", "use", "method", "period", "source"))
    same_places = (np.array_equal(one.matrix.indptr, other.matrix.indptr)
                   and np.array_equal(one.matrix.indices, other.matrix.indices))
    return (columns and same_places and np.allclose(
        one.matrix.data, other.matrix.data, rtol=SAME, atol=0.0)
        and np.array_equal(one.rows.family, other.rows.family))


def _size(values: NDArray[np.float64]) -> float:
    """Largest finite number, by its size."""
    return float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))


def _line(
    at: tuple[float, float, float], values: list[NDArray[np.float64]]
) -> NDArray[np.float64] | None:
    """Slope of each number between the first two places, if the third lies on the line."""
    finite = [np.isfinite(value) for value in values]
    if not (np.array_equal(finite[0], finite[1]) and np.array_equal(finite[0], finite[2])):
        return None
    numbers = [np.where(finite[0], value, 0.0) for value in values]
    slope = (numbers[1] - numbers[0]) / (at[1] - at[0])
    size = np.maximum.reduce([np.abs(number) for number in numbers])
    slope = np.where(np.abs(numbers[1] - numbers[0]) <= 1e-14 * size, 0.0, slope)
    expected = numbers[0] + slope * (at[2] - at[0])
    return slope if np.all(np.abs(expected - numbers[2]) <= SAME * size) else None
