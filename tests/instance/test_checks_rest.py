from sound_tables import settings_with, sound_rows, told

from optimizer.instance.checks import adjacency, mining, nitrogen
from optimizer.instance.settings import Objective

#: 150 kg N: 150 x 0.01 x 44/28 = 2.357 kg N2O.
N2O = 150 * 0.01 * 44 / 28


def fertilised(operation, **more):
    rows = sound_rows()
    rows["methods"][0] |= {"operation_tco2e_per_ha_yr": operation, "n2o_kg_per_ha_yr": N2O,
                           "water_m3_per_ha_yr": 0.0, **more}
    return rows


def test_nitrogen_counted_twice():
    # 150 kg x 13.5 kg CO2e/kg = 2.025 t, made and used; 150 x 8 = 1.2 t, made only.
    assert told(nitrogen.counted_twice, fertilised(2.025)) == [
        ("warning: methods.csv row 2, operation_tco2e_per_ha_yr: nitrogen counted twice. Seen: "
        "crop, cover: 13.5 kg CO2e of operation per kg of nitrogen, if 2.35714 kg N2O is 1 % of "
        "it. Expected: operation without field N2O (7-9 kg CO2e per kg N for manufacture). If the "
        "fertiliser factor includes field N2O, take it out or set n2o_kg_per_ha_yr to 0; if not, "
        "say `manufacture` in the provenance of the column.")]
    assert told(nitrogen.counted_twice, fertilised(1.2)) == []


def test_nitrogen_without_field_emissions_is_counted_once():
    assert told(nitrogen.counted_twice, fertilised(2.025, n2o_kg_per_ha_yr=0.0)) == []


def test_pumps_blur_what_operation_implies():
    assert told(nitrogen.counted_twice, fertilised(2.025, water_m3_per_ha_yr=1500.0)) == []


def test_provenance_decides_about_nitrogen():
    rows = fertilised(2.025)
    rows["provenance"].append({
        "table": "methods", "key": "crop,*", "column": "operation_tco2e_per_ha_yr",
        "standing": "derived", "source": "manufacture and fuel"})
    assert told(nitrogen.counted_twice, rows) == []
    rows = fertilised(1.2)
    rows["provenance"].append({
        "table": "methods", "key": "crop,cover", "column": "operation_tco2e_per_ha_yr",
        "standing": "derived", "source": "150 kg N at the all-in factor"})
    assert len(told(nitrogen.counted_twice, rows)) == 1
    rows["provenance"][-1]["key"] = "grass,*"
    assert told(nitrogen.counted_twice, rows) == []


def test_parcel_beside_itself():
    rows = sound_rows()
    rows["adjacency"].append({"parcel_a": "002", "parcel_b": "002", "shared_boundary_m": 5.0})
    assert told(adjacency.self_pairs, rows) == [
        ("error: adjacency.csv row 3, parcel_b: own neighbour. Seen: `002` beside itself. "
        "Expected: two different parcels. Delete the row, or correct the name.")]


def test_pair_in_both_orders():
    rows = sound_rows()
    rows["adjacency"].append({"parcel_a": "002", "parcel_b": "001", "shared_boundary_m": 400.0})
    assert told(adjacency.mirrored_pairs, rows) == [
        ("error: adjacency.csv row 3, parcel_a: duplicate. Seen: 002, 001, already in row 2 the "
        "other way round. Expected: each pair once. Delete one of the two rows.")]


def test_span_that_ends_before_it_begins():
    rows = sound_rows()
    rows["mining"][1]["year_to"] = 1999.0
    assert told(mining.reversed_spans, rows) == [
        ("error: mining.csv row 3, year_to: span ends before it begins. Seen: 2001 to 1999. "
        "Expected: year_to at least year_from. Exchange or correct the two years.")]


def test_no_more_gangue_is_placed_than_there_is():
    rows = sound_rows()
    rows["mining"][0] |= {"gangue_t": 10.0, "gangue_placed_t": 10.0}
    rows["mining"][1] |= {"gangue_t": 10.0, "gangue_placed_t": 12.0}
    (said,) = told(mining.gangue_beyond_all, rows)
    assert said.startswith("error: mining.csv row 3, gangue_placed_t: more gangue placed than "
                           "there is. Seen: 12 t of 10 t.")


def test_spans_that_overlap():
    rows = sound_rows()
    rows["mining"][1]["year_from"] = 2000.0
    assert told(mining.overlapping_spans, rows) == [
        ("error: mining.csv row 3, year_from: overlapping spans. Seen: 2000 to 2010, beside 1987 "
        "to 2000 in row 2. Expected: spans that do not overlap. Correct the years, or merge the "
         "rows.")]


def test_a_span_inside_a_long_one_is_found_in_any_order():
    rows = sound_rows()
    rows["mining"] = [
        {"year_from": 2015.0, "year_to": 2016.0}, {"year_from": 1987.0, "year_to": 2020.0},
        {"year_from": 1990.0, "year_to": 1991.0}]
    assert [line.split("Seen: ")[1].split(". Expected")[0]
            for line in told(mining.overlapping_spans, rows)] == [
        "1990 to 1991, beside 1987 to 2020 in row 3", "2015 to 2016, beside 1987 to 2020 in row 3"]


def test_a_boundary_weight_needs_boundaries():
    settings = settings_with(layout={"boundary_weight_tco2e_per_km": 5.0})
    assert told(adjacency.boundary_weight, sound_rows(), settings) == []
    rows = {name: some for name, some in sound_rows().items() if name != "adjacency"}
    assert told(adjacency.boundary_weight, rows, settings) == [
        ("error: instance.toml, layout.boundary_weight_tco2e_per_km: boundary weight without "
         "boundaries. Seen: 5 t CO2e/km, no adjacency table. Expected: a table adjacency: which "
         "parcels share how much boundary. Add adjacency.csv: which parcels share how much "
         "boundary; or set the weight to 0.")]
    rows["adjacency"] = []
    assert "a table adjacency without rows" in told(adjacency.boundary_weight, rows, settings)[0]
    assert "Fill adjacency.csv in" in told(adjacency.boundary_weight, rows, settings)[0]


def test_a_boundary_weight_without_a_net_sink_is_told_to_have_no_effect():
    settings = settings_with(layout={"boundary_weight_tco2e_per_km": 5.0},
                             objectives=(Objective("cost", sense="min"),))
    assert told(adjacency.boundary_weight, sound_rows(), settings) == [
        ("warning: instance.toml, layout.boundary_weight_tco2e_per_km: boundary weight without "
         "effect. Seen: 5 t CO2e/km, no objective on net_sink. Expected: an objective on "
         "net_sink, against which t CO2e can be weighed. The plan is the one without this weight; "
         "its boundary is reported all the same.")]
