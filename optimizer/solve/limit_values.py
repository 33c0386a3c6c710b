"""Limits as the planner wrote them: the value in its own unit, and what the plan reaches of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.accounts import account_unit
from optimizer.formulation.limits import land_counted, limit_of
from optimizer.formulation.program import Family
from optimizer.formulation.selection import Group, Selection, cumulated, selections_of
from optimizer.formulation.tally import Tally
from optimizer.instance.units import limit_conversion

if TYPE_CHECKING:
    from optimizer.formulation.limits import Limit
    from optimizer.instance.table import Table
    from optimizer.solve.solution import Solution

#: On less land than this [ha] a share or an average of it says nothing.
NO_LAND = 1e-9

#: Indices of limit, use, method, zone and period that tell a row apart.
Key = tuple[int, int, int, int, int]

_PER_AREA = re.compile(r"/\s*(ha|mu|公顷|亩)$")


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A limit's value as written, what the plan reaches, and their unit.

    NaN where there is none: `equal` has no value, and nothing is a share of no land.
    """

    value: float = float("nan")
    reached: float = float("nan")
    unit: str = ""


def per_hectare(unit: str) -> str:
    """Unit of an average: `/ha` behind it unless it says per which area."""
    return unit if _PER_AREA.search(unit) else f"{unit}/ha"


def stated_values(solution: Solution, activity_r: NDArray[np.float64]) -> dict[int, StatedValue]:
    """Value, reached value and unit of every limit row of a solution.

    Parameters
    ----------
    solution
        What was solved.
    activity_r
        Activity of every row of its program, shape (R,).

    Returns
    -------
    dict
        Row of the program -> its stated value.
    """
    rows = solution.program.rows
    table = solution.instance.table("limits")
    known = {} if table is None else dict(_by_key(solution, table))
    found: dict[int, StatedValue] = {}
    for row in np.flatnonzero(rows.family == Family.LIMIT):
        axes = (rows.limit, rows.use, rows.method, rows.zone, rows.period)
        limit, use, method, zone, period = (int(axis[row]) for axis in axes)
        measure = known.get((limit, use, method, zone, period))
        found[int(row)] = StatedValue() if measure is None else measure.of(float(activity_r[row]))
    return found


@dataclass(frozen=True, slots=True)
class _Measure:
    """How the activity of a row becomes what is reached: (activity + shift) / size."""

    value: float
    unit: str
    shift: float
    size: float

    def of(self, activity: float) -> StatedValue:
        reached = (activity + self.shift) / self.size if self.size > 0.0 else float("nan")
        return StatedValue(self.value, reached + 0.0, self.unit)


def _by_key(solution: Solution, table: Table) -> Iterator[tuple[Key, _Measure]]:
    """Measures of all rows but those of `equal`."""
    instance = solution.instance
    tally = Tally(instance, solution.options)
    for index in range(len(table)):
        limit = limit_of(instance, table, index)
        if limit.basis == "equal":
            continue
        for selection in selections_of(instance, table, index):
            counted = selection
            if limit.cumulative:
                counted = replace(selection, period=cumulated(selection.period))
            key = (index, selection.use.label, selection.method.label, selection.zone.label,
                   selection.period.label)
            yield key, _measure(tally, table, limit, counted, solution.x_c)


def _measure(
    tally: Tally, table: Table, limit: Limit, selection: Selection, x_c: NDArray[np.float64]
) -> _Measure:
    """Measure of one row, by its basis."""
    value, written = float(table.number("value")[limit.index]), str(table.text("unit")[limit.index])
    own = account_unit(tally.instance, limit.account)
    found = limit_conversion(written, limit.basis, own)
    factor = 1.0 if found is None else found.factor
    unit, shift = written or own, 0.0
    if limit.basis == "absolute":
        years = tally.instance.calendar.years_t[selection.period.members].sum()
        return _Measure(value, unit, shift, factor * (float(years) if limit.per_year else 1.0))
    if limit.basis.startswith("share_of_"):
        unit, factor = f"% of {limit.basis.removeprefix('share_of_')}", 0.01
    else:
        unit = per_hectare(unit)
    land = _land(tally, limit, selection, x_c)
    if limit.basis in ("share_of_reclaimed", "average"):
        shift = limit.value * land  # its row has the value on the left
    return _Measure(value, unit, shift, factor * land if land > NO_LAND else 0.0)


def _land(
    tally: Tally, limit: Limit, selection: Selection, x_c: NDArray[np.float64]
) -> float:
    """Hectares of which a share, or over which an average, is taken."""
    if limit.basis not in ("share_of_reclaimed", "average"):
        return land_counted(tally.instance, limit.basis, selection)
    if limit.basis == "share_of_reclaimed":
        selection = replace(selection, use=_all(selection.use), method=_all(selection.method))
    where, area = tally.row("area", selection, limit.started)
    return float(area @ x_c[where])


def _all(group: Group) -> Group:
    """Count everything on an axis."""
    return Group(-1, np.ones_like(group.members), everything=True)
