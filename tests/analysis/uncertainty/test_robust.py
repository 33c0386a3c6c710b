"""Robust plans: the hand-worked cases, rules that differ, and what must hold for any cases."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from worked import instance_of, limit

import optimizer as ro
from optimizer.analysis.uncertainty.robust import GOALS, JudgedPlan, Robust
from optimizer.instance.settings import Objective
from optimizer.instance.unknowns import Scenario
from optimizer.report.robust_text import area_by_use

FOLDER = Path(__file__).parents[3] / "instances" / "hand-scenarios"
WORKED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


@cache
def by_hand() -> Robust:
    return ro.robust(ro.read_instance(FOLDER), alpha=WORKED["alpha"])


def plan_for(found: Robust, goal: str) -> JudgedPlan:
    return next(plan for plan in found.plans if plan.name == goal)


# WORKED.md of the instance has the arithmetic of every figure in expected.json.

@pytest.mark.parametrize("goal", GOALS)
def test_each_goal_has_the_plan_worked_by_hand(goal: str) -> None:
    found, worked = by_hand(), WORKED["goals"][goal]
    plan = plan_for(found, goal)
    uses = found.instance.practices.uses
    assert dict(zip(uses, area_by_use(found, plan), strict=True)) == pytest.approx(
        worked["area_by_use"], abs=1e-7)
    assert [payoff.value for payoff in plan.cases] == pytest.approx(worked["values"], abs=1e-6)
    for name in ("expected", "worst", "regret", "cvar"):
        assert getattr(plan, name) == pytest.approx(worked[name], abs=1e-6)


@pytest.mark.parametrize("goal", GOALS)
def test_each_goal_is_proven_and_has_its_price(goal: str) -> None:
    found, worked = by_hand(), WORKED["goals"][goal]
    plan = plan_for(found, goal)
    assert plan.bound == pytest.approx(getattr(plan, goal), rel=1e-9)
    assert abs(plan.relative_gap) <= 1e-9
    assert found.price(plan) == pytest.approx(worked["price"], abs=1e-6)
    assert found.price_expected(plan) == pytest.approx(worked["price_expected"], abs=1e-6)


def test_the_cases_have_their_own_optima() -> None:
    best = {case.name: case.optimum.objective for case in by_hand().cases}
    assert best == pytest.approx(WORKED["best_by_case"])


def test_a_goal_is_best_at_what_it_is_for() -> None:
    found = by_hand()
    for goal in GOALS:
        own = getattr(plan_for(found, goal), goal)
        for other in (*found.plans, *found.of_case, found.nominal):
            theirs = getattr(other, goal)
            assert own <= theirs + 1e-6 if goal == "regret" else own >= theirs - 1e-6


def test_the_worst_of_everything_is_cvar_without_alpha() -> None:
    found = ro.robust(ro.read_instance(FOLDER), ("cvar", "expected"), alpha=0.0)
    # The mean of the worst 100 % is the mean.
    assert plan_for(found, "cvar").cvar == pytest.approx(plan_for(found, "expected").expected)


# Rules that differ between the cases.

HEAPED = {"use": "grass", "method": "cover", "after:soil_depth_m": 0.8}


def heaped(**more) -> ro.Instance:
    """10 ha; forest earns 4 t/ha, covered grass 10 t/ha but takes 0.5 m of topsoil."""
    return instance_of(
        methods=[{"use": "forest"}, HEAPED], settings={"periods": (2026,), "works": {
            "diesel_kgco2e_per_l": 1e-9, "regrade_l_per_m3": 0.0, "load_l_per_m3": 0.0,
            "haul_l_per_m3_km": 0.0, "spread_l_per_m3": 0.0, "swell_factor": 1.0}},
        site=[{"parcel": "a", "use": "forest", "extra_tco2e_per_ha": 4},
              {"parcel": "a", "use": "grass", "extra_tco2e_per_ha": 10}],
        sources=[{"source": "heap", "supply_m3": 30_000}],
        hauls=[{"source": "heap", "parcel": "a", "distance_km": 1}], **more)


LITTLE = Scenario("little soil", ("sources[heap,2026].supply_m3=10000",), 0.5)
MUCH = Scenario("much soil", (), 0.5)


def test_topsoil_that_one_case_lacks_is_used_in_none() -> None:
    found = ro.robust(heaped(), scenarios=[LITTLE, MUCH])
    # 0.5 m is 5,000 m3/ha: 2 ha of grass with 10,000 m3, 6 ha with 30,000.
    assert [case.optimum.area_by_use["grass"] for case in found.cases] == pytest.approx([2.0, 6.0])
    for plan in found.plans:
        assert area_by_use(found, plan) == pytest.approx([8.0, 2.0])
        assert plan.keeps_all
        # 8 x 4 + 2 x 10 = 52; as it stands 4 x 4 + 6 x 10 = 76.
        assert plan.nominal.value == pytest.approx(52.0)
        assert found.price(plan) == pytest.approx(24.0)
    assert "topsoil of heap" in found.nominal.cases[0].broken
    assert not found.nominal.keeps_all


def test_stocks_answer_to_the_case_and_are_charged_there() -> None:
    rotting = heaped(limits=[limit("grass", use="grass", value=2)])
    rotting = ro.with_overrides(rotting, ["sources[heap,2026].soc_t_per_m3=0.003",
                                          "sources[heap,2026].carbon_loss_pct_per_year=100"])
    found = ro.robust(rotting, "expected", scenarios=[LITTLE, MUCH])
    plan, = found.plans
    # 2 ha of grass take 10,000 m3: nothing is left with little soil, 20,000 m3 with much, which
    # lose 0.003 x 44/12 = 0.011 t each: 52 t and 52 - 220 = -168 t.
    assert [payoff.value for payoff in plan.cases] == pytest.approx([52.0, -168.0])


def test_limits_of_every_case_hold() -> None:
    base = heaped(limits=[limit("forest", use="forest", value=9)])
    found = ro.robust(base, "worst", scenarios=[
        Scenario("less forest", ("limits[forest].value=3",), 0.5),
        Scenario("less soil", ("sources[heap,2026].supply_m3=20000",), 0.5)])
    plan, = found.plans
    # 3 ha of forest by the one, 4 ha of grass by the other.
    assert area_by_use(found, plan) == pytest.approx([3.0, 4.0])


def test_an_option_that_one_case_forbids_is_out_and_counted() -> None:
    base = heaped()
    steep = Scenario("steep", ("uses[grass].max_slope_pct=3",), 0.5)  # the parcel has 5 %
    found = ro.robust(base, "expected", scenarios=[steep, MUCH])
    assert found.barred == 1
    assert area_by_use(found, found.plans[0]) == pytest.approx([10.0, 0.0])
    assert "not allowed on a" in found.nominal.cases[0].broken


def test_a_plan_that_breaks_a_rule_as_it_stands_has_no_solution() -> None:
    base = heaped(limits=[limit("forest", use="forest", value=1)])
    found = ro.robust(base, "expected", scenarios=[
        Scenario("more forest", ("limits[forest].value=9",), 1.0)])
    plan, = found.plans
    assert plan.solution is None
    assert "forest" in plan.nominal.broken


def test_cases_that_contradict_each_other_are_named() -> None:
    base = heaped()
    most = Scenario("most", ("limits[grass].value=1",), 0.5)
    with_limit = heaped(limits=[limit("grass", use="grass", value=5),
                                limit("least", use="grass", sense=">=", value=0.5)])
    least = Scenario("least", ("limits[least].value=2",), 0.5)
    assert base.name
    with pytest.raises(ro.Infeasible) as none:
        ro.robust(with_limit, scenarios=[most, least])
    assert "no one plan meets the rules of them all" in none.value.reasons[0]
    assert "without most or without least" in none.value.reasons[1]


def test_a_case_without_a_plan_is_named() -> None:
    base = heaped(limits=[limit("least", use="grass", sense=">=", value=1)])
    with pytest.raises(ro.Infeasible, match="case dry: "):
        ro.robust(base, scenarios=[Scenario("dry", ("limits[least].value=11",), 1.0)])


def test_one_certain_case_is_the_optimum_itself() -> None:
    instance = ro.read_instance("hand-two-periods")
    found = ro.robust(instance, scenarios=[Scenario("as it is", (), 1.0)])
    best = ro.solve(instance)
    for plan in found.plans:
        assert plan.expected == pytest.approx(best.objective, rel=1e-9)
        assert plan.regret == pytest.approx(0.0, abs=1e-6)
        assert plan.solution is not None
        np.testing.assert_allclose(plan.solution.x_c, plan.solution.x_c.clip(0.0))
        assert plan.solution.certificate.primal_violation <= 1e-7


def test_several_stages_and_no_cases_are_refused_in_words() -> None:
    stages = (Objective("net_sink", 1.0, "max", 1), Objective("cost", 1.0, "min", 2))
    with pytest.raises(ro.InstanceRefused, match="one stage"):
        ro.robust(instance_of(settings={"objectives": stages}), scenarios=[MUCH])
    with pytest.raises(ro.InstanceRefused, match=r"scenarios: no cases"):
        ro.robust(instance_of())
    with pytest.raises(ValueError, match="alpha"):
        ro.robust(heaped(), alpha=1.0, scenarios=[MUCH])
    with pytest.raises(ValueError, match="goal"):
        ro.robust(heaped(), "best", scenarios=[MUCH])
