import pytest
from sound_tables import WORKS, settings_with, sound_rows, told

from optimizer.instance.checks import names, requirements, soil
from optimizer.instance.settings import Objective

FILL = ("Fill it in; 0 means zero, or state one value for all blanks under [defaults.{}] in "
        "instance.toml (it counts as an assumption).")

#: No carbon anywhere: a classic land-use program on an account of its own.
CLASSIC = settings_with(objectives=(Objective("jobs"),), works={})


def without(rows, table, *columns):
    for row in rows[table]:
        for column in columns:
            row.pop(column, None)
    return rows


def test_carbon_needs_its_columns():
    rows = sound_rows()
    del rows["methods"][1]["ch4_kg_per_ha_yr"]
    assert told(requirements.method_cells, rows) == [
        "error: methods.csv row 3, ch4_kg_per_ha_yr: needed cell. Seen: blank. Expected: a value, "
        "needed by the carbon account (Methane emitted every year, mass of CH4, kg/ha/yr). "
        + FILL.format("methods")]


@pytest.mark.parametrize(("column", "value"), [("use", "gras"), ("period", "2030")])
def test_nothing_is_asked_of_a_row_with_an_unknown_name(column, value):
    rows = sound_rows()
    rows["methods"].append({"use": "grass", "method": "hydroseed", column: value})
    assert told(requirements.method_cells, rows) == []
    assert len(told(names.unknown_references, rows)
               + told(names.unknown_periods, rows)) == 1
    rows["methods"][-1] = {"use": "grass", "method": "hydroseed"}
    assert len(told(requirements.method_cells, rows)) > 10


def test_a_missing_column_is_told_once():
    rows = without(sound_rows(), "methods", "aftercare_years")
    assert told(requirements.method_cells, rows) == [
        "error: methods.csv row 2, aftercare_years: needed cell. Seen: no such column (and in 2 "
        "more rows). Expected: a value, needed by the carbon account and the account cost (Years "
        "of aftercare, yr). " + FILL.format("methods")]


@pytest.mark.parametrize(("column", "account"), [
    ("water_m3_per_ha_yr", "water"), ("establishment_cost_per_ha", "cost"),
])
def test_an_account_needs_its_columns_only_when_it_is_used(column, account):
    rows = without(sound_rows(), "methods", column)
    assert [line.split(" (and")[0] for line in told(requirements.method_cells, rows)] == [
        f"error: methods.csv row 2, {column}: needed cell. Seen: no such column"]
    rows["limits"] = [row for row in rows["limits"] if row["account"] != account]
    assert told(requirements.method_cells, rows) == []


def test_no_carbon_no_carbon_columns():
    rows = without(sound_rows(), "methods", "curve_soil", "growth_factor", "n2o_kg_per_ha_yr")
    assert told(requirements.method_cells, rows, CLASSIC) == []
    rows = without(sound_rows(), "sources", "soc_t_per_m3")
    assert told(requirements.source_cells, rows, CLASSIC) == []
    assert told(requirements.source_cells, rows) == [
        "error: sources.csv row 2, soc_t_per_m3: needed cell. Seen: no such column (and in 1 more "
        "row). Expected: a value, needed by the carbon account (Organic carbon in a cubic metre "
        "of the topsoil, t C/m3). " + FILL.format("sources")]


def test_slopes_are_needed_by_carbon_and_by_slope_rules():
    rows = without(sound_rows(), "parcels", "slope_pct")
    assert told(requirements.parcel_slopes, rows) == [
        "error: parcels.csv row 2, slope_pct: needed cell. Seen: no such column (and in 1 more "
        "row). Expected: a value, needed by the carbon account and a slope rule of a use and a "
        "method that regrades (Slope before any work, percent (100 x height / length), %). "
        + FILL.format("parcels")]
    rows = without(without(rows, "uses", "max_slope_pct"), "methods", "after:slope_pct")
    assert told(requirements.parcel_slopes, rows, CLASSIC) == []
    rows["suitability"][0]["attribute"] = "slope_pct"
    assert len(told(requirements.parcel_slopes, rows, CLASSIC)) == 1


def test_length_of_a_slope_that_a_method_flattens():
    rows = without(sound_rows(), "parcels", "slope_length_m")
    # Only the second parcel is steeper than the 25 % that a method leaves.
    assert told(requirements.parcel_slope_lengths, rows) == [
        "error: parcels.csv row 3, slope_length_m: needed cell. Seen: no such column. Expected: a "
        "value, needed by a method that regrades the parcel (Horizontal crest-to-toe length of "
        "the whole landform, before any work, m). " + FILL.format("parcels")]
    rows["parcels"][1]["slope_pct"] = 25.007  # 14.04 degrees, within the tolerance
    assert told(requirements.parcel_slope_lengths, rows) == []


def test_soil_depth_once_something_asks_for_it():
    rows = without(sound_rows(), "parcels", "soil_depth_m")
    assert told(requirements.parcel_soil_depths, rows) == [
        "error: parcels.csv row 2, soil_depth_m: needed cell. Seen: no such column (and in 1 more "
        "row). Expected: a value, needed by a least soil depth of a use and a method that brings "
        "soil (Depth of usable soil there now, m). " + FILL.format("parcels")]
    rows = without(without(rows, "uses", "min_soil_depth_m"), "methods", "after:soil_depth_m")
    assert told(requirements.parcel_soil_depths, rows) == []
    rows["methods"][2]["respread_own_soil"] = 1.0
    assert len(told(requirements.parcel_soil_depths, rows)) == 1


def test_zones_once_a_limit_names_them():
    rows = sound_rows()
    del rows["parcels"][1]["zone"]
    assert told(requirements.parcel_zones, rows) == [
        ("error: parcels.csv row 3, zone: needed cell. Seen: blank. Expected: a value, needed by a "
        "limit with zones (Name of the zone that limits may refer to). Fill it in, or state one "
        "value for all blanks under [defaults.parcels] in instance.toml (it counts as an "
        "assumption).")]
    rows["limits"][1]["zone"] = ""
    assert told(requirements.parcel_zones, rows) == []


def test_soil_without_a_source():
    rows = sound_rows()
    rows["sources"] = []
    # 0.6 m of cover on both (0.3 and 0.1 m there): both parcels.
    assert told(soil.sources_for_soil, rows) == [
        ("error: sources.csv: no topsoil source. Seen: methods bring soil to 2 of 2 parcels, and "
        "sources has no row. Expected: at least one source, with a row for every period. Add the "
        "sources (supply_m3 0 if there is none), or delete the methods that bring soil.")]
    rows = without(rows, "methods", "after:soil_depth_m")
    assert told(soil.sources_for_soil, rows) == []


def test_fuel_rates_that_are_missing():
    works = {key: value for key, value in WORKS.items()
             if key not in ("regrade_l_per_m3", "haul_l_per_m3_km", "swell_factor")}
    assert told(soil.works_keys, sound_rows(), settings_with(works=works)) == [
        ("error: instance.toml, works.regrade_l_per_m3: needed key. Seen: absent. Expected: a "
        "number, because a method regrades. Give it under [works], or inherit a library that has "
        "it."),
        ("error: instance.toml, works.swell_factor: needed key. Seen: absent. Expected: a number, "
        "because a method moves soil. Give it under [works], or inherit a library that has it."),
        ("error: instance.toml, works.haul_l_per_m3_km: needed key. Seen: absent. Expected: a "
        "number, because a method brings soil. Give it under [works], or inherit a library that "
        "has it.")]
    assert told(soil.works_keys, sound_rows(), CLASSIC) == []


def test_loose_soil_that_is_paid_for_needs_its_swell():
    settings = settings_with(objectives=(Objective("cost", sense="min"),),
                             works={"load_cost_per_m3": 4.0})
    assert [line.split(":")[1] for line in told(soil.works_keys, sound_rows(), settings)] == [
        " instance.toml, works.swell_factor"]


def test_flat_parcels_with_enough_soil_need_no_works():
    rows = sound_rows()
    for parcel in rows["parcels"]:
        parcel |= {"slope_pct": 3.0, "soil_depth_m": 0.6}
    assert told(soil.works_keys, rows, settings_with(works={})) == []


def test_area_is_always_needed():
    rows = without(sound_rows(), "parcels", "area_ha")
    assert told(requirements.parcel_areas, rows, CLASSIC) == [
        ("error: parcels.csv row 2, area_ha: needed cell. Seen: no such column (and in 1 more "
         "row). Expected: the area of every parcel, in area_ha or in area_mu. Fill it in.")]


def test_baseline_of_some_parcels_only():
    rows = sound_rows()
    rows["parcels"][0]["baseline_tco2e_per_ha_yr"] = 0.5
    assert told(requirements.parcel_baselines, rows) == [
        ("warning: parcels.csv row 3, baseline_tco2e_per_ha_yr: partly blank. Seen: blank, which "
         "counts as 0. Expected: a value for every parcel, or for none. Fill it in; 0 means that "
         "the land takes nothing up if nothing is done.")]
    rows["parcels"][1]["baseline_tco2e_per_ha_yr"] = 0.0
    assert told(requirements.parcel_baselines, rows) == []
    assert told(requirements.parcel_baselines, without(rows, "parcels", "x"), CLASSIC) == []
