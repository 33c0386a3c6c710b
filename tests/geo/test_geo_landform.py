"""Crest to toe of landforms whose length is known."""

from __future__ import annotations

import numpy as np
import pytest
from terrain_files import CELL, middles, plane, surface

from optimizer.geo.landform import Terrain, line_lengths
from optimizer.geo.metric import planar_metric
from optimizer.geo.slope import horn_gradient


def lengths(z: np.ndarray, inside: np.ndarray | None = None) -> np.ndarray:
    """Length of the line through every land cell; the rim of the raster is cut off."""
    rows, columns = z.shape[0] - 2, z.shape[1] - 2
    metric = planar_metric(rows, CELL, CELL, 1.0)
    land = np.zeros((rows, columns), dtype=np.int64)
    if inside is not None:
        land[~inside[1:-1, 1:-1]] = -1
    gradient = horn_gradient(z, metric)
    row, column = np.nonzero(land >= 0)
    return line_lengths(Terrain(z[1:-1, 1:-1], land, metric), row, column,
                        (gradient.east_rc[row, column], gradient.north_rc[row, column]))


@pytest.mark.parametrize("percent", [5.0, 25.0, 70.0])
def test_a_plane_is_as_long_as_it_is(percent: float) -> None:
    # 40 columns of 10 m fall to the east, without the rim 38: 380 m from every cell.
    np.testing.assert_allclose(lengths(plane(percent)), 380.0, rtol=1e-9)


def test_a_cone_is_as_long_as_its_radius() -> None:
    z = surface(lambda x, y: 800 - 0.3 * np.hypot(x - 500, y + 500), 100, 100)
    x, y = middles(100, 100)
    found = lengths(z, np.hypot(x - 500, y + 500) <= 400)
    # From the tip to the foot 400 m, to the cell.
    assert abs(found.mean() - 400.0) < CELL
    assert np.percentile(np.abs(found - 400.0), 95) < 2 * CELL


def test_a_platform_and_a_flat_foot_do_not_count() -> None:
    # 200 m of platform, a face of 60 % over 100 m, 200 m of flat foot, all falling by 0.5 %.
    z = surface(lambda x, _: 500 - 0.005 * x - 0.595 * np.clip(x - 200, 0, 100), 20, 52)
    found = lengths(z)
    # H = 2.5 + 59.5 = 62 m; 5 % of it, 3.1 m, is more than platform and foot fall (1 m each): the
    # ends lie on the face. 0.9 * 62 m at 60 % are 93 m, / 0.9 = 103.3 m, and a cell: 113 m.
    np.testing.assert_allclose(found, 113.3, atol=0.75 * CELL)


def test_berms_between_benches_count() -> None:
    # Three benches of 40 m at 50 %, with level berms of 20 m between them: 160 m crest to toe.
    def height(x: np.ndarray, _: np.ndarray) -> np.ndarray:
        return 500 - 0.5 * sum(np.clip(x - start, 0, 40) for start in (100, 160, 220))

    found = lengths(surface(height, 12, 40))
    np.testing.assert_allclose(found, 160.0, atol=1.5 * CELL)


def test_the_ground_turns_in_a_valley_and_on_a_ridge() -> None:
    # A zigzag of ridges and valleys 100 m apart, 40 % steep: every slope is 100 m long.
    z = surface(lambda x, _: 500 - 0.4 * np.abs((x % 200) - 100), 12, 62)
    found = lengths(z)
    assert np.median(found) == pytest.approx(100.0, abs=CELL)


def test_level_ground_is_as_long_as_it_is_wide() -> None:
    # No fall to follow: 10 columns of 10 m without the rim.
    np.testing.assert_allclose(lengths(np.full((6, 12), 7.0)), 100.0)


def test_a_line_ends_where_the_landform_does() -> None:
    inside = np.zeros((40, 40), dtype=bool)
    inside[10:20, 5:15] = True
    # Ten columns of 10 m of the plane are land.
    np.testing.assert_allclose(lengths(plane(30.0), inside), 100.0, rtol=1e-9)
