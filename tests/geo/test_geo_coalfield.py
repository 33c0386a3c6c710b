"""The shipped coalfield is what its recorded command makes of matplotlib's terrain."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import optimizer as ro
from optimizer.cli.main import cli
from optimizer.geo.grid import open_grid
from optimizer.instance.locations import instances_folder

SHIPPED = instances_folder() / "coalfield"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that the instance is made from."""
    folder = tmp_path_factory.mktemp("coalfield") / "built"
    subprocess.run([sys.executable, str(SHIPPED / "make.py"), str(folder)], check=True)
    return folder


def test_the_recorded_command_makes_the_shipped_instance(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    command = re.search(r"^reclaim (import .*)$", readme, flags=re.MULTILINE)
    assert command is not None
    monkeypatch.chdir(built)
    done = CliRunner().invoke(cli, shlex.split(command[1]), standalone_mode=False)
    assert done.exception is None
    new, shipped = ro.read_instance(built / "coalfield"), ro.read_instance(SHIPPED)
    assert list(new.land.parcels) == list(shipped.land.parcels)
    assert new.land.groups == shipped.land.groups
    for column in ("area_ha", "slope_pct", "slope_length_m", "x", "y", "release_year"):
        np.testing.assert_allclose(
            new.tables["parcels"].number(column), shipped.tables["parcels"].number(column),
            rtol=1e-4, err_msg=column)
    np.testing.assert_allclose(new.tables["adjacency"].number("shared_boundary_m"),
                               shipped.tables["adjacency"].number("shared_boundary_m"),
                               rtol=1e-3, atol=2.0)  # drawn borders: half a metre at their ends
    np.testing.assert_allclose(new.tables["hauls"].number("distance_km"),
                               shipped.tables["hauls"].number("distance_km"), rtol=1e-3)


def test_the_terrain_is_that_of_the_cumberland_mountains(built: Path) -> None:
    grid = open_grid(built / "dem.tif", "m")
    # 3 arc seconds at 36.6 degrees: 92.5 m north to south, 0.8028 as much (cos 36.6) east to west,
    # a little more on the ellipsoid.
    assert grid.metric.dy_r[0] == pytest.approx(92.47, abs=0.05)
    assert grid.metric.dx_r[172] == pytest.approx(92.77 * np.cos(np.radians(36.59)), abs=0.2)
    slope = grid.gradient((0, grid.rows), (0, grid.columns)).slope_pct_rc
    known = slope[~np.isnan(slope)]
    assert known.size == (grid.rows - 2) * (grid.columns - 2)
    # Looking only: hills and valleys, no cliffs; metres read as feet would not be half as steep.
    assert 15.0 < np.median(known) < 30.0


def test_it_solves_with_more_than_one_use() -> None:
    solution = ro.solve(ro.read_instance(SHIPPED))
    assert solution.status == "optimal"
    assert solution.certificate.relative_gap <= 1e-9
    assert solution.plan["use"].nunique() >= 2
