"""Sheets: windows of the raster with the land in them, from polygons or from cells.

A sheet says of each cell to which group (polygon, block of cells) it belongs and how much it
weighs in means: a cell whose middle lies in the polygon weighs 1; one that is only touched weighs
0 and counts where nothing else does, its share of the area all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.grid import Grid
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
            for part in row_blocks(rows, columns, 1):
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
        rows = wider(grid, sheet.rows) if sheet.part else sheet.rows
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


def row_blocks(rows: tuple[int, int], columns: tuple[int, int], multiple: int) -> (
        Iterator[tuple[int, int]]):
    """Blocks of rows of at most `CELLS` cells, cut at multiples of so many rows.

    Parameters
    ----------
    rows, columns
        Window that is to be read.
    multiple
        Rows that stay together.
    """
    many = max(1, CELLS // max(1, columns[1] - columns[0]) // multiple) * multiple
    start = rows[0]
    while start < rows[1]:
        stop = min(rows[1], (start // multiple) * multiple + many)
        yield start, stop
        start = stop


def wider(grid: Grid, rows: tuple[int, int]) -> tuple[int, int]:
    """Rows and those beside them that a line can reach.

    Parameters
    ----------
    grid, rows
        Elevations, and a window of their rows.
    """
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
