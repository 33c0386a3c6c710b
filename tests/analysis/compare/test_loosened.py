"""The rules loosened by an actual plan, and which objective is compared."""

import numpy as np
import pandas as pd
import pytest
from worked import instance_of, limit, rows_of_limit

from optimizer.analysis.allocation import allocation_of
from optimizer.analysis.compare.compare import compare
from optimizer.analysis.compare.loosened import loosen
from optimizer.formulation.program import Family
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.settings import Objective
from optimizer.solve.linear import solve_linear

#: Costs 1,000 per ha and emits 2 t per ha.
DEAR = {"use": "grass", "method": "sow", "establishment_cost_per_ha": 1000,
        "establishment_tco2e_per_ha": 2}


def loosened_by(instance, **columns):
    return loosen(instance, allocation_of(instance, pd.DataFrame(columns)))


def test_a_broken_equality_is_widened_to_the_actual_level():
    instance = instance_of(methods=[DEAR], settings={"periods": (2026,)},
                           limits=[limit("just", "area", "=", 4)])
    found = loosened_by(instance, parcel=["a"], use=["grass"], area_ha=[7])
    row, = rows_of_limit(instance, found.program, "just")
    assert (found.strict.row_lower[row], found.strict.row_upper[row]) == (4, 4)
    assert (found.program.row_lower[row], found.program.row_upper[row]) == (4, 7)
    assert found.relaxed_r[row]


def test_land_that_must_be_reclaimed_may_stay_as_the_plan_leaves_it():
    instance = instance_of(parcels=[{"parcel": "a", "must_reclaim": 1}, {"parcel": "b"}],
                           methods=[DEAR], settings={"periods": (2026,)})
    found = loosened_by(instance, parcel=["a"], use=["grass"], area_ha=[3])
    row = int(np.flatnonzero(found.program.rows.family == Family.MUST_RECLAIM)[0])
    assert (found.program.row_lower[row], found.program.row_upper[row]) == (3, 10)
    # Every hectare loses 2 t: 3 ha of them cannot be helped, and the proof knows it.
    answer = solve_linear(found.program)
    assert found.program.value(answer.x_c) == pytest.approx(-6)
    comparison = compare(instance, pd.DataFrame(
        {"parcel": ["a"], "use": ["grass"], "area_ha": [3]}))
    assert comparison.gap == pytest.approx(0)
    assert comparison.optimal_within_rules == pytest.approx(-20)
    assert comparison.price_of_rules == pytest.approx(-14)
    assert comparison.steps["scale"].certificate.relative_gap <= 1e-9


def test_soil_that_is_not_there_is_let_through():
    # 0.5 m more on 10 ha take 50,000 m3 of the 20,000 there are; they come free.
    instance = instance_of(
        methods=[{**DEAR, "after:soil_depth_m": 0.8}], settings={"periods": (2026,)},
        sources=[{"supply_m3": 20_000}],
        hauls=[{"source": "heap", "parcel": "a", "distance_km": 1}])
    found = loosened_by(instance, parcel=["a"], use=["grass"])
    row = int(np.flatnonzero(found.program.rows.family == Family.SOIL_BALANCE)[0])
    assert found.program.row_lower[row] == pytest.approx(20_000)
    assert found.program.row_upper[row] == pytest.approx(50_000)
    assert found.program.activity(found.actual_c)[row] == pytest.approx(50_000)


def test_a_plan_within_the_rules_loosens_nothing():
    instance = instance_of(methods=[DEAR], limits=[limit("money", "cost", "<=", 10_000)])
    found = loosened_by(instance, parcel=["a"], use=["grass"], period=["2026"], area_ha=[10])
    assert not found.breaks_rules
    assert not found.extra_c.any()
    np.testing.assert_array_equal(found.program.row_upper, found.strict.row_upper)
    comparison = compare(instance, pd.DataFrame(
        {"parcel": ["a"], "use": ["grass"], "period": ["2026"]}))
    assert comparison.price_of_rules == 0
    assert comparison.violations.empty


def test_rounding_of_a_file_breaks_nothing_but_is_let_through():
    instance = instance_of(methods=[DEAR], limits=[limit("money", "cost", "<=", 10_000)])
    found = loosened_by(instance, parcel=["a"], use=["grass"], period=["2026"],
                        area_ha=[10.000001])
    assert not found.relaxed_r.any()
    row, = rows_of_limit(instance, found.program, "money")
    assert found.program.row_upper[row] == pytest.approx(10_000.001, abs=1e-6)


def test_more_land_than_there_is_is_refused():
    instance = instance_of(methods=[DEAR])
    with pytest.raises(InstanceRefused, match="more hectares than there are"):
        loosened_by(instance, parcel=["a"], use=["grass"], period=["2026"], area_ha=[11])


def test_rows_of_one_option_add_up_and_fixed_hectares_are_lower_bounds():
    instance = instance_of(methods=[DEAR], settings={"periods": (2026,)})
    allocation = allocation_of(instance, pd.DataFrame(
        {"parcel": ["a", "a"], "use": ["grass", "grass"], "area_ha": [3, 4]}))
    found = loosen(instance, allocation, np.array([3.0, 0.0]))
    assert found.actual_c.tolist() == [7]
    assert found.program.column_lower.tolist() == [3]
    assert found.strict.column_lower.tolist() == [3]


def test_the_first_stage_of_the_objective_is_compared():
    # First the least cost, then the most carbon: the actual 10 ha cost 10,000, the best nothing.
    objectives = (Objective("cost", sense="min"), Objective("net_sink", stage=2))
    instance = instance_of(methods=[DEAR], settings={
        "objectives": objectives, "periods": (2026,)})
    found = compare(instance, pd.DataFrame({"parcel": ["a"], "use": ["grass"]}))
    assert (found.label, found.unit) == ("min cost", "CNY")
    assert found.actual == pytest.approx(-10_000)
    assert found.optimal == pytest.approx(0)
    # 10 ha must stay until structure is freed; only scale lets them go.
    assert found.parts == pytest.approx({"method": 0, "layout": 0, "structure": 0,
                                         "scale": 10_000})
    assert found.record()["stages"] == 2


def test_an_empty_plan_has_no_mix_to_keep():
    instance = instance_of(methods=[{**DEAR, "establishment_tco2e_per_ha": 0,
                                     "curve_soil": "grow"}],
                           curves=[{"curve": "grow", "form": "exponential",
                                    "c_max_tc_per_ha": 10, "rate_per_year": 0.1}])
    found = compare(instance, pd.DataFrame({"parcel": [], "use": []}))
    assert found.actual == 0
    assert found.gap > 0
    assert found.parts == pytest.approx(
        {"method": 0, "layout": 0, "structure": 0, "scale": found.gap})
    assert found.gains_alone["scale"] == pytest.approx(found.gap)
