"""Every option that a row of an actual plan may stand for, where it leaves something blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.compare.actual import NO_SOURCE, UNKNOWN, ActualRows, brings_soil
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.options.enumerate import option_keys, options_at, options_of
from optimizer.options.record import Options

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Candidates:
    """Options that rows may stand for, sorted by parcel.

    Parameters
    ----------
    options
        One option a candidate, O of them; the same option may stand there for two rows.
    row_o
        Row of the plan each is a candidate of, shape (O,).
    allowed_o
        Whether the rules allow it, shape (O,); where a row has an allowed candidate, all are.
    """

    options: Options
    row_o: Indices
    allowed_o: NDArray[np.bool_]


def candidates_of(instance: Instance, rows: ActualRows) -> Candidates:
    """List what every row may stand for: what the rules allow, or else anything that fits it.

    Raises
    ------
    InstanceRefused
        If a row needs topsoil that no source can bring.
    """
    row, practice = _spread(rows.practice, _practices_of_use(instance, rows), rows.count)
    period_choices = [np.arange(instance.calendar.count)] * rows.count
    again, period = _spread(rows.period[row], [period_choices[r] for r in row], len(row))
    row, practice = row[again], practice[again]
    row, practice, period, source = _with_sources(instance, rows, row, practice, period)
    _refuse_without_any(instance, rows, row)
    options = options_at(instance, rows.parcel[row], practice, period, source)
    allowed = np.isin(option_keys(instance, options),
                      option_keys(instance, options_of(instance)))
    has_allowed = np.bincount(row, allowed, rows.count) > 0.0
    kept = np.flatnonzero(allowed | ~has_allowed[row])
    order = kept[np.lexsort((row[kept], options.parcel_o[kept]))]
    return Candidates(options.take(order), row[order], allowed[order])


def _practices_of_use(instance: Instance, rows: ActualRows) -> list[Indices]:
    """Practices of the use of every row."""
    of_use = [np.flatnonzero(instance.practices.use_um == u)
              for u in range(len(instance.practices.uses))]
    return [of_use[u] for u in rows.use]


def _spread(
    known: Indices, choices: list[Indices], count: int
) -> tuple[Indices, Indices]:
    """Repeat each row for every choice where nothing is known: rows, and what they take."""
    taken = [np.array([known[r]]) if known[r] != UNKNOWN else choices[r] for r in range(count)]
    repeats = np.fromiter((len(each) for each in taken), np.int64, count)
    return np.repeat(np.arange(count), repeats), np.concatenate(
        [np.zeros(0, dtype=np.int64), *taken]).astype(np.int64)


def _with_sources(
    instance: Instance, rows: ActualRows, row: Indices, practice: Indices, period: Indices
) -> tuple[Indices, Indices, Indices, Indices]:
    """Add the source: none where no soil is brought, the one named, or all within reach."""
    brings = brings_soil(instance, rows.parcel[row], practice)
    reach_ik = ~np.isnan(instance.topsoil.distance_ik)
    named = rows.source[row]
    known = np.where(brings, named, NO_SOURCE)
    choices = [np.flatnonzero(reach_ik[rows.parcel[r]]) for r in range(rows.count)]
    within = np.array([not b or k == UNKNOWN or bool(reach_ik[rows.parcel[r], k])
                       for r, b, k in zip(row, brings, named, strict=True)], dtype=bool)
    row, practice, period, known = row[within], practice[within], period[within], known[within]
    again, source = _spread(known, [choices[r] for r in row], len(row))
    return row[again], practice[again], period[again], source


def _refuse_without_any(instance: Instance, rows: ActualRows, row: Indices) -> None:
    """Refuse rows whose topsoil cannot come from anywhere."""
    missing = np.setdiff1d(np.arange(rows.count), row)
    findings = [
        Finding(rows.file, "no topsoil within reach",
                f"parcel `{instance.land.parcels[rows.parcel[r]]}` as "
                f"`{instance.practices.uses[rows.use[r]]}`, which brings soil in",
                "a source with a distance to the parcel (hauls, or x and y of both)",
                "Correct the row, or add the distance.", row=int(rows.lines[r]) or None,
                column="source")
        for r in missing
    ]
    if findings:
        raise InstanceRefused(rows.file, findings)
