"""What an import must not take in silence: gaps, scales, bands, far systems, broken rings."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine
from shapely import Point, box
from terrain_files import CELL, CRS, NORTH, WEST, layer, plane, raster, roof

import optimizer as ro
from optimizer.geo.land import import_land
from optimizer.geo.request import ImportRequest
from optimizer.geo.write import write_import
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.formulas import would_run


def square(column: int, row: int, cells: int = 10) -> Any:
    """A square of cells."""
    return box(WEST + CELL * column, NORTH - CELL * (row + cells), WEST + CELL * (column + cells),
               NORTH - CELL * row)


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """Two polygons, a hectare each, ten cells apart."""
    return layer(tmp_path / "land.gpkg", [square(5, 5), square(25, 5)], {"parcel": ["a", "b"]})


def run(folder: Path, drawn: Path, elevation: np.ndarray | None = None, **changed: Any) -> Any:
    """Import polygons on a plane of 20 percent."""
    dem = changed.pop("dem", None) or raster(
        folder / "dem.tif", plane(20.0) if elevation is None else elevation)
    return import_land(ImportRequest(dem, parcels=drawn, elevation_unit="m",
                                     region="loess-plateau", **changed))


def told(imported: Any, rule: str) -> Any:
    """The one finding about something."""
    found = [finding for finding in imported.findings if finding.rule == rule]
    assert len(found) == 1, [finding.rule for finding in imported.findings]
    return found[0]


def written(path: Path, values: np.ndarray, **tags: Any) -> Path:
    """A GeoTIFF of bands with a scale, an offset or a type of its own."""
    bands = values if values.ndim == 3 else values[None]
    with rasterio.open(path, "w", driver="GTiff", height=bands.shape[1], width=bands.shape[2],
                       count=len(bands), dtype=bands.dtype, crs=CRS,
                       transform=Affine(CELL, 0.0, WEST, 0.0, -CELL, NORTH)) as file:
        file.write(bands)
        for name, value in tags.items():
            setattr(file, name, (value,) * len(bands))
    return path


def test_scale_and_offset_of_elevations_are_applied(tmp_path: Path, drawn: Path) -> None:
    # Stored as decimetres above 100 m: 20 % of 10 m is 2 m, or 20 in the file.
    stored = np.round((plane(20.0) - 100.0) * 10.0).astype(np.int16)
    dem = written(tmp_path / "scaled.tif", stored, scales=0.1, offsets=100.0)
    rows = run(tmp_path, drawn, dem=dem).tables["parcels"]
    assert [float(row["slope_pct"]) for row in rows] == pytest.approx([20.0, 20.0])


def test_scale_of_other_rasters_is_applied(tmp_path: Path, drawn: Path) -> None:
    ph = written(tmp_path / "ph.tif", np.full((40, 40), 72, np.int16), scales=0.1, offsets=0.5)
    rows = run(tmp_path, drawn, rasters={"ph": ph}).tables["parcels"]
    # 72 * 0.1 + 0.5
    assert [float(row["ph"]) for row in rows] == pytest.approx([7.7, 7.7])


def test_a_picture_is_told(tmp_path: Path, drawn: Path) -> None:
    dem = written(tmp_path / "three.tif", np.stack([plane(20.0)] * 3))
    assert "3 bands" in told(run(tmp_path, drawn, dem=dem), "several bands").seen


def test_a_raster_that_misses_parcels_is_told_and_does_not_say_nought(
    tmp_path: Path, drawn: Path
) -> None:
    # The raster ends at column 20: it covers a (columns 5 to 14), not b (25 to 34).
    imported = run(tmp_path, drawn, rasters={"ph": raster(tmp_path / "ph.tif",
                                                          np.full((40, 20), 7.0))})
    assert {row["parcel"]: row["ph"] for row in imported.tables["parcels"]} == {"a": "7", "b": ""}
    found = told(imported, "raster misses parcels")
    assert found.seen == "no ph for 1 of 2 parcels (1 ha): b"
    assert found.file == "ph.tif"
    # The rule on pH needs a value for b, which is an assumption and is listed.
    assert "ph" in imported.assumed


def test_a_raster_that_misses_all_land_is_refused(tmp_path: Path, drawn: Path) -> None:
    with pytest.raises(InstanceRefused, match="no value of ph for any of 2 parcels"):
        run(tmp_path, drawn, rasters={"ph": raster(tmp_path / "ph.tif", np.full((40, 40), 7.0),
                                                   west=WEST + 1e5)})


@pytest.mark.parametrize("gap", [-9999.0, -3.4e38, 3.4e38])
def test_undeclared_gaps_are_gaps(tmp_path: Path, drawn: Path, gap: float) -> None:
    depth = np.full((40, 40), 0.8)
    depth[:, 20:] = gap
    imported = run(tmp_path, drawn, rasters={"soil_depth_m": raster(tmp_path / "d.tif", depth)})
    assert [row["soil_depth_m"] for row in imported.tables["parcels"]] == ["0.8", ""]
    assert "soil_depth_m for 1 of 2" in told(imported, "raster misses parcels").seen


def test_a_column_no_rule_names_is_told(tmp_path: Path, drawn: Path) -> None:
    imported = run(tmp_path, drawn, rasters={"phh": raster(tmp_path / "p.tif",
                                                           np.full((40, 40), 7.0))})
    found = told(imported, "column that no rule names")
    assert found.seen == "`phh`"
    assert found.do == "Did you mean `ph`?"


def test_a_system_of_another_country_is_refused(tmp_path: Path, drawn: Path) -> None:
    # Zone 33 is that of Berlin; the land lies in zone 49.
    with pytest.raises(InstanceRefused, match=r"EPSG:32633.*lengths off by") as refusal:
        run(tmp_path, drawn, crs="EPSG:32633")
    assert "EPSG:32649" in str(refusal.value)


def test_gaps_stored_as_elevations_are_named(tmp_path: Path, drawn: Path) -> None:
    # Elevations near 500 m with nought in three columns: cliffs of 500 m in 20 m.
    elevation = roof(40.0, 10.0)
    elevation[:, 8:11] = 0.0
    with pytest.raises(InstanceRefused, match=r"slopes beyond any ground.* 1: a_over-70"):
        run(tmp_path, drawn, elevation)


def test_a_polygon_called_like_a_piece_of_another(tmp_path: Path) -> None:
    # a is cut at the break of the roof into 25-46.6 and 8.7-25 percent.
    path = layer(tmp_path / "land.gpkg", [square(15, 5), square(25, 20)],
                 {"parcel": ["a", "a_8.7-25"]})
    with pytest.raises(InstanceRefused, match=r"a_8.7-25, a polygon and the slope"):
        run(tmp_path, path, roof(40.0, 10.0))


def test_a_broken_ring_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"parcel": "a"},
        "geometry": {"type": "Polygon", "coordinates": [[[0.0, 0.0]]]}}]}), encoding="utf-8")
    with pytest.raises(InstanceRefused, match=r"broken.geojson: broken outline"):
        run(tmp_path, path)


def test_names_of_polygons_run_in_no_spreadsheet(tmp_path: Path) -> None:
    path = layer(tmp_path / "land.gpkg", [square(5, 5), square(15, 5)],
                 {"parcel": ["=1+1", "@SUM(A1)"]})
    imported = run(tmp_path, path)
    folder = tmp_path / "new"
    folder.mkdir()
    write_import(imported, folder)
    for name in ("parcels", "adjacency"):
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if would_run(cell)]
    assert "'=1+1" in (folder / "parcels.csv").read_text(encoding="utf-8-sig")
    # And the names are what they were.
    assert list(ro.read_instance(folder).land.parcels) == ["=1+1", "@SUM(A1)"]


def test_two_features_of_one_source_are_refused(tmp_path: Path, drawn: Path) -> None:
    heaps = layer(tmp_path / "heaps.gpkg", [Point(WEST, NORTH), Point(WEST + 50, NORTH)],
                  {"source": ["s", "s"], "supply_m3": [1000.0, 2000.0]})
    with pytest.raises(InstanceRefused, match=r"duplicate source.* 1: s in 2026"):
        run(tmp_path, drawn, sources=heaps)


def test_a_layer_of_another_country_is_told(tmp_path: Path, drawn: Path) -> None:
    far = layer(tmp_path / "far.gpkg", [Point(WEST + 1e6, NORTH)])
    imported = run(tmp_path, drawn, distances={"distance_to_water_m": far})
    # The nearest middle is that of b, 300 m east of the corner.
    assert told(imported, "layer far from the land").seen == "1,000 km or more from every parcel"


def test_words_in_a_field_of_numbers_are_refused(tmp_path: Path) -> None:
    path = layer(tmp_path / "land.gpkg", [square(5, 5), square(25, 5)],
                 {"parcel": ["a", "b"], "ph": ["7.5", "high"]})
    with pytest.raises(InstanceRefused, match="1 in field `ph`: `high` of b"):
        run(tmp_path, path)
