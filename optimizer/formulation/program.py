"""`LinearProgram`: the waist. Everything before produces it, everything after consumes it.

    maximise    cost . x + offset
    subject to  row_lower <= matrix x <= row_upper
                column_lower <= x <= column_upper
                x_c whole where integer_c

A missing bound is -inf or inf. Columns are options first (hectares), then stocks (m3), then edges
(differences of shares between neighbours). Labels say in integers what each row and column is;
-1 means "not told apart by this axis".
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence


class Family(IntEnum):
    """Row families; each has a section of its tag in MODEL.md and a component in the reference."""

    LAND = 0
    MUST_RECLAIM = 1
    SOIL_BALANCE = 2
    LIMIT = 3
    OBJECTIVE_FLOOR = 4
    GROUP = 5
    SCRIPT = 6
    BOUNDARY = 7
    NEIGHBOUR = 8
    CLUSTER = 9
    MARGINAL = 10

    @property
    def word(self) -> str:
        """Name used in files and messages (`soil_balance`)."""
        return self.name.lower()


@dataclass(frozen=True)
class RowLabels:
    """What each row is, shape (R,) each: family, and the index on every axis or -1.

    `limit` is a row of the limits table, of a NEIGHBOUR row one of the neighbours table; for
    OBJECTIVE_FLOOR it is the stage. `edge` is a row of the adjacency table; of a BOUNDARY row
    `parcel` is the one of the pair whose larger share the row pays for. `neighbour` is the parcel
    that a NEIGHBOUR row keeps apart from `parcel`.
    """

    family: NDArray[np.int8]
    parcel: NDArray[np.int32]
    use: NDArray[np.int32]
    method: NDArray[np.int32]
    period: NDArray[np.int32]
    source: NDArray[np.int32]
    limit: NDArray[np.int32]
    zone: NDArray[np.int32]
    edge: NDArray[np.int32]
    neighbour: NDArray[np.int32]

    @classmethod
    def of(cls, family: Family, count: int, **axes: NDArray[Any] | int) -> RowLabels:
        """Labels of `count` rows of one family; axes not named are -1."""
        columns = {
            axis.name: np.full(count, -1, dtype=np.int32)
            for axis in fields(cls) if axis.name != "family"
        }
        for name, values in axes.items():
            columns[name][:] = values
        return cls(np.full(count, family, dtype=np.int8), **columns)

    @classmethod
    def concatenate(cls, parts: list[RowLabels]) -> RowLabels:
        """Labels of blocks of rows laid below each other."""
        return cls(**{axis.name: np.concatenate([getattr(part, axis.name) for part in parts])
                      for axis in fields(cls)})

    def take(self, rows: NDArray[np.int64]) -> RowLabels:
        """Labels of only some rows."""
        return RowLabels(**{axis.name: getattr(self, axis.name)[rows] for axis in fields(self)})

    def key(self, row: int) -> tuple[int, ...]:
        """All labels of a row as plain integers, usable as a dictionary key."""
        return tuple(int(getattr(self, axis.name)[row]) for axis in fields(self))


@dataclass(frozen=True)
class ColumnLabels:
    """What each column is, shape (C,) each.

    Options have a parcel. Stocks have a source and no parcel, edges a row of the adjacency table
    (and a use, -1 for "none"; where pairs of uses have weights of their own also the `other` use,
    that of the second parcel); whatever is added for the time of one solve has neither.
    """

    parcel: NDArray[np.int32]
    use: NDArray[np.int32]
    method: NDArray[np.int32]
    period: NDArray[np.int32]
    source: NDArray[np.int32]
    edge: NDArray[np.int32]
    other: NDArray[np.int32]

    @classmethod
    def of(cls, count: int, **axes: NDArray[Any] | int) -> ColumnLabels:
        """Labels of `count` columns; axes not named are -1."""
        columns = {axis.name: np.full(count, -1, dtype=np.int32) for axis in fields(cls)}
        for name, values in axes.items():
            columns[name][:] = values
        return cls(**columns)

    @classmethod
    def concatenate(cls, parts: Sequence[ColumnLabels]) -> ColumnLabels:
        """Labels of groups of columns laid beside each other."""
        return cls(**{axis.name: np.concatenate([getattr(part, axis.name) for part in parts])
                      for axis in fields(cls)})

    @property
    def is_option(self) -> NDArray[np.bool_]:
        """Whether the column is hectares of an option, shape (C,)."""
        return self.parcel >= 0

    @property
    def is_stock(self) -> NDArray[np.bool_]:
        """Whether the column is a stock of topsoil, shape (C,)."""
        return (self.parcel < 0) & (self.source >= 0)

    @property
    def is_edge(self) -> NDArray[np.bool_]:
        """Whether the column is a difference of shares between neighbours, shape (C,)."""
        return self.edge >= 0

    def appended(self, count: int, **axes: NDArray[Any] | int) -> ColumnLabels:
        """Labels with those of more columns behind; axes not named are -1."""
        return ColumnLabels.concatenate([self, ColumnLabels.of(count, **axes)])

    def take(self, columns: NDArray[np.int64]) -> ColumnLabels:
        """Labels of only some columns."""
        return ColumnLabels(**{axis.name: getattr(self, axis.name)[columns]
                               for axis in fields(self)})

    def key(self, column: int) -> tuple[int, ...]:
        """All labels of a column as plain integers, usable as a dictionary key."""
        return tuple(int(getattr(self, axis.name)[column]) for axis in fields(self))


@dataclass(frozen=True)
class LinearProgram:
    """A linear (or mixed-integer) program with labels; see the top of the module.

    Parameters
    ----------
    matrix
        Coefficients by columns, shape (R, C).
    row_lower, row_upper
        Bounds of the rows, shape (R,).
    column_lower, column_upper
        Bounds of the columns, shape (C,).
    cost
        Gain of one unit of each column, shape (C,).
    offset
        Constant of the objective.
    rows, columns
        Labels.
    integer_c
        Which columns are whole numbers, shape (C,), or None for a linear program.
    """

    matrix: sp.csc_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    column_lower: NDArray[np.float64]
    column_upper: NDArray[np.float64]
    cost: NDArray[np.float64]
    rows: RowLabels
    columns: ColumnLabels
    offset: float = 0.0
    integer_c: NDArray[np.bool_] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return len(self.row_lower), len(self.cost)

    def with_cost(self, cost: NDArray[np.float64], offset: float = 0.0) -> LinearProgram:
        """Return the same program with another objective."""
        return replace(self, cost=cost, offset=offset)

    def with_row(
        self, coefficients_c: NDArray[np.float64], lower: float, upper: float, label: RowLabels
    ) -> LinearProgram:
        """Return the program with one more row at the end."""
        row = sp.csr_array(coefficients_c[None, :])
        return replace(
            self,
            matrix=sp.csc_array(sp.vstack([self.matrix, row], format="csc")),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
            rows=RowLabels.concatenate([self.rows, label]),
        )

    def value(self, x_c: NDArray[np.float64]) -> float:
        """Objective of a point."""
        return float(self.cost @ x_c + self.offset)

    def activity(self, x_c: NDArray[np.float64]) -> NDArray[np.float64]:
        """Left-hand sides of the rows at a point, shape (R,)."""
        activity: NDArray[np.float64] = self.matrix @ x_c
        return activity
