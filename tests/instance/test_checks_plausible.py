import pytest
from sound_tables import sound_rows, told

from optimizer.instance.checks import plausible


@pytest.mark.parametrize(("attribute", "value", "expected"), [
    ("ph", 80.0, "from 0 to 14"), ("ph", -1.0, "from 0 to 14"),
    ("gravel_pct", -8.0, "from 0 to 100 %"),
    ("bulk_density_g_cm3", 1550.0, "from 0.01 to 3 g/cm3"),
    ("standing_water_m", 150.0, "from 0 to 100 m"),
])
def test_an_attribute_that_cannot_be_is_refused(attribute, value, expected):
    rows = sound_rows()
    rows["parcels"][1][attribute] = value
    assert told(plausible.possible_attributes, rows) == [
        (f"error: parcels.csv row 3, {attribute}: out of range. Seen: {value:g}. Expected: "
        f"{expected}. Check the number and its unit, which stands in the name.")]


def test_a_method_cannot_make_it_so_either():
    rows = sound_rows()
    rows["methods"][0]["after:ph"] = 80.0
    (found,) = told(plausible.possible_attributes, rows)
    assert found.startswith("error: methods.csv row 2, after:ph: out of range. Seen: 80.")


@pytest.mark.parametrize("value", [0.0, 7.0, 14.0])
def test_bounds_themselves_are_possible(value):
    rows = sound_rows()
    rows["parcels"][0]["ph"] = value
    assert told(plausible.possible_attributes, rows) == []


def test_a_share_that_looks_like_a_fraction():
    rows = sound_rows()
    for row in rows["limits"]:
        if row["limit"] == "mix":
            row["value"] = 0.7
    assert told(plausible.shares_like_fractions, rows) == [
        ("warning: limits.csv row 4, value: share looks like a fraction. Seen: 0.7 %. Expected: "
        "percent: 70 stands for 70 %. If 70 % is meant, write 70; if not, nothing is needed.")]


@pytest.mark.parametrize("value", [0.0, 1.0, 90.0])
def test_other_shares_are_not(value):
    rows = sound_rows()
    for row in rows["limits"]:
        if row["limit"] == "mix":
            row["value"] = value
    assert told(plausible.shares_like_fractions, rows) == []
