"""Topsoil: where it comes from, how far it travels, and what the works need to be charged."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.checks.common import (
    Tables,
    number_column,
    on_rows,
    table_of,
    texts,
)
from optimizer.instance.checks.facts import works_of
from optimizer.instance.findings import Finding
from optimizer.instance.needs import used_accounts, uses_carbon
from optimizer.instance.schema import TABLES
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table

#: Geographic systems a planner is likely to name; their x and y are degrees.
GEOGRAPHIC_CODES = frozenset({"4326", "4490", "4214", "4555", "4610", "4258", "4269", "4979",
                              "4480", "4283", "4148"})

#: Longest haul that the table hauls accepts, km; the same holds for computed ones.
LONGEST_HAUL_KM = TABLES["hauls"].by_name["distance_km"].highest or np.inf

#: Keys of [works] that cutting a slope needs.
REGRADING_KEYS = ("regrade_l_per_m3", "diesel_kgco2e_per_l")

#: Keys of [works] that moving a cubic metre of soil needs.
MOVING_KEYS = ("load_l_per_m3", "spread_l_per_m3", "swell_factor", "diesel_kgco2e_per_l")


def sources_for_soil(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Methods that bring soil need a source to bring it from."""
    parcels, sources = table_of(tables, "parcels"), table_of(tables, "sources")
    brought_i = works_of(tables).brought_i
    if brought_i.any() and not len(sources):
        yield Finding(
            sources.file, "no topsoil source",
            f"methods bring soil to {int(brought_i.sum())} of {len(parcels)} parcels, "
            "and sources has no row",
            "at least one source, with a row for every period",
            "Add the sources (supply_m3 0 if there is none), or delete the methods that bring "
            "soil.")


def works_keys(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Fuel rates of the works that some method does, once carbon or money is used."""
    works = works_of(tables)
    needed: dict[str, str] = {}
    if uses_carbon(settings, tables):
        if works.regraded_i.any():
            needed |= dict.fromkeys(REGRADING_KEYS, "a method regrades")
        if works.moved_i.any():
            needed |= dict.fromkeys(MOVING_KEYS, "a method moves soil")
        if works.brought_i.any():
            needed["haul_l_per_m3_km"] = "a method brings soil"
    elif _pays_for_soil(settings, tables) and works.moved_i.any():
        needed["swell_factor"] = "a method moves soil that is paid by the loose cubic metre"
    for key, why in needed.items():
        if key not in settings.works:
            yield Finding("instance.toml", "needed key", "absent", f"a number, because {why}",
                          "Give it under [works], or inherit a library that has it.",
                          column=f"works.{key}")


def _pays_for_soil(settings: Settings, tables: Tables) -> bool:
    """Whether the cost account is used and loose soil has a price."""
    priced = any(settings.works.get(key, 0.0) > 0
                 for key in ("load_cost_per_m3", "haul_cost_per_m3_km"))
    return priced and "cost" in used_accounts(settings, tables)


def haul_distances(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Every source is at a known distance from every parcel that may get soil."""
    if not _needs_distances(settings, tables):
        return
    open_ik, sources = _without_haul(tables)
    parcels = table_of(tables, "parcels")
    known_i = np.isfinite(_xy(parcels).sum(axis=1))
    known_k = np.isfinite(_source_xy(tables).sum(axis=1))
    names = texts(parcels, "parcel")
    for k, source in enumerate(sources):
        missing_i = open_ik[:, k] & ~(known_i & known_k[k])
        yield from _missing_hauls(tables, source, [names[i] for i in np.flatnonzero(missing_i)])
    computed = open_ik & known_i[:, None] & known_k[None, :]
    if computed.any() and "road_factor" not in settings.works:
        yield Finding(
            "instance.toml", "needed key", "absent",
            "how much longer roads are than straight lines, because distances are computed",
            "Give it under [works], or give all distances in hauls.", column="works.road_factor")


def coordinates(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Distances need metres: longitude and latitude are refused."""
    if not _needs_distances(settings, tables):
        return
    open_ik, _ = _without_haul(tables)
    points = np.vstack([_xy(table_of(tables, "parcels")), _source_xy(tables)])
    points = points[~np.isnan(points).any(axis=1)]
    if not open_ik.any() or not len(points):
        return
    if is_geographic(settings.crs):
        yield Finding(
            "instance.toml", "degrees for distances", f"`{settings.crs}`, a system in degrees",
            "a projected system in metres, such as EPSG:32649",
            "Project x and y, or give all distances in hauls.", column="instance.crs")
    elif _looks_like_degrees(points):
        yield Finding(
            table_of(tables, "parcels").file, "degrees for distances",
            f"x from {points[:, 0].min():g} to {points[:, 0].max():g}, "
            f"y from {points[:, 1].min():g} to {points[:, 1].max():g}: longitude and latitude",
            "projected metres", "Project x and y, or give all distances in hauls.", column="x")


def far_apart(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Distances from x and y lie in the bounds of hauls: farther is a slip in a coordinate."""
    if not _needs_distances(settings, tables) or is_geographic(settings.crs):
        return
    open_ik, names = _without_haul(tables)
    parcels, sources = table_of(tables, "parcels"), table_of(tables, "sources")
    apart_ik = np.linalg.norm(_xy(parcels)[:, None] - _source_xy(tables)[None], axis=2) / 1000.0
    km_ik = apart_ik * settings.works.get("road_factor", 1.0)
    far_ik = open_ik & (km_ik > LONGEST_HAUL_KM)
    # Where all parcels are far from it, it is the source that lies wrong.
    lost_k = (far_ik | ~(open_ik & np.isfinite(km_ik))).all(axis=0)
    lost_k &= far_ik.sum(axis=0) > 1
    for k in np.flatnonzero(lost_k).tolist():
        row = texts(sources, "source").index(names[k])
        yield from _far(sources, [row], names[k], f"{km_ik[far_ik[:, k], k].min():.6g} km or more "
                        "from every parcel that may get soil")
    for i in np.flatnonzero((far_ik & ~lost_k).any(axis=1)).tolist():
        k = int(np.argmax(far_ik[i] & ~lost_k))
        yield from _far(parcels, [i], texts(parcels, "parcel")[i],
                        f"{km_ik[i, k]:.6g} km from `{names[k]}`")


def _far(table: Table, rows: list[int], name: str, how: str) -> Iterator[Finding]:
    """Finding about a place that lies too far away."""
    yield from on_rows(
        table, rows, rule="too far apart", column="x", seen=f"`{name}` lies {how}, by x and y",
        expected=f"at most {LONGEST_HAUL_KM:g} km by road",
        do="Check x and y: all in metres of one system, no digit or point astray; or give the "
           "distance in hauls.")


def moving_sources(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A source lies in one place."""
    sources = table_of(tables, "sources")
    for column in ("x", "y"):
        values = number_column(sources, column)
        for source, rows in sources.rows_of_text("source").items():
            different = [row for row in rows if not np.array_equal(
                values[row], values[rows[0]], equal_nan=True)]
            yield from on_rows(
                sources, different, rule="moving source", column=column,
                seen=f"`{source}` has another {column} than in its first row",
                expected="one place for each source",
                do="Repeat the same x and y, or name a second source.")


def _needs_distances(settings: Settings, tables: Tables) -> bool:
    """Whether hauling is charged, in carbon or in money."""
    return uses_carbon(settings, tables) or "cost" in used_accounts(settings, tables)


def is_geographic(crs: str) -> bool:
    """Whether the text names a system of longitude and latitude."""
    plain = crs.strip().casefold()
    code = re.search(r"(\d{4,6})\s*$", plain)
    if code:
        return code.group(1) in GEOGRAPHIC_CODES
    return plain in ("wgs84", "wgs 84", "cgcs2000", "crs84", "ogc:crs84") or "lon" in plain


def _looks_like_degrees(points: NDArray[np.float64]) -> bool:
    """Whether all points could be longitude and latitude: no mine is 180 m wide."""
    several = len(np.unique(points, axis=0)) > 1
    return bool(several and (np.abs(points[:, 0]) <= 180).all()
                and (np.abs(points[:, 1]) <= 90).all())


def _missing_hauls(tables: Tables, source: str, parcels: list[str]) -> Iterator[Finding]:
    """One finding on the parcels whose distance from a source is not known."""
    if not parcels:
        return
    shown = ", ".join(f"`{name}`" for name in parcels[:3])
    more = f" and {len(parcels) - 3} more" if len(parcels) > 3 else ""
    yield Finding(
        table_of(tables, "hauls").file, "missing haul",
        f"no distance from `{source}` to {shown}{more}",
        "a row in hauls, or x and y of both, for every parcel that may get soil",
        "Add the rows, or give x and y in parcels and sources.", column="distance_km")


def _without_haul(tables: Tables) -> tuple[NDArray[np.bool_], list[str]]:
    """Pairs that may need a distance and have none in hauls, shape (I, K); the source names."""
    parcels, hauls = table_of(tables, "parcels"), table_of(tables, "hauls")
    sources = table_of(tables, "sources")
    names = list(sources.rows_of_text("source"))
    open_ik = np.repeat(works_of(tables).brought_i[:, None], len(names), axis=1)
    position_i = {name: i for i, name in enumerate(texts(parcels, "parcel"))}
    position_k = {name: k for k, name in enumerate(names)}
    given = ~np.isnan(number_column(hauls, "distance_km"))
    for source, parcel, known in zip(texts(hauls, "source"), texts(hauls, "parcel"), given,
                                     strict=True):
        if known and source in position_k and parcel in position_i:
            open_ik[position_i[parcel], position_k[source]] = False
    return open_ik, names


def _xy(table: Table) -> NDArray[np.float64]:
    """Coordinates of the rows, shape (rows, 2)."""
    return np.column_stack([number_column(table, "x"), number_column(table, "y")])


def _source_xy(tables: Tables) -> NDArray[np.float64]:
    """Coordinates of each source, from its first row, shape (K, 2)."""
    sources = table_of(tables, "sources")
    first = [rows[0] for rows in sources.rows_of_text("source").values()]
    xy_k: NDArray[np.float64] = _xy(sources)[np.asarray(first, dtype=int)]
    return xy_k


CHECKS = (
    sources_for_soil, works_keys, haul_distances, coordinates, far_apart, moving_sources,
)
