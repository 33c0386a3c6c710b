"""What is wrong with rasters and layers is found, named and counted; little of it is fatal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box
from terrain_files import NORTH, WEST, layer, plane, raster

from optimizer.geo import extra
from optimizer.geo.assumed import most_welcome
from optimizer.geo.land import import_land
from optimizer.geo.record import Imported
from optimizer.geo.request import ImportRequest
from optimizer.instance.findings import Finding, InstanceRefused


def at(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    """A rectangle in metres from the upper left corner of the raster; y counts downwards."""
    return box(WEST + x0, NORTH - y1, WEST + x1, NORTH - y0)


SQUARE = at(100, 100, 200, 200)


def run(folder: Path, shapes: list[Any], names: list[Any] | None = None, **changed: Any) -> (
        Imported):
    """Import polygons on a plane of 5 %."""
    dem = changed.pop("dem", None) or raster(folder / "dem.tif", plane(5.0))
    crs = changed.pop("crs_of_layer", "EPSG:32649")
    fields = {"parcel": names} if names else None
    parcels = changed.pop("parcels", None) or layer(folder / "p.gpkg", shapes, fields, crs)
    return import_land(ImportRequest(dem, parcels, **{"elevation_unit": "m", **changed}))


def refusal(folder: Path, *given: Any, **changed: Any) -> tuple[Finding, ...]:
    """Findings that refuse it."""
    with pytest.raises(InstanceRefused) as refused:
        run(folder, *given, **changed)
    return refused.value.findings


def found(imported: Imported, rule: str) -> Finding:
    """The one warning of a rule."""
    (finding,) = [finding for finding in imported.findings if finding.rule == rule]
    assert finding.severity == "warning"
    return finding


def test_polygons_that_overlap_are_refused_with_their_names(tmp_path: Path) -> None:
    # 100 x 100 m each; 40 x 100 m are in both: 40 %.
    (finding,) = refusal(tmp_path, [SQUARE, at(160, 100, 260, 200), at(300, 300, 320, 320)],
                         ["a", "b", "c"])
    assert finding.rule == "overlap"
    assert finding.seen == "1 pair: a and b (40 %) of the smaller one"


def test_a_hair_of_overlap_is_told(tmp_path: Path) -> None:
    # 0.2 m of 100 m: 0.2 %.
    imported = run(tmp_path, [SQUARE, at(199.8, 100, 299.8, 200)], ["a", "b"])
    assert "a and b (0.2 %)" in found(imported, "overlap").seen


def test_a_bow_tie_is_repaired_and_told(tmp_path: Path) -> None:
    bow = Polygon([(WEST + x, NORTH - y) for x, y in ((100, 100), (200, 200), (200, 100),
                                                      (100, 200))])
    imported = run(tmp_path, [bow], ["tie"])
    assert "1: tie" in found(imported, "outline crosses itself").seen
    # Two triangles of 100 m x 50 m / 2 each: 5,000 m2.
    assert imported.figures.area_ha == pytest.approx(0.5)


def test_holes_are_no_land(tmp_path: Path) -> None:
    holed = SQUARE.difference(at(120, 120, 140, 150))
    imported = run(tmp_path, [holed, at(300, 300, 350, 350)], ["a", "b"])
    assert found(imported, "holes").seen == "1 in 1: a"
    # 1 ha - 20 x 30 m + 50 x 50 m = 0.94 + 0.25 ha.
    assert imported.figures.area_ha == pytest.approx(1.19)


def test_slivers_and_crumbs_are_named(tmp_path: Path) -> None:
    imported = run(tmp_path, [SQUARE, at(200, 100, 201, 250), at(300, 300, 304, 304)],
                   ["a", "thin", "dot"])
    assert "1: thin" in found(imported, "slivers").seen
    assert "1: dot" in found(imported, "smaller than a cell").seen
    # All of it is there all the same: 10,000 + 150 + 16 m2.
    assert imported.figures.area_ha == pytest.approx(1.0166)


@pytest.mark.parametrize(("shapes", "names", "rule", "seen"), [
    ([SQUARE, None], ["a", "b"], "no shape", "1: b"),
    ([LineString([(WEST, NORTH), (WEST + 9, NORTH)])], ["a"], "not a polygon", "1: a (LineString)"),
    ([SQUARE, at(300, 300, 350, 350)], ["a", "a"], "duplicate name", "1: a"),
    ([SQUARE, at(300, 300, 350, 350)], ["a", None], "polygon without name", "1: feature 2"),
])
def test_layers_that_cannot_be_parcels(
    tmp_path: Path, shapes: list[Any], names: list[Any], rule: str, seen: str
) -> None:
    findings = refusal(tmp_path, shapes, names)
    assert [(finding.rule, finding.seen) for finding in findings
            if finding.severity == "error"] == [(rule, seen)]


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    point = Point(WEST, NORTH)
    rules = [finding.rule for finding in refusal(tmp_path, [SQUARE, None, point], ["a", "a", None])]
    assert sorted(rules) == ["duplicate name", "no shape", "not a polygon", "polygon without name"]


def test_polygons_beyond_the_elevations(tmp_path: Path) -> None:
    # The raster ends at 400 m: "most" has 30 m of 100 m beyond it, and its last column, at the rim,
    # has no slope: 40 m. "none" lies wholly beyond.
    imported = run(tmp_path, [at(330, 100, 430, 200)], ["most"])
    assert "most (40 %)" in found(imported, "polygons beyond the raster").seen
    assert imported.figures.area_ha == pytest.approx(1.0)
    (finding,) = [f for f in refusal(tmp_path, [SQUARE, at(500, 100, 600, 200)], ["a", "none"])
                  if f.severity == "error"]
    assert finding.rule == "land without elevations"
    assert finding.seen.startswith("1 polygons: none (100 %)")


def test_gaps_in_the_elevations_are_counted(tmp_path: Path) -> None:
    z = plane(5.0)
    z[15, 15] = -9999
    dem = raster(tmp_path / "dem.tif", z, nodata=-9999)
    imported = run(tmp_path, [SQUARE], ["a"], dem=dem)
    # The gap and the eight cells whose window holds it.
    seen = found(imported, "land without a slope").seen
    assert seen.startswith("9 cells (0.09 ha)")
    assert seen.endswith("1 polygons: a")
    assert [row["parcel"] for row in imported.tables["parcels"]] == ["a"]


def test_land_without_any_slope_is_refused(tmp_path: Path) -> None:
    z = plane(5.0)
    z[10:20, 10:20] = np.nan
    dem = raster(tmp_path / "dem.tif", z)
    assert {f.rule for f in refusal(tmp_path, [SQUARE], ["a"], dem=dem)} == {
        "land without elevations"}


def test_another_system_is_reprojected_and_told(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"parcel": ["a"]}, geometry=[SQUARE], crs="EPSG:32649")
    frame.to_crs("EPSG:4326").to_file(tmp_path / "ll.geojson")
    imported = run(tmp_path, [], parcels=tmp_path / "ll.geojson")
    assert "WGS 84" in found(imported, "another coordinate system").seen
    assert imported.figures.area_ha == pytest.approx(1.0, rel=1e-5)


def test_what_has_no_system_is_refused(tmp_path: Path) -> None:
    layer(tmp_path / "none.shp", [SQUARE], {"parcel": ["a"]})
    (tmp_path / "none.prj").unlink()
    (finding,) = refusal(tmp_path, [], parcels=tmp_path / "none.shp")
    assert (finding.file, finding.rule) == ("none.shp", "no coordinate system")
    dem = raster(tmp_path / "none.tif", plane(5.0), crs=None)
    assert refusal(tmp_path, [SQUARE], dem=dem)[0].rule == "no coordinate system"


def test_web_mercator_is_refused_and_why(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", plane(5.0), crs="EPSG:3857", west=12_356_000.0,
                 north=4_000_000.0)
    (finding,) = refusal(tmp_path, [SQUARE], dem=dem)
    assert finding.rule == "projection distorts lengths"
    assert "UTM" in finding.do


def test_files_that_are_none(tmp_path: Path) -> None:
    text = tmp_path / "text.tif"
    text.write_text("no raster", encoding="utf-8")
    assert refusal(tmp_path, [SQUARE], dem=text)[0].rule == "not a raster"
    assert refusal(tmp_path, [], parcels=text)[0].rule == "not a layer"
    findings = refusal(tmp_path, [SQUARE], rasters={"ph": tmp_path / "absent.tif"},
                       sources=tmp_path / "absent.gpkg")
    assert [finding.rule for finding in findings] == ["no such file"] * 2


def test_the_unit_of_elevation_is_never_taken_in_silence(tmp_path: Path) -> None:
    imported = run(tmp_path, [SQUARE], elevation_unit=None)
    assert "Taken as metres" in found(imported, "unit of elevation not stated").do
    feet = raster(tmp_path / "feet.tif", plane(5.0), unit="ft")
    assert "file says ft" in found(run(tmp_path, [SQUARE], dem=feet), "two units of elevation").seen


def test_what_nobody_measured_is_listed(tmp_path: Path) -> None:
    imported = run(tmp_path, [SQUARE], defaults={"ph": 8.0}, region="loess-plateau")
    assert "ph" not in imported.assumed
    told = found(imported, "assumed, nobody measured it").seen
    assert all(f"{name} = {value:g}" in told for name, value in imported.assumed.items())
    assert found(run(tmp_path, [SQUARE]), "no region named")


@pytest.mark.parametrize(("bounds", "value"), [
    ([(6.0, 8.5), (5.0, 9.0)], 7.25),   # the middle of what both allow
    ([(-np.inf, 1.45), (-np.inf, 1.5)], 1.45),
    ([(-np.inf, 0.0)] * 4 + [(1.0, np.inf)], 0.0),  # four uses against one
    ([(-np.inf, np.inf)], 0.0),
])
def test_assumed_values_forbid_the_fewest_uses(
    bounds: list[tuple[float, float]], value: float
) -> None:
    assert most_welcome(bounds) == value


@pytest.mark.parametrize("changed", [
    {"columns": {"ph": "acid"}}, {"uses": ("cropp",)}, {"region": "loess-plato"},
    {"rules": (("cropland", "ph", "six", ""),)}, {"crs": "EPSG:4326"}, {"crs": "nonsense"},
    {"rasters": {"slope_pct": Path("x.tif")}},
])
def test_choices_that_make_no_sense(tmp_path: Path, changed: dict[str, Any]) -> None:
    findings = refusal(tmp_path, [SQUARE], **changed)
    assert all(finding.seen and finding.expected and finding.do for finding in findings)


@pytest.mark.parametrize(("fields", "shape", "rule"), [
    ({"source": ["heap"], "supply_m3": ["much"]}, Point(WEST, NORTH), "not a number"),
    ({"source": ["heap"], "period": ["2027"]}, Point(WEST, NORTH), "unknown period"),
    ({"source": [None]}, Point(WEST, NORTH), "source without name"),
    ({"source": ["heap"]}, SQUARE, "not points"),
])
def test_sources_that_cannot_be_used(
    tmp_path: Path, fields: dict[str, list[Any]], shape: Any, rule: str
) -> None:
    sources = layer(tmp_path / "s.gpkg", [shape], fields)
    assert [f.rule for f in refusal(tmp_path, [SQUARE], sources=sources)
            if f.severity == "error"] == [rule]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    there: Callable[[str], Any] = lambda name: None if name == "rasterio" else object()  # noqa: E731
    monkeypatch.setattr(extra, "find_spec", there)
    with pytest.raises(extra.ExtraMissing, match=r"need rasterio, which is not.*\[geo\]"):
        import_land(ImportRequest(Path("dem.tif"), Path("p.gpkg")))


def test_pieces_never_overlap_after_a_repair(tmp_path: Path) -> None:
    bow = Polygon([(WEST + x, NORTH - y) for x, y in ((100, 100), (200, 200), (200, 100),
                                                      (100, 200))])
    imported = run(tmp_path, [bow, at(200, 100, 300, 200)], ["tie", "b"])
    shapes = list(imported.outlines.values())
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(
        sum(shape.area for shape in shapes))
