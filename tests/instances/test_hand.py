"""The hand-worked instances, held against the arithmetic of their WORKED.md."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import optimizer as ro
from optimizer.instance.names import CARBON_TERMS

INSTANCES = Path(__file__).parents[2] / "instances"
SOLVABLE = ("two-parcels", "hand-topsoil", "hand-two-periods", "hand-tie", "hand-gap")
UNIQUE = ("two-parcels", "hand-topsoil", "hand-two-periods", "hand-gap")

#: Plans are sums and quotients of round numbers; only rounding separates them from ours.
CLOSE = 1e-9


def expected_of(name: str) -> dict[str, Any]:
    return json.loads((INSTANCES / name / "expected.json").read_text(encoding="utf-8"))


@cache
def solution_of(name: str) -> ro.Solution:
    return ro.solve(ro.read_instance(INSTANCES / name))


def close(value: float) -> Any:
    return pytest.approx(value, rel=CLOSE, abs=1e-7)


def area(solution: ro.Solution, **cells: str) -> float:
    plan = solution.plan
    for column, cell in cells.items():
        plan = plan[plan[column].astype(str) == cell]
    return float(plan["area_ha"].sum())


def limit_row(solution: ro.Solution, limit: str, period: str = "") -> pd.Series:
    limits = solution.limits
    rows = limits[(limits["limit"] == limit) & (limits["period"].astype(str) == period)]
    assert len(rows) == 1, f"{limit} {period}: {len(rows)} rows"
    return rows.iloc[0]


def land_price(solution: ro.Solution, parcel: str) -> float:
    parcels = solution.parcels.set_index("parcel")
    return float(parcels.loc[parcel, "land_price"])


def soil_price(solution: ro.Solution, source: str, period: str) -> float:
    prices = solution.prices
    row = prices[(prices["family"] == "soil_balance") & (prices["source"] == source)
                 & (prices["period"].astype(str) == period)]
    assert len(row) == 1
    return float(row["price"].iloc[0])


# What WORKED.md and expected.json say, for every instance alike.

@pytest.mark.parametrize("name", UNIQUE)
def test_the_worked_terms_add_up_to_the_worked_objective(name: str) -> None:
    worked = expected_of(name)
    assert sum(worked["carbon_terms"].values()) == close(worked["objective"])


def test_every_carbon_term_is_worked_somewhere() -> None:
    worked = {term for name in UNIQUE
              for term, value in expected_of(name)["carbon_terms"].items() if value}
    assert worked == set(CARBON_TERMS)


@pytest.mark.parametrize("name", SOLVABLE)
def test_objective(name: str) -> None:
    solution, worked = solution_of(name), expected_of(name)
    assert solution.status == worked["status"]
    assert solution.objective == close(worked["objective"])
    assert solution.net_sink_tco2e == close(worked["objective"])
    assert solution.certificate.relative_gap <= 1e-9


@pytest.mark.parametrize("name", SOLVABLE)
def test_carbon_terms(name: str) -> None:
    terms, worked = solution_of(name).carbon_terms, expected_of(name)["carbon_terms"]
    assert {term: terms[term] for term in worked} == {
        term: close(value) for term, value in worked.items()}


@pytest.mark.parametrize("name", UNIQUE)
def test_plan_is_the_worked_one_and_nothing_else(name: str) -> None:
    keys = ("parcel", "use", "method", "period", "source")
    plan = {tuple(str(row[key]) for key in keys): float(row["area_ha"])
            for _, row in solution_of(name).plan.iterrows()}
    worked = {tuple(row[key] for key in keys): close(row["area_ha"])
              for row in expected_of(name)["plan"]}
    assert plan == worked


@pytest.mark.parametrize("name", SOLVABLE)
def test_area_by_use(name: str) -> None:
    worked = expected_of(name)["area_by_use"]
    assert solution_of(name).area_by_use == {use: close(ha) for use, ha in worked.items()}


@pytest.mark.parametrize("name", SOLVABLE)
def test_prices(name: str) -> None:
    solution, worked = solution_of(name), expected_of(name)["prices"]
    for row in worked["limit"]:
        found = limit_row(solution, row["limit"], row.get("period", ""))
        assert found["shadow_price"] == close(row["price"]), row
    for parcel, price in worked["land"].items():
        assert land_price(solution, parcel) == close(price), parcel
    for row in worked["soil"]:
        assert soil_price(solution, row["source"], row["period"]) == close(row["price"]), row


# What each instance is there to show, with the arithmetic beside it.

def test_two_parcels_spends_the_budget_where_a_yuan_buys_most() -> None:
    solution = solution_of("two-parcels")
    # Cropland 60,000 CNY/ha on the 20 ha demanded, forest 62,000 on the other 40 ha of platform:
    # 6,480,000 - 20 x 60,000 - 40 x 62,000 = 2,800,000 left; grass on the face takes 87,500/ha:
    # 2,800,000 / 87,500 = 32 ha.
    assert area(solution, parcel="face", use="grass") == close(32.0)
    # 20 x 4.04 + 40 x 159 + 32 x 28 = 80.8 + 6,360 + 896.
    assert solution.objective == close(7336.8)
    # 28 t CO2e / 87,500 CNY.
    assert limit_row(solution, "budget")["shadow_price"] == close(0.00032)


def test_two_parcels_refuses_what_is_too_steep() -> None:
    plan = solution_of("two-parcels").plan
    chosen = {tuple(row) for row in plan[["parcel", "use", "method"]].astype(str).to_numpy()}
    # The face stays 65 % steep under both: above 9 % for cropland, above 25 % for any use.
    assert chosen.isdisjoint({tuple(row) for row in expected_of("two-parcels")["refused"]})
    eligibility = ro.eligibility(ro.read_instance(INSTANCES / "two-parcels"))
    allowed = {(row["parcel"], row["use"], row["method"])
               for _, row in eligibility.iterrows() if row["allowed"]}
    # 4 practices on the platform; on the face only the two that regrade.
    assert allowed == {
        ("platform", "cropland", "cover"), ("platform", "forest", "regrade-cover"),
        ("platform", "grass", "sow"), ("platform", "grass", "regrade-cover"),
        ("face", "forest", "regrade-cover"), ("face", "grass", "regrade-cover"),
    }


def test_two_parcels_regrading_buries_the_soil_of_the_face() -> None:
    # 32 ha x 10,000 m2 x 0.3 m (none of the 0.3 m there survives) = 96,000 m3 for the face,
    # 20 x 5,000 + 40 x 2,000 = 180,000 m3 for the platform: 400,000 - 276,000 = 124,000 left.
    stocks = solution_of("two-parcels").stocks
    assert stocks["stock_m3"].to_list() == [close(124000.0)]


def test_topsoil_waits_loses_a_fifth_and_is_used_later() -> None:
    solution = solution_of("hand-topsoil")
    worked = expected_of("hand-topsoil")["stocks"]
    # 35,000 - 30,000 = 5,000 m3 of north soil wait two years: x 0.9^2 = 4,050 m3 = 4.05 ha.
    assert area(solution, parcel="late", source="north") == close(4.05)
    # 2,000 x 0.81 + 3,000 = 4,620 m3 of south soil = 4.62 ha.
    assert area(solution, parcel="late", source="south") == close(4.62)
    found = {(str(row["source"]), str(row["period"])): row["stock_m3"]
             for _, row in solution.stocks.iterrows()}
    assert found == {(row["source"], row["period"]): close(row["stock_m3"]) for row in worked}


def test_topsoil_that_waits_is_charged() -> None:
    solution = solution_of("hand-topsoil")
    # 0.003 t C x 44/12 = 0.011 t CO2e per m3; north loses 1 - 0.8^2 = 0.36 of it, south 0.19:
    # 5,000 x 0.00396 + 2,000 x 0.00209 = 19.8 + 4.18.
    assert solution.carbon_terms["holding"] == close(-23.98)
    # Untouched: north 35,000 and 28,350, south 2,000 and 4,620:
    # 63,350 x 0.00396 + 6,620 x 0.00209 = 250.866 + 13.8358.
    untouched = expected_of("hand-topsoil")["holding_if_nothing_done"]
    assert solution.holding_if_nothing_done == close(untouched)


def test_topsoil_hauls_come_from_the_table_or_the_coordinates() -> None:
    # North by table: 30 x 1 km + 4.05 x 3 km; south by line: 4.62 x 800 m x 1.25 = 1 km;
    # per 1,000 m3 and km 1,250 x 0.04 L x 3 kg = 0.15 t: 0.15 x (30 + 12.15 + 4.62).
    assert solution_of("hand-topsoil").carbon_terms["hauling"] == close(-7.0155)


def test_two_periods_binds_money_now_and_labour_in_all() -> None:
    solution = solution_of("hand-two-periods")
    # 950,000 / 47,500 = 20 ha in 2026; 1,400 - 20 x 40 - 20 x 20 = 200 days = 5 ha in 2036.
    assert area(solution, parcel="terrace", period="2026") == close(20.0)
    assert area(solution, parcel="terrace", period="2036") == close(5.0)
    for row in expected_of("hand-two-periods")["activity"]:
        found = limit_row(solution, row["limit"], row["period"])
        assert found["activity"] == close(row["activity"]), row


def test_two_periods_waits_for_the_release_of_the_pit() -> None:
    solution = solution_of("hand-two-periods")
    # Free from 2036 and to be filled in full, though each hectare costs 34.86 t CO2e:
    # -7.86 - 20 days x 1.35 t.
    assert area(solution, parcel="pit", period="2036") == close(20.0)
    assert area(solution, parcel="pit") == close(20.0)
    assert land_price(solution, "pit") == close(-34.86)


@pytest.mark.parametrize(("release", "periods"), [("2036", {1}), ("2026", {0, 1})])
def test_two_periods_offers_the_pit_from_its_release_on(release: str, periods: set[int]) -> None:
    instance = ro.read_instance(
        INSTANCES / "hand-two-periods", overrides=(f"parcels[pit].release_year={release}",))
    columns = ro.assemble(instance).columns
    # Parcel 1 is the pit; period 0 starts in 2026, period 1 in 2036.
    assert set(columns.period[columns.parcel == 1].tolist()) == periods


def test_tie_is_decided_in_nothing_but_the_objective() -> None:
    solution = solution_of("hand-tie")
    # Either way 10 x 18.4 - 50,000 x 0.00396 = 184 - 198.
    assert solution.objective == close(-14.0)
    # What is brought is not left to rot: 3,000 m3/ha x 0.00396 = 11.88 t/ha less holding.
    brought = area(solution, method="bring")
    assert solution.carbon_terms["holding"] == close(-198.0 + 11.88 * brought)
    # 12.08 per ha brought, 2 per ha respread; 1.8 t/ha of hauling for what is brought.
    assert solution.carbon_terms["establishment"] == close(-20.0 - 10.08 * brought)
    assert solution.carbon_terms["hauling"] == close(-1.8 * brought)


def reasons_of(*overrides: str) -> str:
    instance = ro.read_instance(INSTANCES / "hand-infeasible", overrides=overrides)
    with pytest.raises(ro.Infeasible) as caught:
        ro.solve(instance)
    return "\n".join(caught.value.reasons)


def hectares_in(text: str) -> set[float]:
    return {float(number) for number in re.findall(r"(\d+(?:\.\d+)?) ha\b", text)}


def test_infeasible_names_the_limit_and_the_hectares_that_decide() -> None:
    worked = expected_of("hand-infeasible")
    reasons = reasons_of()
    assert worked["limit"] in reasons
    # 600 mu / 15 = 40 ha demanded; the platform's 30 ha can be cropland, the bench's 50 ha are
    # 20 % steep, above 9 %.
    deciding = {worked[key] for key in ("demanded_ha", "attainable_by_land_ha", "too_steep_ha")}
    assert deciding == {40.0, 30.0, 50.0}
    assert hectares_in(reasons) >= deciding
    assert "slope_pct" in reasons


def test_infeasible_says_what_the_topsoil_allows() -> None:
    worked = expected_of("hand-infeasible")
    # 420 mu / 15 = 28 ha are less than the 30 ha that are flat enough, but soil is there for
    # 125,000 / 5,000 = 25 ha only: 3 ha short.
    reasons = reasons_of(worked["short_of_soil"]["set"])
    assert worked["limit"] in reasons
    assert hectares_in(reasons) >= {28.0, 25.0, 3.0}


def test_infeasible_has_a_plan_once_the_minimum_is_what_can_be_had() -> None:
    worked = expected_of("hand-infeasible")["relaxed"]
    instance = ro.read_instance(INSTANCES / "hand-infeasible", overrides=(worked["set"],))
    solution = ro.solve(instance)
    # 25 ha x 4.04 + 55 ha x 32 = 101 + 1,760.
    assert solution.objective == close(worked["objective"])
    assert solution.area_by_use == {use: close(ha) for use, ha in worked["area_by_use"].items()}
