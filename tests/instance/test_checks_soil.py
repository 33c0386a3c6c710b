import pytest
from sound_tables import WORKS, settings_with, sound_rows, told

from optimizer.instance.checks import soil
from optimizer.instance.settings import Objective


def test_distance_that_is_not_known():
    rows = sound_rows()
    del rows["parcels"][1]["x"]
    assert told(soil.haul_distances, rows) == [
        "error: hauls.csv: missing haul. Seen: no distance from `heap` to `002`. Expected: a row "
        "in hauls, or x and y of both, for every parcel that may get soil. Add the rows, or give "
        "x and y in parcels and sources.".replace("hauls.csv:", "hauls.csv, distance_km:")]
    rows["hauls"].append({"source": "heap", "parcel": "002", "distance_km": 1.0})
    assert told(soil.haul_distances, rows) == []


def test_distance_of_a_parcel_that_gets_no_soil_is_not_asked_for():
    rows = sound_rows()
    del rows["parcels"][1]["x"]
    rows["parcels"][1] |= {"soil_depth_m": 0.6, "slope_pct": 3.0}
    assert told(soil.haul_distances, rows) == []


def test_many_missing_distances_are_told_once():
    rows = sound_rows()
    rows["hauls"] = []
    rows["parcels"] = [{**rows["parcels"][0], "parcel": f"p{n}", "x": None} for n in range(5)]
    assert [line.split("Seen: ")[1].split(". Expected")[0]
            for line in told(soil.haul_distances, rows)] == [
        "no distance from `heap` to `p0`, `p1`, `p2` and 2 more"]


def test_computed_distances_need_a_road_factor():
    works = {key: value for key, value in WORKS.items() if key != "road_factor"}
    assert told(soil.haul_distances, sound_rows(), settings_with(works=works)) == [
        ("error: instance.toml, works.road_factor: needed key. Seen: absent. Expected: how much "
        "longer roads are than straight lines, because distances are computed. Give it under "
        "[works], or give all distances in hauls.")]


def test_no_distances_where_hauling_is_not_charged():
    rows = sound_rows()
    rows["hauls"] = []
    rows["limits"] = []
    rows["parcels"][1]["x"] = None
    settings = settings_with(objectives=(Objective("jobs"),), works={}, crs="EPSG:4326")
    assert told(soil.haul_distances, rows, settings) == []
    assert told(soil.coordinates, rows, settings) == []


def test_a_digit_too_many_in_a_parcel():
    rows = sound_rows()
    rows["parcels"][1]["x"] = 5_009_000.0
    # 5,009,000 - 501,000 = 4,508,000 m; 600 m north; times the road factor 1.4: 6311.2 km
    assert told(soil.far_apart, rows) == [
        ("error: parcels.csv row 3, x: too far apart. Seen: `002` lies 6311.2 km from `heap`, by x "
        "and y. Expected: at most 500 km by road. Check x and y: all in metres of one system, no "
        "digit or point astray; or give the distance in hauls.")]
    rows["hauls"].append({"source": "heap", "parcel": "002", "distance_km": 3.0})
    assert told(soil.far_apart, rows) == []


def test_one_parcel_in_degrees():
    rows = sound_rows()
    rows["parcels"][1] |= {"x": 112.3, "y": 39.5}
    found, = told(soil.far_apart, rows)
    assert found.startswith("error: parcels.csv row 3, x: too far apart. Seen: `002` lies ")


def test_a_source_far_from_every_parcel_is_told_once():
    rows = sound_rows()
    rows["hauls"] = []
    for row in rows["sources"]:
        row["x"] = 5_010_000.0
    # nearest: parcel 002, 5,010,000 - 500,900 = 4,509,100 m; 600 m north; times 1.4: 6312.74 km
    assert [line.split(". Expected")[0] for line in told(soil.far_apart, rows)] == [
        ("error: sources.csv row 2, x: too far apart. Seen: `heap` lies 6312.74 km or more from "
        "every parcel that may get soil, by x and y")]


def test_distances_up_to_the_bound_of_hauls_pass():
    rows = sound_rows()
    # 500 / 1.4 = 357.142857 km in a straight line
    rows["parcels"][1] |= {"x": 501_000.0 + 357_142.0, "y": 4_371_000.0}
    assert told(soil.far_apart, rows) == []
    rows["parcels"][1]["x"] += 1.0
    assert len(told(soil.far_apart, rows)) == 1


def test_geographic_system():
    settings = settings_with(crs="EPSG:4490")
    assert told(soil.coordinates, sound_rows(), settings) == [
        ("error: instance.toml, instance.crs: degrees for distances. Seen: `EPSG:4490`, a system "
        "in degrees. Expected: a projected system in metres, such as EPSG:32649. Project x and y, "
        "or give all distances in hauls.")]


def test_coordinates_that_look_like_degrees():
    rows = sound_rows()
    for row, x, y in zip((*rows["parcels"], *rows["sources"]), (112.3, 112.4, 112.35, 112.35),
                         (39.5, 39.4, 39.45, 39.45), strict=True):
        row |= {"x": x, "y": y}
    assert told(soil.coordinates, rows) == [
        ("error: parcels.csv, x: degrees for distances. Seen: x from 112.3 to 112.4, y from 39.4 "
        "to 39.5: longitude and latitude. Expected: projected metres. Project x and y, or give all "
        "distances in hauls.")]
    rows["hauls"].append({"source": "heap", "parcel": "002", "distance_km": 1.0})
    assert told(soil.coordinates, rows) == []


@pytest.mark.parametrize(("crs", "degrees"), [
    ("EPSG:4326", True), ("epsg:4490", True), ("WGS84", True), ("OGC:CRS84", True),
    ("EPSG:32649", False), ("EPSG:4524", False), ("", False),
    ("CGCS2000 / 3-degree Gauss-Kruger zone 37", False),
])
def test_systems_in_degrees(crs, degrees):
    assert soil.is_geographic(crs) is degrees


def test_source_in_two_places():
    rows = sound_rows()
    rows["sources"][1]["y"] = 4_372_000.0
    assert told(soil.moving_sources, rows) == [
        ("error: sources.csv row 3, y: moving source. Seen: `heap` has another y than in its first "
        "row. Expected: one place for each source. Repeat the same x and y, or name a second "
        "source.")]
