import json

import numpy as np
import pytest
from helpers import write_folder

from optimizer.instance.outlines import (
    layer_findings,
    outline_findings,
    parse_outlines,
    read_outlines,
)
from optimizer.instance.read import read_instance
from optimizer.instance.table import Table

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 0]]
HOLE = [[2, 1, 99], [3, 1, 99], [3, 2, 99], [2, 1, 99]]


def feature(name, kind="Polygon", coordinates=(SQUARE,), key="parcel"):
    return {"type": "Feature", "properties": {key: name},
            "geometry": {"type": kind, "coordinates": list(coordinates)}}


def write(folder, *features):
    (folder / "parcels.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return folder


def test_polygons_and_multipolygons(tmp_path):
    folder = write(write_folder(tmp_path), feature("flat", "Polygon", [SQUARE, HOLE]),
                   feature("steep", "MultiPolygon", [[SQUARE], [HOLE]], key="id"))
    outlines = read_outlines(read_instance(folder))
    assert list(outlines) == ["flat", "steep"]
    np.testing.assert_array_equal(outlines["flat"][0], SQUARE)
    # heights are left out
    np.testing.assert_array_equal(outlines["flat"][1], [[2, 1], [3, 1], [3, 2], [2, 1]])
    assert [len(ring) for ring in outlines["steep"]] == [4, 4]


def test_no_outlines_is_no_fault(tmp_path):
    instance = read_instance(write_folder(tmp_path))
    assert read_outlines(instance) == {}
    assert outline_findings(tmp_path, ["flat"]) == []


def test_names_are_checked(tmp_path):
    write(tmp_path, feature("flatt"), feature("flat"), feature("flat"))
    outlines, findings = parse_outlines(tmp_path / "parcels.geojson", ["flat"])
    assert list(outlines) == ["flat"]
    assert [(f.rule, f.column) for f in findings] == [
        ("unknown parcel", "feature 1"), ("duplicate outline", "feature 3")]
    assert findings[0].do == "Did you mean `flat`?"


@pytest.mark.parametrize("bad", [
    feature("flat", "Point", [1, 2]), feature("flat", "Polygon", [SQUARE[:2]]),
    feature("flat", "Polygon", ["abcd"]), feature("flat", "Polygon", [[1, 2, 3, 4]]),
    feature("flat", "MultiPolygon", [3]), feature(None), feature(name=True), 3,
    {"type": "Feature", "properties": None, "geometry": None, "id": "flat"},
    feature("flat", "Polygon", []), feature("flat", "Polygon", [[{"a": 1}] * 4]),
    feature("flat", "Polygon", [[[0, float("nan")]] * 4]), feature("flat", "Polygon", [[[1]] * 4]),
])
def test_features_without_outline_are_findings(tmp_path, bad):
    write(tmp_path, bad)
    outlines, findings = parse_outlines(tmp_path / "parcels.geojson", ["flat"])
    assert outlines == {}
    assert [f.rule for f in findings] == ["feature without outline"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"features": 3}', "null", "\xff"])
def test_what_is_no_geojson_is_a_finding(tmp_path, text):
    (tmp_path / "parcels.geojson").write_bytes(text.encode("latin-1"))
    finding, = outline_findings(tmp_path, ["flat"])
    assert finding.rule == "not GeoJSON"


def box(x, y, width, height):
    return [[[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]]


def parcels_of(**hectares):
    return Table("parcels", "parcels.csv", {
        "parcel": np.array(list(hectares), dtype=object),
        "area_ha": np.array(list(hectares.values()), dtype=float)},
        np.arange(2, len(hectares) + 2))


def told_of_layer(folder, parcels, crs=""):
    return [f"{finding.severity}: {finding}" for finding in layer_findings(folder, parcels, crs)]


def test_parcels_without_outline(tmp_path):
    # 1000 m x 600 m = 60 ha
    write(tmp_path, feature("flat", coordinates=box(500_000, 4_000_000, 1000, 600)))
    assert told_of_layer(tmp_path, parcels_of(flat=60, steep=40)) == [
        ("warning: parcels.geojson: parcels without outline. Seen: 1 of 2: steep. Expected: an "
        "outline for every parcel. Add the features, with the names of the table; these parcels "
        "are on no map.")]
    assert told_of_layer(tmp_path, parcels_of(flat=60)) == []


def test_outlines_in_degrees(tmp_path):
    write(tmp_path, feature("flat", coordinates=box(112.25, 39.5, 0.01, 0.005)))
    says = ("warning: parcels.geojson: outlines in degrees. Seen: points such as 112.25, 39.5: "
            "longitude and latitude. Expected: projected metres{}. Project the layer and export it "
            "again; plans do not depend on it, maps do.")
    assert told_of_layer(tmp_path, parcels_of(flat=60), "EPSG:32649") == [
        says.format(", as EPSG:32649 has them")]
    assert told_of_layer(tmp_path, parcels_of(flat=60)) == [says.format("")]
    assert told_of_layer(tmp_path, parcels_of(flat=60), "EPSG:4326") == []


def test_small_outlines_that_fit_their_areas_are_not_in_degrees(tmp_path):
    # 100 m x 50 m = 0.5 ha, in metres from a corner of the mine
    write(tmp_path, feature("flat", coordinates=box(0, 0, 100, 50)))
    assert told_of_layer(tmp_path, parcels_of(flat=0.5)) == []


def test_areas_in_mu(tmp_path):
    write(tmp_path, feature("flat", coordinates=box(500_000, 4_000_000, 1000, 600)))
    found, = layer_findings(tmp_path, parcels_of(flat=900), "EPSG:32649")
    assert (found.rule, found.file, found.severity) == (
        "areas unlike the outlines", "parcels.csv", "warning")


def test_a_folder_of_that_name_is_told_in_words(tmp_path):
    (tmp_path / "parcels.geojson").mkdir()
    finding, = outline_findings(tmp_path, ["flat"])
    assert finding.rule == "not GeoJSON"
    assert "Errno" not in str(finding)
