from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from helpers import write_folder

import optimizer as ro
from optimizer.formulation.program import Family
from optimizer.report.output_schema import BY_NAME
from optimizer.solve.certificate import certify
from optimizer.solve.engine import solve
from optimizer.solve.errors import SolverFault
from optimizer.solve.tables import prices_from_table
from optimizer.solve.terms import check_terms, objective_terms_of


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    """The minimal instance with a budget that binds."""
    limits = ("limit,account,use,sense,value,unit\n"
              "budget,cost,,<=,900000,CNY\ncrop-minimum,area,crop,>=,10,ha\n")
    folder = tmp_path_factory.mktemp("solution") / "minimal"
    return ro.read_instance(write_folder(folder, limits=limits))


@pytest.fixture(scope="module")
def solution(instance):
    return solve(instance)


def test_proof(solution):
    assert solution.status == "optimal"
    assert solution.relative_gap < 1e-9
    assert solution.certificate.primal_violation < 1e-9
    assert solution.certificate.dual_violation < 1e-9
    assert solution.bound == pytest.approx(solution.objective, rel=1e-9)
    assert solution.solver_bound is None
    assert "HiGHS" in solution.solver
    assert solution.engine_reason
    assert {"carbon", "assemble", "solve", "certify"} <= set(solution.seconds)


def test_terms_add_up(solution):
    total = math.fsum(solution.carbon_terms.values())
    assert total == pytest.approx(solution.objective, rel=1e-12)
    assert solution.net_sink_tco2e == total
    assert math.fsum(solution.objective_terms.values()) == pytest.approx(total, rel=1e-12)
    assert solution.carbon["tco2e"].sum() == pytest.approx(total, rel=1e-12)
    by_term = solution.carbon.groupby("term")["tco2e"].sum()
    for term, value in solution.carbon_terms.items():
        assert by_term[term] == pytest.approx(value, rel=1e-12, abs=1e-9)
    sinks = solution.parcels["net_sink_tco2e"].sum()
    assert sinks + solution.carbon_terms["holding"] == pytest.approx(total, rel=1e-12)


def test_areas_add_up(solution):
    assert solution.plan["area_ha"].sum() == pytest.approx(solution.reclaimed_ha, rel=1e-12)
    assert sum(solution.area_by_use.values()) == pytest.approx(solution.reclaimed_ha, rel=1e-12)
    assert set(solution.area_by_use) == {"crop", "grass"}
    assert solution.available_ha == 100.0
    by_parcel = solution.parcels.set_index("parcel")["reclaimed_ha"]
    assert (by_parcel <= solution.parcels.set_index("parcel")["area_ha"] + 1e-9).all()
    assert (solution.plan["area_ha"] > 0.0).all()


def test_limits_table_by_hand(solution):
    limits = solution.limits.set_index("limit")
    assert limits.loc["budget", "bound"] == 900_000.0
    assert limits.loc["budget", "unit"] == "CNY"
    assert limits.loc["crop-minimum", "activity"] == pytest.approx(
        solution.area_by_use["crop"], rel=1e-12)
    for row in solution.limits.itertuples():
        slack = row.bound - row.activity if row.sense == "<=" else row.activity - row.bound
        assert row.slack == pytest.approx(slack, abs=1e-6)
        assert row.binding == (row.slack < 1e-6 * max(1.0, abs(row.bound)))
        if not row.binding:
            assert row.shadow_price == 0.0
        assert row.price_unit == f"t CO2e per {row.unit}"


def test_shadow_price_is_what_one_more_unit_brings(instance, solution):
    priced = solution.limits[solution.limits["shadow_price"] != 0.0]
    assert set(priced["limit"]) == {"budget", "crop-minimum"}
    for row in priced.itertuples():
        step = 1e-4 * row.bound
        more = ro.with_overrides(instance, [f"limits[{row.limit}].value={row.bound + step!r}"])
        gained = solve(more).objective - solution.objective
        assert gained == pytest.approx(row.shadow_price * step, rel=1e-3, abs=1e-7)


def test_land_price_is_what_one_more_hectare_brings(instance, solution):
    prices = solution.parcels.set_index("parcel")["land_price"]
    for parcel, area in (("flat", 60.0), ("steep", 40.0)):
        more = ro.with_overrides(instance, [f"parcels[{parcel}].area_ha={area + 0.001!r}"])
        gained = solve(more).objective - solution.objective
        assert gained == pytest.approx(prices[parcel] * 0.001, rel=1e-3, abs=1e-7)


def test_prices_in_the_table_prove_the_plan(instance, solution):
    price_r = prices_from_table(instance, solution.program, solution.prices, stage=1)
    land = np.isin(solution.program.rows.family, [Family.LAND, Family.MUST_RECLAIM])
    assert price_r[~land].tolist() == (solution.price_r[~land] + 0.0).tolist()
    certificate = certify(solution.program, solution.x_c, price_r)
    assert certificate.bound == pytest.approx(solution.bound, rel=1e-14)
    assert not solution.prices["family"].isin(["land", "must_reclaim"]).any()
    twice = solution.prices.loc[[0, 0]]
    with pytest.raises(KeyError):
        prices_from_table(instance, solution.program, twice, stage=1)


def test_columns_are_those_of_the_output_schema(solution):
    for name, table in (("plan.csv", solution.plan), ("stocks.csv", solution.stocks),
                        ("limits.csv", solution.limits), ("prices.csv", solution.prices),
                        ("parcels.csv", solution.parcels), ("carbon.csv", solution.carbon)):
        assert list(table.columns) == [column.name for column in BY_NAME[name].columns]


def test_nothing_can_be_changed(solution):
    plan = solution.plan
    plan["area_ha"] = -1.0
    assert (solution.plan["area_ha"] > 0.0).all()
    with pytest.raises(ValueError, match="read-only"):
        solution.x_c[0] = 1.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        solution.objective = 0.0
    with pytest.raises(TypeError):
        solution.objective_terms["net_sink"] = 0.0


def test_terms_that_do_not_add_up_are_refused(instance, solution):
    from optimizer.formulation.objective import stage_costs

    (stage,) = stage_costs(instance, solution.options)
    terms, size = objective_terms_of(instance, solution.options, stage, solution.x_c)
    check_terms(terms, size, solution.objective, stage)
    with pytest.raises(SolverFault, match="fault of the program"):
        check_terms(terms, size, solution.objective + 1e-7 * size, stage)
    with pytest.raises(SolverFault):
        check_terms(terms, size, float("nan"), stage)
    # The size counts sinks and emissions apart, so it exceeds their balance.
    assert size > abs(solution.objective)


def test_an_instance_without_carbon_has_no_carbon_account(tmp_path):
    toml = ('[instance]\nname = "plain"\nbase_year = 2026\nhorizon_years = 10\nperiods = [2026]\n'
            '\n[[objective]]\naccount = "income"\n')
    folder = write_folder(
        tmp_path / "plain", instance__toml=toml, curves=None, sources=None, hauls=None,
        parcels="parcel,area_ha\na,10\nb,5\n", uses="use\ncrop\ngrass\n",
        methods="use,method,income_per_ha_yr\ncrop,plain,100\ngrass,plain,30\n",
        limits="limit,account,use,sense,value,unit\ncap,area,crop,<=,4,ha\n")
    plain = solve(ro.read_instance(folder))
    # 4 ha of crop and 11 ha of grass for 10 years: (4*100 + 11*30) * 10 = 7,300.
    assert plain.objective == pytest.approx(7300.0, rel=1e-12)
    assert plain.objective_terms == {"income": pytest.approx(7300.0)}
    assert plain.carbon_terms == {}
    assert plain.net_sink_tco2e is None
    assert plain.absolute_sink_tco2e is None
    assert len(plain.carbon) == 0
    # Another hectare of crop instead of grass: (100 - 30) * 10.
    assert plain.limits["shadow_price"].tolist() == pytest.approx([700.0])


def test_absolute_sink_adds_the_baseline_of_all_land(tmp_path):
    parcels = (
        "parcel,area_ha,slope_pct,slope_length_m,regrade_form,soil_depth_m,zone,"
        "baseline_tco2e_per_ha_yr\n"
        "flat,60,2,400,bench,0.3,north,0.5\nsteep,40,65,20,bench,0.1,south,0.1\n")
    found = solve(ro.read_instance(write_folder(tmp_path / "base", parcels=parcels)))
    # (60 * 0.5 + 40 * 0.1) * 20 years = 680.
    assert found.absolute_sink_tco2e == pytest.approx(found.net_sink_tco2e + 680.0, rel=1e-12)


def test_same_answer_twice(instance, solution):
    again = solve(instance)
    assert again.x_c.tobytes() == solution.x_c.tobytes()
    assert again.price_r.tobytes() == solution.price_r.tobytes()
