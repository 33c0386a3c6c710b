"""Slopes of surfaces whose slope is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from terrain_files import plane, raster, surface

from optimizer.geo.grid import open_grid
from optimizer.geo.metric import Metric, planar_metric
from optimizer.geo.sheets import classes
from optimizer.geo.slope import horn_gradient


@given(east=st.floats(-2, 2), north=st.floats(-2, 2), dx=st.floats(1, 90), dy=st.floats(1, 90))
def test_a_plane_has_its_slope_in_every_cell(
    east: float, north: float, dx: float, dy: float
) -> None:
    # z = east x + north y, cells dx wide and dy high: every cell has the same gradient.
    row, column = np.mgrid[0:7, 0:9].astype(float)
    gradient = horn_gradient(east * column * dx - north * row * dy, Metric(
        np.full(5, dx), np.full(5, dy), np.full(5, dx * dy)))
    np.testing.assert_allclose(gradient.east_rc, east, atol=1e-9)
    np.testing.assert_allclose(gradient.north_rc, north, atol=1e-9)
    np.testing.assert_allclose(gradient.slope_pct_rc, 100 * np.hypot(east, north), atol=1e-7)


def test_horns_weights_by_hand() -> None:
    # a b c / d e f / g h i = 9 8 4 / 7 5 3 / 6 2 1, cells of 1 m:
    # east  = ((4 + 2*3 + 1) - (9 + 2*7 + 6)) / 8 = (11 - 29) / 8 = -2.25
    # north = ((9 + 2*8 + 4) - (6 + 2*2 + 1)) / 8 = (29 - 11) / 8 =  2.25
    gradient = horn_gradient(np.array([[9, 8, 4], [7, 5, 3], [6, 2, 1.0]]),
                             planar_metric(1, 1.0, 1.0, 1.0))
    assert (gradient.east_rc[0, 0], gradient.north_rc[0, 0]) == (-2.25, 2.25)
    # 100 * sqrt(2 * 2.25^2) = 318.198...
    assert gradient.slope_pct_rc[0, 0] == pytest.approx(318.19805153)


def test_a_cone_has_one_slope_all_round() -> None:
    z = surface(lambda x, y: -0.4 * np.hypot(x - 300, y + 300), 60, 60)
    slope = horn_gradient(z, planar_metric(58, 10, 10, 1)).slope_pct_rc
    x, y = np.meshgrid(np.arange(15, 595, 10) - 300, np.arange(15, 595, 10) - 300)
    far = np.hypot(x, y) > 100
    # Ten cells from the tip the ground bends by less than half a percent of its slope.
    np.testing.assert_allclose(slope[far], 40.0, rtol=0.005)


def test_a_gap_has_no_slope_nor_have_its_neighbours() -> None:
    z = plane(20.0, 9, 9)
    z[4, 4] = np.nan
    slope = horn_gradient(z, planar_metric(7, 10, 10, 1)).slope_pct_rc
    unknown = np.isnan(slope)
    assert unknown[2:5, 2:5].all()
    assert unknown.sum() == 9
    np.testing.assert_allclose(slope[~unknown], 20.0)


def test_blocks_of_rows_have_the_slopes_of_the_whole(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    grid = open_grid(raster(tmp_path / "z.tif", rng.uniform(0, 50, (23, 17))), "m")
    whole = grid.gradient((0, 23), (0, 17)).slope_pct_rc
    parts = [grid.gradient((a, min(a + 5, 23)), (0, 17)).slope_pct_rc for a in range(0, 23, 5)]
    np.testing.assert_array_equal(np.vstack(parts), whole)
    # The rim of the raster has no slope, everything else has.
    assert np.isnan(whole[[0, -1]]).all()
    assert np.isnan(whole[:, [0, -1]]).all()
    assert not np.isnan(whole[1:-1, 1:-1]).any()


@pytest.mark.parametrize(("slope", "number"), [
    (0.0, 0), (3.0, 0), (3.02, 1), (25.0, 1), (25.007, 1), (25.02, 2), (80.0, 2),
])
def test_classes_are_closed_below(slope: float, number: int) -> None:
    # Breaks 3 and 25 with the play of 0.01 with which options compare slopes.
    assert classes([3.0, 25.0], np.array([[slope]]), 0.01)[0, 0] == number


def test_elevations_in_feet(tmp_path: Path) -> None:
    # A foot of height on a metre of way: 30.48 %.
    path = raster(tmp_path / "z.tif", plane(100.0, 5, 5))
    assert open_grid(path, "ft").gradient((2, 3), (2, 3)).slope_pct_rc[0, 0] == pytest.approx(30.48)
    stated = raster(tmp_path / "feet.tif", plane(100.0, 5, 5), unit="foot")
    assert open_grid(stated, None).unit == "ft"


def test_elevations_that_no_ground_has_are_gaps(tmp_path: Path) -> None:
    z = plane(10.0, 5, 5).astype(np.float32)
    z[0, 0] = -3.4e38
    block = open_grid(raster(tmp_path / "z.tif", z), "m").block((0, 5), (0, 5))
    assert np.isnan(block[0, 0])
    assert np.isnan(block).sum() == 1
