"""The mining balance by hand: a plan of two starts beside a mine of four years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from worked import instance_of

import optimizer as ro
from optimizer.analysis.mining.balance import mining_balance
from optimizer.analysis.mining.record import MiningBalance

#: 3 t C/ha in four years: 0.75 x 44/12 = 2.75 t CO2e/ha in each of them, 11 in all.
CURVES = [{"curve": "soil", "form": "table", "year": year, "gain_tc_per_ha": gain}
          for year, gain in ((0, 0), (4, 3), (60, 3))]
METHOD = {"curve_soil": "soil", "establishment_tco2e_per_ha": 4, "aftercare_years": 2,
          "aftercare_tco2e_per_ha_yr": 0.5, "operation_tco2e_per_ha_yr": 0.1}
MINE = {"year_from": 2020, "year_to": 2023, "coal_t": 250_000, "fuel_t": 6, "explosive_t": 1,
        "fugitive_t": 4, "electricity_t": 1, "emission_unit": "unknown", "disturbed_ha": 5,
        "soil_carbon_before_tc_per_ha": 0.6, "soil_carbon_loss_pct": 50,
        "vegetation_carbon_before_tc_per_ha": 0.3, "vegetation_carbon_loss_pct": 100,
        "gangue_t": 200, "gangue_placed_t": 150}
PLAN = pd.DataFrame([
    {"parcel": "a", "use": "grass", "method": "sow", "period": "2026", "area_ha": 6.0},
    {"parcel": "a", "use": "grass", "method": "wild", "period": "2031", "area_ha": 4.0}])


def balanced(plan: pd.DataFrame = PLAN, *, mining: Any = (MINE,), **changed: Any) -> MiningBalance:
    rows: dict[str, Any] = {
        "parcels": [{"release_year": 2024}, {"parcel": "b"}], "curves": CURVES,
        "methods": [METHOD | {"method": "sow", "income_per_ha_yr": 100},
                    METHOD | {"method": "wild"}],
        "mining": list(mining)}
    return mining_balance(instance_of(**rows | changed), plan)


def of_year(balance: MiningBalance, year: int) -> Any:
    table = balance.by_year
    return table[table["year"] == year].iloc[0]


def test_the_sink_year_by_year() -> None:
    balance = balanced()
    # 2026: gain 6 x 2.75 = 16.5; works 6 x (4 + 0.5) = 27; operation 6 x 0.1 = 0.6.
    year = of_year(balance, 2026)
    assert [year[name] for name in ("gains_tco2e", "works_tco2e", "running_tco2e",
                                    "net_sink_tco2e", "reclaimed_ha")] == pytest.approx(
        [16.5, -27, -0.6, -11.1, 6])
    # 2027: 16.5 - 3 - 0.6 = 12.9; 2028 and 2029: 16.5 - 0.6 = 15.9; 2030: -0.6.
    # 2031: 4 ha more: 11 - 16 - 2 - 0.4 - 0.6 = -8; 2032: 11 - 2 - 1 = 8; then 10, 10;
    # eleven years of -1 from 2035 on.
    sinks = [-11.1, 12.9, 15.9, 15.9, -0.6, -8, 8, 10, 10, *[-1] * 11]
    table = balance.by_year
    within = table[table["year"] >= 2026]
    assert within["year"].tolist() == list(range(2026, 2046))
    assert within["net_sink_tco2e"].tolist() == pytest.approx(sinks)
    assert within["cumulative_sink_tco2e"].tolist() == pytest.approx(np.cumsum(sinks).tolist())
    # 10 x 11 - 10 x 4 - 10 x 2 x 0.5 - 0.1 x (6 x 20 + 4 x 15) = 42; works -40 - 10 = -50.
    assert balance.net_sink_tco2e == pytest.approx(42)
    assert balance.works_tco2e == pytest.approx(-50)
    # Up to 2026 -11.1, up to 2027 +1.8, and never below 0 again (2031: 25).
    assert balance.repaid_year == 2027


def test_both_readings_of_the_unconfirmed_unit() -> None:
    balance = balanced()
    as_co2e, as_c = balance.readings
    assert (as_co2e.unit, as_c.unit) == ("CO2e", "C")
    # 6 + 1 + 4 + 1 = 12 t; as carbon 12 x 44/12 = 44 t CO2e.
    assert (as_co2e.emissions_tco2e, as_c.emissions_tco2e) == pytest.approx((12, 44))
    # Soil 5 ha x 0.6 x 50 % = 1.5 t C, vegetation 5 x 0.3 = 1.5 t C: 5.5 t CO2e each.
    assert balance.carbon_lost_tco2e == pytest.approx(11)
    assert (as_co2e.owed_tco2e, as_c.owed_tco2e) == pytest.approx((23, 55))
    assert as_co2e.share_won_back == pytest.approx(42 / 23)
    assert as_c.share_won_back == pytest.approx(42 / 55)
    # The sink so far: 17.7 in 2028, 33.6 in 2029, then 33, 25, ... 53 at most, 42 in the end.
    assert as_co2e.turns_year == 2029
    assert as_c.turns_year is None
    # A quarter in each year: 12/4 + 11/4 = 5.75; after 2023 all 23.
    assert of_year(balance, 2020)["account_if_co2e_tco2e"] == pytest.approx(-5.75)
    assert of_year(balance, 2023)["account_if_co2e_tco2e"] == pytest.approx(-23)
    assert of_year(balance, 2045)["account_if_co2e_tco2e"] == pytest.approx(42 - 23)
    assert of_year(balance, 2045)["account_if_c_tco2e"] == pytest.approx(42 - 55)
    assert any("not confirmed" in text for text in balance.assumptions)


def test_a_known_unit_leaves_one_reading() -> None:
    (reading,) = balanced(mining=[MINE | {"emission_unit": "C"}]).readings
    assert (reading.unit, reading.emissions_tco2e) == ("stated", pytest.approx(44))
    (reading,) = balanced(mining=[MINE | {"emission_unit": "CO2e"}]).readings
    assert (reading.unit, reading.emissions_tco2e) == ("stated", pytest.approx(12))


def test_rows_of_different_units_add_up() -> None:
    later = MINE | {"year_from": 2024, "year_to": 2024, "emission_unit": "C"}
    as_co2e, as_c = balanced(mining=[MINE, later]).readings
    # 12 as they stand and 44 of those known as carbon; or 44 and 44.
    assert (as_co2e.emissions_tco2e, as_c.emissions_tco2e) == pytest.approx((56, 88))


def test_the_five_rs() -> None:
    figures = {each.name: (each.value, each.unit) for each in balanced().indicators}
    assert {name: value for name, (value, _) in figures.items()} == {
        # 5 ha and 6 t over 250,000 t of coal.
        "land disturbed": pytest.approx(0.2), "emissions from fuel": pytest.approx(0.24),
        # Sowing has an income, on 6 of 10 ha.
        "reclaimed land in productive use": pytest.approx(60),
        "topsoil reused": None,
        # 150 of 200 t.
        "gangue placed": pytest.approx(75),
        # 10 ha of a and b, of 5 ha disturbed.
        "reclamation rate": pytest.approx(50), "reclaimed of what was disturbed":
        pytest.approx(200),
        # 6 ha wait from 2024 to 2026, 4 ha to 2031: (6 x 2 + 4 x 7) / 10.
        "delay from release to start of works": pytest.approx(4),
        # Gains 110 t CO2e of 11 lost.
        "carbon regained": pytest.approx(1000)}
    assert figures["emissions from fuel"][1] == "t (unit not confirmed) per 10,000 t of coal"
    assert [each.missing for each in balanced().indicators_of("recycle")] == ["topsoil sources",
                                                                             ""]


def test_a_total_of_the_losses_stands_in_place_of_areas_and_stocks() -> None:
    balance = balanced(mining=[MINE | {"ecosystem_carbon_lost_tc": 6}])
    # 6 x 44/12 = 22 t CO2e.
    assert balance.carbon_lost_tco2e == pytest.approx(22)
    assert balance.readings[0].owed_tco2e == pytest.approx(12 + 22)
    assert np.isnan(of_year(balance, 2020)["soil_carbon_lost_tco2e"])
    assert balance.indicators[-1].value == pytest.approx(500)


def test_what_is_blank_is_missing_and_never_made_up() -> None:
    bare = {key: MINE[key] for key in ("year_from", "year_to", "fuel_t", "emission_unit")}
    balance = balanced(mining=[bare])
    assert balance.carbon_lost_tco2e is None
    assert balance.readings[0].owed_tco2e == pytest.approx(6)
    assert np.isnan(of_year(balance, 2021)["coal_t"])
    assert of_year(balance, 2025)["coal_t"] == 0.0
    said = " ".join(balance.missing)
    for name in ("explosive_t", "fugitive_t", "electricity_t", "coal_t", "disturbed_ha",
                 "soil carbon lost", "vegetation carbon lost"):
        assert name in said
    assert "fuel_t" not in said
    figures = {each.name: each for each in balance.indicators}
    assert figures["land disturbed"].value is None
    assert figures["land disturbed"].missing == "disturbed_ha and coal_t of the same span"
    assert figures["carbon regained"].value is None


def test_without_a_mining_table_the_sink_is_there_and_the_mine_is_missing() -> None:
    balance = balanced(mining=())
    assert balance.net_sink_tco2e == pytest.approx(42)
    assert balance.repaid_year == 2027
    assert (balance.readings, balance.carbon_lost_tco2e) == ((), None)
    assert balance.missing == ("a mining table",)
    assert balance.by_year["emissions_if_c_tco2e"].isna().all()
    assert balance.by_year["year"].tolist() == list(range(2026, 2046))


def test_emissions_after_the_account_are_not_owed_within_it() -> None:
    balance = balanced(mining=[MINE | {"year_from": 2044, "year_to": 2047}])
    # Two of the four years lie before 2046: half of 12 and of 11.
    assert balance.readings[0].emissions_tco2e == pytest.approx(6)
    assert balance.carbon_lost_tco2e == pytest.approx(5.5)
    assert balance.by_year["year"].iloc[-1] == 2047
    # The sink stands above what is owed from the first year on in which anything is.
    assert balance.readings[0].turns_year == 2044


def test_works_that_are_never_repaid() -> None:
    balance = balanced(methods=[METHOD | {"method": "sow", "establishment_tco2e_per_ha": 40},
                                METHOD | {"method": "wild"}])
    assert balance.repaid_year is None
    assert balance.readings[0].turns_year is None
    nothing = balanced(PLAN.iloc[:0])
    assert (nothing.repaid_year, nothing.net_sink_tco2e) == (None, 0.0)


def test_topsoil_taken_and_held() -> None:
    plan = pd.DataFrame([{"parcel": "a", "use": "grass", "method": "cover", "period": "2031",
                          "area_ha": 1.0}])
    balance = balanced(
        plan, methods=[METHOD | {"method": "cover", "after:soil_depth_m": 0.5}],
        sources=[{"source": "heap", "period": "2026", "supply_m3": 4000,
                  "carbon_loss_pct_per_year": 50, "soc_t_per_m3": 0.003},
                 {"source": "heap", "period": "2031", "supply_m3": 0,
                  "carbon_loss_pct_per_year": 50, "soc_t_per_m3": 0.003}],
        hauls=[{"source": "heap", "parcel": "a", "distance_km": 1},
               {"source": "heap", "parcel": "b", "distance_km": 1}])
    # 0.2 m more on 1 ha are 2,000 of 4,000 m3.
    assert balance.indicators_of("recycle")[0].value == pytest.approx(50)
    # 4,000 m3 x 0.003 t C x 44/12 = 44 t CO2e: half in the first year, then a quarter, ...;
    # from 2031 the 2,000 m3 left: 22 t CO2e, half of it in the first year.
    held = [of_year(balance, year)["holding_tco2e"] for year in (2026, 2027, 2030, 2031, 2032)]
    assert held == pytest.approx([-22, -11, -1.375, -11, -5.5])


def test_a_solution_and_its_plan_give_the_same_balance() -> None:
    instance = ro.read_instance("two-parcels")
    solution = ro.solve(instance)
    solved, planned = mining_balance(solution), mining_balance(instance, solution.plan)
    pd.testing.assert_frame_equal(solved.by_year, planned.by_year)
    assert solved.net_sink_tco2e == pytest.approx(solution.net_sink_tco2e, rel=1e-12)


def test_the_table_handed_out_is_a_copy() -> None:
    balance = balanced()
    table = balance.by_year
    table["net_sink_tco2e"] = 0.0
    assert balance.by_year["net_sink_tco2e"].abs().sum() > 1


def test_what_it_takes() -> None:
    instance = instance_of(curves=CURVES, methods=[METHOD])
    with pytest.raises(TypeError, match="an instance and a plan"):
        mining_balance(instance)
    with pytest.raises(ro.InstanceRefused, match="parcel"):
        mining_balance(instance, pd.DataFrame([{"parcel": "z", "use": "grass"}]))
