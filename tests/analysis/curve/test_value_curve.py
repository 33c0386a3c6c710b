"""Value curves: breakpoints worked by hand, and curves of random instances held against `solve`."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import small_instances
from worked import instance_of, limit

import optimizer as ro
from optimizer.analysis.curve.record import ValueCurve
from optimizer.instance.settings import Objective


def points(curve: ValueCurve) -> list[tuple[float, float]]:
    return [(p.value, p.objective) for p in curve.points]


def near(pairs: list[tuple[float, float]]) -> Any:
    return [pytest.approx(pair, rel=1e-9, abs=1e-7) for pair in pairs]


def test_two_parcels_budget() -> None:
    curve = ro.value_curve(ro.read_instance("two-parcels"), "budget")
    # 20 ha of cropland must be: 20 x 60,000 = 1,200,000 CNY, 20 x 4.04 = 80.8 t. Then by what a
    # yuan buys: sown grass on the other 40 ha, 43 t / 8,000 CNY, to 1,520,000 CNY and
    # 80.8 + 1,720; forest instead, 116 t / 54,000 CNY, to 3,680,000 and 6,440.8; grass on the 40
    # ha of face, 28 t / 87,500, to 7,180,000 and 7,560.8; forest instead, 0.5 t / 52,500, to
    # 9,280,000 and 7,580.8; then the land is full.
    assert points(curve) == near([
        (1_200_000, 80.8), (1_520_000, 1_800.8), (3_680_000, 6_440.8), (7_180_000, 7_560.8),
        (9_280_000, 7_580.8)])
    assert [p.price for p in curve.points] == pytest.approx(
        [43 / 8_000, 116 / 54_000, 28 / 87_500, 0.5 / 52_500, 0.0], rel=1e-9, abs=1e-15)
    assert curve.exact
    assert curve.gap == 0.0
    assert curve.now == pytest.approx(7_336.8)
    assert curve.below == "below: no plan meets all rules"
    assert curve.above == "above: the optimum stays the same"
    # The plan at 3,680,000 CNY: 20 ha of cropland, 40 of forest, and all the money spent.
    totals = curve.points[2].totals
    assert totals["cost"] == pytest.approx(3_680_000)
    assert totals["area:forest"] == pytest.approx(40.0)
    assert totals["net_sink"] == pytest.approx(6_440.8)


def test_the_weight_of_cost_gives_the_front_between_sink_and_cost() -> None:
    curve = ro.value_curve(ro.read_instance("two-parcels"), "objective.cost")
    # The corners of the budget's curve up to the budget there is, 6,480,000 CNY, are the plans of
    # the front; a tonne is worth its money at weights below what the yuan buys.
    assert [(f.account, f.objective) for f in curve.front] == near([
        (6_480_000, 7_336.8), (3_680_000, 6_440.8), (1_520_000, 1_800.8), (1_200_000, 80.8)])
    assert [f.weight_to for f in curve.front[:-1]] == pytest.approx(
        [28 / 87_500, 116 / 54_000, 43 / 8_000])
    assert curve.front[-1].weight_to == math.inf
    assert curve.moves == "costs"
    assert curve.exact
    # At the first corner 7,336.8 - 0.00032 x 6,480,000 = 5,263.2; the slope is minus the cost.
    assert points(curve)[1] == near([(0.00032, 5_263.2)])[0]
    assert curve.points[1].price == pytest.approx(-3_680_000)
    assert any("was added" in note for note in curve.notes)
    assert curve.front[1].totals["cost"] == pytest.approx(3_680_000)


def test_the_front_is_held_to_a_tolerance_of_the_sink_not_of_the_weighed_cost() -> None:
    rough = ro.value_curve(ro.read_instance("two-parcels"), "objective.cost", 0.01)
    # One in a hundred of 7,336.8 t, though the curve falls to -6,369.2 at the last weight.
    assert rough.gap <= 73.368
    two = ro.value_curve(ro.with_overrides(ro.read_instance("two-parcels"), {
        "works.spread_cost_per_m3": 2.0}), "objective.cost", 0.3)
    assert not two.exact
    value = 0.5 * (two.points[0].value + two.points[1].value)
    assert two.upper(value) - two.lower(value) <= two.gap * (1 + 1e-9)


def test_two_rows_of_a_limit_move_together() -> None:
    curve = ro.value_curve(ro.read_instance("hand-two-periods"), "labour")
    # The pond takes 400 days in 2036. Money of 2026 pays 950,000 / 47,500 = 20 ha of early forest,
    # 800 days: up to 1,200 days each day is 1 / 40 ha at 111 t; beyond it late forest, 54 t, until
    # the money of 2036 is spent: 550,000 + 20 x 5,000 + 47,500 h = 950,000, h = 6.315789...,
    # 1,200 + 40 h = 1,452.63... days and 2,062.8 + 54 h.
    late = 300_000 / 47_500
    assert points(curve) == near([(400, -157.2), (1_200, 2_062.8),
                                  (1_200 + 40 * late, 2_062.8 + 54 * late)])
    assert [p.price for p in curve.points] == pytest.approx(
        [111 / 40, 54 / 40, 0.0], rel=1e-9, abs=1e-12)
    assert any("2 rows" in note for note in curve.notes)


def test_a_yearly_limit_counts_per_year() -> None:
    curve = ro.value_curve(ro.read_instance("hand-two-periods"), "fish")
    # All 20 ha of pit must be ponds: 20 x 2 t = 40 t a year, whatever is demanded up to that.
    assert points(curve) == near([(40, 2_332.8)])
    assert curve.points[0].price_before == pytest.approx(0.0, abs=1e-12)
    assert curve.above == "above: no plan meets all rules"


def test_topsoil_supply() -> None:
    curve = ro.value_curve(ro.read_instance("hand-topsoil"), "sources[south,2028].supply_m3")
    assert curve.exact
    # The worked price of topsoil there.
    prices = ro.solve(ro.read_instance("hand-topsoil")).prices
    south = prices[(prices["source"] == "south") & (prices["period"] == "2028")]
    at = [p for p in curve.points if p.value <= 3_000][-1]
    assert at.price == pytest.approx(float(south["price"].iloc[0]))
    assert curve.below == "below: values that are not allowed"


def test_a_factor_on_all_supplies() -> None:
    instance = ro.read_instance("hand-topsoil")
    curve = ro.value_curve(instance, "sources[*,*].supply_m3*")
    assert curve.parameter.value == 1.0
    assert curve.now == pytest.approx(ro.solve(instance).objective)
    half = ro.solve(ro.with_overrides(instance, ["sources[*,*].supply_m3*=0.5"]))
    assert curve.lower(0.5) == pytest.approx(half.objective)


def test_an_emission_factor_moves_the_costs() -> None:
    instance = ro.read_instance("hand-topsoil")
    curve = ro.value_curve(instance, "works.diesel_kgco2e_per_l", lower=0.5, upper=10.0)
    assert curve.moves == "costs"
    assert curve.exact
    for value in (0.5, 4.5, 9.0):
        solved = ro.solve(ro.with_overrides(instance, {"works.diesel_kgco2e_per_l": value}))
        assert curve.lower(value) == pytest.approx(solved.objective, rel=1e-9)
    assert all(one.price <= two.price + 1e-9 for one, two in pairwise(curve.points[:-1]))


def test_a_tolerance_leaves_a_gap_on_both_sides_of_the_curve() -> None:
    instance = ro.read_instance("two-parcels")
    whole = ro.value_curve(instance, "budget")
    rough = ro.value_curve(instance, "budget", 0.2)
    assert not rough.exact
    assert 0.0 < rough.gap <= 0.2 * 7_580.8
    for value in (1_300_000.0, 2_000_000.0, 5_000_000.0, 9_000_000.0):
        assert rough.lower(value) <= whole.lower(value) + 1e-6
        assert whole.lower(value) <= rough.upper(value) + 1e-6


def test_without_a_plan_at_any_value_it_is_infeasible() -> None:
    # 20 ha of cropland at 60,000 CNY must be.
    with pytest.raises(ro.Infeasible, match="no plan at any value"):
        ro.value_curve(ro.read_instance("two-parcels"), "budget", lower=0.0, upper=1_000_000.0)


def staged() -> ro.Instance:
    """Ten hectares each of two parcels; income first, at a tolerance of a tenth, then sink."""
    return instance_of(
        parcels=[{"parcel": "a"}, {"parcel": "b"}],
        methods=[{"use": "crop", "method": "till", "income_per_ha_yr": 100,
                  "establishment_cost_per_ha": 10},
                 {"use": "tree", "method": "plant", "establishment_cost_per_ha": 10}],
        site=[{"parcel": parcel, "use": "tree", "extra_tco2e_per_ha": 5} for parcel in "ab"],
        settings={"periods": (2026,), "objectives": (
            Objective("income", tolerance=0.1), Objective("net_sink", stage=2))},
        limits=[limit("budget", "cost", "<=", 100)])


def test_a_later_stage_keeps_the_floor_of_the_earlier_one_at_every_value() -> None:
    curve = ro.value_curve(staged(), "budget")
    # A hectare costs 10. Income first: crop on all that the money pays, v / 10 ha, up to 20 ha at
    # 200; a tenth of it may be given up, so trees on v / 100 ha, 5 t each: 0.05 t per CNY, 10 t.
    assert points(curve) == near([(0, 0.0), (200, 10.0)])
    assert curve.points[0].price == pytest.approx(0.05)
    assert curve.lower(140.0) == pytest.approx(7.0)


def test_the_weight_of_an_earlier_stage_moves_its_floor_and_is_sampled() -> None:
    curve = ro.value_curve(staged(), "objective.income", most_solves=10)
    # Twice the income is the same plan, with 1 ha of trees: 5 t at any weight above 0.
    assert curve.moves == "sampled"
    assert all(point.objective == pytest.approx(5.0) for point in curve.points if point.value > 0)


def test_a_share_is_sampled_and_its_shift_is_exact() -> None:
    instance = instance_of(
        parcels=[{"parcel": "a", "area_ha": 60}],
        methods=[{"use": "tree", "method": "plant"}, {"use": "grass", "method": "sow"}],
        site=[{"parcel": "a", "use": "tree", "extra_tco2e_per_ha": 10},
              {"parcel": "a", "use": "grass", "extra_tco2e_per_ha": 2}],
        settings={"periods": (2026,)},
        limits=[limit("trees", "area", "<=", 40, use="tree", basis="share_of_reclaimed")])
    shifted = ro.value_curve(instance, "trees", shift=True)
    # tree - 0.4 (tree + grass) <= s on 60 ha: tree <= 24 + s, so 48 + 8 x 24 + 8 s = 312 + 8 s
    # from s = -24 (no trees: 120) to s = 36 (all trees: 600). With less land in use than there is,
    # s may fall on: no trees and grass, -0.4 g <= s is slack; below -24 there is no plan.
    assert points(shifted) == near([(-24, 120.0), (36, 600.0)])
    assert shifted.points[0].price == pytest.approx(8.0)
    assert shifted.exact
    sampled = ro.value_curve(instance, "trees", 0.02)
    # At a share of v % trees stand on 0.6 v ha: 120 + 8 x 0.6 v.
    assert sampled.moves == "sampled"
    assert not sampled.exact
    for point in sampled.points:
        assert point.objective == pytest.approx(120 + 4.8 * point.value)
    steps = [two.objective - one.objective for one, two in pairwise(sampled.points)]
    assert sampled.gap == pytest.approx(max(steps))
    assert sampled.gap <= 0.02 * 600 + 1e-6


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(small_instances(), st.data())
def test_the_curve_is_what_solve_finds(instance: ro.Instance, data: st.DataObject) -> None:
    table = instance.tables["limits"]
    exact = [row for row in range(len(table)) if str(table.text("basis")[row]) not in
             ("average", "share_of_reclaimed", "equal")]
    assume(exact)
    name = str(table.text("limit")[data.draw(st.sampled_from(exact))])
    try:
        curve = ro.value_curve(instance, name)
    except ro.Infeasible:
        with pytest.raises(ro.Infeasible):
            ro.solve(instance)
        return
    assert curve.exact
    low, high = curve.points[0].value, curve.points[-1].value
    size = 1e-6 * max(1.0, *(abs(p.objective) for p in curve.points))
    for part in (0.0, data.draw(st.floats(0, 1)), data.draw(st.floats(0, 1)), 1.0):
        value = low + part * (high - low)
        if part in (0.0, 1.0) and "no plan" in (curve.below, curve.above)[int(part)]:
            continue  # a hair's breadth from infeasible
        solved = ro.solve(ro.with_overrides(instance, {f"limits[{name}].value": value}))
        unit = max(size, 1e-6 * sum(abs(t) for t in solved.objective_terms.values()))
        assert curve.lower(value) == pytest.approx(solved.objective, abs=unit)
    if len(instance.settings.objectives) == 1 or len({
            e.stage for e in instance.settings.objectives}) == 1:
        slopes = [p.price for p in curve.points if not math.isnan(p.price)]
        assert all(one >= two - 1e-6 * max(1.0, abs(one)) for one, two in pairwise(slopes))
        sense = str(table.text("sense")[list(table.text("limit")).index(name)])
        sign = {"<=": 1.0, ">=": -1.0, "=": 0.0}[sense]
        assert all(sign * slope >= -1e-6 * max(1.0, abs(slope)) for slope in slopes)


@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(small_instances(), st.data())
def test_nothing_is_feasible_beyond_the_ends(instance: ro.Instance, data: st.DataObject) -> None:
    table = instance.tables["limits"]
    named = [str(name) for name, basis in zip(table.text("limit"), table.text("basis"),
                                              strict=True) if str(basis) in ("", "absolute")]
    assume(named)
    name = data.draw(st.sampled_from(named))
    try:
        curve = ro.value_curve(instance, name)
    except ro.Infeasible:
        return
    span = max(1.0, abs(curve.points[0].value), abs(curve.points[-1].value))
    for words, point, sign in ((curve.below, curve.points[0], -1), (curve.above, curve.points[-1],
                                                                   1)):
        if "not allowed" in words:
            continue
        beyond = ro.with_overrides(instance, {
            f"limits[{name}].value": point.value + sign * 1e-3 * span})
        if "no plan" in words:
            with pytest.raises(ro.Infeasible):
                ro.solve(beyond)
        else:
            slope = point.price_before if sign < 0 else point.price
            expected = point.objective + slope * sign * 1e-3 * span
            size = 1e-6 * max(1.0, abs(point.objective), abs(slope * span))
            assert ro.solve(beyond).objective == pytest.approx(expected, abs=size)
