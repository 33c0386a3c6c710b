from sound_tables import settings_with, sound_rows, told

from optimizer.instance.checks import attributes


def test_column_that_no_rule_names():
    rows = sound_rows()
    rows["parcels"][0]["slope_lenght_m"] = 3.0
    rows["parcels"][0]["salinity"] = 3.0
    assert told(attributes.named_by_no_rule, rows) == [
        ("error: parcels.csv, slope_lenght_m: unknown column. Seen: `slope_lenght_m`. Expected: a "
        "column of the format, or an attribute that suitability or a method names. Did you mean "
        "`slope_length_m`?"),
        ("error: parcels.csv, salinity: unknown column. Seen: `salinity`. Expected: a column of "
        "the format, or an attribute that suitability or a method names. Add a rule to "
        "suitability, or delete the column.")]


def test_column_that_only_a_method_names_is_known():
    rows = sound_rows()
    rows["parcels"][0]["salinity"] = 3.0
    rows["methods"][0]["after:salinity"] = 1.0
    assert told(attributes.named_by_no_rule, rows) == []


def test_attribute_that_parcels_lack():
    rows = sound_rows()
    rows["suitability"].append({"use": "grass", "attribute": "gravel_pct", "maximum": 25.0})
    rows["suitability"].append({"use": "grass", "attribute": "phh", "maximum": 9.0})
    assert told(attributes.named_and_missing, rows) == [
        ("error: suitability.csv row 3, attribute: missing attribute. Seen: `gravel_pct`, which "
        "parcels lacks. Expected: a column of parcels with a value in every row. Add the column "
        "gravel_pct to parcels, or delete the rule."),
        ("error: suitability.csv row 4, attribute: missing attribute. Seen: `phh`, which parcels "
        "lacks. Expected: a column of parcels with a value in every row. Did you mean `ph`?")]


def test_attribute_that_every_method_of_the_use_sets_need_not_be_there():
    rows = sound_rows()
    rows["suitability"].append({"use": "crop", "attribute": "salinity", "maximum": 4.0})
    rows["methods"][0]["after:salinity"] = 1.0
    assert told(attributes.named_and_missing, rows) == []
    rows["suitability"][-1]["use"] = "grass"
    assert len(told(attributes.named_and_missing, rows)) == 1


def test_attribute_that_combines_must_be_there_even_if_set():
    rows = sound_rows()
    rows["suitability"].append({"use": "crop", "attribute": "gravel_pct", "maximum": 10.0})
    rows["methods"][0]["after:gravel_pct"] = 5.0
    assert len(told(attributes.named_and_missing, rows)) == 1


def test_blank_attribute():
    rows = sound_rows()
    del rows["parcels"][1]["ph"]
    assert told(attributes.named_and_missing, rows) == [
        ("error: parcels.csv row 3, ph: needed cell. Seen: blank. Expected: a value, needed by the "
        "rule for crop. Fill it in, or state one value for all blanks under [defaults.parcels] in "
        "instance.toml (it counts as an assumption).")]


def test_rule_of_a_use_that_is_not_there_asks_for_nothing():
    rows = sound_rows()
    rows["suitability"].append({"use": "pond", "attribute": "water_m", "minimum": 1.0})
    assert told(attributes.named_and_missing, rows) == []


def test_rule_on_something_that_is_no_attribute():
    rows = sound_rows()
    rows["suitability"].append({"use": "crop", "attribute": "zone", "minimum": 1.0})
    assert told(attributes.named_and_missing, rows) == [
        ("error: suitability.csv row 3, attribute: not an attribute. Seen: `zone`. Expected: a "
        "measured attribute of parcels. Name an attribute such as slope_pct, soil_depth_m or ph.")]


def test_bounds_that_leave_nothing_or_everything():
    rows = sound_rows()
    rows["suitability"] += [
        {"use": "grass", "attribute": "ph", "minimum": 9.0, "maximum": 5.0},
        {"use": "grass", "attribute": "slope_pct"}]
    assert told(attributes.bounds, rows) == [
        ("error: suitability.csv row 3, minimum: empty range. Seen: a minimum above the maximum. "
        "Expected: minimum at most maximum. Exchange or correct the two."),
        ("error: suitability.csv row 4, minimum: rule without bound. Seen: neither minimum nor "
        "maximum. Expected: at least one of the two. Fill one in, or delete the row.")]


def test_change_of_a_misspelt_attribute():
    rows = sound_rows()
    rows["methods"][2]["after:slop_pct"] = 25.0
    assert told(attributes.changed_attributes, rows) == [
        ("error: methods.csv, after:slop_pct: unknown name. Seen: `after:slop_pct`. Expected: an "
        "attribute of parcels or of a suitability rule. Did you mean `after:slope_pct`?")]


def test_change_that_nothing_depends_on():
    rows = sound_rows()
    rows["methods"][2]["after:shade"] = 0.1
    assert told(attributes.changed_attributes, rows) == [
        ("warning: methods.csv, after:shade: change without effect. Seen: `after:shade`. "
        "Expected: an attribute of parcels or of a suitability rule. Nothing depends on it; "
        "delete the column, or add the rule that does.")]


def test_change_of_what_no_work_can_change():
    rows = sound_rows()
    rows["methods"][2]["after:area_ha"] = 1.0
    assert told(attributes.changed_attributes, rows) == [
        ("error: methods.csv, after:area_ha: not an attribute. Seen: `after:area_ha`. Expected: "
        "an attribute that works can change. Delete the column, or name an attribute such as "
        "slope_pct.")]


def test_change_to_a_value_out_of_range():
    rows = sound_rows()
    rows["methods"][2]["after:soil_depth_m"] = 30.0
    assert told(attributes.changed_attributes, rows) == [
        ("error: methods.csv row 4, after:soil_depth_m: out of range. Seen: 30. Expected: from 0 "
        "to 10 m. Check the unit.")]


def test_regrading_to_a_slope_that_the_use_may_not_have():
    rows = sound_rows()
    rows["methods"][0]["after:slope_pct"] = 15.0
    assert told(attributes.regrading_in_vain, rows) == [
        ("warning: methods.csv row 2, after:slope_pct: regrading in vain. Seen: 15 %, and `crop` "
         "may have 9 %. Expected: a slope that the use may have. Lower it; as it is, no steep "
         "parcel can get this method.")]


def test_regrading_above_a_lowered_machine_limit():
    found = told(attributes.regrading_in_vain, sound_rows(), settings_with(max_slope_pct=20.0))
    assert [line.split("Seen: ")[1].split(". Expected")[0] for line in found] == [
        "25 %, and `grass` may have 20 %"]
