"""Metres and square metres of raster cells, also where the raster is in degrees.

On an ellipsoid with half-axes a and b and eccentricity e, at latitude phi:

    dy = M(phi) * dphi,               M = a (1 - e^2) / (1 - e^2 sin^2 phi)^(3/2)
    dx = N(phi) * cos(phi) * dlambda, N = a / sqrt(1 - e^2 sin^2 phi)
    area = dlambda * (Q(phi_north) - Q(phi_south)),
    Q = b^2 / 2 * (sin phi / (1 - e^2 sin^2 phi) + artanh(e sin phi) / e)

`area` is that of the ellipsoid exactly; an equal-area projection has the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyproj import CRS

#: Lengths may differ from those on the ground by this share before it is told, and refused.
TOLD_SCALE, REFUSED_SCALE = 0.01, 0.05


@dataclass(frozen=True)
class Metric:
    """Size of the cells of each raster row on the ground.

    Parameters
    ----------
    dx_r, dy_r
        Width and height of a cell in metres, shape (rows,).
    area_r
        Area of a cell in square metres, shape (rows,).
    """

    dx_r: NDArray[np.float64]
    dy_r: NDArray[np.float64]
    area_r: NDArray[np.float64]

    def rows(self, start: int, stop: int) -> Metric:
        """Metric of some rows; rows beyond the raster are like the nearest one."""
        row_r = np.clip(np.arange(start, stop), 0, len(self.dx_r) - 1)
        return Metric(self.dx_r[row_r], self.dy_r[row_r], self.area_r[row_r])

    @property
    def cell_m(self) -> float:
        """Side of a typical cell in metres."""
        return float(np.sqrt(np.median(self.area_r)))


def planar_metric(rows: int, width: float, height: float, metres: float) -> Metric:
    """Metric of a projected raster.

    Parameters
    ----------
    rows
        Rows of the raster.
    width, height
        Size of a cell in units of the coordinate system, both positive.
    metres
        Metres in such a unit (0.3048 for international feet).
    """
    dx, dy = width * metres, height * metres
    return Metric(np.full(rows, dx), np.full(rows, dy), np.full(rows, dx * dy))


def geographic_metric(
    rows: int, width: float, height: float, north: float, axes: tuple[float, float]
) -> Metric:
    """Metric of a raster in degrees.

    Parameters
    ----------
    rows
        Rows of the raster, from north to south.
    width, height
        Size of a cell in degrees, both positive.
    north
        Latitude of the upper edge, degrees.
    axes
        Half-axes a and b of the ellipsoid, metres.
    """
    edge_r = np.radians(north - height * np.arange(rows + 1))
    middle_r = (edge_r[:-1] + edge_r[1:]) / 2.0
    a, b = axes
    e2 = 1.0 - (b / a) ** 2
    waist_r = 1.0 - e2 * np.sin(middle_r) ** 2
    dx_r = a / np.sqrt(waist_r) * np.cos(middle_r) * np.radians(width)
    dy_r = a * (1.0 - e2) / waist_r**1.5 * np.radians(height)
    zone = _zone(np.sin(edge_r), e2, b)
    return Metric(dx_r, dy_r, np.radians(width) * (zone[:-1] - zone[1:]))


def _zone(sine: NDArray[np.float64], e2: float, b: float) -> NDArray[np.float64]:
    """Q of the module's equation: area between equator and a latitude, per radian of longitude."""
    e = np.sqrt(e2)
    tail = np.arctanh(e * sine) / e if e > 0 else sine
    result: NDArray[np.float64] = b**2 / 2.0 * (sine / (1.0 - e2 * sine**2) + tail)
    return result


def worst_scale(crs: CRS, longitude: float, latitude: float) -> float:
    """Largest relative error of lengths that a projection makes at a place.

    0.0004 for a UTM zone's middle, 0.25 for Web Mercator at 37 degrees.
    """
    from pyproj import Proj

    factors = Proj(crs).get_factors(longitude, latitude)
    largest, smallest = factors.tissot_semimajor, factors.tissot_semiminor
    return float(max(abs(largest - 1.0), abs(smallest - 1.0)))
