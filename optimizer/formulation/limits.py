r"""Limits: linear rules on accounts, one or more rows each.

    (P1) absolute            lower <= sum a x <= upper
    (P2) share_of_reclaimed  sum_{selected} x - s sum_{same zone, period} x      <= , >= , = 0
    (P3) share_of_available  sum_{selected} x   <= , >= , =  s sum_{i in zone} area_i
    (P4) share_of_released   the same over the parcels released for the periods counted
    (P5) average             sum_{selected} (a - v) x                            <= , >= , = 0
    (P6) average_of_available  sum_{selected} a x  <= , >= , =  v sum_{i in zone} area_i
    (P7) equal               zones:   x_z / A_z - x_{z+1} / A_{z+1} = 0
                             periods: a_p - a_{p+1} = 0  (even flow)

Symbols   x [ha]; a [unit of the account per ha] what an option brings within the periods counted;
          s [1] share; v [unit per ha] value of an average; A_z [ha] area of a zone
Dual      unit of the objective per unit of the account (P1, P3, P4, P6), per hectare (P2) or per
          unit of the row (P5, P7)
Source    MODEL.md P1 to P7
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.accounts import account_unit
from optimizer.formulation.block import Block, sparse_rows
from optimizer.formulation.program import Family, RowLabels
from optimizer.formulation.selection import Group, Selection, cumulated, selections_of
from optimizer.formulation.tally import Tally
from optimizer.instance.units import limit_conversion

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table
    from optimizer.options.record import Options


class Coefficients(Protocol):
    """Where rows get their coefficients from; `Tally` for those of every option."""

    @property
    def instance(self) -> Instance:
        """The instance."""

    def row(
        self, account: str, selection: Selection, started: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Positions and coefficients of an account over a selection."""


#: Percent to share.
PER_CENT = 0.01
#: Bases whose value is the right-hand side; in the others it stands in the coefficients.
BOUND_BASES = ("absolute", "share_of_available", "share_of_released", "average_of_available")


@dataclass(frozen=True)
class Row:
    """One row of a limit: coefficients, right-hand side, and what it counts."""

    positions: NDArray[np.int64]
    coefficients: NDArray[np.float64]
    bound: float
    selection: Selection


@dataclass(frozen=True)
class Limit:
    """One line of the limits table, value converted to the unit of the account.

    `value` is in the account's own unit (per year where `per_year`), a share for share_of_*,
    own unit per hectare for averages, NaN for equal.
    """

    index: int
    account: str
    basis: str
    sense: str
    value: float
    per_year: bool
    cumulative: bool
    started: bool


def limit_of(instance: Instance, table: Table, row: int) -> Limit:
    """Read one line of the limits table."""
    account = str(table.text("account")[row])
    basis = str(table.text("basis")[row]) or "absolute"
    conversion = limit_conversion(str(table.text("unit")[row]), basis,
                                  account_unit(instance, account))
    factor = 1.0 if conversion is None else conversion.factor
    if basis.startswith("share_of_"):
        factor = PER_CENT
    return Limit(
        index=row,
        account=account,
        basis=basis,
        sense=str(table.text("sense")[row]),
        value=float(table.number("value")[row]) * factor,
        per_year=conversion is not None and conversion.per_year,
        cumulative=bool(table.flag("cumulative")[row]),
        started=str(table.text("counted")[row]) == "started",
    )


def limit_block(instance: Instance, options: Options) -> Block:
    """Build the rows of all limits, in the order of the table."""
    tally = Tally(instance, options)
    return limit_block_of(tally, tally.columns.count)


def limit_block_of(tally: Coefficients, columns: int) -> Block:
    """Build the rows of all limits on so many columns, whatever these are."""
    instance = tally.instance
    table = instance.table("limits")
    limits = [] if table is None else [limit_of(instance, table, row) for row in range(len(table))]
    built = [(limit, row) for limit in limits
             for row in rows_of_limit(tally, limit, instance.tables["limits"])]
    return Block(
        sparse_rows([(row.positions, row.coefficients) for _, row in built], columns),
        np.array([row.bound if limit.sense in (">=", "=") else -np.inf for limit, row in built]),
        np.array([row.bound if limit.sense in ("<=", "=") else np.inf for limit, row in built]),
        _labels(built),
    )


def rows_of_limit(tally: Coefficients, limit: Limit, table: Table) -> Iterator[Row]:
    """Build the rows of one limit."""
    selections = selections_of(tally.instance, table, limit.index)
    if limit.basis == "equal":
        yield from _equal_rows(tally, limit, selections)
        return
    for selection in selections:
        counted = selection
        if limit.cumulative:
            counted = replace(selection, period=cumulated(selection.period))
        yield _row(tally, limit, counted)


def _row(tally: Coefficients, limit: Limit, selection: Selection) -> Row:
    """Build one row of any basis but equal."""
    positions, values = tally.row(limit.account, selection, limit.started)
    if limit.basis == "share_of_reclaimed":
        positions, values = _minus_share(tally, limit, selection, positions, values)
        return Row(positions, values, 0.0, selection)
    if limit.basis == "average":
        where, area = tally.row("area", selection, limit.started)
        positions, values = _combine(positions, values, where, -limit.value * area)
        return Row(positions, values, 0.0, selection)
    return Row(positions, values, _bound(tally.instance, limit, selection), selection)


def _bound(instance: Instance, limit: Limit, selection: Selection) -> float:
    """Right-hand side of absolute rows, and of shares and averages of land that is there."""
    if limit.basis == "absolute":
        years = float(instance.calendar.years_t[selection.period.members].sum())
        return limit.value * (years if limit.per_year else 1.0)
    return limit.value * land_counted(instance, limit.basis, selection)


def bounds_of_limit(instance: Instance, limit: Limit, table: Table) -> list[float] | None:
    """Right-hand sides of the rows of a limit; None where its value stands in the coefficients."""
    if limit.basis not in BOUND_BASES:
        return None
    bounds = []
    for selection in selections_of(instance, table, limit.index):
        period = cumulated(selection.period) if limit.cumulative else selection.period
        bounds.append(_bound(instance, limit, replace(selection, period=period)))
    return bounds


def land_counted(instance: Instance, basis: str, selection: Selection) -> float:
    """Hectares of the selected zones, all or (share_of_released) released for a counted period."""
    land = instance.land
    counted_i = np.ones(land.count, dtype=bool)
    if not selection.zone.everything:
        counted_i = np.append(selection.zone.members, False)[land.zone_i]
    if basis == "share_of_released":
        # Released for a period: the first that starts in or after the year of release.
        released_i = np.searchsorted(instance.calendar.start_t, land.release_i)
        counted_i = counted_i & np.append(selection.period.members, False)[released_i]
    return float(land.area_i[counted_i].sum())


def _minus_share(
    tally: Coefficients, limit: Limit, selection: Selection, positions: NDArray[np.int64],
    values: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Subtract the share of all land reclaimed in the same zone and period (P2)."""
    def everything(group: Group) -> Group:
        return Group(-1, np.ones_like(group.members), everything=True)
    whole = replace(selection, use=everything(selection.use), method=everything(selection.method))
    where, area = tally.row("area", whole, limit.started)
    return _combine(positions, values, where, -limit.value * area)


def _combine(
    positions: NDArray[np.int64], values: NDArray[np.float64], more: NDArray[np.int64],
    more_values: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Add two sparse rows."""
    length = int(max(positions.max(initial=-1), more.max(initial=-1))) + 1
    dense = np.zeros(length)
    dense[positions] += values
    dense[more] += more_values
    joined = np.flatnonzero(dense)
    return joined, dense[joined]


def _equal_rows(tally: Coefficients, limit: Limit, selections: list[Selection]) -> Iterator[Row]:
    """Build the rows that make neighbours on the axis of the * equal (P7)."""
    by_zone = len({selection.zone.label for selection in selections}) > 1
    if by_zone:
        selections = [s for s in selections if land_counted(tally.instance, "", s) > 0.0]
    for one, next_one in pairwise(selections):
        if (one.use.label, one.method.label) != (next_one.use.label, next_one.method.label):
            continue  # the end of one use (or method) and the start of the next
        rows = []
        for selection, sign in ((one, 1.0), (next_one, -1.0)):
            counted = selection
            if limit.cumulative:
                counted = replace(selection, period=cumulated(selection.period))
            positions, values = tally.row(limit.account, counted, limit.started)
            size = land_counted(tally.instance, "", selection) if by_zone else 1.0
            rows.append((positions, sign * values / size))
        yield Row(*_combine(*rows[0], *rows[1]), 0.0, one)


def _labels(built: list[tuple[Limit, Row]]) -> RowLabels:
    """Say which limit, use, method, zone and period each row is."""
    def axis(name: str) -> NDArray[np.int64]:
        return np.array([getattr(row.selection, name).label for _, row in built], dtype=np.int64)
    return RowLabels.of(
        Family.LIMIT, len(built),
        limit=np.array([limit.index for limit, _ in built], dtype=np.int64),
        use=axis("use"), method=axis("method"), zone=axis("zone"), period=axis("period"),
    )
