"""Plans judged from the tables: each broken rule in words and units; optima are allowed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from strategies import Row
from worked import instance_of, limit

import optimizer as ro
from optimizer.analysis.check import Judgement, check_plan
from optimizer.formulation.program import Family
from optimizer.instance.locations import shipped_instances

BASE: dict[str, Any] = {
    "parcels": [{"release_year": 2026}, {"parcel": "b", "area_ha": 20, "release_year": 2031,
                                         "longest_wait_years": 0, "slope_pct": 65,
                                         "slope_length_m": 20}],
    "uses": [{"use": "grass", "min_soil_depth_m": 0.2}, {"use": "crop", "max_slope_pct": 9}],
    "methods": [
        {"method": "sow", "establishment_cost_per_ha": 1000, "establishment_tco2e_per_ha": 1},
        {"method": "cover", "after:soil_depth_m": 0.5, "after:slope_pct": 25},
        {"use": "crop", "method": "till", "labour_days_per_ha": 20}],
    "sources": [{"source": "heap", "supply_m3": 8000, "carbon_loss_pct_per_year": 100,
                 "soc_t_per_m3": 0.003}],
    "hauls": [{"source": "heap", "parcel": parcel, "distance_km": 1} for parcel in "ab"],
}
#: What must be done with b, within the rules.
DUTY = {"parcel": "b", "use": "grass", "method": "cover", "period": "2031", "source": "heap",
        "area_ha": 3.2}


def judged(*rows: Row, limits: list[Row] | None = None, **changed: Any) -> Judgement:
    instance = instance_of(**BASE | changed, limits=limits or [])
    columns = ["parcel", "use", "method", "period", "source", "area_ha"]
    return check_plan(instance, pd.DataFrame(rows, columns=columns))


def words(judgement: Judgement, *, but: str = "must_reclaim") -> list[str]:
    return [str(violation) for violation in judgement.violations if violation.rule != but]


def test_a_plan_within_the_rules_is_allowed() -> None:
    judgement = judged(DUTY | {"area_ha": None}, {"parcel": "a", "use": "grass", "method": "sow",
                                                  "period": "2026", "area_ha": 4},
                       sources=[{"supply_m3": 100_000}])
    assert judgement.allowed, judgement.violations
    # 4 ha and, with the area left blank, all of b.
    assert judgement.area_by_use == {"grass": pytest.approx(24), "crop": 0.0}


def test_more_than_the_parcel() -> None:
    row = {"parcel": "a", "use": "grass", "method": "sow", "area_ha": 6}
    judgement = judged(row | {"period": "2026"}, row | {"period": "2031"})
    assert words(judgement) == ["land, parcel a: 12 ha planned, 10 ha there"]
    found = next(v for v in judgement.violations if v.rule == "land")
    assert (found.amount, found.unit) == (pytest.approx(2), "ha")


def test_a_duty_left_undone() -> None:
    judgement = judged(DUTY)
    assert words(judgement, but="") == [
        "must_reclaim, parcel b: 16.8 of 20 ha left, all must be reclaimed"]
    assert judgement.violations[0].amount == pytest.approx(16.8)


def test_too_steep_after_the_method() -> None:
    judgement = judged(DUTY | {"use": "crop", "method": "till", "source": None, "area_ha": 1})
    where = "eligibility, parcel b: 1 ha as crop by till from 2031: needs slope_pct "
    assert words(judgement) == [where + "<= 25 (machine limit), is 65 after the method",
                                where + "<= 9, is 65 after the method"]


def test_outside_the_window() -> None:
    judgement = judged(DUTY | {"period": "2026", "area_ha": 1})
    told = ("eligibility, parcel b: 1 ha as grass by cover from 2026: may not start then "
            "(released 2031, latest start 2031)")
    assert words(judgement) == [told]


def test_more_topsoil_than_there_is() -> None:
    # The face is regraded, all of 0.5 m is brought: 5,000 m3/ha x 4 = 20,000; 8,000 of 2026 and
    # 8,000 of 2031 are there, so 4,000 are missing.
    judgement = judged(DUTY | {"area_ha": 4})
    assert words(judgement) == [
        "topsoil, source heap: 4,000 m3 more taken than there is in the period from 2031"]


def test_topsoil_of_a_later_period_cannot_be_used_before() -> None:
    # 0.5 - 0.3 m on 5 ha of a: 10,000 m3 in 2026, when 8,000 are there.
    judgement = judged({"parcel": "a", "use": "grass", "method": "cover", "period": "2026",
                        "source": "heap", "area_ha": 5})
    assert words(judgement) == [
        "topsoil, source heap: 2,000 m3 more taken than there is in the period from 2026"]


@pytest.mark.parametrize(("row", "told"), [
    (limit("budget", "cost", value=5, unit="1000 CNY"),
     "limit, budget: 6,000 CNY, must be <= 5,000 CNY; missed by 1,000"),
    (limit("least", sense=">=", value=10, use="grass"),
     "limit, least (use grass): 6 ha, must be >= 10 ha; missed by 4"),
    (limit("share", sense=">=", value=25, use="crop", basis="share_of_reclaimed"),
     "limit, share (use crop): 0 %, must be >= 25 %; missed by 25"),
    (limit("there", value=10, use="grass", basis="share_of_available", unit="%"),
     "limit, there (use grass): 20 %, must be <= 10 %; missed by 10"),
    (limit("free", value=20, period="2026", basis="share_of_released"),
     "limit, free (period 2026): 60 %, must be <= 20 %; missed by 40"),
    (limit("mean", "cost", value=900, basis="average"),
     "limit, mean: 1,000 CNY/ha, must be <= 900 CNY/ha; missed by 100"),
    (limit("mean", "cost", value=500, sense="=", basis="average_of_available"),
     "limit, mean: 200 CNY/ha, must be = 500 CNY/ha; missed by 300"),
    (limit("flow", sense="=", value=None, period="*", basis="equal"),
     "limit, flow (period 2026): 6 ha, must be = 0 ha; missed by 6"),
])
def test_limits_in_words(row: Row, told: str) -> None:
    judgement = judged({"parcel": "a", "use": "grass", "method": "sow", "period": "2026",
                        "area_ha": 6}, limits=[row])
    assert words(judgement) == [told]


def test_accounts_and_carbon_of_any_plan() -> None:
    judgement = judged({"parcel": "a", "use": "grass", "method": "sow", "period": "2026",
                        "area_ha": 6})
    # 6 ha at 1,000 CNY and 1 t; 8,000 m3 of 2026 and 16,000 m3 from 2031 on lose 0.011 t each.
    assert judgement.accounts["area"] == (6.0, "ha")
    assert judgement.accounts["cost"] == (pytest.approx(6000), "CNY")
    assert judgement.carbon_terms["establishment"] == pytest.approx(-6)
    assert judgement.carbon_terms["holding"] == pytest.approx(-0.011 * 24_000)
    assert judgement.net_sink_tco2e == pytest.approx(-6 - 264)


def test_the_empty_plan_is_judged() -> None:
    judgement = judged()
    assert judgement.accounts["area"][0] == 0.0
    assert [violation.rule for violation in judgement.violations] == ["must_reclaim"]


@pytest.mark.parametrize("name", [name for name in shipped_instances()
                                  if name not in ("hand-infeasible", "hand-conflict")])
def test_the_optimum_of_a_shipped_instance_is_allowed(name: str) -> None:
    solution = ro.solve(ro.read_instance(name))
    judgement = ro.check_plan(solution.instance, solution.plan)
    assert judgement.allowed, judgement.violations[:5]
    size = max(1.0, sum(abs(value) for value in solution.carbon_terms.values()))
    assert judgement.carbon_terms == {term: pytest.approx(value, rel=0, abs=1e-9 * size)
                                      for term, value in solution.carbon_terms.items()}
    rows = solution.limits
    assert len(judgement.limits) == int((solution.program.rows.family == Family.LIMIT).sum())
    for held, row in zip(judgement.limits, rows.to_dict("records"), strict=True):
        basis = dict(zip(solution.instance.tables["limits"].text("limit"),
                         solution.instance.tables["limits"].text("basis"), strict=True))
        if basis[row["limit"]] in ("", "absolute"):
            assert held.activity == pytest.approx(row["activity"], rel=1e-9, abs=1e-6), row
            assert held.bound == pytest.approx(row["bound"], rel=1e-12), row
