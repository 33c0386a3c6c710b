import json

import numpy as np
import pytest
from helpers import write_folder

from optimizer.instance.outlines import outline_findings, parse_outlines, read_outlines
from optimizer.instance.read import read_instance

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
