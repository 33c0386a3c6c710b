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
LOWER, BASIC, UPPER = 0, 1, 2


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


def basis_read(basis: Any) -> Basis:
    """Return HiGHS's basis as plain numbers."""
    return Basis(_numbers(basis.col_status), _numbers(basis.row_status))


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


def _numbers(statuses: Any) -> NDArray[np.int8]:
    return np.array([_NUMBERS[status] for status in statuses], dtype=np.int8)


def _places(
    value: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> NDArray[np.int8]:
    """At a bound, or basic between them."""
    at_lower = np.isclose(value, lower, rtol=TOLERANCE, atol=TOLERANCE)
    at_upper = np.isclose(value, upper, rtol=TOLERANCE, atol=TOLERANCE)
    return np.where(at_lower, LOWER, np.where(at_upper, UPPER, BASIC)).astype(np.int8)
