"""Plans under rules on neighbours: by hand, against every plan there is, proofs, judgement."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasters import raster
from strategies import Row, small_instances
from worked import limit

from optimizer.analysis.check import check_plan
from optimizer.analysis.verify import verify
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.record import Instance
from optimizer.report.output import write_out
from optimizer.solve.certificate import right_signs, upper_bound
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible

pytestmark = pytest.mark.usefixtures("searched_here")

APART: Row = {"rule": "away", "use_a": "u0", "relation": "apart", "use_b": "u1"}
TOGETHER: Row = {"rule": "wet-edge", "use_a": "u0", "relation": "together", "use_b": "u1"}


def ruled(prizes: Any, *rules: Row, **further: Any) -> Instance:
    return raster(np.asarray(prizes, dtype=float), tables={"neighbours": list(rules)}, **further)


@pytest.mark.parametrize("whole", [False, True])
def test_apart_by_hand(whole: bool) -> None:
    # Two cells of 1 ha, u0 brings 3 | 2 t, u1 2 | 3.5 t. Free: 3 + 3.5 = 6.5. Apart: both u1
    # 2 + 3.5 = 5.5, both u0 5; half and half u0 on the first with half u1 on the second is
    # 1.5 + 1 + 1.75 + 1 = 5.25: less.
    solution = solve(ruled([[[3, 2], [2, 3.5]]], APART), whole_parcels=whole)
    assert solution.objective == pytest.approx(5.5)


def test_divided_parcels_keep_shares_and_not_contact() -> None:
    # u0 alone can stand on the first cell, u1 alone on the second (the other loses 9 t): whole
    # parcels take the better, 3.5 t; shares that add up to 1 bring between 3 and 3.5 t: 3.5.
    # With at least 0.5 ha of u0, half a hectare each: 1.5 + 1.75 = 3.25 t, which touch.
    prizes = [[[3, -9], [-9, 3.5]]]
    assert solve(ruled(prizes, APART)).objective == pytest.approx(3.5)
    half = [limit("some", sense=">=", value=0.5, use="u0")]
    divided = solve(ruled(prizes, APART, limits=half))
    assert divided.objective == pytest.approx(3.25)
    assert divided.certificate.relative_gap <= 1e-9
    # Whole parcels: u0 on all of the first, nothing on the second.
    assert solve(ruled(prizes, APART, limits=half), whole_parcels=True).objective == \
        pytest.approx(3)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("gain", "expected"), [
    # Three cells in a row: u0 brings 5 t in the first only, where nothing else grows; u1 costs
    # 2 t (or 6 t) on the second. Together: 5 - 2 = 3 t; at 6 t nothing pays.
    (-2, 3), (-6, 0)])
def test_together_by_hand(whole: bool, gain: float, expected: float) -> None:
    prizes = [[[5, -9], [-9, gain], [-9, -1]]]
    solution = solve(ruled(prizes, TOGETHER), whole_parcels=whole)
    assert solution.objective == pytest.approx(expected)


def test_a_parcel_at_the_water_needs_no_pond_beside_it() -> None:
    prizes = [[[5, -9], [-9, -2], [-9, -1]]]
    cells = {f"r0c{c}": {"distance_to_water_m": 30 if c == 0 else 400} for c in range(3)}
    rule = TOGETHER | {"attribute": "distance_to_water_m", "maximum": 50}
    assert solve(ruled(prizes, rule, cells=cells)).objective == pytest.approx(5)


def test_a_buffer_around_a_feature_is_a_rule_of_suitability() -> None:
    # No use u0 within 100 m of the road: a distance is an attribute, its minimum the buffer.
    cells = {"r0c0": {"distance_to_road_m": 60}, "r0c1": {"distance_to_road_m": 100}}
    buffered = raster(np.ones((1, 2, 1)), cells=cells, tables={"suitability": [
        {"use": "u0", "attribute": "distance_to_road_m", "minimum": 100}]})
    plan = solve(buffered).plan
    assert plan["parcel"].tolist() == ["r0c1"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rule", [APART, TOGETHER, APART | {"use_b": "u0"}])
def test_whole_parcels_against_every_plan_there_is(seed: int, rule: Row) -> None:
    prizes = np.random.default_rng(seed).normal(0.5, 1.0, (2, 3, 2))
    padded = np.concatenate([prizes, np.zeros((2, 3, 1))], axis=2)
    a, b = int(rule["use_a"][1]), int(rule["use_b"][1])
    cells = list(product(range(2), range(3)))
    beside = {one: [other for other in cells
                    if abs(one[0] - other[0]) + abs(one[1] - other[1]) == 1] for one in cells}

    def allowed(use: np.ndarray) -> bool:
        touching = [any(use[other] == b for other in beside[one])
                    for one in cells if use[one] == a]
        return not any(touching) if rule["relation"] == "apart" else all(touching)

    best = max(sum(padded[r, c, use[r, c]] for r, c in cells)
               for use in (np.reshape(chosen, (2, 3)) for chosen in product(range(3), repeat=6))
               if allowed(use))
    solution = solve(ruled(prizes, rule), whole_parcels=True)
    assert solution.objective == pytest.approx(best)
    assert check_plan(solution.instance, solution.plan).allowed


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(limits=False, neighbours=True), st.integers(0, 2**32 - 1))
def test_any_prices_give_a_bound_and_optima_are_allowed(instance: Instance, seed: int) -> None:
    try:
        solution = solve(instance)
    except Infeasible:
        return  # land that must be reclaimed
    program, random = solution.program, np.random.default_rng(seed)
    size = max(1.0, float(np.abs(program.cost).max(initial=0.0)))
    price_r = right_signs(program, random.normal(0.0, size, program.shape[0]))
    bound = upper_bound(program, price_r)
    assert bound >= solution.objective - 1e-9 * max(1.0, abs(bound), size)
    assert solution.certificate.relative_gap <= 1e-9
    judged = check_plan(instance, solution.plan)
    assert not [one for one in judged.violations if one.rule == "neighbour"]


@pytest.mark.parametrize("whole", [False, True])
def test_the_files_prove_the_plan(whole: bool, tmp_path: Path) -> None:
    prizes = np.random.default_rng(3).normal(1.0, 1.0, (3, 3, 2))
    write_out(solve(ruled(prizes, APART, TOGETHER | {"use_b": "u0", "use_a": "u1"}),
                    whole_parcels=whole), tmp_path / "OUT")
    assert verify(tmp_path / "OUT").holds


def test_a_plan_is_judged_in_words() -> None:
    import pandas as pd

    instance = ruled(np.ones((1, 3, 2)), APART, TOGETHER, area_ha=10)
    plan = pd.DataFrame([("r0c0", "u0", 10.0), ("r0c1", "u1", 4.0), ("r0c2", "u0", 3.0)],
                        columns=["parcel", "use", "area_ha"])
    # Apart: 1 + 0.4 of a parcel beside each other, 0.3 + 0.4 are below 1. Together: the first
    # covers a whole parcel beside 0.4 of one.
    assert [str(one) for one in check_plan(instance, plan).violations] == [
        ("neighbour, rule away: parcel r0c0 (10 of 10 ha u0) beside parcel r0c1 (4 of 10 ha u1), "
        "must lie apart"),
        ("neighbour, rule wet-edge: parcel r0c0 (10 of 10 ha u0) must lie beside u1, has only 0.4 "
        "of a parcel beside it")]


def test_rules_that_leave_no_plan_are_named() -> None:
    # Both must be reclaimed, each can be one use only, and those may not touch.
    prizes, cells = np.ones((1, 2, 2)), {"r0c0": {"ph": 5}, "r0c1": {"ph": 9}}
    fit = [{"use": "u0", "attribute": "ph", "maximum": 6},
           {"use": "u1", "attribute": "ph", "minimum": 8}]
    instance = raster(prizes, must_reclaim=True, cells=cells,
                      tables={"neighbours": [APART], "suitability": fit})
    for whole in (False, True):
        with pytest.raises(Infeasible) as told:
            solve(instance, whole_parcels=whole)
        assert "away" in str(told.value) or "must be reclaimed" in str(told.value)


def test_nothing_falls_apart_into_parcels() -> None:
    prizes = np.random.default_rng(3).normal(1.0, 1.0, (3, 3, 2))
    asked = solve(ruled(prizes, APART), engine="decomposition")
    assert asked.engine == "highs"
    assert "rules on neighbours tie neighbouring parcels together" in asked.engine_reason
    by_pyomo = solve(ruled(prizes, APART), engine="pyomo")
    assert by_pyomo.objective == pytest.approx(asked.objective)


@pytest.mark.parametrize(("rule", "words"), [
    ({"use_b": None}, "neither use_b nor attribute"),
    ({"use_b": "u9"}, "u9"),
    ({"attribute": "wet", "minimum": 1}, "`wet`, which is no measured column"),
    ({"attribute": "soil_depth_m"}, "neither minimum nor maximum"),
    ({"minimum": 1}, "bounds without an attribute"),
    ({"attribute": "slope_pct", "minimum": 9, "maximum": 1}, "a minimum above the maximum"),
    ({"distance_m": 50}, "needed by distance_m of the rule away"),
])
def test_rules_that_say_nothing_are_refused(rule: Row, words: str) -> None:
    with pytest.raises(InstanceRefused) as refused:
        ruled(np.ones((1, 2, 2)), APART | rule)
    assert words in str(refused.value)


def test_a_rule_between_uses_says_what_it_means_on_divided_parcels() -> None:
    warnings = [str(one) for one in ruled(np.ones((1, 2, 2)), APART).warnings]
    assert any("u0 and u1" in words and "--whole-parcels" in words for words in warnings)


@pytest.mark.parametrize(("rules", "words"), [
    ([{"attribute": "slope_pct", "minimum": 500}],
     ("slope_pct >= 500; parcels have 2 to 8", "the rule does nothing")),
    ([{"attribute": "slope_pct", "maximum": 1, "relation": "together", "use_b": None}],
     ("slope_pct <= 1", "u0 can be nowhere")),
    ([{"attribute": "slope_pct", "maximum": 1, "relation": "together"}],
     ("slope_pct <= 1", "nobody is freed from it")),
    ([{}, {"rule": "near", "relation": "together", "use_a": "u1", "use_b": "u0"}],
     ("u1 together with u0, which away keeps apart", "u1 can be nowhere")),
])
def test_rules_that_do_nothing_or_too_much_are_told(
    rules: list[Row], words: tuple[str, ...]
) -> None:
    slopes = {"r0c0": {"slope_pct": 2.0}, "r0c1": {"slope_pct": 8.0}}
    instance = raster(np.ones((1, 2, 2)), cells=slopes,
                      tables={"neighbours": [APART | rule for rule in rules]})
    told = " | ".join(str(one) for one in instance.warnings)
    for word in words:
        assert word in told


def test_explanations_keep_rules_on_neighbours() -> None:
    from optimizer.analysis.explain.explain import explain
    from optimizer.report.explanation import explanation_text

    # As above: no use fits both parcels, and the two that fit may not touch. Giving one up is the
    # way out; the rule stays.
    prizes, cells = np.ones((1, 2, 2)), {"r0c0": {"ph": 5}, "r0c1": {"ph": 9}}
    fit = [{"use": "u0", "attribute": "ph", "maximum": 6},
           {"use": "u1", "attribute": "ph", "minimum": 8}]
    instance = raster(prizes, must_reclaim=True, cells=cells,
                      tables={"neighbours": [APART], "suitability": fit})
    told = explanation_text(instance, explain(instance))
    assert "need not be reclaimed any more" in told
    assert "rules on neighbours hold throughout" in told
