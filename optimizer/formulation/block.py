"""`Block`: the rows of one family, before they are laid below each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import RowLabels


@dataclass(frozen=True)
class Block:
    """Rows of one family.

    Parameters
    ----------
    matrix
        Coefficients by rows, shape (rows, columns of the whole program).
    lower, upper
        Bounds, shape (rows,).
    labels
        What each row is.
    """

    matrix: sp.csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    labels: RowLabels


def sparse_rows(rows: list[tuple[NDArray[np.int64], NDArray[np.float64]]],
                columns: int) -> sp.csr_array:
    """Lay rows given as (positions, coefficients) below each other; zeros are left out."""
    kept = [_without_zeros(where, values) for where, values in rows]
    start = np.concatenate([[0], np.cumsum([len(where) for where, _ in kept])])
    where = np.concatenate([np.zeros(0, np.int64), *(where for where, _ in kept)])
    values = np.concatenate([np.zeros(0), *(values for _, values in kept)])
    return sp.csr_array((values, where.astype(np.int32), start.astype(np.int32)),
                        shape=(len(rows), columns))


def _without_zeros(
    where: NDArray[np.int64], values: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """A row without the coefficients that are zero."""
    filled = values != 0.0
    return (where, values) if filled.all() else (where[filled], values[filled])
