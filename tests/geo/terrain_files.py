"""Terrain of known slope, and files of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import Affine
from shapely.geometry.base import BaseGeometry

#: Upper left corner of test rasters, metres in EPSG:32649.
WEST, NORTH = 500_000.0, 4_000_000.0
CRS = "EPSG:32649"
CELL = 10.0


def raster(
    path: Path, values: NDArray[Any], *, crs: str | None = CRS, cell: float = CELL,
    west: float = WEST, north: float = NORTH, nodata: float | None = None, unit: str = "",
    height: float | None = None,
) -> Path:
    """Write a GeoTIFF of one band."""
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1,
        dtype=values.dtype, crs=crs, nodata=nodata,
        transform=Affine(cell, 0.0, west, 0.0, -(height or cell), north),
    ) as file:
        file.write(values, 1)
        if unit:
            file.units = (unit,)
    return path


def middles(rows: int, columns: int, cell: float = CELL) -> tuple[NDArray[Any], NDArray[Any]]:
    """East and north of cell middles, metres from the upper left corner (north is negative)."""
    east = (np.arange(columns) + 0.5) * cell
    north = -(np.arange(rows) + 0.5) * cell
    return np.meshgrid(east, north)


def surface(
    height: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]], rows: int = 40,
    columns: int = 40, cell: float = CELL,
) -> NDArray[np.float64]:
    """Elevations of a surface at cell middles."""
    return np.asarray(height(*middles(rows, columns, cell)), dtype=np.float64)


def plane(percent: float, rows: int = 40, columns: int = 40) -> NDArray[np.float64]:
    """A plane that falls to the east."""
    return surface(lambda x, _: 500.0 - percent / 100.0 * x, rows, columns)


def roof(steep: float, gentle: float, rows: int = 40, columns: int = 40) -> NDArray[np.float64]:
    """A face that falls to the east: `steep` percent in its western half, then `gentle`."""
    half = columns * CELL / 2.0
    return surface(lambda x, _: 500.0 - np.where(
        x < half, steep * x, steep * half + gentle * (x - half)) / 100.0, rows, columns)


def layer(
    path: Path, shapes: Sequence[BaseGeometry | None],
    fields: Mapping[str, Sequence[Any]] | None = None, crs: str | None = CRS,
) -> Path:
    """Write a vector layer."""
    frame = gpd.GeoDataFrame(dict(fields or {}), geometry=list(shapes), crs=crs)
    frame.to_file(path)
    return path
