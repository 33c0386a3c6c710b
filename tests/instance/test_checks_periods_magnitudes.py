import pytest
from sound_tables import settings_with, sound_rows, told

from optimizer.instance.checks import magnitudes, periods


def test_release_after_the_last_period():
    rows = sound_rows()
    rows["parcels"][1]["release_year"] = 2035.0
    assert told(periods.parcels_without_period, rows) == [
        ("warning: parcels.csv row 3, release_year: no period left. Seen: released after the last "
        "period (2031). Expected: a release year that leaves a period to start in. Check the year, "
        "or add a later period; the parcel cannot be used as it is.")]


def test_wait_that_ends_before_the_next_period():
    rows = sound_rows()
    # Released in 2027, at most 3 years later: 2030, and the next period starts in 2031.
    rows["parcels"][0] |= {"release_year": 2027.0, "longest_wait_years": 3.0}
    assert told(periods.parcels_without_period, rows) == [
        ("warning: parcels.csv row 2, longest_wait_years: no period left. Seen: no period starts "
        "between release and the longest wait. Expected: a wait that reaches the next period. "
        "Lengthen the wait, or add a period; the parcel cannot be used as it is.")]
    rows["parcels"][0]["longest_wait_years"] = 4.0
    assert told(periods.parcels_without_period, rows) == []


def test_period_before_every_release():
    rows = sound_rows()
    rows["parcels"][0]["release_year"] = 2030.0
    assert told(periods.periods_without_parcel, rows) == [
        ("warning: instance.toml, instance.periods: period without land. Seen: no parcel may start "
        "in 2026. Expected: a period in which at least one parcel is free and within its longest "
        "wait. Check periods and release years; nothing else is needed if they are right.")]
    del rows["parcels"][0]["release_year"]
    assert told(periods.periods_without_parcel, rows) == []


def test_site_row_before_the_release():
    rows = sound_rows()
    rows["site"][0]["period"] = "2026"
    assert told(periods.site_rows_never_used, rows) == [
        ("warning: site.csv row 2, period: period never used. Seen: a period in which work on the "
        "parcel may not start. Expected: a period from the parcel's release to its longest wait. "
        "Delete the row, or check release_year and longest_wait_years of the parcel.")]


def with_slopes(*slopes):
    rows = sound_rows()
    rows["parcels"] = [{**rows["parcels"][0], "parcel": f"p{n}", "slope_pct": slope}
                       for n, slope in enumerate(slopes)]
    return rows


def test_slopes_that_look_like_degrees():
    assert told(magnitudes.slopes_like_degrees, with_slopes(2.0, 33.0, 35.0, 3.0, 36.0)) == [
        ("warning: parcels.csv, slope_pct: slopes look like degrees. Seen: no slope above 45, and "
        "3 of 5 from 30 to 38. Expected: percent: a bench of 35 degrees has 70 percent. If these "
        "are degrees, name the column slope_deg; if not, nothing is needed.")]


def test_slopes_that_do_not():
    assert told(magnitudes.slopes_like_degrees, with_slopes(2.0, 33.0, 35.0, 70.0)) == []
    assert told(magnitudes.slopes_like_degrees, with_slopes(2.0, 10.0, 35.0, 20.0)) == []
    rows = with_slopes(2.0, 33.0, 35.0)
    for row in rows["parcels"]:
        row["slope_deg"] = 19.0
    assert told(magnitudes.slopes_like_degrees, rows) == []


def with_areas(*areas):
    rows = sound_rows()
    rows["parcels"] = [{**rows["parcels"][0], "parcel": f"p{n}", "area_ha": area}
                       for n, area in enumerate(areas)]
    return rows


def test_areas_in_square_metres():
    assert told(magnitudes.areas, with_areas(250_000.0, 400_000.0, 90_000.0)) == [
        ("warning: parcels.csv, area_ha: areas look wrong. Seen: half of the parcels above 250000 "
        "ha. Expected: hectares: 1 ha = 15 mu = 10,000 m2. If these are square metres, convert "
        "them; if not, nothing is needed.")]


def test_one_area_in_square_metres():
    assert told(magnitudes.areas, with_areas(25.0, 40.0, 90_000.0)) == [
        ("warning: parcels.csv row 4, area_ha: areas look wrong. Seen: 90000 ha, where half of the "
        "parcels have at most 40 ha. Expected: hectares: 1 ha = 15 mu = 10,000 m2. If this one is "
        "in another unit, convert it; if not, nothing is needed.")]


def test_one_parcel_larger_than_any_mine():
    # Half of the parcels have at most 6,000 ha: the ratio alone, 2, would not tell.
    assert [line.split("Seen: ")[1].split(". Exp")[0]
            for line in told(magnitudes.areas, with_areas(5_000.0, 6_000.0, 12_000.0))] == [
        "12000 ha, where half of the parcels have at most 6000 ha"]
    assert told(magnitudes.areas, with_areas(5_000.0, 6_000.0, 10_000.0)) == []


def test_supplies_in_ten_thousands():
    rows = sound_rows()
    for row, supply in zip(rows["sources"], (3.0, 1.0), strict=True):
        row["supply_m3"] = supply
    # 4 m3 on 100 ha = 1,000,000 m2: 0.000004 m
    assert told(magnitudes.supplies, rows) == [
        ("warning: sources.csv, supply_m3: supplies look wrong. Seen: 4 m3 in all, 4e-06 m on "
        "every hectare. Expected: cubic metres, 0.001 to 100 m over all land. If the supplies are "
        "in 1,000 or 10,000 m3, convert them; if not, nothing is needed.")]


def test_supplies_a_thousand_times_too_large():
    rows = sound_rows()
    rows["sources"][0]["supply_m3"] = 300_000_000.0
    # 300,100,000 m3 on 1,000,000 m2
    assert "Seen: 3.001e+08 m3 in all, 300 m on every hectare" in told(
        magnitudes.supplies, rows)[0]


def test_more_hectares_wanted_than_there_are():
    rows = sound_rows()
    rows["limits"][1] |= {"value": 600.0, "unit": "ha"}
    assert told(magnitudes.area_limits, rows) == [
        ("warning: limits.csv row 3, value: limit looks wrong. Seen: 600 ha, 6 times the 100 ha "
        "that are there. Expected: no more land than there is (1 ha = 15 mu). If the value is in "
        "mu, write mu as its unit.")]
    rows["limits"][1]["unit"] = "mu"
    assert told(magnitudes.area_limits, rows) == []


def test_wanted_hectares_are_compared_with_the_zone():
    rows = sound_rows()
    rows["limits"][1] |= {"value": 250.0, "unit": "ha", "zone": "south"}
    assert "Seen: 250 ha, 6.25 times the 40 ha that are there" in told(
        magnitudes.area_limits, rows)[0]


def test_budget_in_the_wrong_unit():
    rows = sound_rows()
    # One period of the two, the longer one of 15 years: 50,000 + 15 x 500 + 3 x 1,000 = 60,500
    # CNY/ha, on 100 ha 6,050,000. 500 CNY are less than a thousandth of it.
    rows["limits"][0]["unit"] = "CNY"
    assert told(magnitudes.amount_limits, rows) == [
        ("warning: limits.csv row 2, value: limit looks wrong. Seen: 500 CNY, where all the land "
        "comes to 6.05e+06 by one method and 6.05e+06 by another. Expected: a value in CNY, or in "
        "the unit that stands beside it. If the value is in thousands or ten thousands, say so in "
        "unit (10000 CNY); if not, nothing is needed.")]
    rows["limits"][0] |= {"unit": "10000 CNY", "value": 5_000_000.0}
    assert len(told(magnitudes.amount_limits, rows)) == 1


def test_yearly_water_is_counted_over_the_years():
    rows = sound_rows()
    # 300 m3/ha/yr x 100 ha x 20 yr = 600,000 m3; 20 m3/yr x 20 yr = 400 m3 are too few.
    rows["limits"][5]["value"] = 20.0
    assert "Seen: 400 m3, where all the land comes to 6e+05" in told(
        magnitudes.amount_limits, rows)[0]


def test_periods_of_the_settings_count():
    assert told(periods.periods_without_parcel, sound_rows(),
                settings_with(periods=(2020, 2026, 2031), base_year=2020)) == [
        ("warning: instance.toml, instance.periods: period without land. Seen: no parcel may start "
        "in 2020. Expected: a period in which at least one parcel is free and within its longest "
        "wait. Check periods and release years; nothing else is needed if they are right.")]


@pytest.mark.parametrize(("key", "value", "warned"), [
    ("diesel_kgco2e_per_l", 0.003286, True), ("diesel_kgco2e_per_l", 3286.0, True),
    ("diesel_kgco2e_per_l", 3.286, False), ("haul_l_per_m3_km", 40.0, True),
    ("haul_l_per_m3_km", 0.04, False), ("spread_l_per_m3", 0.0, False)])
def test_factors_of_the_works_in_another_unit(key, value, warned):
    found = told(magnitudes.works_factors, sound_rows(), settings_with(works={key: value}))
    assert [f"works.{key}: factor looks wrong. Seen: {value:g}" in line for line in found] == (
        [True] if warned else [])
