"""Sheets: windows of the raster with the land in them, from polygons or from cells.

A sheet says of each cell to which group (polygon, block of cells) it belongs and how much it
weighs in means: a cell whose middle lies in the polygon weighs 1; one that is only touched weighs
0 and counts where nothing else does, its share of the area all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.grid import Grid, refused
from optimizer.geo.landform import REACH_M

if TYPE_CHECKING:
    from optimizer.geo.outlines import Outlines

#: Cells of a sheet, at most; some ten arrays of a sheet are held at once.
CELLS = 4_000_000


@dataclass(frozen=True)
class Sheet:
    """A window of the raster.

    Parameters
    ----------
    rows, columns
        Window in the raster: from, to.
    group_rc
        Number of the group of each cell, -1 outside, shape (rows, columns).
    weight_rc
        Weight of each cell in means, shape (rows, columns).
    clip
        Polygon that cuts the cells at its rim; None where cells are whole.
    value_rc
        Class of each cell of a class raster; None for polygons.
    part
        Whether land of the same groups or classes may go on in the rows beside.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    group_rc: NDArray[np.int64]
    weight_rc: NDArray[np.float64]
    clip: Any
    value_rc: NDArray[np.int64] | None
    part: bool


@dataclass(frozen=True)
class PolygonLand:
    """Land drawn as polygons: group g is polygon g.

    Parameters
    ----------
    outlines
        The polygons.
    """

    outlines: Outlines

    def sheets(self, grid: Grid) -> Iterator[Sheet]:
        """Sheets of every polygon, one after the other; large ones in several."""
        for group, shape in enumerate(self.outlines.shapes):
            rows, columns = grid.window(shape.bounds)
            if rows[0] >= rows[1] or columns[0] >= columns[1]:
                continue
            for part in _row_blocks(rows, columns, 1):
                sheet = self._sheet(grid, group, part, columns, part=part != rows)
                if (sheet.group_rc >= 0).any():
                    yield sheet

    def landform(self, grid: Grid, sheet: Sheet) -> tuple[tuple[int, int], NDArray[np.int64]]:
        """The landform of each cell: its polygon, where the cell's middle lies in it.

        Cells that are only touched do not lengthen a slope, unless there are no others.

        Returns
        -------
        tuple
            Rows, with those beside the sheet that lines may walk over, and the number of the
            landform of each of their cells, -1 outside.
        """
        group = int(sheet.group_rc.max())
        rows = _wider(grid, sheet.rows) if sheet.part else sheet.rows
        wide = self._sheet(grid, group, rows, sheet.columns, part=True) if sheet.part else sheet
        inner = (sheet.weight_rc > 0).any()
        return rows, np.where(wide.weight_rc > 0, group, -1) if inner else wide.group_rc

    def _sheet(
        self, grid: Grid, group: int, rows: tuple[int, int], columns: tuple[int, int], *,
        part: bool,
    ) -> Sheet:
        """One window of a polygon."""
        from rasterio.features import rasterize

        shape = self.outlines.shapes[group]
        size = (rows[1] - rows[0], columns[1] - columns[0])
        transform = grid.window_transform(rows[0], columns[0])
        touched = rasterize([(shape, 1)], size, transform=transform, all_touched=True,
                            dtype="uint8")
        inside = rasterize([(shape, 1)], size, transform=transform, dtype="uint8")
        return Sheet(rows, columns, np.where(touched == 1, group, -1).astype(np.int64),
                     inside.astype(np.float64), shape, None, part)


@dataclass(frozen=True)
class CellLand:
    """Land marked in a raster on the cells of the elevations; blocks of cells are the groups.

    Parameters
    ----------
    path
        Mask or class raster: 0 and nodata are no land, any other whole number is.
    block
        Cells of a side of a block.
    """

    path: Path
    block: int

    def sheets(self, grid: Grid) -> Iterator[Sheet]:
        """Sheets of all columns; none cuts a block in two."""
        for rows in _row_blocks((0, grid.rows), (0, grid.columns), self.block):
            sheet = self._sheet(grid, rows)
            if (sheet.group_rc >= 0).any():
                yield sheet

    def across(self, grid: Grid) -> int:
        """Number of blocks from west to east: groups count through them row by row."""
        return -(-grid.columns // self.block)

    def landform(self, grid: Grid, sheet: Sheet) -> tuple[tuple[int, int], NDArray[np.int64]]:
        """The landform of each cell: all land of its class.

        Returns
        -------
        tuple
            Rows, with those beside the sheet that lines may walk over, and the class of each of
            their cells, -1 outside.
        """
        rows = _wider(grid, sheet.rows) if sheet.part else sheet.rows
        values = self._values(grid, rows)
        values[values == 0] = -1
        return rows, values

    def _values(self, grid: Grid, rows: tuple[int, int]) -> NDArray[np.int64]:
        """Classes of some rows, 0 where there is no land."""
        import rasterio

        with rasterio.open(self.path) as file:
            read = file.read(1, window=(rows, (0, grid.columns)), masked=True)
        values = np.asarray(np.ma.filled(read, 0))
        if values.dtype.kind == "f":
            values = np.nan_to_num(values)
        whole = values.astype(np.int64)
        if (whole < 0).any() or (values.dtype.kind == "f" and (values != whole).any()):
            raise refused(self.path, "not a class raster", "fractions or negative values",
                          "whole numbers: 0 or nodata where there is no land, 1 and more "
                          "where there is", "Round or classify the raster.")
        return whole

    def _sheet(self, grid: Grid, rows: tuple[int, int]) -> Sheet:
        """Some rows of the raster."""
        values = self._values(grid, rows)
        land = values != 0
        group = (np.arange(*rows)[:, None] // self.block * self.across(grid)
                 + np.arange(grid.columns) // self.block)
        return Sheet(rows, (0, grid.columns), np.where(land, group, -1),
                     land.astype(np.float64), None, values, rows != (0, grid.rows))


def check_cells(grid: Grid, path: Path) -> None:
    """Refuse a mask that does not lie cell on cell with the elevations.

    Raises
    ------
    InstanceRefused
        With both systems, origins and sizes.
    """
    import rasterio
    from pyproj import CRS
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path) as file:
            crs = None if file.crs is None else CRS.from_user_input(file.crs.to_wkt())
            transform, shape = file.transform, file.shape
    except RasterioError as error:
        raise refused(path, "not a raster", str(error)[:120], "a raster that GDAL reads",
                      "Check the name; export the mask as GeoTIFF.") from error
    if crs is None or not crs.equals(grid.crs, ignore_axis_order=True):
        raise refused(path, "another coordinate system", "none" if crs is None else crs.name,
                      f"{grid.crs.name}, as the elevations have",
                      "Warp the mask onto the elevations (gdalwarp -t_srs -te -tr -r near).")
    if shape != (grid.rows, grid.columns) or not transform.almost_equals(
            grid.transform, precision=1e-6 * abs(grid.transform.a)):
        raise refused(
            path, "another grid", f"{shape[1]} x {shape[0]} cells of {transform.a:g} from "
            f"{transform.c:.10g}, {transform.f:.10g}",
            f"{grid.columns} x {grid.rows} cells of {grid.transform.a:g} from "
            f"{grid.bounds[0]:.10g}, {grid.bounds[3]:.10g}, as the elevations have",
            "Warp the mask onto the elevations (gdalwarp -te -tr -r near).")


def _row_blocks(rows: tuple[int, int], columns: tuple[int, int], multiple: int) -> (
        Iterator[tuple[int, int]]):
    """Blocks of rows of at most `CELLS` cells, cut at multiples of so many rows."""
    many = max(1, CELLS // max(1, columns[1] - columns[0]) // multiple) * multiple
    start = rows[0]
    while start < rows[1]:
        stop = min(rows[1], (start // multiple) * multiple + many)
        yield start, stop
        start = stop


def _wider(grid: Grid, rows: tuple[int, int]) -> tuple[int, int]:
    """Rows and those beside them that a line can reach."""
    rim = int(np.ceil(REACH_M / float(grid.metric.dy_r.min())))
    return max(0, rows[0] - rim), min(grid.rows, rows[1] + rim)


def compact(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distinct values, rising, and the position of each among them: `np.unique` without sorting.

    Parameters
    ----------
    values
        Whole numbers that lie close together; any others are sorted.
    """
    if not len(values):
        return values, values
    low, high = int(values.min()), int(values.max())
    if low == high:
        return np.array([low]), np.zeros_like(values)
    if high - low > 4 * len(values) + 1_000:
        found, index = np.unique(values, return_inverse=True)
        return found, index
    there = np.zeros(high - low + 1, dtype=bool)
    there[values - low] = True
    position = np.cumsum(there) - 1
    return np.flatnonzero(there) + low, position[values - low]


def classes(breaks: Sequence[float], slope_rc: NDArray[np.float64], play: float) -> (
        NDArray[np.int64]):
    """Slope class of each cell: 0 up to the first break; a cell at a break belongs below it.

    Parameters
    ----------
    breaks
        Slopes in percent, rising.
    slope_rc
        Slopes in percent.
    play
        How far above a break a slope still counts as at it, percentage points.
    """
    return np.searchsorted(np.asarray(breaks) + play, slope_rc, side="left").astype(np.int64)
