"""An actual plan as it was handed in: rows of hectares, with blanks where nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.held_limits import TOLERANCE
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.plan_file import plan_of_frame, read_plan
from optimizer.instance.use_map import use_map_of
from optimizer.options.works import works_of

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table

Indices = NDArray[np.int64]
#: A practice, period or source that the plan does not name though there is a choice.
UNKNOWN = -2
#: No topsoil source, as none is needed.
NO_SOURCE = -1


@dataclass(frozen=True)
class ActualRows:
    """Rows of an actual plan that put land to a use; the order of the file.

    Parameters
    ----------
    file
        Name used in findings.
    parcel, use
        Indices, shape (rows,).
    practice, period, source
        Indices, shape (rows,); `UNKNOWN` where blank and there is a choice. A source is left
        `UNKNOWN` until it is known whether soil is brought.
    area
        Hectares; the whole parcel where blank.
    fixed
        Whether it is done already.
    named
        Axis (`method`, `period`, `source`) -> whether the file names it, shape (rows,).
    lines
        Line of the file, 0 where there is none.
    """

    file: str
    parcel: Indices
    use: Indices
    practice: Indices
    period: Indices
    source: Indices
    area: NDArray[np.float64]
    fixed: NDArray[np.bool_]
    named: Mapping[str, NDArray[np.bool_]]
    lines: Indices

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.area)


def read_actual(
    instance: Instance, actual: pd.DataFrame | str | Path,
    use_map: Mapping[str, str] | str | Path | None = None,
) -> ActualRows:
    """Read an actual plan.

    Parameters
    ----------
    instance
        What it is a plan of.
    actual
        File or table with parcel, use, and where known method, period, source, area_ha, fixed.
    use_map
        Land-class code -> use, or a file with the columns code and use.

    Raises
    ------
    InstanceRefused
        With everything that is wrong with it.
    """
    translation = None if use_map is None else use_map_of(use_map, instance)
    if isinstance(actual, str | Path):
        table = read_plan(actual, instance, translation)
    else:
        table = plan_of_frame(actual, instance, use_map=translation)
    area = _areas(instance, table)
    _refuse_overfull(instance, table, area)
    return _rows(instance, table, area)


def _areas(instance: Instance, table: Table) -> NDArray[np.float64]:
    """Hectares of every row, the whole parcel where blank."""
    area = table.number("area_ha")
    whole = instance.land.area_i[_positions(table, "parcel", tuple(instance.land.parcels))]
    return np.where(np.isnan(area), whole, area)


def _refuse_overfull(instance: Instance, table: Table, area: NDArray[np.float64]) -> None:
    """Refuse more hectares than a parcel has, bare ones counted: an error of the data."""
    land = instance.land
    parcel = _positions(table, "parcel", tuple(land.parcels))
    planned_i = np.bincount(parcel, area, land.count)
    findings = []
    for i in np.flatnonzero(planned_i > land.area_i * (1.0 + TOLERANCE)):
        lines = table.lines[parcel == i]
        told = ", ".join(str(line) for line in lines if line)
        findings.append(Finding(
            table.file, "more hectares than the parcel has",
            f"{planned_i[i]:.9g} ha of parcel `{land.parcels[i]}`"
            + (f" in rows {told}" if told else ""),
            f"at most its {land.area_i[i]:.9g} ha",
            "Correct the hectares (a blank area stands for the whole parcel).",
            row=int(lines[0]) or None, column="area_ha"))
    if findings:
        raise InstanceRefused(table.file, findings)


def _rows(instance: Instance, table: Table, area: NDArray[np.float64]) -> ActualRows:
    """Names as indices; rows without a use or without hectares put no land to a use."""
    practices, calendar = instance.practices, instance.calendar
    kept = np.flatnonzero((table.text("use") != "") & (area > 0.0))
    use = _positions(table, "use", practices.uses)[kept]
    method = _positions(table, "method", practices.methods)[kept]
    period = _positions(table, "period", calendar.labels)[kept]
    named = {axis: np.asarray(table.text(axis) != "", dtype=bool)[kept]
             for axis in ("method", "period", "source")}
    if calendar.count == 1:
        period = np.zeros_like(period)
    return ActualRows(
        file=table.file,
        parcel=_positions(table, "parcel", tuple(instance.land.parcels))[kept], use=use,
        practice=_practice(instance, use, method), period=period,
        source=_positions(table, "source", instance.topsoil.sources)[kept], area=area[kept],
        fixed=table.flag("fixed")[kept], named=named, lines=table.lines[kept])


def _practice(instance: Instance, use: Indices, method: Indices) -> Indices:
    """Practice of each row: by its method, or the only one its use has."""
    practices = instance.practices
    of_pair = np.full((len(practices.uses), len(practices.methods)), UNKNOWN, dtype=np.int64)
    of_pair[practices.use_um, practices.method_um] = np.arange(practices.count)
    count_u = np.bincount(practices.use_um, minlength=len(practices.uses))
    only_u = np.where(count_u == 1, of_pair.max(axis=1), UNKNOWN)
    return np.where(method >= 0, of_pair[use, np.maximum(method, 0)], only_u[use])


def _positions(table: Table, column: str, names: tuple[str, ...]) -> Indices:
    """Position of each cell among the names; `UNKNOWN` where blank."""
    position = {str(name): index for index, name in enumerate(names)}
    return np.fromiter((position.get(str(cell), UNKNOWN) for cell in table.text(column)),
                       np.int64, len(table))


def brings_soil(instance: Instance, parcel: Indices, practice: Indices) -> NDArray[np.bool_]:
    """Whether a practice brings soil to a parcel, one of each a row."""
    brings = np.zeros(len(parcel), dtype=bool)
    for um in np.unique(practice):
        which = practice == um
        brings[which] = works_of(instance, int(um)).soil_m3_i[parcel[which]] > 0.0
    return brings
