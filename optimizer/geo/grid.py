"""The elevation raster: what it is, where its cells are, and its rows read block by block."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.metric import (
    REFUSED_SCALE,
    TOLD_SCALE,
    Metric,
    geographic_metric,
    planar_metric,
    worst_scale,
)
from optimizer.geo.slope import Gradient, horn_gradient
from optimizer.instance.findings import Finding, InstanceRefused

if TYPE_CHECKING:
    from pyproj import CRS

#: Metres in a unit of elevation.
ELEVATION_UNITS = MappingProxyType({"m": 1.0, "ft": 0.3048, "us-ft": 1200.0 / 3937.0})
#: How files call these units.
UNIT_NAMES = MappingProxyType({
    "m": "m", "metre": "m", "meter": "m", "metres": "m", "meters": "m",
    "ft": "ft", "foot": "ft", "feet": "ft", "international foot": "ft",
    "us-ft": "us-ft", "ussft": "us-ft", "us survey foot": "us-ft", "us survey feet": "us-ft",
})
#: Elevations beyond these are no ground of the earth, metres: an undeclared nodata value.
LOWEST_M, HIGHEST_M = -1_000.0, 9_000.0


@dataclass(frozen=True)
class Grid:
    """An elevation raster.

    Parameters
    ----------
    path
        The file.
    crs
        Its coordinate system (pyproj).
    transform
        Affine: column and row to x and y of the system.
    rows, columns
        Size in cells.
    metric
        Size of cells on the ground.
    unit
        Unit of elevation: m, ft or us-ft.
    findings
        What was odd about it, none of it fatal.
    scale, offset
        Elevation = scale * number in the file + offset, as the file declares.
    """

    path: Path
    crs: CRS
    transform: Any
    rows: int
    columns: int
    metric: Metric
    unit: str
    findings: tuple[Finding, ...]
    scale: float = 1.0
    offset: float = 0.0

    def block(self, rows: tuple[int, int], columns: tuple[int, int], rim: int = 0) -> (
            NDArray[np.float64]):
        """Elevations in metres of some rows and columns and a rim around; NaN where none are.

        Returns
        -------
        ndarray
            Shape (rows + 2 rim, columns + 2 rim).
        """
        import rasterio

        top, bottom = rows[0] - rim, rows[1] + rim
        left, right = columns[0] - rim, columns[1] + rim
        inside_r = (max(top, 0), min(bottom, self.rows))
        inside_c = (max(left, 0), min(right, self.columns))
        block = np.full((bottom - top, right - left), np.nan)
        if inside_r[0] >= inside_r[1] or inside_c[0] >= inside_c[1]:
            return block
        with rasterio.open(self.path) as file:
            read = file.read(1, window=(inside_r, inside_c), masked=True)
        values = np.ma.filled(read.astype(np.float64), np.nan) * self.scale + self.offset
        values *= ELEVATION_UNITS[self.unit]
        values[(values < LOWEST_M) | (values > HIGHEST_M)] = np.nan
        block[inside_r[0] - top:inside_r[1] - top, inside_c[0] - left:inside_c[1] - left] = values
        return block

    def gradient(self, rows: tuple[int, int], columns: tuple[int, int]) -> Gradient:
        """Horn's gradient of some rows and columns, read with a rim of one cell."""
        return horn_gradient(self.block(rows, columns, rim=1), self.metric.rows(*rows))

    def window(self, bounds: tuple[float, float, float, float]) -> (
            tuple[tuple[int, int], tuple[int, int]]):
        """Rows and columns that touch a rectangle (west, south, east, north) of the system."""
        west, north = self.xy(0, 0)
        width, height = self.transform.a, -self.transform.e
        left, right = (bounds[0] - west) / width, (bounds[2] - west) / width
        top, bottom = (north - bounds[3]) / height, (north - bounds[1]) / height
        return ((max(0, int(np.floor(top))), min(self.rows, int(np.ceil(bottom)))),
                (max(0, int(np.floor(left))), min(self.columns, int(np.ceil(right)))))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the raster."""
        west, north = self.xy(0, 0)
        east, south = self.xy(self.columns, self.rows)
        return west, south, east, north

    def xy(self, column: Any, row: Any) -> tuple[Any, Any]:
        """Place of cell corners in the coordinate system (columns and rows count from 0)."""
        return (self.transform.c + column * self.transform.a,
                self.transform.f + row * self.transform.e)

    def window_transform(self, row: int, column: int) -> Any:
        """Affine of a window that begins at a row and a column."""
        from rasterio.transform import Affine

        x, y = self.xy(column, row)
        return Affine(self.transform.a, 0.0, x, 0.0, self.transform.e, y)


def open_grid(path: Path, unit: str | None) -> Grid:
    """Open an elevation raster and check that slopes can be taken from it.

    Parameters
    ----------
    path
        A raster that GDAL reads, one band of elevations.
    unit
        m, ft or us-ft; None takes the one the file states, or metres, and tells so.

    Raises
    ------
    InstanceRefused
        If it cannot be read, has no coordinate system, lies askew, or distorts lengths.
    """
    import rasterio
    from pyproj import CRS
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path) as file:
            crs = None if file.crs is None else CRS.from_user_input(file.crs.to_wkt())
            transform, (rows, columns) = file.transform, file.shape
            stated = (file.units[0] or "").strip().lower()
            scale, offset, bands = file.scales[0], file.offsets[0], file.count
    except RasterioError as error:
        raise refused(path, "not a raster", str(error)[:120], "a raster that GDAL reads",
                      "Check the name; export the elevations as GeoTIFF.") from error
    if crs is None:
        raise refused(path, "no coordinate system", "none in the file",
                      "a coordinate system, such as EPSG:32649",
                      "Assign the system the raster was made in (gdal_edit.py -a_srs EPSG:...).")
    if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
        raise refused(path, "raster askew", "rows that do not run from west to east, north first",
                      "a raster with north up", "Warp it (gdalwarp) and import that.")
    metric = _metric(path, crs, transform, rows)
    unit, told = _unit(path, unit, UNIT_NAMES.get(stated, ""))
    told += [*_scale_findings(path, crs, transform, rows, columns), *band_findings(path, bands)]
    return Grid(path, crs, transform, rows, columns, metric, unit, tuple(told), scale, offset)


def band_findings(path: Path, bands: int) -> list[Finding]:
    """Tell of a raster with more than one band: a picture is no raster of elevations.

    Parameters
    ----------
    path, bands
        The file, and how many bands it has.
    """
    if bands == 1:
        return []
    return [warning(path.name, "several bands", f"{bands} bands", "one band",
                    "The first was taken; if the file is a picture, take the raster it shows.")]


def _metric(path: Path, crs: CRS, transform: Any, rows: int) -> Metric:
    """Metric of a raster in degrees or in units of length."""
    width, height = transform.a, -transform.e
    if crs.is_geographic:
        if abs(transform.f) > 90.0 + height or abs(transform.f - rows * height) > 90.0 + height:
            raise refused(path, "latitudes beyond the poles", f"{transform.f:g}", "-90 to 90",
                          "Assign the system the raster was made in.")
        assert crs.ellipsoid is not None  # a system in degrees is one of an ellipsoid
        axes = (crs.ellipsoid.semi_major_metre, crs.ellipsoid.semi_minor_metre)
        return geographic_metric(rows, width, height, transform.f, axes)
    metres = float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0
    return planar_metric(rows, width, height, metres)


def _unit(path: Path, given: str | None, stated: str) -> tuple[str, list[Finding]]:
    """Unit of elevation, and what to tell about it."""
    if given is None and not stated:
        return "m", [warning(path.name, "unit of elevation not stated", "no unit in the file",
                             "metres or feet", "Taken as metres; if they are feet, say "
                             "--elevation-unit ft.")]
    if given is not None and stated and given != stated:
        return given, [warning(path.name, "two units of elevation",
                               f"--elevation-unit {given}, and the file says {stated}",
                               "one unit", f"Taken as {given}, as you said.")]
    return given or stated, []


def _scale_findings(path: Path, crs: CRS, transform: Any, rows: int, columns: int) -> (
        list[Finding]):
    """Tell of a projection that makes lengths wrong; refuse one with which slopes are useless."""
    from pyproj import Transformer

    if crs.is_geographic:
        return []
    if crs.geodetic_crs is None:
        return []
    longitude, latitude = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(
        transform.c + transform.a * columns / 2, transform.f + transform.e * rows / 2)
    scale = worst_scale(crs, longitude, latitude)
    if not np.isfinite(scale) or scale > REFUSED_SCALE:
        raise refused(path, "projection distorts lengths", f"{crs.name}: lengths off by "
                      f"{100 * scale:.3g} % in the middle of the raster",
                      f"at most {100 * REFUSED_SCALE:g} %, so that slopes and areas are right",
                      "Warp the raster to the UTM zone of the mine (gdalwarp -t_srs EPSG:...).")
    if scale <= TOLD_SCALE:
        return []
    return [warning(path.name, "projection distorts lengths",
                    f"{crs.name}: off by {100 * scale:.2g} %", f"at most {100 * TOLD_SCALE:g} %",
                    "Areas and slopes are those of the projection; a UTM zone would be closer.")]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def warning(file: str, rule: str, seen: str, expected: str, do: str, column: str = "") -> Finding:
    """A finding that is told and does not refuse."""
    return Finding(file, rule, seen, expected, do, column=column, severity="warning")


def refused(path: Path, rule: str, seen: str, expected: str, do: str) -> InstanceRefused:
    """Refusal of a file, to be raised."""
    return InstanceRefused(path.name, [Finding(path.name, rule, seen, expected, do)])
