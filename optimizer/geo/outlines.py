"""Polygons that become parcels: names, repairs, and what forbids them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.geo.grid import Grid, warning
from optimizer.geo.layers import plain, polygons_of, read_layer
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.nearest import counted, listed
from optimizer.instance.schema import TABLES

if TYPE_CHECKING:
    import geopandas as gpd

#: Fields that are taken as the name of a polygon, in this order.
ID_FIELDS = ("parcel", "id", "name", "地块", "fid")
#: Two polygons may share so much of the smaller one before it is told, and before it is refused.
TOLD_OVERLAP, REFUSED_OVERLAP = 1e-6, 0.01


@dataclass(frozen=True)
class Outlines:
    """Polygons in the system of the raster.

    Parameters
    ----------
    names
        One a polygon, all different.
    shapes
        The polygons (shapely), valid and not empty.
    fields
        Column of parcels -> cell of each polygon, taken from the layer.
    findings
        What was repaired or is odd.
    """

    names: tuple[str, ...]
    shapes: tuple[Any, ...]
    fields: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...]


def read_outlines(
    path: Path, grid: Grid, columns: Mapping[str, str], wanted: Mapping[str, str]
) -> Outlines:
    """Read polygons, repair what can be repaired, and refuse the rest, all findings at once.

    Parameters
    ----------
    path
        A polygon layer.
    grid
        The elevation raster, whose system the polygons are brought to.
    columns
        Column of parcels -> field of the layer, as the planner says.
    wanted
        Field -> column of parcels that it fills.

    Raises
    ------
    InstanceRefused
        If shapes are missing or no polygons, names are double, or polygons overlap.
    """
    frame, found = read_layer(path, grid.crs)
    field_of, told = _fields(frame, path, columns, wanted)
    names = _names(frame, columns)
    found += [*told, *_name_findings(path, names)]
    shapes, repaired = _shapes(path, names, list(frame.geometry.values))
    found += repaired
    if not any(finding.severity == "error" for finding in found):
        cell = grid.transform.a * -grid.transform.e
        found += [*_oddities(path, names, shapes, cell), *_overlaps(path, names, shapes)]
    if any(finding.severity == "error" for finding in found):
        raise InstanceRefused(path.name, found)
    fields = {column: tuple(plain(value) for value in frame[field])
              for column, field in field_of.items()}
    words = [finding for column, field in field_of.items()
             for finding in _words_for_numbers(path, field, column, names, fields[column])]
    if words:
        raise InstanceRefused(path.name, [*found, *words])
    return Outlines(tuple(names), tuple(shapes), fields, tuple(found))


def _fields(
    frame: gpd.GeoDataFrame, path: Path, columns: Mapping[str, str], wanted: Mapping[str, str]
) -> tuple[dict[str, str], list[Finding]]:
    """Which field fills which column; the others are listed."""
    there = [str(name) for name in frame.columns if name != frame.geometry.name]
    wrong = {column: name for column, name in columns.items() if name not in there}
    found = [Finding(path.name, "unknown field", f"`{name}` for {column}",
                     f"a field of the layer: {listed(there, 12)}", "Check --column.")
             for column, name in wrong.items()]
    taken = {wanted[name]: name for name in there if name in wanted}
    taken |= {column: name for column, name in columns.items() if column not in wrong}
    taken.pop("parcel", None)
    left = [name for name in there if name not in (*taken.values(), *ID_FIELDS)]
    if left:
        found.append(warning(
            path.name, "fields not taken", listed(left, 12), "columns of parcels",
            "Say --column COLUMN=FIELD for those that mean something to the plan."))
    return taken, found


def _words_for_numbers(
    path: Path, field: str, column: str, names: Sequence[str], cells: Sequence[str]
) -> list[Finding]:
    """Error about a field with words where the column holds numbers."""
    spec = TABLES["parcels"].by_name.get(column)
    if (spec is not None and not spec.numeric) or column in TABLES["parcels"].free_text:
        return []
    bad = [f"`{cell}` of {name}" for name, cell in zip(names, cells, strict=True)
           if cell and not _number(cell)]
    return [Finding(path.name, "not a number", f"{len(bad)} in field `{field}`: {listed(bad, 4)}",
                    f"numbers for {column}", "Correct the field; blank means unknown.",
                    column=field)] if bad else []


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _names(frame: gpd.GeoDataFrame, columns: Mapping[str, str]) -> list[str]:
    """Name of every polygon: a field of names, or numbers."""
    fields = [columns["parcel"]] if columns.get("parcel") in frame.columns else []
    fields += [name for name in ID_FIELDS if name in frame.columns]
    if fields:
        return [plain(value) for value in frame[fields[0]]]
    width = len(str(len(frame)))
    return [f"p{number:0{width}d}" for number in range(1, len(frame) + 1)]


def _name_findings(path: Path, names: Sequence[str]) -> list[Finding]:
    """Errors about polygons without a name, or with that of another."""
    blank = [f"feature {row}" for row, name in enumerate(names, start=1) if not name]
    double = sorted({name for name in names if name and list(names).count(name) > 1}
                    if len(set(names)) < len(names) else ())
    found = []
    if blank:
        found.append(Finding(path.name, "polygon without name", f"{len(blank)}: {listed(blank, 5)}",
                             "a name for every polygon", "Fill the field in, or name another one "
                             "with --column parcel=FIELD."))
    if double:
        found.append(Finding(path.name, "duplicate name", f"{len(double)}: {listed(double, 5)}",
                             "one polygon a name", "Join the pieces to a multipolygon, or rename "
                             "them."))
    return found


def _shapes(path: Path, names: Sequence[str], shapes: Sequence[Any]) -> (
        tuple[list[Any], list[Finding]]):
    """Valid polygons; self-intersections are repaired and told with the area they change."""
    import shapely

    kinds = [None if shape is None or shape.is_empty else shape.geom_type for shape in shapes]
    absent = [name for name, kind in zip(names, kinds, strict=True) if kind is None]
    other = [f"{name} ({kind})" for name, kind in zip(names, kinds, strict=True)
             if kind not in (None, "Polygon", "MultiPolygon")]
    found = []
    if absent:
        found.append(Finding(path.name, "no shape", f"{len(absent)}: {listed(absent, 5)}",
                             "a polygon for every feature", "Draw it, or delete the feature."))
    if other:
        found.append(Finding(path.name, "not a polygon", f"{len(other)}: {listed(other, 5)}",
                             "polygons", "Close the lines to polygons, or delete the features."))
    if found:
        return list(shapes), found
    mended, crossing, gone = [], [], []
    for name, shape in zip(names, shapes, strict=True):
        flat = shapely.force_2d(shape)
        valid = flat if flat.is_valid else polygons_of(shapely.make_valid(flat))
        if valid is not flat:
            crossing.append(name)
        if valid.is_empty or valid.area <= 0:
            gone.append(name)
        mended.append(valid)
    if crossing:
        found.append(warning(
            path.name, "outline crosses itself", f"{len(crossing)}: {listed(crossing, 5)}",
            "outlines that do not cross themselves",
            "Repaired: every loop counts as land. Look at them on the map."))
    if gone:
        found.append(Finding(path.name, "polygon without area", f"{len(gone)}: {listed(gone, 5)}",
                             "polygons with an area", "Draw them anew, or delete them."))
    return mended, found


def _oddities(path: Path, names: Sequence[str], shapes: Sequence[Any], cell: float) -> (
        list[Finding]):
    """Warnings about holes, slivers and polygons smaller than a cell."""
    import shapely

    holes = {name: int(sum(shapely.get_num_interior_rings(shapely.get_parts(shape))))
             for name, shape in zip(names, shapes, strict=True)}
    holed = [name for name, count in holes.items() if count]
    small = [name for name, shape in zip(names, shapes, strict=True) if shape.area < cell]
    thin = [name for name, shape in zip(names, shapes, strict=True)
            if name not in small and 2.0 * shape.area / shape.length < 0.5 * np.sqrt(cell)]
    found = []
    if holed:
        found.append(warning(
            path.name, "holes", f"{sum(holes.values())} in {len(holed)}: {listed(holed, 5)}",
            "polygons that cover their land", "The land in a hole is not part of the parcel."))
    if small:
        found.append(warning(
            path.name, "smaller than a cell", f"{len(small)}: {listed(small, 5)}",
            "polygons of many cells", "Their slope is that of the cells they touch."))
    if thin:
        found.append(warning(
            path.name, "slivers", f"{len(thin)}: {listed(thin, 5)}, on average narrower than half "
            "a cell", "polygons of many cells", "If they are left over from drawing, delete them."))
    return found


def _overlaps(path: Path, names: Sequence[str], shapes: Sequence[Any]) -> list[Finding]:
    """Land that two polygons claim: a little is told, more is refused."""
    import shapely

    tree = shapely.STRtree(shapes)
    one, other = tree.query(np.asarray(shapes, dtype=object), predicate="intersects")
    pairs = np.stack([one, other], axis=1)[one < other]
    array = np.asarray(shapes, dtype=object)
    shared = shapely.area(shapely.intersection(array[pairs[:, 0]], array[pairs[:, 1]]))
    smaller = np.minimum(shapely.area(array[pairs[:, 0]]), shapely.area(array[pairs[:, 1]]))
    found = []
    for low, high, severe in ((REFUSED_OVERLAP, np.inf, True),
                              (TOLD_OVERLAP, REFUSED_OVERLAP, False)):
        chosen = np.flatnonzero((shared > low * smaller) & (shared <= high * smaller))
        if len(chosen):
            told = [f"{names[pairs[e, 0]]} and {names[pairs[e, 1]]} "
                    f"({min(100.0, 100 * shared[e] / smaller[e]):.3g} %)" for e in chosen]
            found.append(Finding(
                path.name, "overlap",
                f"{counted(len(told), 'pair')}: {listed(told, 4)} of the smaller one",
                "land in one polygon only", "Clip one by the other." if severe
                else "So little is left as it is; the land in it counts twice.",
                severity="error" if severe else "warning"))
    return found
