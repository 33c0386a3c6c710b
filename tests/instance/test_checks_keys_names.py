from sound_tables import settings_with, sound_rows, told

from optimizer.instance.checks import keys, names


def test_duplicate_rows():
    rows = sound_rows()
    rows["hauls"].append({"source": "heap", "parcel": "001", "distance_km": 3.0})
    assert told(keys.duplicate_keys, rows) == [
        ("error: hauls.csv row 3, source: duplicate. Seen: heap, 001, already in row 2. "
        "Expected: each source, parcel once. Delete or rename one of the two rows.")]


def test_duplicate_rows_where_the_optional_keys_are_blank():
    rows = sound_rows()
    rows["site"] = [{"parcel": "001", "use": "crop", "quality": 1.0},
                    {"parcel": "001", "use": "crop", "quality": 0.9}]
    assert [line.split(". ")[1] for line in told(keys.duplicate_keys, rows)] == [
        "Seen: 001, crop, already in row 2"]


def test_duplicate_years_of_a_curve():
    rows = sound_rows()
    rows["curves"] += [{"curve": "t", "form": "table", "year": 5.0, "gain_tc_per_ha": 1.0}] * 2
    assert told(keys.duplicate_keys, rows) == [
        ("error: curves.csv row 4, curve: duplicate. Seen: t, 5, already in row 3. "
        "Expected: each curve, year once. Delete or rename one of the two rows.")]


def test_parcels_with_names_alike():
    rows = sound_rows()
    rows["parcels"] = [{**rows["parcels"][0], "parcel": name}
                       for name in ("Dump 1", "dump 1", "Dump1", "Dump 2")]
    told_of = told(keys.parcels_alike, rows)
    assert told_of[0] == (
        "warning: parcels.csv row 3, parcel: names alike. Seen: `dump 1` beside `Dump 1` in row 2. "
        "Expected: names that differ by more than case and blanks. If the two are one parcel, "
        "delete a row; if not, nothing is needed.")
    assert [line.split("Seen: ")[1].split(". Exp")[0] for line in told_of[1:]] == [
        "`Dump1` beside `Dump 1` in row 2"]


def test_the_same_name_twice_is_a_duplicate_and_not_alike():
    rows = sound_rows()
    rows["parcels"][1]["parcel"] = "001"
    assert told(keys.parcels_alike, rows) == []
    assert len(told(keys.duplicate_keys, rows)) == 1


def test_use_without_method():
    rows = sound_rows()
    rows["uses"].append({"use": "forest"})
    assert told(keys.uses_without_method, rows) == [
        ("error: uses.csv row 4, use: use without method. Seen: `forest`. Expected: at least one "
        "row of methods for each use. Add a method for `forest`, or delete the use.")]


def test_use_that_methods_mistype_is_told_once():
    rows = sound_rows()
    rows["methods"][0]["use"] = "corp"
    assert told(keys.uses_without_method, rows) == []
    found, = told(names.unknown_references, rows)
    assert "Did you mean `crop`?" in found


def test_method_without_a_row_for_a_period():
    rows = sound_rows()
    rows["methods"][1]["period"] = "2026"
    assert told(keys.methods_without_period, rows) == [
        ("error: methods.csv row 3, period: missing row. Seen: grass, sow without 2031. Expected: "
        "a row for every period, or one with a blank period for the rest. Add the missing rows, "
        "or leave the period blank. To offer it in some periods only, add a limit on its area for "
        "the others: account area, sense <=, value 0.")]
    rows["methods"].append({**rows["methods"][1], "period": ""})
    assert told(keys.methods_without_period, rows) == []


def test_works_of_a_method_that_vary_by_period():
    rows = sound_rows()
    rows["methods"].append({**rows["methods"][2], "period": "2031", "after:slope_pct": 20.0})
    assert told(keys.methods_that_vary, rows) == [
        ("error: methods.csv row 5, after:slope_pct: varies by period. Seen: grass, regrade has "
        "another value in another period. Expected: one value for all periods of a method. Make "
        "the values the same, or name the later one a method of its own.")]
    rows["methods"][3]["after:slope_pct"] = 25.0
    assert told(keys.methods_that_vary, rows) == []


def test_source_without_a_row_for_a_period():
    rows = sound_rows()
    del rows["sources"][1]
    assert told(keys.missing_source_rows, rows) == [
        ("error: sources.csv row 2, period: missing row. Seen: `heap` without 2031. Expected: a "
        "row for every source and period. Add the rows; supply_m3 0 where nothing becomes "
        "available.")]


def test_unknown_parcel_with_lost_zeros():
    rows = sound_rows()
    rows["hauls"][0]["parcel"] = "1"
    assert told(names.unknown_references, rows) == [
        ("error: hauls.csv row 2, parcel: unknown name. Seen: `1`. Expected: a name of the "
        "table parcels. Names are text: `001` is known and is not the same as `1`; write `001` (a "
        "spreadsheet may have dropped zeros).")]


def test_unknown_use_with_the_nearest_one():
    rows = sound_rows()
    rows["suitability"] += [{"use": "gras", "attribute": "ph", "minimum": 5.0}] * 3
    assert told(names.unknown_references, rows) == [
        ("error: suitability.csv row 3, use: unknown name. Seen: `gras` (and in 2 more rows). "
        "Expected: a name of the table uses. Did you mean `grass`?")]


def test_unknown_neighbour_without_a_near_name():
    rows = sound_rows()
    rows["adjacency"][0]["parcel_b"] = "lake"
    assert told(names.unknown_references, rows) == [
        ("error: adjacency.csv row 2, parcel_b: unknown name. Seen: `lake`. Expected: a name of "
        "the table parcels. Known: 001, 002.")]


def test_unknown_period():
    rows = sound_rows()
    rows["sources"][1]["period"] = "2030"
    assert told(names.unknown_periods, rows) == [
        ("error: sources.csv row 3, period: unknown name. Seen: `2030`. Expected: one of the "
        "periods of instance.toml. Did you mean `2031`?")]


def test_site_method_of_another_use():
    rows = sound_rows()
    rows["site"][0]["method"] = "cover"
    assert told(names.unknown_site_methods, rows) == [
        ("error: site.csv row 2, method: unknown name. Seen: `cover` for `grass`. Expected: a "
        "method of `grass`, or blank for all of them. Known: regrade, sow.")]
    rows["site"][0]["method"] = ""
    assert told(names.unknown_site_methods, rows) == []


def test_unknown_curve():
    rows = sound_rows()
    rows["methods"][0]["curve_soil"] = "sods"
    assert told(names.unknown_curves, rows) == [
        ("error: methods.csv row 2, curve_soil: unknown name. Seen: `sods`. Expected: one of the "
        "curves (or none). Did you mean `sod`?")]


def test_provenance_of_an_unknown_table():
    rows = sound_rows()
    rows["provenance"][0]["table"] = "method"
    assert told(names.unknown_provenance, rows) == [
        ("error: provenance.csv row 2, table: unknown name. Seen: `method`. Expected: one of the "
        "tables. Did you mean `methods`?")]
    rows["provenance"][0]["table"] = "works"
    assert told(names.unknown_provenance, rows) == []


def test_periods_are_those_of_the_settings():
    rows = sound_rows()
    found = told(names.unknown_periods, rows, settings_with(periods=(2026, 2036)))
    assert [line.split(":")[1].strip() for line in found] == [
        "sources.csv row 3, period", "site.csv row 2, period"]
