"""From the raster's coordinate system to projected metres, and areas and lengths there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.grid import Grid, refused
from optimizer.geo.metric import REFUSED_SCALE, worst_scale

if TYPE_CHECKING:
    from pyproj import CRS

#: Largest share by which an edge is broken into shorter ones before it is projected, in cells.
DENSE_CELLS = 1.0


@dataclass(frozen=True)
class Place:
    """How outlines of the raster's system are measured and written.

    Parameters
    ----------
    crs
        Projected system of the instance, in metres.
    text
        Its code, such as EPSG:32649.
    native
        System of the raster.
    unit_m
        Metres in a unit of the raster's system (degrees: about, for tolerances only).
    equal_area
        System in which areas are taken; None where the raster's own is used.
    cell
        Side of a cell in units of the raster's system.
    """

    crs: CRS
    text: str
    native: CRS
    unit_m: float
    equal_area: CRS | None
    cell: float

    def projected(self, shapes: NDArray[Any]) -> NDArray[Any]:
        """Outlines in the system of the instance."""
        return shapes if self.native == self.crs else self._to(shapes, self.crs)

    def area_m2(self, shapes: NDArray[Any]) -> NDArray[np.float64]:
        """Areas: planar in the raster's system, of the ellipsoid where that is in degrees."""
        import shapely

        if self.equal_area is None:
            return np.asarray(shapely.area(shapes) * self.unit_m**2)
        return np.asarray(shapely.area(self._to(shapes, self.equal_area)))

    def length_m(self, lines: NDArray[Any]) -> NDArray[np.float64]:
        """Lengths of lines."""
        import shapely

        if self.equal_area is None:
            return np.asarray(shapely.length(lines) * self.unit_m)
        return np.asarray(shapely.length(self._to(lines, self.crs)))

    def _to(self, shapes: NDArray[Any], crs: CRS) -> NDArray[Any]:
        """Project shapes, their edges broken at cells so that they bend as the projection does."""
        import shapely
        from pyproj import Transformer

        change = Transformer.from_crs(self.native, crs, always_xy=True)
        dense = shapely.segmentize(shapes, DENSE_CELLS * self.cell)
        return np.asarray(shapely.transform(
            dense, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1]))))


def place_of(grid: Grid, wanted: str | None) -> Place:
    """Where outlines go.

    Parameters
    ----------
    grid
        The elevation raster.
    wanted
        System the planner asks for; None takes the raster's, where it is projected in metres, or
        the UTM zone of the raster's middle.

    Raises
    ------
    InstanceRefused
        If the system asked for is unknown, or not projected in metres.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    unit = 1.0 if grid.crs.is_geographic else float(grid.crs.axis_info[0].unit_conversion_factor)
    if wanted is not None:
        try:
            crs = CRS.from_user_input(wanted)
        except CRSError as error:
            raise refused(Path("--crs"), "unknown coordinate system", f"`{wanted}`",
                          "a code such as EPSG:32649", "Check the code.") from error
        if not _in_metres(crs):
            raise refused(Path("--crs"), "not projected metres", f"{wanted}: {crs.name}",
                          "a projected system in metres", "Name the UTM zone of the mine.")
        _refuse_distortion(grid, crs, wanted)
    elif _in_metres(grid.crs):
        crs = grid.crs
    else:
        crs = _utm(grid)
    crs = grid.crs if crs.equals(grid.crs, ignore_axis_order=True) else crs
    equal = _equal_area(grid) if grid.crs.is_geographic else None
    return Place(crs, _code(crs), grid.crs, 111_000.0 if equal else unit, equal,
                 float(grid.transform.a))


def _refuse_distortion(grid: Grid, crs: CRS, wanted: str) -> None:
    """Refuse a system in which distances at the raster are wrong: another zone, another country."""
    scale = worst_scale(crs, *_middle(grid))
    if not np.isfinite(scale) or scale > REFUSED_SCALE:
        raise refused(Path("--crs"), "projection distorts lengths",
                      f"{wanted}: {crs.name}, lengths off by {100 * scale:.3g} % at the raster",
                      f"at most {100 * REFUSED_SCALE:g} %",
                      f"Name the system of the place, such as {_code(_utm(grid))}.")


def _in_metres(crs: CRS) -> bool:
    return bool(crs.is_projected and crs.axis_info
                and crs.axis_info[0].unit_conversion_factor == 1.0)


def _code(crs: CRS) -> str:
    """Code of a system, or its definition where it has none."""
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(crs.to_string())


def _middle(grid: Grid) -> tuple[float, float]:
    """Longitude and latitude of the raster's middle."""
    from pyproj import CRS, Transformer

    x, y = grid.xy(grid.columns / 2, grid.rows / 2)
    longitude, latitude = Transformer.from_crs(grid.crs, CRS("EPSG:4326"),
                                               always_xy=True).transform(x, y)
    return float(longitude), float(latitude)


def _utm(grid: Grid) -> CRS:
    """UTM zone of the raster's middle, on WGS 84."""
    from pyproj import CRS

    longitude, latitude = _middle(grid)
    zone = int((longitude + 180.0) // 6.0) % 60 + 1
    return CRS.from_epsg((32600 if latitude >= 0 else 32700) + zone)


def _equal_area(grid: Grid) -> CRS:
    """Lambert's azimuthal equal-area projection about the raster's middle, on its ellipsoid."""
    from pyproj import CRS

    x, y = grid.xy(grid.columns / 2, grid.rows / 2)
    assert grid.crs.ellipsoid is not None  # a system in degrees is one of an ellipsoid
    a, f = grid.crs.ellipsoid.semi_major_metre, grid.crs.ellipsoid.inverse_flattening
    shape = f"+a={a} +rf={f}" if f else f"+R={a}"
    return CRS.from_proj4(f"+proj=laea +lat_0={y} +lon_0={x} {shape} +units=m +no_defs")


def nearest_m(points: NDArray[Any], features: Sequence[Any]) -> NDArray[np.float64]:
    """Distance from each point to the nearest of some features, metres."""
    import shapely

    array = np.asarray(features, dtype=object)
    tree = shapely.STRtree(array)
    return np.asarray(shapely.distance(points, array[tree.nearest(points)]))
