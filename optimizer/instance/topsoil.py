"""`Topsoil`: the sources as arrays over k, t and i."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.instance.calendar import Calendar
    from optimizer.instance.land import Land
    from optimizer.instance.settings import Settings
    from optimizer.instance.table import Table


@dataclass(frozen=True)
class Topsoil:
    """Topsoil sources, in the order of the table.

    Parameters
    ----------
    sources
        Names.
    supply_kt
        Cubic metres, as placed, that become available, shape (K, T).
    loss_kt
        Share of the stock after t - 1 that is gone when t starts, shape (K, T); 0 in column 0.
    carbon_lost_kt
        Share of the carbon of a stock lost during t, shape (K, T).
    soc_kt
        Organic carbon, t C/m3, shape (K, T).
    distance_ik
        Road distance in km, shape (I, K); NaN where not known.
    """

    sources: tuple[str, ...]
    supply_kt: NDArray[np.float64]
    loss_kt: NDArray[np.float64]
    carbon_lost_kt: NDArray[np.float64]
    soc_kt: NDArray[np.float64]
    distance_ik: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of sources."""
        return len(self.sources)

    def supplied_kt(self) -> NDArray[np.float64]:
        """Everything supplied up to and including t, shape (K, T): the most a stock can be."""
        return np.cumsum(self.supply_kt, axis=1)


def topsoil_of(
    settings: Settings, tables: Mapping[str, Table], calendar: Calendar, land: Land
) -> Topsoil:
    """Lay the sources and hauls tables out as arrays (no sources: arrays with no rows)."""
    table = tables.get("sources")
    if table is None or not len(table):
        none = np.zeros((0, calendar.count))
        return Topsoil((), none, none, none, none, np.zeros((land.count, 0)))
    sources = tuple(dict.fromkeys(table.text("source")))
    row_kt = _row_of(table, sources, calendar.labels)
    return Topsoil(
        sources=sources,
        supply_kt=table.number("supply_m3")[row_kt],
        loss_kt=_volume_lost(table.number("volume_loss_pct_per_year", 0.0)[row_kt], calendar),
        carbon_lost_kt=_compound(table.number("carbon_loss_pct_per_year", 0.0)[row_kt],
                                 calendar.years_t),
        soc_kt=table.number("soc_t_per_m3", 0.0)[row_kt],
        distance_ik=_distances(settings, tables, land, sources, row_kt[:, 0]),
    )


def _row_of(
    table: Table, sources: tuple[str, ...], periods: tuple[str, ...]
) -> NDArray[np.int64]:
    """Row of the sources table for each source and period, shape (K, T)."""
    rows = {key: row for row, key in enumerate(
        zip(table.text("source"), table.text("period"), strict=True))}
    return np.array([[rows[source, period] for period in periods] for source in sources])


def _compound(pct_kt: NDArray[np.float64], years_t: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share lost over the years of each period at a yearly percentage, shape (K, T)."""
    return 1.0 - (1.0 - pct_kt / 100.0) ** years_t[None, :]


def _volume_lost(pct_kt: NDArray[np.float64], calendar: Calendar) -> NDArray[np.float64]:
    """Share of the stock after t - 1 gone when t starts: lost over the years of t - 1."""
    lost_kt = np.zeros_like(pct_kt)
    lost_kt[:, 1:] = _compound(pct_kt, calendar.years_t)[:, :-1]
    return lost_kt


def _distances(
    settings: Settings, tables: Mapping[str, Table], land: Land, sources: tuple[str, ...],
    first_row_k: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Road distance of every parcel and source: the hauls table, else the line times a factor."""
    table = tables["sources"]
    x_k, y_k = table.number("x")[first_row_k], table.number("y")[first_row_k]
    dx_ik = land.attribute("x")[:, None] - x_k[None, :]
    dy_ik = land.attribute("y")[:, None] - y_k[None, :]
    factor = settings.works.get("road_factor", 1.0)
    distance_ik: NDArray[np.float64] = np.hypot(dx_ik, dy_ik) / 1000.0 * factor
    hauls = tables.get("hauls")
    if hauls is not None:
        position_i = {name: i for i, name in enumerate(land.parcels)}
        i = [position_i[name] for name in hauls.text("parcel")]
        k = [sources.index(name) for name in hauls.text("source")]
        distance_ik[i, k] = hauls.number("distance_km")
    return distance_ik
