"""An actual land-use layer laid over the parcels."""

import json

import pandas as pd
import pytest
from helpers import MINIMAL, write_folder

from optimizer.instance.findings import InstanceRefused
from optimizer.instance.read import read_instance

gpd = pytest.importorskip("geopandas")
shapely = pytest.importorskip("shapely")

from optimizer.geo.overlay import overlaid_plan  # noqa: E402 - after the extra is found

#: 60 ha: 1,000 m x 600 m; 40 ha beside it: 800 m x 500 m with its corner at (1000, 0).
FLAT, STEEP = shapely.box(0, 0, 1000, 600), shapely.box(1000, 0, 1800, 500)


@pytest.fixture
def instance(tmp_path):
    outlines = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"parcel": name},
         "geometry": json.loads(shapely.to_geojson(shape))}
        for name, shape in (("flat", FLAT), ("steep", STEEP))]}
    toml = MINIMAL["instance.toml"].replace("[works]", 'crs = "EPSG:32649"\n\n[works]')
    return read_instance(write_folder(tmp_path / "instance", {
        "instance.toml": toml, "parcels.geojson": json.dumps(outlines)}))


def layer(tmp_path, crs="EPSG:32649", **shapes):
    path = tmp_path / "use.gpkg"
    frame = gpd.GeoDataFrame({"code": [name.strip("_") for name in shapes]},
                             geometry=list(shapes.values()), crs="EPSG:32649")
    frame.to_crs(crs).to_file(path)
    return path


def test_shares_of_area_become_hectares(instance, tmp_path):
    # 0103 covers the left 500 m of flat (30 ha); 0301 the rest of it and the left half of steep.
    path = layer(tmp_path, _0103=shapely.box(-50, 0, 500, 600),
                 _0301=shapely.box(500, 0, 1400, 600))
    plan, findings = overlaid_plan(instance, path, "code")
    pd.testing.assert_frame_equal(plan, pd.DataFrame({
        "parcel": ["flat", "flat", "steep"], "use": ["0103", "0301", "0301"],
        "area_ha": [30.0, 30.0, 20.0]}))
    finding, = findings
    assert finding.rule == "land not covered"
    assert "20 ha of 1 parcels, such as `steep`" in finding.seen


def test_another_system_is_brought_over_and_told(instance, tmp_path):
    path = layer(tmp_path, crs="EPSG:32648", _0103=shapely.box(-50, -50, 1900, 700))
    plan, findings = overlaid_plan(instance, path, "code")
    assert plan["area_ha"].tolist() == pytest.approx([60, 40])
    assert [finding.rule for finding in findings] == ["another coordinate system"]


def test_land_covered_twice_is_refused(instance, tmp_path):
    path = layer(tmp_path, _0103=FLAT, _0301=shapely.box(0, 0, 100, 600))
    with pytest.raises(InstanceRefused, match=r"land covered twice.*`flat` \(10 %\)"):
        overlaid_plan(instance, path, "code")


def test_a_field_that_is_not_there_is_refused_with_the_nearest(instance, tmp_path):
    with pytest.raises(InstanceRefused, match=r"unknown field.*`cod`.*code"):
        overlaid_plan(instance, layer(tmp_path, _0103=FLAT), "cod")


def test_outlines_are_needed(tmp_path):
    instance = read_instance(write_folder(tmp_path / "bare"))
    with pytest.raises(InstanceRefused, match="missing outlines"):
        overlaid_plan(instance, layer(tmp_path, _0103=FLAT), "code")
