"""Land marked in a raster, cell by cell or in blocks of cells.

A block may be cut out along what is marked, or be land as a whole where enough of it is marked:
planning units of equal size, as a grid of hectares over a mine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.grid import Grid, refused
from optimizer.geo.request import ImportRequest
from optimizer.geo.sheets import Sheet, compact, row_blocks, wider
from optimizer.instance.findings import InstanceRefused


@dataclass(frozen=True)
class CellLand:
    """Land marked in a raster on the cells of the elevations; blocks of cells are the groups.

    Parameters
    ----------
    path
        Mask or class raster: 0 and nodata are no land, any other whole number is.
    block
        Cells of a side of a block.
    least_share
        Share of a block that has to be marked for the whole block to be land; None where the
        marked cells of every block are.
    """

    path: Path
    block: int
    least_share: float | None = None

    def sheets(self, grid: Grid) -> Iterator[Sheet]:
        """Sheets of all columns; none cuts a block in two."""
        for rows in row_blocks((0, grid.rows), (0, grid.columns), self.block):
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
        rows = wider(grid, sheet.rows) if sheet.part else sheet.rows
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
        group = (np.arange(*rows)[:, None] // self.block * self.across(grid)
                 + np.arange(grid.columns) // self.block)
        if self.least_share is not None:
            values = whole_blocks(values, group, self.least_share)
        land = values != 0
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


def whole_blocks(
    value_rc: NDArray[np.int64], group_rc: NDArray[np.int64], least_share: float
) -> NDArray[np.int64]:
    """Fill the blocks of which enough is marked, and empty the others.

    Parameters
    ----------
    value_rc
        Class of each cell, 0 where it is not marked.
    group_rc
        Block of each cell.
    least_share
        Share of a block that has to be marked.

    Returns
    -------
    ndarray
        Class of each cell; cells of a chosen block that are not marked have its commonest class.
    """
    group_n, value_n = group_rc.ravel(), value_rc.ravel()
    groups, index_n = compact(group_n)
    marked_n = value_n != 0
    share_g = np.bincount(index_n, marked_n) / np.bincount(index_n)
    # 1e-9: a share of a half is a half, whatever the division makes of it.
    chosen_g = (share_g >= least_share - 1e-9) & (share_g > 0.0)
    common_g = np.zeros(len(groups), dtype=np.int64)
    pair, count = np.unique(np.stack([index_n[marked_n], value_n[marked_n]]), axis=1,
                            return_counts=True)
    # Written in rising order of their cells: the commonest class is the last one.
    for at in np.argsort(count, kind="stable"):
        common_g[pair[0, at]] = pair[1, at]
    filled_n = np.where(marked_n, value_n, common_g[index_n])
    return np.where(chosen_g[index_n], filled_n, 0).reshape(value_rc.shape)


def no_land(request: ImportRequest) -> InstanceRefused:
    """Refusal of a mask that leaves no land, to be raised.

    Parameters
    ----------
    request
        What was asked for.
    """
    path = request.cells or request.dem
    if request.least_share is None:
        return refused(path, "no land", "0 or nodata in every cell",
                       "cells with 1 or more where there is land", "Take another mask.")
    return refused(path, "no land", f"no block of which {100 * request.least_share:g} % is marked",
                   "at least one", "Lower --least-share, or take smaller blocks.")
