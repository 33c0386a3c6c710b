"""Every rule that forbids a use, with its value, bound and cure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import Row, small_instances, table_of
from worked import instance_of, with_methods

import optimizer as ro
from optimizer.analysis.explain.eligibility import eligibility_table
from optimizer.instance.record import Instance
from optimizer.options.eligibility import eligibility_of

CROP: Row = {"use": "crop", "max_slope_pct": 9, "min_soil_depth_m": 0.5}


def the_row(instance: Instance, method: str = "sow") -> dict[str, Any]:
    table = eligibility_table(instance)
    rows = table[(table["method"] == method) & (table["parcel"] == "a")]
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


def crop(parcel: Row, *methods: Row, **tables: Any) -> Instance:
    """Parcel `a` and the use crop, which wants 0.5 m of soil on at most 9 %."""
    return instance_of(parcels=[parcel], uses=[CROP], methods=[{"use": "crop"} | row
                       for row in methods or ({},)], **tables)


def test_allowed_is_one_row_without_numbers() -> None:
    row = the_row(crop({"soil_depth_m": 0.5}))
    assert row["allowed"]
    assert (row["rule"], row["attribute"], row["clause"], row["cure"]) == ("", "", "", "")
    assert np.isnan([row[name] for name in ("value", "minimum", "maximum", "missing")]).all()


def test_missing_soil_is_told_to_the_centimetre() -> None:
    # 0.5 m wanted, 0.3 m there: 0.2 m more.
    row = the_row(crop({"soil_depth_m": 0.3}))
    assert not row["allowed"]
    assert row["rule"] == "soil_depth_m >= 0.5"
    assert (row["value"], row["minimum"], row["missing"]) == (0.3, 0.5, pytest.approx(0.2))
    assert np.isnan(row["maximum"])
    assert row["cure"] == "0.2 m more soil"


def test_the_soil_that_is_missing_is_enough() -> None:
    row = the_row(crop({"soil_depth_m": 0.3}))
    deeper = row["value"] + row["missing"]
    assert the_row(crop({"soil_depth_m": deeper}))["allowed"]
    assert not the_row(crop({"soil_depth_m": deeper - 0.01}))["allowed"]


def test_another_method_that_is_allowed_is_the_cure() -> None:
    instance = crop({"soil_depth_m": 0.3}, {}, {"method": "cover", "after:soil_depth_m": 0.5},
                    sources=[{}], hauls=[{"source": "heap", "parcel": "a", "distance_km": 1}])
    assert the_row(instance)["cure"] == "method cover is allowed"
    assert the_row(instance, "cover")["allowed"]


def test_a_method_that_mends_one_rule_but_fails_another_is_named() -> None:
    # Regrading to 9 % mends the slope and buries the 0.3 m of soil.
    instance = crop({"soil_depth_m": 0.6, "slope_pct": 20},
                    {}, {"method": "regrade", "after:slope_pct": 9})
    assert the_row(instance)["cure"] == (
        "regrading to 9 % (method regrade gets there, but fails another rule)")
    assert the_row(instance, "regrade")["cure"].startswith(
        "stripping and respreading its own 0.6 m of soil")


def test_respreading_is_no_cure_where_the_own_soil_is_too_thin() -> None:
    instance = crop({"soil_depth_m": 0.4, "slope_pct": 20}, {"after:slope_pct": 9})
    assert the_row(instance)["cure"] == "0.5 m more soil"


def test_steep_land_may_be_regraded_no_steeper_than_machines_go() -> None:
    instance = instance_of(parcels=[{"slope_pct": 60}], uses=[{"use": "grass",
                                                              "max_slope_pct": 40}])
    table = eligibility_table(instance)
    assert table["rule"].to_list() == ["slope_pct <= 25 (machine limit)", "slope_pct <= 40"]
    assert table["cure"].to_list() == ["regrading to 25 %", "regrading to 25 %"]
    assert table["missing"].to_list() == [35, 20]


def test_other_attributes_say_more_or_less_and_the_clause() -> None:
    instance = instance_of(parcels=[{"ph": 9.0}], suitability=[
        {"use": "grass", "attribute": "ph", "minimum": 6, "maximum": 8.5, "clause": "5.1.2"}])
    row = the_row(instance)
    assert (row["cure"], row["clause"]) == ("0.5 less ph", "5.1.2")
    assert (row["minimum"], row["maximum"]) == (6, 8.5)


@pytest.mark.parametrize(("parcel", "value", "missing", "cure"), [
    # Free in 2028, to be started by 2030; periods start in 2026 and 2031.
    ({"release_year": 2028, "longest_wait_years": 2}, 2031, 1,
     "waiting until 2031: 1 year longer than it may"),
    # Free in 2033, after the last period has started.
    ({"release_year": 2033}, 2031, 2, "a period that starts in 2033 or later"),
])
def test_window(parcel: Row, value: float, missing: float, cure: str) -> None:
    row = the_row(instance_of(parcels=[parcel, {"parcel": "b"}]))
    assert row["attribute"] == "start_year"
    assert (row["value"], row["missing"], row["cure"]) == (value, missing, cure)
    assert row["minimum"] == parcel["release_year"]


def test_a_method_that_is_not_offered_in_time() -> None:
    instance = with_methods(instance_of(parcels=[{"release_year": 2031}]), [{"period": "2026"}])
    row = the_row(instance)
    assert (row["value"], row["missing"]) == (2026, 5)
    assert row["cure"] == "offering the method in 2031"


def test_no_source_in_reach() -> None:
    # 0.5 - 0.3 = 0.2 m on 10,000 m2 = 2,000 m3.
    # The checks of an instance ask for the haul; it is taken away behind their back.
    hauls = [{"source": "heap", "parcel": parcel, "distance_km": 1} for parcel in ("b", "a")]
    checked = instance_of(
        parcels=[{"soil_depth_m": 0.3}, {"parcel": "b"}], uses=[CROP],
        methods=[{"use": "crop", "after:soil_depth_m": 0.5}], sources=[{}], hauls=hauls)
    row = the_row(Instance(checked.settings, {
        **checked.tables, "hauls": table_of("hauls", hauls[:1])}))
    assert row["rule"] == "topsoil within reach"
    assert row["value"] == pytest.approx(2000)
    assert row["cure"] == ("a source within reach for 2,000 m3/ha: a distance in hauls, or x and y "
                           "of parcel and source")


def test_one_parcel_only() -> None:
    instance = ro.read_instance("two-parcels")
    table = ro.eligibility(instance)
    of_face = ro.eligibility(instance, "face")
    assert of_face.equals(table[table["parcel"] == "face"].reset_index(drop=True))


@given(small_instances())
def test_the_table_says_what_the_rules_say(instance: Instance) -> None:
    table, eligibility = eligibility_table(instance), eligibility_of(instance)
    practices = instance.practices
    for i, parcel in enumerate(instance.land.parcels):
        for um in range(practices.count):
            use, method = practices.name_um(um)
            rows = table[(table["parcel"] == parcel) & (table["use"] == use)
                         & (table["method"] == method)]
            failing = eligibility.failing(i, um, int(practices.use_um[um]))
            assert rows["rule"].to_list() == ([str(rule) for rule in failing] or [""])
            assert (rows["allowed"] == (not failing)).all()
            assert ((rows["cure"] == "") == rows["allowed"]).all()
            measured = rows[~rows["allowed"] & (rows["attribute"] != "")]
            assert (measured["missing"] > 0).all()
