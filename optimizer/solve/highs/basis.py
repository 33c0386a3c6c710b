"""A basis as plain numbers: kept, sent to another process, and taken up again by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.solve.highs.options import TOLERANCE

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram

#: HiGHS's words, at the place of their number in a `Basis`.
_WORDS = (
    highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic,
    highspy.HighsBasisStatus.kUpper, highspy.HighsBasisStatus.kZero,
    highspy.HighsBasisStatus.kNonbasic,
)
_NUMBERS = {word: number for number, word in enumerate(_WORDS)}
LOWER, BASIC, UPPER, FREE = 0, 1, 2, 3


@dataclass(frozen=True)
class Basis:
    """Where every column and row stands: 0 lower bound, 1 basic, 2 upper, 3 free, 4 nonbasic.

    Parameters
    ----------
    column_c, row_r
        Shapes (C,) and (R,).
    """

    column_c: NDArray[np.int8]
    row_r: NDArray[np.int8]


def basis_read(highs: Any) -> Basis:
    """Return the basis of HiGHS's latest solve as plain numbers.

    HiGHS gives statuses one word at a time, which takes longer than a warm solve; which variables
    are basic, and what all of them are, it gives as arrays.
    """
    status, basic = highs.getBasicVariables()
    if status == highspy.HighsStatus.kError:
        words = highs.getBasis()
        return Basis(_numbers(words.col_status), _numbers(words.row_status))
    lp, solution = highs.getLp(), highs.getSolution()
    column_c = _at_bounds(solution.col_value, lp.col_lower_, lp.col_upper_)
    row_r = _at_bounds(solution.row_value, lp.row_lower_, lp.row_upper_)
    column_c[basic[basic >= 0]] = BASIC
    row_r[-1 - basic[basic < 0]] = BASIC
    return Basis(column_c, row_r)


def basis_for_highs(basis: Basis, *, alien: bool = False) -> Any:
    """Return a basis as HiGHS takes it.

    Parameters
    ----------
    basis
        Of the program held.
    alien
        Let HiGHS mend a basis of too many or too few, as that of a degenerate plan.
    """
    made = highspy.HighsBasis()
    made.col_status = [_WORDS[number] for number in basis.column_c]
    made.row_status = [_WORDS[number] for number in basis.row_r]
    made.valid, made.alien = True, alien
    return made


def basis_near(program: LinearProgram, x_c: NDArray[np.float64]) -> Basis:
    """Basis near a known plan: what lies on a bound is nonbasic; it may need mending."""
    return Basis(
        _places(x_c, program.column_lower, program.column_upper),
        _places(program.activity(x_c), program.row_lower, program.row_upper),
    )


def _at_bounds(values: Any, lower: Any, upper: Any) -> NDArray[np.int8]:
    """The nearer bound of each value; of variables that are not basic the one they lie on."""
    value, low, high = (np.asarray(array, dtype=np.float64) for array in (values, lower, upper))
    free = np.isneginf(low) & np.isposinf(high)
    return np.where(free, FREE, np.where(value - low <= high - value, LOWER, UPPER)).astype(np.int8)


def _numbers(statuses: Any) -> NDArray[np.int8]:
    return np.array([_NUMBERS[status] for status in statuses], dtype=np.int8)


def _places(
    value: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> NDArray[np.int8]:
    """At a bound, or basic between them."""
    at_lower = np.isclose(value, lower, rtol=TOLERANCE, atol=TOLERANCE)
    at_upper = np.isclose(value, upper, rtol=TOLERANCE, atol=TOLERANCE)
    return np.where(at_lower, LOWER, np.where(at_upper, UPPER, BASIC)).astype(np.int8)
