"""What the land alone lets each limit reach, before anything is solved.

A `>=` row can reach at most what every parcel's best option adds; a `<=` row undercuts at least
what must-reclaim parcels force. Where that misses the bound no plan exists, and the hectares
that decide can be named: those that can serve, and those that fail each rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.program import Family, LinearProgram
from optimizer.formulation.row_names import LimitName, limit_name, number_text
from optimizer.formulation.selection import Selection, selections_of

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.eligibility import Eligibility

#: Bounds are missed only by more than this, relative to their size.
PLAY = 1e-9
#: Longer lists help nobody; the rest is counted.
SHOWN_AT_MOST = 5


@dataclass(frozen=True)
class Attainable:
    """Least and most that a row can reach given only the land.

    Parameters
    ----------
    row
        Row of the program.
    least, most
        In the unit of the row.
    """

    row: int
    least: float
    most: float


def unattainable(
    instance: Instance, program: LinearProgram, eligibility: Eligibility
) -> tuple[str, ...]:
    """Say which rows no plan can meet and why, one line each; empty where none is proven so."""
    lines = _forced_without_option(instance, program, eligibility)
    if lines:
        return lines
    selections = _selection_of_rows(instance, program)
    for found in attainable(program):
        lower, upper = program.row_lower[found.row], program.row_upper[found.row]
        name = limit_name(instance, program, found.row)
        if found.most < lower - PLAY * max(1.0, abs(lower)):
            decided = _deciding(instance, program, eligibility, selections.get(found.row),
                                found.row)
            lines += (f"{name.limit}: {name.rule}: {_reach(name, found.most)}{decided}",)
        elif found.least > upper + PLAY * max(1.0, abs(upper)):
            forced = name.amount(found.least)
            lines += (f"{name.limit}: {name.rule}: land that must be reclaimed makes {forced}",)
    return lines


def attainable(program: LinearProgram) -> list[Attainable]:
    """Least and most of every limit row given only land and supplies of topsoil."""
    rows = np.flatnonzero(program.rows.family == Family.LIMIT)
    matrix = program.matrix.tocsr()[rows]
    land = _Land.of(program)
    found = []
    for position, row in enumerate(rows):
        part = slice(matrix.indptr[position], matrix.indptr[position + 1])
        where, values = matrix.indices[part], matrix.data[part]
        found.append(Attainable(int(row), -land.most(where, -values), land.most(where, values)))
    return found


@dataclass(frozen=True)
class _Land:
    """What bounds each column from above: the area of its parcel, or all soil ever supplied."""

    area_i: NDArray[np.float64]
    must_i: NDArray[np.bool_]
    parcel_c: NDArray[np.int32]
    stock_most_c: NDArray[np.float64]
    options_i: NDArray[np.int64]

    @classmethod
    def of(cls, program: LinearProgram) -> _Land:
        family, rows = program.rows.family, program.rows
        land = np.flatnonzero((family == Family.LAND) | (family == Family.MUST_RECLAIM))
        area_i = np.zeros(int(rows.parcel[land].max(initial=-1)) + 1)
        must_i = np.zeros(len(area_i), dtype=bool)
        area_i[rows.parcel[land]] = program.row_upper[land]
        must_i[rows.parcel[land]] = family[land] == Family.MUST_RECLAIM
        soil = np.flatnonzero(family == Family.SOIL_BALANCE)
        supplied_k = np.bincount(rows.source[soil], program.row_upper[soil], minlength=1)
        columns = program.columns
        stock_most_c = np.where(columns.is_stock, supplied_k[np.maximum(columns.source, 0)], 0.0) \
            if len(columns.parcel) and len(soil) else np.zeros(len(columns.parcel))
        options_i = np.bincount(columns.parcel[columns.is_option], minlength=len(area_i))
        return cls(area_i, must_i, columns.parcel, stock_most_c, options_i)

    def most(self, where: NDArray[np.int32], values: NDArray[np.float64]) -> float:
        """Largest value of a sparse row over all plans that respect land alone."""
        option = self.parcel_c[where] >= 0
        parcel = self.parcel_c[where[option]]
        best_i = np.full(len(self.area_i), -np.inf)
        np.maximum.at(best_i, parcel, values[option])
        # An option outside the row, or no reclamation at all where that is allowed, adds 0.
        named_i = np.bincount(parcel, minlength=len(self.area_i))
        may_be_zero_i = ~self.must_i | (named_i < self.options_i)
        best_i = np.where(may_be_zero_i | (named_i == 0), np.maximum(best_i, 0.0), best_i)
        stocks = np.maximum(values[~option], 0.0) @ self.stock_most_c[where[~option]]
        return float(self.area_i @ best_i + stocks)


def _selection_of_rows(instance: Instance, program: LinearProgram) -> dict[int, Selection]:
    """Row -> what it counts; rows that compare neighbours (`equal`) are left out."""
    table = instance.table("limits")
    found: dict[int, Selection] = {}
    for line in range(0 if table is None else len(table)):
        if table is None or str(table.text("basis")[line]) == "equal":
            continue
        rows = np.flatnonzero((program.rows.family == Family.LIMIT)
                              & (program.rows.limit == line))
        found.update(zip((int(row) for row in rows), selections_of(instance, table, line),
                         strict=True))
    return found


def _reach(name: LimitName, most: float) -> str:
    """How far the row can get, in words."""
    if name.account == "area" and name.basis == "absolute" and name.use and not name.period:
        return f"only {number_text(most)} ha can become {name.use.replace('|', ' or ')}"
    return f"at most {name.amount(most)} can be reached"


def _deciding(
    instance: Instance, program: LinearProgram, eligibility: Eligibility,
    selection: Selection | None, row: int,
) -> str:
    """Hectares that fail each rule, and those that have no option counted by the row."""
    if selection is None:
        return ""
    practices, land = instance.practices, instance.land
    chosen_um = np.flatnonzero(selection.use.members[practices.use_um]
                               & selection.method.members[practices.method_um])
    in_zone_i = np.ones(land.count, dtype=bool)
    if not selection.zone.everything:
        in_zone_i = np.append(selection.zone.members, False)[land.zone_i]
    able_i = in_zone_i & eligibility.allowed_ium[:, chosen_um].any(axis=1)
    parts = _failing_hectares(instance, eligibility, chosen_um, in_zone_i & ~able_i)
    csr_row = program.matrix.tocsr()[[row]]
    counted = program.columns.parcel[csr_row.indices]
    served_i = np.zeros(land.count, dtype=bool)
    served_i[counted[counted >= 0]] = True
    idle_ha = float(land.area_i[able_i & ~served_i].sum())
    if idle_ha > 0.0:
        parts.append(f"{number_text(idle_ha)} ha could, but have no option that counts here")
    return "; " + ", ".join(parts) if parts else ""


def _failing_hectares(
    instance: Instance, eligibility: Eligibility, chosen_um: NDArray[np.int64],
    excluded_i: NDArray[np.bool_],
) -> list[str]:
    """Hectares failing each rule, for excluded parcels, largest first.

    A parcel counts under the rules that its nearest method (the one failing fewest) fails.
    """
    hectares: dict[str, float] = {}
    for i in np.flatnonzero(excluded_i):
        failing = min(
            (eligibility.failing(int(i), int(um), int(instance.practices.use_um[um]))
             for um in chosen_um), key=len, default=[])
        for rule in failing:
            hectares[str(rule)] = hectares.get(str(rule), 0.0) + float(instance.land.area_i[i])
    ranked = sorted(hectares.items(), key=lambda item: (-item[1], item[0]))
    return [f"{number_text(ha)} ha fail {rule}" for rule, ha in ranked[:SHOWN_AT_MOST]]


def _forced_without_option(
    instance: Instance, program: LinearProgram, eligibility: Eligibility
) -> tuple[str, ...]:
    """Parcels that must be reclaimed though no rule lets them, and the empty option list."""
    options_i = np.bincount(program.columns.parcel[program.columns.is_option],
                            minlength=instance.land.count)
    stuck_i = np.flatnonzero(instance.land.must_i & (options_i == 0))
    every_um = np.arange(instance.practices.count)
    lines = []
    for i in stuck_i[:SHOWN_AT_MOST]:
        only_i = np.arange(instance.land.count) == i
        why = ", ".join(_failing_hectares(instance, eligibility, every_um, only_i))
        lines.append(f"parcel {instance.land.parcels[i]} must be reclaimed "
                     f"({number_text(instance.land.area_i[i])} ha), but no use fits: {why}")
    if len(stuck_i) > SHOWN_AT_MOST:
        rest = stuck_i[SHOWN_AT_MOST:]
        lines.append(f"and {len(rest)} more such parcels, "
                     f"{number_text(float(instance.land.area_i[rest].sum()))} ha")
    if not lines and not options_i.any():
        everywhere_i = np.ones(instance.land.count, dtype=bool)
        why = ", ".join(_failing_hectares(instance, eligibility, every_um, everywhere_i))
        area = number_text(float(instance.land.area_i.sum()))
        lines.append(f"none of the {area} ha can become anything: {why}")
    return tuple(lines)
