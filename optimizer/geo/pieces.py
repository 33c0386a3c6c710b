"""Pieces of land: each group cut into its slope classes, with outline, area, slope and length.

A group (polygon, block of cells) is cut at the slopes where a use ends, cell by cell, so that a
limit of 25 % is a limit of every cell and not of an average. A cell at a break belongs below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.cells import CellLand
from optimizer.geo.counts import count_classes, count_unknown, with_slope
from optimizer.geo.grid import Grid
from optimizer.geo.landform import Terrain, line_lengths
from optimizer.geo.layers import polygons_of
from optimizer.geo.measures import Key, Measure
from optimizer.geo.sheets import PolygonLand, Sheet, classes, compact
from optimizer.geo.slope import Gradient, horn_gradient
from optimizer.options.rules import SLOPE_TOLERANCE_PCT

if TYPE_CHECKING:
    from optimizer.geo.rasters import RasterColumns

#: Lines of steepest fall of a sheet of a polygon, and along a side of a block of cells.
LINES, LINES_A_SIDE = 400, 3


@dataclass(frozen=True)
class Piece:
    """One slope class of one group.

    Parameters
    ----------
    key
        Group, class of the class raster, slope class.
    shape
        Outline (shapely) in the system of the raster.
    area_m2
        Area.
    slope_pct
        Mean slope of its cells.
    slope_length_m
        Crest to toe of its landform, the same for all pieces of a group.
    """

    key: Key
    shape: Any
    area_m2: float
    slope_pct: float
    slope_length_m: float


@dataclass
class Survey:
    """What the sheets say about the land, gathered.

    Parameters
    ----------
    slope
        Slopes of pieces.
    shapes
        Parts of each piece's outline.
    cell_area_m2
        Area of whole cells of each piece (cells only).
    unknown
        Group -> (land cells without a slope, land cells).
    classed
        Slope class -> square metres of cells that have a slope of their own.
    """

    slope: Measure = field(default_factory=Measure)
    shapes: dict[Key, list[Any]] = field(default_factory=dict)
    cell_area_m2: dict[Key, float] = field(default_factory=dict)
    unknown: dict[int, list[int]] = field(default_factory=dict)
    classed: dict[int, float] = field(default_factory=dict)
    _lengths: dict[int, list[float]] = field(default_factory=dict)

    def class_shares(self, count: int) -> tuple[float, ...]:
        """Share of the land with a slope of its own in each slope class."""
        total = sum(self.classed.values())
        return tuple(self.classed.get(c, 0.0) / total if total else 0.0 for c in range(count))

    def length_m(self, group: int) -> float:
        """Slope length of a group, mean of its lines weighted with their slope; NaN without one."""
        total, weight = self._lengths.get(group, (np.nan, 1.0))
        return total / weight

    def add_lines(
        self, group_n: NDArray[np.int64], length_n: NDArray[np.float64],
        weight_n: NDArray[np.float64],
    ) -> None:
        """Add lines of steepest fall of some groups."""
        groups, index = compact(group_n)
        total = np.bincount(index, length_n * weight_n)
        weight = np.bincount(index, weight_n)
        for group, part, share in zip(groups.tolist(), total, weight, strict=True):
            held = self._lengths.setdefault(group, [0.0, 0.0])
            held[0] += float(part)
            held[1] += float(share)


def survey(
    grid: Grid, land: PolygonLand | CellLand,
    breaks: tuple[tuple[float, ...], tuple[float, ...]], rasters: RasterColumns,
    progress: Callable[[str], None],
) -> Survey:
    """Read the terrain under the land, sheet by sheet.

    Parameters
    ----------
    grid, land
        Elevations, and what is land.
    breaks
        Slopes in percent at which pieces are cut, and between which the land is counted, rising.
    rasters
        Further rasters, whose means are gathered on the way.
    progress
        Told how far it is.
    """
    found = Survey()
    cuts, told = breaks
    whole = isinstance(land, CellLand) and land.least_share is not None
    for number, window in enumerate(land.sheets(grid), start=1):
        if number % 50 == 1:
            progress(f"reading terrain, window {number:,}")
        elevation_rc = grid.block(window.rows, window.columns, rim=1)
        gradient = horn_gradient(elevation_rc, grid.metric.rows(*window.rows))
        slope_rc = gradient.slope_pct_rc
        count_unknown(found.unknown, window, slope_rc)
        sheet = with_slope(window, slope_rc) if whole else window
        if not (sheet.group_rc >= 0).any():
            continue
        count_classes(found.classed, grid, sheet, slope_rc, told)
        slope_rc = _filled(slope_rc)
        keys, label_rc = _labels(sheet, classes(cuts, slope_rc, SLOPE_TOLERANCE_PCT))
        land_rc = label_rc >= 0
        label_n, weight_n = label_rc[land_rc], sheet.weight_rc[land_rc]
        found.slope.add(keys, label_n, slope_rc[land_rc], weight_n)
        for column in rasters.columns:
            column.measure.add(keys, label_n, column.read(sheet)[land_rc], weight_n)
        _add_shapes(found, grid, sheet, keys, label_rc)
        _add_lengths(found, grid, land, sheet, (elevation_rc[1:-1, 1:-1], gradient))
    return found


def _filled(slope_rc: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slopes with those that are unknown taken from the nearest known cell of the sheet."""
    from scipy.ndimage import distance_transform_edt

    unknown = np.isnan(slope_rc)
    if not unknown.any() or unknown.all():
        return slope_rc
    nearest = distance_transform_edt(unknown, return_distances=False, return_indices=True)
    return np.asarray(slope_rc[tuple(nearest)], dtype=np.float64)


def _labels(sheet: Sheet, class_rc: NDArray[np.int64]) -> tuple[list[Key], NDArray[np.int64]]:
    """Pieces of a sheet, and the number of each cell's; -1 outside."""
    land = sheet.group_rc >= 0
    value = np.zeros_like(class_rc) if sheet.value_rc is None else sheet.value_rc
    groups, group_n = compact(sheet.group_rc[land])
    values, value_n = compact(value[land])
    count = int(class_rc.max()) + 1
    codes, index = compact((group_n * len(values) + value_n) * count + class_rc[land])
    label_rc = np.full(land.shape, -1, dtype=np.int64)
    label_rc[land] = index
    return [(int(groups[code // count // len(values)]), int(values[code // count % len(values)]),
             int(code % count)) for code in codes.tolist()], label_rc


def _add_shapes(
    found: Survey, grid: Grid, sheet: Sheet, keys: list[Key], label_rc: NDArray[np.int64]
) -> None:
    """Add the outlines of a sheet's pieces: cells of one label, cut at the rim of a polygon."""
    label_n, shape_n = _cell_shapes(grid, sheet, label_rc, len(keys))
    here: dict[Key, list[Any]] = {}
    for label, shape in zip(label_n, _clipped(shape_n, sheet.clip), strict=True):
        if not shape.is_empty:
            here.setdefault(keys[label], []).append(shape)
    for key, parts in here.items():
        found.shapes.setdefault(key, []).append(_joined(parts))
    if sheet.clip is None:
        land = label_rc >= 0
        area_rc = np.broadcast_to(grid.metric.rows(*sheet.rows).area_r[:, None], label_rc.shape)
        area = np.bincount(label_rc[land], area_rc[land], minlength=len(keys))
        for key, part in zip(keys, area, strict=True):
            found.cell_area_m2[key] = found.cell_area_m2.get(key, 0.0) + float(part)


def _clipped(shape_n: NDArray[Any], clip: Any) -> NDArray[Any]:
    """Shapes cut at the rim of a polygon; those inside of it stay as they are."""
    import shapely

    if clip is None:
        return shape_n
    shapely.prepare(clip)
    cut = ~shapely.contains_properly(clip, shape_n)
    shape_n[cut] = [polygons_of(shape) for shape in shapely.intersection(shape_n[cut], clip)]
    return shape_n


def _joined(parts: list[Any]) -> Any:
    """Parts of one sheet as one shape; cells of one label meet at corners only, if at all."""
    import shapely

    flat = shapely.get_parts(np.array(parts, dtype=object))
    return flat[0] if len(flat) == 1 else shapely.multipolygons(flat)


def _cell_shapes(grid: Grid, sheet: Sheet, label_rc: NDArray[np.int64], labels: int) -> (
        tuple[list[int], NDArray[Any]]):
    """Label and outline of connected cells of one label; single cells without tracing them."""
    import shapely
    from rasterio.features import shapes

    land = label_rc >= 0
    if labels == int(land.sum()):
        row, column = np.nonzero(land)
        west, north = grid.xy(column + sheet.columns[0], row + sheet.rows[0])
        east, south = grid.xy(column + sheet.columns[0] + 1, row + sheet.rows[0] + 1)
        return label_rc[land].tolist(), shapely.box(west, south, east, north)
    transform = grid.window_transform(sheet.rows[0], sheet.columns[0])
    traced = [(int(label), shapely.Polygon(ring["coordinates"][0], ring["coordinates"][1:]))
              for ring, label in shapes(label_rc.astype(np.int32), mask=land, transform=transform)]
    return [label for label, _ in traced], np.array([shape for _, shape in traced], dtype=object)


def _add_lengths(
    found: Survey, grid: Grid, land: PolygonLand | CellLand, sheet: Sheet,
    ground: tuple[NDArray[np.float64], Gradient],
) -> None:
    """Add the lines of steepest fall that start in a sheet, of elevations and gradient `ground`."""
    elevation_rc, gradient = ground
    rows, landform_rc = land.landform(grid, sheet)
    shift = sheet.rows[0] - rows[0]
    row_n, column_n = _starts(sheet, landform_rc[shift:shift + len(elevation_rc)] >= 0, land)
    known = ~np.isnan(elevation_rc[row_n, column_n])
    row_n, column_n = row_n[known], column_n[known]
    if not len(row_n):
        return
    wide_rc = elevation_rc if rows == sheet.rows else grid.block(rows, sheet.columns)
    east_n = np.nan_to_num(gradient.east_rc[row_n, column_n])
    north_n = np.nan_to_num(gradient.north_rc[row_n, column_n])
    length_n = line_lengths(Terrain(wide_rc, landform_rc, grid.metric.rows(*rows)),
                            row_n + shift, column_n, (east_n, north_n))
    found.add_lines(sheet.group_rc[row_n, column_n], length_n,
                    100.0 * np.hypot(east_n, north_n) + 1e-6)


def _starts(
    sheet: Sheet, land_rc: NDArray[np.bool_], land: PolygonLand | CellLand
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cells where lines start: spread evenly over the raster, and one at least in every group."""
    row_n, column_n = np.nonzero(land_rc & (sheet.group_rc >= 0))
    if isinstance(land, CellLand):
        stride = max(1, land.block // LINES_A_SIDE)
    else:
        stride = max(1, int(np.ceil(np.sqrt(len(row_n) / LINES))))
    # Counted in the raster, so that a window a row larger does not move them.
    chosen = (row_n + sheet.rows[0]) % stride == stride // 2
    chosen &= (column_n + sheet.columns[0]) % stride == stride // 2
    groups, index = compact(sheet.group_rc[row_n, column_n])
    first = np.full(len(groups), len(row_n), dtype=np.int64)
    np.minimum.at(first, index, np.arange(len(row_n)))
    chosen[first] = True
    return row_n[chosen].astype(np.int64), column_n[chosen].astype(np.int64)


def merged(parts: Mapping[Key, list[Any]]) -> dict[Key, Any]:
    """One outline of each piece; parts of several sheets are dissolved at their seams."""
    import shapely

    return {key: shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
            for key, shapes in parts.items()}
