"""Cells on the ground: metres of degrees, exact areas, projections that distort."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import CRS, Geod

from optimizer.geo.metric import geographic_metric, planar_metric, worst_scale

WGS84 = (6378137.0, 6356752.314245179)


@pytest.mark.parametrize("north", [70.0, 36.7, 0.5, -33.0])
def test_cells_in_degrees_are_measured_on_the_ellipsoid(north: float) -> None:
    metric = geographic_metric(3, 0.001, 0.002, north, WGS84)
    geod = Geod(ellps="WGS84")
    for row in range(3):
        top, bottom = north - 0.002 * row, north - 0.002 * (row + 1)
        middle = (top + bottom) / 2
        # The geodesic between two points of a parallel leaves it by nothing over so short a way.
        assert metric.dx_r[row] == pytest.approx(geod.inv(0, middle, 0.001, middle)[2], rel=1e-6)
        assert metric.dy_r[row] == pytest.approx(geod.inv(0, bottom, 0, top)[2], rel=1e-6)
        area, _ = geod.polygon_area_perimeter([0, 0.001, 0.001, 0], [bottom, bottom, top, top])
        assert metric.area_r[row] == pytest.approx(abs(area), rel=1e-6)


def test_all_cells_of_the_globe_make_the_area_of_the_earth() -> None:
    metric = geographic_metric(180, 1.0, 1.0, 90.0, WGS84)
    # Surface of the WGS 84 ellipsoid: 510,065,621.724 km2.
    assert 360 * metric.area_r.sum() == pytest.approx(510_065_621.724e6, rel=1e-9)


def test_a_sphere_has_no_eccentricity() -> None:
    metric = geographic_metric(1, 1.0, 90.0, 90.0, (6371000.0, 6371000.0))
    # An eighth of the sphere, 1/90 of it: 4 pi R^2 / 8 / 90.
    assert metric.area_r[0] == pytest.approx(4 * np.pi * 6371000.0**2 / 8 / 90, rel=1e-12)


def test_cells_in_feet_are_metres() -> None:
    metric = planar_metric(2, 30.0, 20.0, 0.3048)
    # 30 ft x 0.3048 = 9.144 m, 20 ft = 6.096 m, area 55.741824 m2.
    assert metric.dx_r.tolist() == [9.144, 9.144]
    assert metric.dy_r.tolist() == pytest.approx([6.096, 6.096])
    assert metric.area_r[0] == pytest.approx(55.741824)


def test_projections_that_distort_are_known() -> None:
    # On the central meridian of a UTM zone lengths are 0.9996 of the true ones.
    assert worst_scale(CRS("EPSG:32649"), 111.0, 36.0) == pytest.approx(4e-4, rel=1e-3)
    # Web Mercator at 60 degrees: 1 / cos 60 = 2, on the ellipsoid a little less.
    assert worst_scale(CRS("EPSG:3857"), 10.0, 60.0) == pytest.approx(1.0, abs=0.02)
