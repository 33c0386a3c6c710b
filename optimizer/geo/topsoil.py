"""Topsoil sources from a layer of points, and how far each is from every piece of land."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.grid import refused, warning
from optimizer.geo.layers import plain, read_layer
from optimizer.instance.findings import Finding
from optimizer.instance.nearest import listed

if TYPE_CHECKING:
    import geopandas as gpd

    from optimizer.geo.place import Place

#: Numbers of a source, in the order of the table.
NUMBERS = ("supply_m3", "volume_loss_pct_per_year", "carbon_loss_pct_per_year", "soc_t_per_m3")
ID_FIELDS = ("source", "name", "id", "fid")


@dataclass(frozen=True)
class Topsoil:
    """Sources of topsoil.

    Parameters
    ----------
    rows
        Rows of the sources table.
    hauls
        Rows of the hauls table: source, parcel, km.
    findings
        What was left out or assumed.
    given
        Columns of the sources table that the layer gives.
    """

    rows: tuple[dict[str, object], ...]
    hauls: tuple[dict[str, object], ...]
    findings: tuple[Finding, ...]
    given: tuple[str, ...]


def no_topsoil(x: float, y: float, periods: Sequence[int]) -> Topsoil:
    """A source that yields nothing, so that methods that bring soil can be judged and priced.

    Parameters
    ----------
    x, y
        Where it would lie: the middle of the land.
    periods
        Start years.
    """
    rows = tuple({"source": "topsoil-1", "period": year, "supply_m3": 0, "x": round(x, 1),
                  "y": round(y, 1), "volume_loss_pct_per_year": 0, "carbon_loss_pct_per_year": 0,
                  "soc_t_per_m3": 0, "note": "none known yet: fill in supply and place"}
                 for year in periods)
    told = warning("sources.csv", "no topsoil source", "no --sources",
                   "points with name and supply_m3",
                   "A source without supply stands in the table: methods that bring soil cannot "
                   "be used until you fill it in; its price will say what soil is worth.")
    return Topsoil(rows, (), (told,), ())


def read_topsoil(
    path: Path, place: Place, periods: Sequence[int], parcels: Sequence[str],
    middle_i: NDArray[Any], road_factor: float,
) -> Topsoil:
    """Read sources and measure hauls: the straight line times the road factor.

    Parameters
    ----------
    path
        Point layer; fields named as the columns of the sources table, and a name.
    place
        System of the instance.
    periods
        Start years.
    parcels, middle_i
        Names of the pieces, and their middles (shapely points), shape (I,).
    road_factor
        Road distance per straight line, of the library.

    Raises
    ------
    InstanceRefused
        If features are no points, lack a name, or give numbers that are none.
    """
    frame, found = read_layer(path, place.crs)
    if set(frame.geometry.geom_type) != {"Point"}:
        kinds = sorted({str(kind) for kind in frame.geometry.geom_type})
        raise refused(path, "not points", listed(kinds), "a point for each source",
                      "Export the middles of the stockpiles.")
    name = next((field for field in ID_FIELDS if field in frame.columns), None)
    names = ([plain(value) for value in frame[name]] if name else
             [f"topsoil-{number}" for number in range(1, len(frame) + 1)])
    given = [column for column in NUMBERS if column in frame.columns]
    missing = [column for column in NUMBERS if column not in given]
    if missing:
        found.append(warning(
            path.name, "fields missing", listed(missing), f"the fields {listed(NUMBERS)}",
            "Taken as 0; fill them in in sources.csv, or add the fields."))
    rows = [row for at in range(len(frame))
            for row in _rows(path, frame, at, names[at], given, periods)]
    _refuse_twice(path, rows)
    first = {row["source"]: (row["x"], row["y"]) for row in rows}
    hauls = _hauls(first, parcels, middle_i, road_factor)
    return Topsoil(tuple(_whole(rows, periods)), tuple(hauls), tuple(found), tuple(given))


def _rows(
    path: Path, frame: gpd.GeoDataFrame, at: int, name: str, given: Sequence[str],
    periods: Sequence[int],
) -> list[dict[str, object]]:
    """Rows of one feature: of its own period, or of the first."""
    if not name:
        raise refused(path, "source without name", f"feature {at + 1}", "a name",
                      "Fill the field in.")
    own = plain(frame["period"].iloc[at]) if "period" in frame.columns else ""
    period = own or str(periods[0])
    if period not in [str(year) for year in periods]:
        raise refused(path, "unknown period", f"`{period}` of {name}",
                      f"one of {listed([str(year) for year in periods])}", "Correct the field.")
    point = frame.geometry.iloc[at]
    numbers: dict[str, object] = dict.fromkeys(NUMBERS, 0.0)
    for column in given:
        text = plain(frame[column].iloc[at])
        try:
            numbers[column] = float(text)
        except ValueError:
            raise refused(path, "not a number", f"`{text}` in {column} of {name}", "a number",
                          "Fill the field in; 0 means none.") from None
    return [{"source": name, "period": int(period), **numbers, "x": round(float(point.x), 1),
             "y": round(float(point.y), 1)}]


def _refuse_twice(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Refuse two features of one source and period: one of the supplies would be lost."""
    counts = Counter((row["source"], row["period"]) for row in rows)
    double = [f"{source} in {period}" for (source, period), count in counts.items() if count > 1]
    if double:
        raise refused(path, "duplicate source", f"{len(double)}: {listed(double, 4)}",
                      "one feature for each source and period",
                      "Add the supplies up, or rename the sources.")


def _whole(rows: list[dict[str, object]], periods: Sequence[int]) -> list[dict[str, object]]:
    """Rows for every source and period; where the layer has none, nothing is supplied."""
    there = {(row["source"], row["period"]): row for row in rows}
    whole = []
    for source in dict.fromkeys(row["source"] for row in rows):
        like = next(row for row in rows if row["source"] == source)
        whole += [there.get((source, year), {**like, "period": year, "supply_m3": 0.0})
                  for year in periods]
    return whole


def _hauls(
    sources: dict[object, tuple[object, object]], parcels: Sequence[str], middle_i: NDArray[Any],
    road_factor: float,
) -> list[dict[str, object]]:
    """One-way road distances in kilometres from every source to every piece."""
    import shapely

    x_i, y_i = shapely.get_x(middle_i), shapely.get_y(middle_i)
    rows: list[dict[str, object]] = []
    for source, (x, y) in sources.items():
        km_i = np.hypot(x_i - x, y_i - y) / 1000.0 * road_factor
        rows += [{"source": source, "parcel": parcel, "distance_km": round(float(km), 3)}
                 for parcel, km in zip(parcels, km_i, strict=True)]
    return rows
