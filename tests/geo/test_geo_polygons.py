"""From polygons on known terrain to pieces: areas, classes, neighbours, distances, by hand."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box
from shapely.affinity import translate
from terrain_files import CRS, NORTH, WEST, layer, plane, raster, roof, surface

import optimizer as ro
from optimizer.geo.land import import_land
from optimizer.geo.request import ImportRequest
from optimizer.geo.write import write_import


def at(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    """A rectangle in metres from the upper left corner of the raster; y counts downwards."""
    return box(WEST + x0, NORTH - y1, WEST + x1, NORTH - y0)


def rows_of(imported: Any) -> dict[str, dict[str, Any]]:
    """Parcel -> row."""
    return {str(row["parcel"]): row for row in imported.tables["parcels"]}


def test_a_polygon_over_a_break_of_slope_is_cut_there(tmp_path: Path) -> None:
    # West of 200 m 40 %, east of it 10 %. At the break Horn's window mixes them: column 19 (190 to
    # 200 m) sees (z(18) - z(20)) / 20 m = (15 m to the break at 40 % + 5 m at 10 %... ) by hand:
    # z(18) - z(20) = 0.4 * 15 + 0.1 * 5 = 6.5 m over 20 m: 32.5 %; column 20: 0.4 * 5 + 0.1 * 15
    # = 3.5 m: 17.5 %. So 25-46.6 is columns up to 19, 8.7-25 columns from 20 on.
    dem = raster(tmp_path / "dem.tif", roof(40.0, 10.0))
    parcels = layer(tmp_path / "p.gpkg", [at(100, 100, 300, 200)], {"parcel": ["dump"]})
    rows = rows_of(import_land(ImportRequest(dem, parcels, elevation_unit="m")))
    assert list(rows) == ["dump_8.7-25", "dump_25-46.6"]
    gentle, steep = rows["dump_8.7-25"], rows["dump_25-46.6"]
    # 100 m x 100 m each.
    assert (float(gentle["area_ha"]), float(steep["area_ha"])) == (1.0, 1.0)
    # Nine columns of 10 % and one of 17.5 %; nine of 40 % and one of 32.5 %.
    assert float(gentle["slope_pct"]) == pytest.approx((9 * 10 + 17.5) / 10)
    assert float(steep["slope_pct"]) == pytest.approx((9 * 40 + 32.5) / 10)
    assert gentle["group"] == steep["group"] == "dump"
    assert gentle["slope_length_m"] == steep["slope_length_m"]
    # Middles: 250 and 150 m from the western edge, 150 m down.
    assert (float(gentle["x"]), float(gentle["y"])) == (WEST + 250, NORTH - 150)
    assert float(steep["x"]) == WEST + 150


def test_pieces_of_a_polygon_share_their_border(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", roof(40.0, 10.0))
    parcels = layer(tmp_path / "p.gpkg", [at(100, 100, 300, 200), at(300, 120, 350, 160)],
                    {"parcel": ["a", "b"]})
    imported = import_land(ImportRequest(dem, parcels, elevation_unit="m"))
    shared = {(row["parcel_a"], row["parcel_b"]): float(row["shared_boundary_m"])
              for row in imported.tables["adjacency"]}
    # a is cut at 200 m, over its height of 100 m; b lies beside a's gentle half over 40 m (within
    # half a metre at either end, since drawn outlines may miss each other so much).
    assert shared.pop(("a_8.7-25", "a_25-46.6")) == pytest.approx(100.0)
    assert shared.pop(("a_8.7-25", "b")) == pytest.approx(40.0, abs=1.0)
    assert not shared


@pytest.mark.parametrize(("percent", "name"), [
    (25.0, "8.7-25"), (25.02, "25-46.6"), (8.7, "3-8.7"), (3.0, "0-3"), (24.9, "8.7-25"),
])
def test_cells_at_a_limit_belong_below_it(tmp_path: Path, percent: float, name: str) -> None:
    dem = raster(tmp_path / "dem.tif", plane(percent).astype(np.float32))
    parcels = layer(tmp_path / "p.gpkg", [at(100, 100, 200, 200)], {"parcel": ["p"]})
    imported = import_land(ImportRequest(dem, parcels, elevation_unit="m"))
    labels = dict(zip(("0-3", "3-8.7", "8.7-25", "25-46.6", "46.6-70", "over-70"),
                      imported.figures.class_share, strict=True))
    assert labels[name] == 1.0
    assert (imported.figures.gentle_ha == 1.0) is (percent <= 25.01)


def test_partly_covered_cells_count_by_their_area(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", roof(40.0, 10.0))
    parcels = layer(tmp_path / "p.gpkg", [at(103, 107, 226, 191)], {"parcel": ["p"]})
    rows = rows_of(import_land(ImportRequest(dem, parcels, elevation_unit="m")))
    # From 103 to the break at 200 m: 97 m x 84 m = 0.8148 ha; beyond it 26 m x 84 m = 0.2184 ha.
    assert float(rows["p_25-46.6"]["area_ha"]) == pytest.approx(0.8148)
    assert float(rows["p_8.7-25"]["area_ha"]) == pytest.approx(0.2184)


@settings(max_examples=20)
@given(corners=st.lists(st.tuples(st.floats(20, 380), st.floats(20, 380)), min_size=3, max_size=8))
def test_pieces_make_up_their_polygon(
    corners: list[tuple[float, float]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    shape = Polygon([(WEST + x, NORTH - y) for x, y in corners]).convex_hull
    if shape.area < 400.0:
        return
    folder = tmp_path_factory.mktemp("hull")
    rng = np.random.default_rng(7)
    dem = raster(folder / "dem.tif", plane(20.0) + rng.uniform(0, 3, (40, 40)))
    parcels = layer(folder / "p.gpkg", [shape], {"parcel": ["p"]})
    imported = import_land(ImportRequest(dem, parcels, elevation_unit="m"))
    drawn = list(imported.outlines.values())
    assert sum(part.area for part in drawn) == pytest.approx(shape.area, rel=1e-9)
    areas = [float(row["area_ha"]) for row in imported.tables["parcels"]]
    assert sum(areas) == pytest.approx(shape.area / 10_000, rel=1e-4)
    for one in range(len(drawn)):
        for other in range(one):
            assert drawn[one].intersection(drawn[other]).area < 1e-6


def test_order_of_polygons_does_not_matter(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    dem = raster(tmp_path / "dem.tif", plane(22.0) + rng.uniform(0, 2, (40, 40)))
    shapes = [at(30, 30, 150, 150), at(150, 30, 333, 170), at(40, 180, 300, 290)]
    names = ["a", "b", "c"]
    one = import_land(ImportRequest(dem, layer(tmp_path / "1.gpkg", shapes, {"parcel": names}),
                                    elevation_unit="m"))
    other = import_land(ImportRequest(
        dem, layer(tmp_path / "2.gpkg", shapes[::-1], {"parcel": names[::-1]}),
        elevation_unit="m"))
    assert rows_of(one) == rows_of(other)
    pairs = [{frozenset((row["parcel_a"], row["parcel_b"])): float(row["shared_boundary_m"])
              for row in imported.tables["adjacency"]} for imported in (one, other)]
    assert pairs[0].keys() == pairs[1].keys()
    for pair, metres in pairs[0].items():
        # Either of two outlines may be followed along a drawn border; half a metre at its ends.
        assert metres == pytest.approx(pairs[1][pair], abs=1.5)


def test_fields_rasters_distances_and_hauls(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", plane(5.0))
    depth = np.where(np.arange(40)[None, :] < 20, 0.2, 0.6) * np.ones((40, 1))
    years = np.where(np.arange(40)[:, None] < 15, 2027, 2033) * np.ones((1, 40))
    request = ImportRequest(
        dem, layer(tmp_path / "p.gpkg", [at(100, 100, 300, 200)],
                   {"name": ["dump"], "zone": ["north"], "acidity": [6.5], "remark": ["?"]}),
        elevation_unit="m", region="loess-plateau", columns={"ph": "acidity"},
        rasters={"soil_depth_m": raster(tmp_path / "d.tif", depth),
                 "release_year": raster(tmp_path / "y.tif", years.astype(np.int16))},
        distances={"distance_to_water_m": layer(tmp_path / "w.geojson", [
            at(700, 100, 710, 200), at(100, 900, 200, 910)])},
        sources=layer(tmp_path / "s.gpkg", [Point(WEST + 200, NORTH - 3150)],
                      {"source": ["heap"], "supply_m3": [5000.0]}),
        rules=(("aquaculture", "distance_to_water_m", "", "500"),), defaults={"gravel_pct": 4.0})
    imported = import_land(request)
    (row,) = imported.tables["parcels"]
    # Half the land has 0.2 m, half 0.6 m; the upper rows are released in 2027, the rest in 2033.
    assert float(row["soil_depth_m"]) == pytest.approx(0.4)
    assert row["release_year"] == "2033"
    assert (row["zone"], row["ph"]) == ("north", "6.5")
    # From the middle (200, 150) to the pond at x = 700: 500 m.
    assert float(row["distance_to_water_m"]) == pytest.approx(500.0)
    # From (200, 3150) to the middle 3 km, times the road factor 1.4 of the library.
    assert imported.tables["hauls"] == [{"source": "heap", "parcel": "dump", "distance_km": 4.2}]
    supplies = [(source["period"], source["supply_m3"]) for source in imported.tables["sources"]]
    assert supplies == [(2026, 5000.0), (2031, 0.0), (2036, 0.0)]
    assert set(imported.assumed) == {"bulk_density_g_cm3", "standing_water_m"}
    rules = {finding.rule for finding in imported.findings}
    assert rules == {"fields not taken", "fields missing", "assumed, nobody measured it"}


def test_fields_may_have_the_chinese_labels(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", plane(5.0))
    parcels = layer(tmp_path / "p.gpkg", [at(100, 100, 300, 200)],
                    {"地块": ["排土场"], "分区": ["北"], "交地年份": [2030]})
    (row,) = import_land(ImportRequest(dem, parcels, elevation_unit="m")).tables["parcels"]
    assert (row["parcel"], row["zone"], row["release_year"]) == ("排土场", "北", "2030")


def test_what_no_rule_names_goes_with_the_outlines(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", plane(5.0))
    imported = import_land(ImportRequest(
        dem, layer(tmp_path / "p.gpkg", [at(100, 100, 300, 200)]), elevation_unit="m",
        distances={"distance_to_road_m": layer(tmp_path / "r.gpkg", [at(0, 0, 400, 50)])}))
    (row,) = imported.tables["parcels"]
    assert "distance_to_road_m" not in row
    # From the middle, 150 m down, to the road's edge at 50 m.
    assert imported.measured == {"p1": {"distance_to_road_m": "100.0"}}


def test_a_raster_in_another_system_is_laid_onto_the_cells(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", plane(5.0))
    # One coarse cell of 0.05 degrees that covers everything.
    ph = raster(tmp_path / "ph.tif", np.array([[7.7]]), crs="EPSG:4326", cell=0.05, west=110.98,
                north=36.16)
    imported = import_land(ImportRequest(
        dem, layer(tmp_path / "p.gpkg", [at(100, 100, 300, 200)]), elevation_unit="m",
        rasters={"ph": ph}))
    assert float(imported.tables["parcels"][0]["ph"]) == pytest.approx(7.7)
    assert "another coordinate system" in {finding.rule for finding in imported.findings}


def test_degrees_and_metres_tell_the_same_of_one_hill(tmp_path: Path) -> None:
    # A cone of 20 % about a point, written once in UTM and once in degrees, the same polygon.
    from pyproj import Transformer

    to_metres = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    x0, y0 = WEST + 400, NORTH - 400

    def cone(x: Any, y: Any) -> Any:
        return 900 - 0.2 * np.hypot(x - x0, y - y0)

    metres = raster(tmp_path / "m.tif", surface(lambda x, y: cone(WEST + x, NORTH + y), 80, 80))
    longitude, latitude = np.meshgrid(110.998 + 1e-4 * (np.arange(150) + 0.5),
                                      36.147 - 1e-4 * (np.arange(150) + 0.5))
    degrees = raster(tmp_path / "d.tif", cone(*to_metres.transform(longitude, latitude)),
                     crs="EPSG:4326", cell=1e-4, west=110.998, north=36.147)
    parcels = layer(tmp_path / "p.gpkg", [at(450, 250, 700, 550)], {"parcel": ["p"]})
    one, other = (import_land(ImportRequest(dem, parcels, elevation_unit="m")).tables["parcels"]
                  for dem in (metres, degrees))
    assert [row["parcel"] for row in one] == [row["parcel"] for row in other] == ["p"]
    # Degrees are measured on the ellipsoid, UTM lengths here are 0.9996 of that: areas 0.9992.
    assert float(other[0]["area_ha"]) == pytest.approx(float(one[0]["area_ha"]) / 0.9996**2,
                                                       rel=2e-5)
    assert float(other[0]["slope_pct"]) == pytest.approx(20.0, rel=2e-3)
    assert float(one[0]["slope_pct"]) == pytest.approx(20.0, rel=2e-3)
    assert float(other[0]["x"]) == pytest.approx(float(one[0]["x"]), abs=0.2)
    assert float(other[0]["slope_length_m"]) == pytest.approx(float(one[0]["slope_length_m"]),
                                                              rel=0.05)


def test_the_folder_is_read_and_solved_as_it_stands(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", roof(40.0, 10.0))
    parcels = layer(tmp_path / "p.gpkg", [at(50, 50, 300, 200), at(50, 210, 300, 350)],
                    {"parcel": ["007", "8"], "release_year": [2026, 2031]})
    sources = layer(tmp_path / "s.gpkg", [Point(WEST, NORTH)], {
        "source": ["heap"], "supply_m3": [20_000.0], "volume_loss_pct_per_year": [1.0],
        "carbon_loss_pct_per_year": [2.0], "soc_t_per_m3": [0.005]})
    imported = import_land(ImportRequest(dem, parcels, elevation_unit="m", sources=sources,
                                         region="loess-plateau", name="mine"))
    folder = tmp_path / "mine"
    folder.mkdir()
    write_import(imported, folder)
    instance = ro.read_instance(folder)
    assert instance.warnings == ()
    assert list(instance.land.parcels) == [
        "007_8.7-25", "007_25-46.6", "8_8.7-25", "8_25-46.6"]
    assert instance.land.groups == ("007", "8")
    # 250 x 150 + 250 x 140 = 72,500 m2.
    assert instance.land.area_i.sum() == pytest.approx(7.25)
    solution = ro.solve(instance)
    assert solution.objective > 0
    assert solution.certificate.relative_gap <= 1e-9
    with (folder / "parcels.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file))[:2] == ["parcel", "area_ha"]
    provenance = instance.tables["provenance"]
    assert "parcels" in set(provenance.text("table"))
    assert any("sha256" in text for text in provenance.text("source"))


def test_a_polygon_beside_another_by_a_hair_is_its_neighbour(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", plane(5.0))
    one = at(100, 100, 200, 200)
    parcels = layer(tmp_path / "p.gpkg", [one, translate(one, 100.2), translate(one, 203.0)])
    imported = import_land(ImportRequest(dem, parcels, elevation_unit="m"))
    pairs = [(row["parcel_a"], row["parcel_b"]) for row in imported.tables["adjacency"]]
    # 20 cm apart: neighbours; the next gap is 2.8 m: none.
    assert pairs == [("p1", "p2")]
    assert float(imported.tables["adjacency"][0]["shared_boundary_m"]) == pytest.approx(100, abs=1)
