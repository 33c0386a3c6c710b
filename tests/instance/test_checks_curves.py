import pytest
from sound_tables import settings_with, sound_rows, told

from optimizer.instance.checks import curves
from optimizer.instance.provenance import DEFAULT, OWN, SET
from optimizer.instance.settings import Objective


def tabulated(*points):
    rows = sound_rows()
    rows["curves"] = [{"curve": "sod", "form": "table", "year": float(year),
                       "gain_tc_per_ha": float(gain)} for year, gain in points]
    return rows


def test_numbers_that_a_form_needs():
    rows = sound_rows()
    rows["curves"].append({"curve": "wood", "form": "chapman_richards", "c_max_tc_per_ha": 60.0,
                           "rate_per_year": 0.05})
    assert told(curves.form_cells, rows) == [
        ("error: curves.csv row 3, shape: needed cell. Seen: blank. Expected: a value, needed by "
        "the form chapman_richards. Fill it in, or choose another form.")]


def test_table_without_a_year():
    rows = tabulated((0, 0), (20, 5))
    del rows["curves"][1]["year"]
    assert [line.split(". Expected")[0] for line in told(curves.form_cells, rows)] == [
        "error: curves.csv row 3, year: needed cell. Seen: blank"]


def test_curve_of_two_forms():
    rows = sound_rows()
    rows["curves"].append({"curve": "sod", "form": "table", "year": 5.0, "gain_tc_per_ha": 1.0})
    assert told(curves.one_form, rows) == [
        ("error: curves.csv row 2, form: two forms. Seen: `sod` as exponential and table. "
        "Expected: one form for each curve. Give the second one another name.")]


def test_formula_with_a_year():
    rows = sound_rows()
    rows["curves"][0]["year"] = 10.0
    assert told(curves.one_form, rows) == [
        ("error: curves.csv row 2, year: year of a formula. Seen: `sod`, exponential, with a year. "
        "Expected: a blank year: only tables have years. Delete the year, or make the form table.")]


def test_curve_named_none():
    rows = sound_rows()
    rows["curves"][0]["curve"] = "none"
    assert told(curves.one_form, rows) == [
        ("error: curves.csv row 2, curve: reserved name. Seen: `none`. Expected: another name: "
        "none stands for no gain. Rename the curve.")]


def test_gain_in_year_0():
    assert told(curves.table_starts, tabulated((0, 3), (20, 5))) == [
        ("error: curves.csv row 2, gain_tc_per_ha: gain in year 0. Seen: 3 t C/ha in year 0. "
        "Expected: 0: curves give the gain over the starting stock. Subtract the starting stock "
        "from the whole curve.")]
    assert told(curves.table_starts, tabulated((1, 3), (20, 5))) == []


def test_table_that_ends_too_early():
    # The account runs 20 years from 2026, so an option of 2026 is credited 20 years.
    rows = tabulated((0, 0), (19, 5))
    assert told(curves.table_ends, rows) == [
        ("error: curves.csv row 3, year: curve ends too early. Seen: `sod` ends in year 19. "
        "Expected: gains up to year 20, the longest time that is credited. Add later years from "
        "the source of the curve, or shorten the account.")]
    assert told(curves.table_ends, tabulated((0, 0), (20, 5))) == []
    assert len(told(curves.table_ends, tabulated((20, 5)), settings_with(crediting_years=40))) == 1
    assert told(curves.table_ends, rows, settings_with(objectives=(Objective("jobs"),))) == []


def test_unused_table_may_end_early():
    rows = sound_rows()
    rows["curves"].append({"curve": "spare", "form": "table", "year": 5.0, "gain_tc_per_ha": 1.0})
    assert told(curves.table_ends, rows) == []


def test_dip():
    # Rows in any order: sorted by year the gain is 4 in year 10, 2 in year 15.
    rows = tabulated((20, 2), (10, 4), (15, 2), (0, 0))
    assert told(curves.dips, rows) == [
        ("warning: curves.csv row 4, gain_tc_per_ha: curve dips. Seen: `sod` falls from 4 t C/ha "
        "in year 10 to 2 in year 15. Expected: a gain that does not fall, unless it was measured "
        "so. Check the source of the curve; nothing else is needed if it is right.")]


def test_dip_after_the_longest_time_does_not_matter():
    assert told(curves.dips, tabulated((0, 0), (20, 4), (30, 2))) == []


def test_negative_formula():
    rows = sound_rows()
    rows["curves"][0]["c_max_tc_per_ha"] = -3.0
    assert told(curves.dips, rows) == [
        ("warning: curves.csv row 2, c_max_tc_per_ha: curve dips. Seen: a negative largest gain. "
        "Expected: a gain, unless a loss was measured. Check the sign; nothing else is needed if "
        "it is right.")]


def sourced(rows, **changes):
    row = {"table": "curves", "key": "sod,*", "column": "gain_tc_per_ha", "standing": "assumed",
           "source": "Measured on a dump", **changes}
    rows["provenance"].insert(0, row)
    return rows


def test_dip_with_a_source_is_no_finding():
    points = ((0, 0), (10, 4), (15, 2), (20, 2))
    assert told(curves.dips, sourced(tabulated(*points))) == []
    assert told(curves.dips, sourced(tabulated(*points), key="*", column="*")) == []


@pytest.mark.parametrize("changes", [
    {"key": "sward,*"}, {"key": "sod,15"}, {"column": "c_max_tc_per_ha"}, {"table": "methods"},
    {"source": OWN}, {"source": DEFAULT}, {"source": SET}, {"source": ""},
])
def test_dip_without_a_source_for_all_of_its_gains(changes):
    rows = sourced(tabulated((0, 0), (10, 4), (15, 2), (20, 2)), **changes)
    assert len(told(curves.dips, rows)) == 1


def test_negative_formula_with_a_source():
    rows = sourced(sound_rows(), column="c_max_tc_per_ha")
    rows["curves"][0]["c_max_tc_per_ha"] = -3.0
    assert told(curves.dips, rows) == []
