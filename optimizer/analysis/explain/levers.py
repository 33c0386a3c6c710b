"""How the rows of a limit follow the value in its table, found by building them twice.

Every row is affine in the value v that the planner writes: coefficients and bound are those at 0
plus v times the difference between those at 1 and at 0. Totals and shares of land that is there
keep v in the bound; shares of reclaimed land and averages keep it in the coefficients:
`numerator . x - v denominator . x >= 0`. `equal` has no value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.limits import land_counted, limit_of, rows_of_limit
from optimizer.formulation.program import Family
from optimizer.formulation.tally import Tally
from optimizer.instance.checks.limits import NEVER_NEGATIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.formulation.limits import Row
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table
    from optimizer.options.record import Options

#: Bases whose value stands in the matrix.
RATIO_BASES = ("share_of_reclaimed", "average")
SparseRow = tuple[NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True)
class Lever:
    """One limit of the table and how its rows follow its value.

    Parameters
    ----------
    line
        Row of the limits table.
    name, sense, basis, unit
        As in the table; basis `absolute` where blank, unit the account's where blank.
    value
        Value in the table, in `unit`; NaN for `equal`.
    least, most
        Range that the value may be given.
    rows
        Rows of the program.
    slope_r
        Bound of each row per unit of the value, shape (rows,); for ratios the hectares that could
        count at most.
    numerators, denominators
        Sparse rows of a ratio (positions, coefficients), one a row; empty otherwise.
    size
        What a change is relative to, in `unit`, above 0: the value, or where that is 0 what the
        rows could reach.
    """

    line: int
    name: str
    sense: str
    basis: str
    unit: str
    value: float
    least: float
    most: float
    rows: NDArray[np.int64]
    slope_r: NDArray[np.float64]
    numerators: tuple[SparseRow, ...]
    denominators: tuple[SparseRow, ...]
    size: float

    @property
    def is_ratio(self) -> bool:
        """Whether the value stands in the matrix."""
        return self.basis in RATIO_BASES

    @property
    def by_value(self) -> bool:
        """Whether another value can loosen it.

        Not so `equal`, and not a ratio that several rows must meet exactly.
        """
        return self.basis != "equal" and not (
            self.is_ratio and self.sense == "=" and len(self.rows) > 1)


def levers_of(
    instance: Instance, options: Options, program: LinearProgram
) -> tuple[Lever, ...]:
    """Levers of all limits, in the order of the table."""
    table = instance.table("limits")
    if table is None:
        return ()
    tally = Tally(instance, options)
    at_zero, at_one = (table.with_columns(value=np.full(len(table), value)) for value in (0.0, 1.0))
    values = table.number("value")
    sized = _row_sizes(program) if np.any(values == 0.0) else np.zeros(program.shape[0])
    return tuple(
        _lever(instance, table, line,
               np.flatnonzero((program.rows.family == Family.LIMIT)
                              & (program.rows.limit == line)),
               list(_rows(tally, at_zero, line)), list(_rows(tally, at_one, line)), sized)
        for line in range(len(table))
    )


def _rows(tally: Tally, table: Table, line: int) -> Iterator[Row]:
    limit = limit_of(tally.instance, table, line)
    if limit.basis != "equal":
        yield from rows_of_limit(tally, limit, table)


def _lever(
    instance: Instance, table: Table, line: int, rows: NDArray[np.int64], at_zero: list[Row],
    at_one: list[Row], sized_r: NDArray[np.float64],
) -> Lever:
    """Take the difference of the rows at 1 and at 0."""
    basis = str(table.text("basis")[line]) or "absolute"
    account, value = str(table.text("account")[line]), float(table.number("value")[line])
    ratio = basis in RATIO_BASES
    factor = limit_of(instance, table.with_columns(value=np.ones(len(table))), line).value
    slope = np.array([
        factor * land_counted(instance, "", one.selection) if ratio else one.bound - zero.bound
        for zero, one in zip(at_zero, at_one, strict=True)])
    pairs = list(zip(at_zero, at_one, strict=True)) if ratio else []
    numerators = tuple((zero.positions, zero.coefficients) for zero, _ in pairs)
    denominators = tuple(_difference(zero, one) for zero, one in pairs)
    least, most = _range(basis, account)
    return Lever(
        line=line, name=str(table.text("limit")[line]), sense=str(table.text("sense")[line]),
        basis=basis, unit=_unit(instance, table, line, account, basis), value=value, least=least,
        most=most, rows=rows, slope_r=slope, numerators=numerators, denominators=denominators,
        size=_size(value, numerators, slope, sized_r[rows], ratio=ratio),
    )


def _difference(zero: Row, one: Row) -> SparseRow:
    """What one unit of the value takes away from each coefficient: row(0) - row(1)."""
    length = int(max(zero.positions.max(initial=-1), one.positions.max(initial=-1))) + 1
    dense = np.zeros(length)
    dense[zero.positions] += zero.coefficients
    dense[one.positions] -= one.coefficients
    # Coefficients of either are exact only to rounding of their size.
    where = np.flatnonzero(np.abs(dense) > 0.0)
    return where, dense[where]


def _range(basis: str, account: str) -> tuple[float, float]:
    """Values that the checks of an instance let through."""
    if basis.startswith("share_of_"):
        return 0.0, 100.0
    return (0.0 if account in NEVER_NEGATIVE else -np.inf), np.inf


def _unit(instance: Instance, table: Table, line: int, account: str, basis: str) -> str:
    """Unit of the value as a planner would say it."""
    from optimizer.formulation.accounts import account_unit

    given = str(table.text("unit")[line])
    if basis.startswith("share_of_"):
        return "%"
    if basis == "equal":
        return ""
    if basis.startswith("average") and "/" not in given:
        return f"{given or account_unit(instance, account)}/ha"
    return given or account_unit(instance, account)


def _size(
    value: float, numerators: tuple[SparseRow, ...], slope_r: NDArray[np.float64],
    sized_r: NDArray[np.float64], *, ratio: bool,
) -> float:
    """Size that a change of the value is measured against."""
    if np.isfinite(value) and value != 0.0:
        return abs(value)
    if ratio:
        largest = max((float(np.abs(values).max(initial=0.0)) for _, values in numerators),
                      default=0.0)
        return largest if largest > 0.0 else 1.0
    reach = float(np.max(np.divide(sized_r, np.abs(slope_r), where=slope_r != 0.0,
                                   out=np.zeros(len(slope_r))), initial=0.0)) \
        if len(slope_r) else 0.0
    return reach if reach > 0.0 else 1.0


def _row_sizes(program: LinearProgram) -> NDArray[np.float64]:
    """Largest size each limit row could have given the land, shape (R,)."""
    from optimizer.formulation.attainable import attainable

    sizes = np.zeros(program.shape[0])
    for found in attainable(program):
        sizes[found.row] = max(abs(found.least), abs(found.most))
    return np.where(np.isfinite(sizes), sizes, 0.0)
