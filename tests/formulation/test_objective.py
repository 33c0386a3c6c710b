"""Stages of the objective: weights, senses, labels, units, holding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import small_instances
from worked import instance_of

import optimizer as ro
from optimizer.carbon.holding import holding_kt
from optimizer.carbon.terms import net_sink
from optimizer.formulation.accounts import account_total
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.instance.record import Instance
from optimizer.instance.settings import Objective
from optimizer.options.enumerate import options_of

TWO_USES: dict[str, Any] = {
    "methods": [{"use": "forest", "method": "plant", "establishment_cost_per_ha": 9000,
                 "income_per_ha_yr": 100},
                {"use": "grass", "method": "sow", "establishment_cost_per_ha": 1000,
                 "income_per_ha_yr": 50}],
    "site": [{"parcel": "a", "use": "forest", "extra_tco2e_per_ha": 8},
             {"parcel": "a", "use": "grass", "extra_tco2e_per_ha": 5}],
}


def stages(*objectives: Objective) -> tuple[StageCost, ...]:
    instance = instance_of(**TWO_USES, settings={"objectives": objectives, "periods": (2026,)})
    return stage_costs(instance, options_of(instance))


def test_entries_of_one_stage_are_added_with_their_weights() -> None:
    found = stages(Objective("net_sink", 2.0), Objective("cost", 0.001, sense="min"))
    assert len(found) == 1
    # Forest 2 x 8 - 9, grass 2 x 5 - 1.
    np.testing.assert_allclose(found[0].cost_c, [7.0, 9.0])
    assert found[0].unit == "mixed"


def test_stages_come_in_the_order_of_their_numbers() -> None:
    found = stages(Objective("cost", sense="min", stage=5), Objective("net_sink", stage=2))
    assert [(stage.number, stage.label, stage.unit) for stage in found] == [
        (2, "net_sink", "t CO2e"), (5, "min cost", "CNY")]
    np.testing.assert_allclose(found[1].cost_c, [-9000.0, -1000.0])


@pytest.mark.parametrize(("entry", "label"), [
    (Objective("net_sink"), "net_sink"), (Objective("cost", sense="min"), "min cost"),
    (Objective("income", 0.5), "max 0.5 income"),
    (Objective("cost", 0.001, sense="min"), "min 0.001 cost")])
def test_labels(entry: Objective, label: str) -> None:
    assert stages(entry)[0].label == label


def test_accounts_of_like_unit_keep_it() -> None:
    found = stages(Objective("income"), Objective("cost", sense="min"))
    assert (found[0].label, found[0].unit) == ("income + min cost", "CNY")


def test_tolerances_are_the_largest_of_the_entries() -> None:
    found = stages(Objective("income", tolerance=0.1), Objective("cost", tolerance=0.02,
                                                                 tolerance_absolute=7))
    assert (found[0].tolerance, found[0].tolerance_absolute) == (0.1, 7)


@given(small_instances(limits=False))
def test_objective_matrix(instance: Instance) -> None:
    options = options_of(instance)
    for stage in stage_costs(instance, options):
        expected = np.zeros(options.count + holding_kt(instance).size)
        for entry in instance.settings.objectives:
            if entry.stage != stage.number:
                continue
            sign = 1.0 if entry.sense == "max" else -1.0
            expected[:options.count] += sign * entry.weight * account_total(
                instance, options, entry.account)
            if entry.account == "net_sink":
                expected[options.count:] -= sign * entry.weight * holding_kt(instance).ravel()
        np.testing.assert_allclose(stage.cost_c, expected, rtol=1e-12, atol=1e-12)


def test_a_net_sink_objective_is_the_net_sink() -> None:
    instance = instance_of(**TWO_USES)
    options = options_of(instance)
    np.testing.assert_array_equal(stage_costs(instance, options)[0].cost_c,
                                  net_sink(instance, options))


def solved(*objectives: Objective) -> ro.Solution:
    return ro.solve(instance_of(**TWO_USES, settings={"objectives": objectives,
                                                      "periods": (2026,)}))


def test_objective_answer_of_two_stages() -> None:
    # The sink first: 10 ha of forest, 80 t; then money cannot change anything.
    strict = solved(Objective("net_sink"), Objective("cost", sense="min", stage=2))
    assert strict.stages[0].objective == pytest.approx(80.0)
    assert strict.objective == pytest.approx(-90_000.0)


def test_objective_answer_with_a_tolerance() -> None:
    # A tenth may go: 72 t are kept. Giving a hectare up saves 9,000 CNY for 8 t (1,125 a t), grass
    # instead of forest 8,000 for 3 t (2,667 a t): 8 / 3 ha become grass.
    loose = solved(Objective("net_sink", tolerance=0.1), Objective("cost", sense="min", stage=2))
    assert loose.stages[0].floor == pytest.approx(72.0)
    assert loose.objective == pytest.approx(-(90_000 - 8000 * 8 / 3))
    assert loose.net_sink_tco2e == pytest.approx(72.0)
    assert loose.area_by_use == {"forest": pytest.approx(10 - 8 / 3), "grass": pytest.approx(8 / 3)}


def test_objective_answer_with_an_absolute_tolerance() -> None:
    # 6 t may go, more than 5 % of 80 t: 2 ha of grass.
    loose = solved(Objective("net_sink", tolerance=0.05, tolerance_absolute=6),
                   Objective("cost", sense="min", stage=2))
    assert loose.area_by_use["grass"] == pytest.approx(2.0)


def test_objective_refuses_an_unknown_account() -> None:
    with pytest.raises(ro.InstanceRefused, match="net_sin"):
        solved(Objective("net_sin"))
