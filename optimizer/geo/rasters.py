"""Further rasters (soil depth, pH, zones, ...) laid onto the cells of the elevations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.grid import Grid, band_findings, refused, warning
from optimizer.geo.measures import Measure, Rule
from optimizer.geo.sheets import Sheet
from optimizer.instance.findings import Finding
from optimizer.instance.schema import TABLES

#: Columns that are not means: land is released when its last cell is; zones and choices go by
#: what most of the land is.
RULES: Mapping[str, Rule] = MappingProxyType({
    "release_year": "highest", "longest_wait_years": "highest", "zone": "majority",
    "must_reclaim": "highest",
})

#: Numbers beyond these are gaps that the file does not declare.
LOWEST, HIGHEST = -9_000.0, 1e30


@dataclass(frozen=True)
class RasterColumn:
    """One raster on the cells of the elevations.

    Parameters
    ----------
    name
        Column of parcels.
    path
        The file.
    measure
        Where its values are gathered.
    source
        Open raster, warped where it lies otherwise.
    scale, offset
        Value = scale * number in the file + offset, as the file declares.
    """

    name: str
    path: Path
    measure: Measure
    source: Any
    scale: float = 1.0
    offset: float = 0.0

    def read(self, sheet: Sheet) -> NDArray[np.float64]:
        """Values of a sheet, NaN where there are none, shape (rows, columns)."""
        read = self.source.read(1, window=(sheet.rows, sheet.columns), masked=True)
        values = np.asarray(np.ma.filled(read.astype(np.float64), np.nan))
        # Numbers nobody measures, as -9999 or the smallest float, stand for gaps.
        values[(values <= LOWEST) | (values >= HIGHEST)] = np.nan
        return values * self.scale + self.offset


@dataclass(frozen=True)
class RasterColumns:
    """All of them, and what was odd.

    Parameters
    ----------
    columns
        The rasters.
    findings
        Reprojected rasters.
    """

    columns: tuple[RasterColumn, ...]
    findings: tuple[Finding, ...]


@contextmanager
def open_rasters(rasters: Mapping[str, Path], grid: Grid) -> Iterator[RasterColumns]:
    """Open rasters on the grid of the elevations, as long as the body runs.

    Means of finer rasters are means; of coarser ones each cell has the value it lies in.

    Raises
    ------
    InstanceRefused
        If one cannot be read, or has no coordinate system.
    """
    with ExitStack() as stack:
        columns: list[RasterColumn] = []
        findings: list[Finding] = []
        for name, path in rasters.items():
            rule = RULES.get(name, "mean")
            file, source, told = _opened(stack, path, grid, rule)
            findings += [*told, *band_findings(path, file.count)]
            columns.append(RasterColumn(name, path, Measure(rule), source, file.scales[0],
                                        file.offsets[0]))
        yield RasterColumns(tuple(columns), tuple(findings))


def _opened(stack: ExitStack, path: Path, grid: Grid, rule: Rule) -> (
        tuple[Any, Any, list[Finding]]):
    """Open a raster, and the same warped onto the elevations where it lies otherwise."""
    import rasterio
    from pyproj import CRS
    from rasterio.enums import Resampling
    from rasterio.errors import RasterioError
    from rasterio.vrt import WarpedVRT

    try:
        file = stack.enter_context(rasterio.open(path))
    except RasterioError as error:
        raise refused(path, "not a raster", str(error)[:120], "a raster that GDAL reads",
                      "Check the name; export it as GeoTIFF.") from error
    if file.crs is None:
        raise refused(path, "no coordinate system", "none in the file",
                      "a coordinate system, such as EPSG:32649",
                      "Assign the system the raster was made in (gdal_edit.py -a_srs EPSG:...).")
    crs = CRS.from_user_input(file.crs.to_wkt())
    alike = crs.equals(grid.crs, ignore_axis_order=True)
    if alike and file.shape == (grid.rows, grid.columns) and file.transform.almost_equals(
            grid.transform, precision=1e-6 * abs(grid.transform.a)):
        return file, file, []
    means = {"mean": Resampling.average, "highest": Resampling.max, "majority": Resampling.mode}
    warped = stack.enter_context(WarpedVRT(
        file, crs=grid.crs.to_wkt(), transform=grid.transform, width=grid.columns,
        height=grid.rows, resampling=means[rule],
        # Beyond its rim a raster says nothing: without a gap value of its own GDAL would say 0.
        nodata=float("nan"), dtype="float64"))
    told = [] if alike else [warning(
        path.name, "another coordinate system", f"{crs.name}, the elevations have {grid.crs.name}",
        "one system for all files", "The raster was reprojected onto the elevations.")]
    return file, warped, told


def cell_text(column: str, value: float) -> str:
    """A gathered value as a cell of the parcels table; blank where none is known."""
    if np.isnan(value):
        return ""
    spec = TABLES["parcels"].by_name.get(column)
    if spec is not None and spec.kind == "flag":
        return "yes" if value > 0.5 else "no"
    if column == "zone" or (spec is not None and spec.kind in ("integer", "text")):
        return f"{value:.0f}"
    return f"{value:.6g}"
