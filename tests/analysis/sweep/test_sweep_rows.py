"""A row of a sweep is the row of a fresh solve; what has no plan says why."""

from __future__ import annotations

import math

import numpy as np
import pytest

import optimizer as ro
from optimizer.analysis.sweep.cases import plan_of
from optimizer.analysis.sweep.plan import Case
from optimizer.analysis.sweep.reference import Reference, still_holds
from optimizer.analysis.sweep.row import row_of
from optimizer.analysis.sweep.run import reference_of, run_cases
from optimizer.analysis.sweep.solved import case_row, ready_of
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size

GENERATED = generate_instance(Size(40, 3))
CASES = {
    "as it is": [],
    "less money": ["limits[budget-in-all].value*=0.9"],
    "less of all": ["limits[*].value*=0.97"],
    "less soil": ["sources[*,*].supply_m3*=0.7"],
    "dear hauls": ["works.haul_l_per_m3_km*=3"],
    "fewer options": ["suitability[*,*].maximum*=0.95"],
    "more options": ["parcels[*].slope_pct*=0.7"],
    "long": ["instance.horizon_years*=1.5"],
}


@pytest.fixture(scope="module")
def generated() -> Reference:
    return reference_of(GENERATED, ())


@pytest.mark.parametrize("name", CASES)
def test_a_row_is_that_of_a_fresh_solve(name: str, generated: Reference) -> None:
    case = Case(name, tuple(CASES[name]), ())
    row = case_row(ready_of(GENERATED, generated), case)
    fresh = row_of(case, ro.solve(ro.with_overrides(GENERATED, CASES[name])))
    assert {*row} - {"seconds"} == {*fresh}
    assert row["status"] == fresh["status"] == "optimal"
    assert row["objective"] == pytest.approx(fresh["objective"], rel=1e-9)
    assert abs(float(row["relative_gap"] or 0.0)) <= 1e-9
    for column, value in fresh.items():
        if isinstance(value, float) and not column.startswith(("price:", "soil_price:")):
            assert row[column] == pytest.approx(value, rel=1e-6, abs=1e-6), column


def test_two_parcels_by_hand() -> None:
    # WORKED.md: 20 ha cropland, 40 ha forest, 32 ha grass, 7,336.8 t CO2e.
    instance = ro.read_instance("two-parcels")
    table = ro.sweep(instance, {"base": []}, workers=0)
    assert table.loc[0, "objective"] == pytest.approx(7336.8, rel=1e-9)
    assert table.loc[0, ["area_ha:cropland", "area_ha:forest", "area_ha:grass"]].tolist() == (
        pytest.approx([20.0, 40.0, 32.0]))
    assert table.loc[0, "reclaimed_ha"] == pytest.approx(92.0)
    terms = [table.loc[0, name] for name in table if name.startswith("carbon_tco2e:")]
    assert math.fsum(terms) == pytest.approx(7336.8, rel=1e-9)


def test_infeasible_refused_and_failed_cases_are_rows_and_not_the_end() -> None:
    instance = ro.read_instance("two-parcels")
    limit = str(instance.tables["limits"].text("limit")[0])
    table = ro.sweep(instance, {
        "more than there is": ["limits[*].sense=>=", "limits[*].value=1e9"],
        "no number": [f"limits[{limit}].value=many"],
        "backwards": ["instance.horizon_years=-4"],
        "fine": [],
    }, workers=0)
    assert table["status"].tolist() == ["infeasible", "refused", "refused", "optimal"]
    assert "can be reached" in table.loc[0, "reason"] or "only" in table.loc[0, "reason"]
    assert "many" in table.loc[1, "reason"]
    assert np.isnan(table.loc[0, "objective"])
    assert table.loc[3, "reason"] == ""


def test_a_base_without_a_plan_starts_from_the_first_case_that_has_one() -> None:
    instance = ro.read_instance("hand-conflict")
    plan = plan_of({"as it is": [], "way out": ["limits[cropland-minimum].value=750"],
                    "wide open": ["limits[cropland-minimum].value=0"]}, instance)
    reference = reference_of(instance, plan.cases)
    assert reference.case == "way out"
    rows = run_cases(instance, plan, workers=0)
    assert [row["status"] for row in rows] == ["infeasible", "optimal", "optimal"]
    for row, case in zip(rows[1:], plan.cases[1:], strict=True):
        fresh = ro.solve(ro.with_overrides(instance, case.overrides))
        assert row["objective"] == pytest.approx(fresh.objective, rel=1e-9)


def test_no_option_left_is_infeasible_as_in_a_fresh_solve(generated: Reference) -> None:
    overrides = ("uses[*].max_slope_pct*=0.6",)
    with pytest.raises(ro.Infeasible, match="can become anything"):
        ro.solve(ro.with_overrides(GENERATED, overrides))
    row = case_row(ready_of(GENERATED, generated), Case("x", overrides, ()))
    assert row["status"] == "infeasible"
    assert "can become anything" in str(row["reason"])


def test_nothing_has_a_plan() -> None:
    instance = ro.read_instance("hand-conflict")
    table = ro.sweep(instance, {"as it is": [], "worse": ["limits[cropland-minimum].value=950"]},
                     workers=0)
    assert table["status"].tolist() == ["infeasible", "infeasible"]
    assert table["reason"].str.len().min() > 20


def test_ordered_objectives_start_stage_by_stage() -> None:
    instance = ro.read_instance("hand-two-periods")
    if len(instance.settings.objectives) == 1:
        instance = two_stages(instance)
    reference = reference_of(instance, ())
    assert len(reference.stages) == 2
    for override in ("instance.horizon_years*=1.25", "objective.cost*=2"):
        case = Case("x", (override,), ())
        row = case_row(ready_of(instance, reference), case)
        fresh = ro.solve(ro.with_overrides(instance, [override]))
        assert row["status"] == "optimal"
        assert row["objective"] == pytest.approx(fresh.objective, rel=1e-7)
        assert row["net_sink_tco2e"] == pytest.approx(fresh.net_sink_tco2e, rel=1e-7)


def two_stages(instance: ro.Instance) -> ro.Instance:
    from dataclasses import replace

    from optimizer.instance.settings import Objective

    entries = (Objective("net_sink", tolerance=0.05), Objective("cost", sense="min", stage=2))
    return replace(instance, settings=replace(instance.settings, objectives=entries))


def test_a_reference_travels_and_is_looked_at_before_it_is_believed(generated: Reference) -> None:
    back = Reference.from_bytes(generated.to_bytes())
    ready = ready_of(GENERATED, generated)
    assert np.array_equal(back.stages[0].answer.x_c, generated.stages[0].answer.x_c)
    assert still_holds(back, ready.base)
    other = ready_of(generate_instance(Size(40, 4)), reference_of(generate_instance(Size(40, 4)),
                                                                  ()))
    assert not still_holds(back, other.base)
    case = Case("x", ("limits[*].value*=0.97",), ())
    one, two = (case_row(ready_of(GENERATED, each), case) for each in (generated, back))
    assert {k: v for k, v in one.items() if k != "seconds"} == {
        k: v for k, v in two.items() if k != "seconds"}


def test_a_case_without_time_is_stopped(generated: Reference) -> None:
    row = case_row(ready_of(GENERATED, generated), Case("x", ("limits[*].value*=0.97",), ()), 1e-9)
    assert row["status"] in ("stopped", "optimal")  # a solve may be quicker than the look at time
    slow = generate_instance(Size(200, 3))
    hard = Case("x", ("limits[*].value*=0.9", "works.haul_l_per_m3_km*=4"), ())
    row = case_row(ready_of(slow, reference_of(slow, ())), hard, 0.001)
    assert row["status"] == "stopped"
    assert "0.001 s" in str(row["reason"])
