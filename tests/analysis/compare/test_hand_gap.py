"""The comparison worked on paper in instances/hand-gap/WORKED.md."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import optimizer as ro
from optimizer.analysis.compare.compare import compare

FOLDER = Path(__file__).parents[3] / "instances" / "hand-gap"


@pytest.fixture(scope="module")
def instance():
    return ro.read_instance(FOLDER)


@pytest.fixture(scope="module")
def comparison(instance):
    return compare(instance, FOLDER / "plans" / "actual.csv")


def rows_of(plan):
    return {tuple(row[:-1]): pytest.approx(row[-1]) for row in plan[
        ["parcel", "use", "method", "area_ha"]].itertuples(index=False)}


def test_the_worked_page_and_the_record_agree(comparison):
    worked = json.loads((FOLDER / "expected.json").read_text())["comparison"]
    record = comparison.record()
    for name in ("actual", "optimal", "gap", "optimal_within_rules", "price_of_rules"):
        assert record[name] == pytest.approx(worked[name], rel=1e-9), name
    for name in ("parts", "alone"):
        assert record[name] == pytest.approx(worked[name], rel=1e-9), name
    assert json.loads(json.dumps(record)) == record


def test_the_parts(comparison):
    # 10 ha x 11 + 10 ha x 11 = 220; north managed 10 x 21, south plain 10 x 11: 320;
    # north tended 10 x 42, south managed 10 x 21: 630; 420 + 6 x 31 + 4 x 21 = 690;
    # 420 + 210 + 6 x 31 = 816.
    assert comparison.actual == pytest.approx(220)
    assert comparison.parts == pytest.approx(
        {"method": 320 - 220, "layout": 630 - 320, "structure": 690 - 630, "scale": 816 - 690})
    assert sum(comparison.parts.values()) == pytest.approx(comparison.gap, rel=1e-12)


def test_each_step_is_the_plan_worked_there(comparison):
    from optimizer.analysis.compare.record import plan_frame

    plans = {name: rows_of(plan_frame(comparison.instance, comparison.options, step.x_c))
             for name, step in comparison.steps.items()}
    north, south = ("north", "forest", "tended"), ("south", "grass", "managed")
    spare = ("spare", "forest", "tended")
    assert plans["method"] == {("north", "grass", "managed"): 10, ("south", "forest", "plain"): 10}
    assert plans["layout"] == {north: 10, south: 10}
    assert plans["structure"] == {north: 10, spare: 6, south: 4}
    assert plans["scale"] == {north: 10, south: 10, spare: 6}


def test_the_rules_are_loosened_by_just_what_is_broken(comparison):
    loosened = comparison.loosened
    assert loosened.relaxed_r.sum() == 1
    row = int(np.flatnonzero(loosened.relaxed_r)[0])
    # 10 ha x 6,000 + 10 ha x 4,000 CNY
    assert loosened.program.row_upper[row] == pytest.approx(100_000)
    assert loosened.strict.row_upper[row] == pytest.approx(95_000)
    extra = np.flatnonzero(loosened.extra_c)
    assert loosened.program.column_upper[extra] == pytest.approx([10])
    assert loosened.strict.column_upper[extra] == [0]


def test_the_judgement_names_rule_and_hectares(comparison):
    violations = comparison.violations.set_index("rule")
    assert violations.loc["eligibility", "amount"] == pytest.approx(10)
    assert violations.loc["eligibility", "unit"] == "ha"
    assert "soil_depth_m" in violations.loc["eligibility", "words"]
    assert violations.loc["limit", "amount"] == pytest.approx(5_000)
    assert "100,000 CNY, must be <= 95,000 CNY" in violations.loc["limit", "words"]


def test_the_terms_stand_side_by_side(comparison):
    terms = comparison.terms.set_index(["kind", "name"])
    sink = terms.loc[("carbon", "net_sink")]
    # 220 t on 20 ha for 100,000 CNY; 816 t on 26 ha for 100,000 CNY.
    assert (sink["actual"], sink["optimal"], sink["change"]) == pytest.approx((220, 816, 596))
    assert (sink["actual_per_ha"], sink["optimal_per_ha"]) == pytest.approx((11, 816 / 26))
    assert (sink["actual_kg_per_money"], sink["optimal_kg_per_money"]) == pytest.approx(
        (2.2, 8.16))
    # soil 10 x 11, biomass 10 x 0.5 x 0.5 x 44
    assert terms.loc[("carbon", "soil"), "actual"] == pytest.approx(110)
    assert terms.loc[("carbon", "biomass"), "actual"] == pytest.approx(110)
    assert terms.loc[("area", "forest"), "optimal"] == pytest.approx(16)
    assert np.isnan(terms.loc[("area", "forest"), "actual_kg_per_money"])


def test_land_classes_are_translated_and_methods_completed(instance):
    plans = FOLDER / "plans"
    found = compare(instance, plans / "codes.csv", use_map=plans / "use_map.csv")
    # No rule on money need be broken: north managed 210, south tended 10 x 20.
    assert found.actual == pytest.approx(410)
    assert rows_of(found.actual_plan) == {("north", "grass", "managed"): 10,
                                          ("south", "forest", "tended"): 10}
    assert found.parts == {"method": None, "layout": pytest.approx(220),
                           "structure": pytest.approx(60), "scale": pytest.approx(95)}
    assert found.gains_alone["method"] is None
    assert found.price_of_rules == pytest.approx(0, abs=1e-9)
    assert any("not measured" in note for note in found.completion.notes)


def test_what_is_fixed_stays_in_every_plan(instance):
    plan = pd.read_csv(FOLDER / "plans" / "actual.csv", dtype=str)
    plan["fixed"] = ["yes", "no"]
    found = compare(instance, plan)
    # The irrigated grass on north stays: 60,000 of 100,000 CNY and 10 x 11 t. The other 40,000
    # buy 10 ha managed grass on south (210, 20,000) and 4 ha tended forest on spare (124): 444.
    # Method: south can only be plain forest (110), so nothing is gained.
    assert found.optimal == pytest.approx(110 + 210 + 124)
    assert found.parts["method"] == pytest.approx(0, abs=1e-9)
    # Strict: 35,000 left: 210 and 3 ha of forest.
    assert found.optimal_within_rules == pytest.approx(110 + 210 + 93)
    for step in (*found.steps.values(), *found.alone.values(), found.within_rules):
        assert np.all(step.x_c >= found.loosened.fixed_c - 1e-9)


def test_rules_that_fixed_hectares_alone_break_leave_no_plan_within_them(instance):
    plan = pd.DataFrame({"parcel": ["north", "spare"], "use": "grass", "method": "irrigated",
                         "fixed": True})
    found = compare(instance, plan)  # 2 x 60,000 CNY are spent already
    assert found.optimal_within_rules is None
    assert found.price_of_rules is None
    assert found.record()["price_of_rules"] is None
    assert found.gap >= 0
