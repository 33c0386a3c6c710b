"""Prices on both sides, their ranges and next steps: worked by hand, and held against `solve`."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import small_instances
from worked import instance_of, limit

import optimizer as ro
from optimizer.analysis.prices.record import Price, PriceTable


def the(table: PriceTable, name: str, where: str = "") -> Price:
    found = [row for row in table.rows if row.name == name and where in row.where]
    assert len(found) == 1
    return found[0]


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def test_the_budget_of_two_parcels() -> None:
    table = ro.prices(ro.read_instance("two-parcels"))
    budget = the(table, "budget")
    # Grass on the face, 28 t for 87,500 CNY, from 3,680,000 CNY (none) to 7,180,000 (all 40 ha).
    assert budget.reported == near(28 / 87_500)
    assert (budget.less.price, budget.more.price) == (near(28 / 87_500), near(28 / 87_500))
    assert (budget.less.until, budget.more.until) == (near(3_680_000), near(7_180_000))
    assert (budget.less.end, budget.more.end) == ("breakpoint", "breakpoint")
    assert budget.flags == ()
    # 87,500 / 28 = 3,125 CNY a tonne.
    assert budget.abatement_cost_more == near(3_125)
    # 10 % of 6,480,000 CNY is 648,000: 648,000 x 0.00032 = 207.36 t.
    assert [step.relative for step in budget.steps] == [-0.1, -0.05, -0.01, 0.01, 0.05, 0.1]
    assert budget.steps[-1].change == near(207.36)
    assert budget.steps[0].change == near(-207.36)
    # Cropland 4.04 t on the platform instead of forest, 159; it costs 60,000 instead of 62,000:
    # 2,000 CNY more for the face, 0.64 t: -154.96 + 0.64. All 60 ha of platform at most.
    cropland = the(table, "cropland-minimum")
    assert cropland.more.price == near(-154.32)
    assert cropland.more.until == near(60.0)
    assert cropland.more.end == "infeasible"
    assert math.isnan(cropland.abatement_cost_more)


def test_the_labour_of_two_periods() -> None:
    table = ro.prices(ro.read_instance("hand-two-periods"))
    labour = the(table, "labour", "2045")
    # Late forest, 54 t for 40 days, between 1,200 days (only early forest and ponds) and
    # 1,452.63... days, when the money of 2036 is spent: see the curve over both rows; the row of
    # 2026 does not bind there.
    assert labour.reported == near(1.35)
    assert labour.less.until == near(1_200)
    assert labour.more.until == near(1_200 + 40 * 300_000 / 47_500)
    # 5 % more are 70 days, of which 52.63... are of use.
    assert labour.steps[4].change == near(54 * 300_000 / 47_500 - 5 * 54)
    assert table.unpriced == 3


def test_topsoil_next_steps_are_solved_again() -> None:
    instance = ro.read_instance("hand-topsoil")
    table = ro.prices(instance, only=["north"])
    assert {row.name for row in table.rows} == {"north"}
    later = the(table, "north", "2028")
    # Nothing is supplied there now: less cannot be, and a tenth of the source's 35,000 m3 more is
    # solved again.
    assert math.isnan(later.less.price)
    assert later.less.end == "allowed"
    assert later.flags == ()
    more = ro.solve(ro.with_overrides(instance, {"sources[north,2028].supply_m3": 3_500}))
    assert later.steps[-1].objective == near(more.objective)
    assert later.more.price == near(0.01055)


def test_a_limit_that_does_not_bind_is_said_to() -> None:
    table = ro.prices(ro.read_instance("hand-two-periods"), only=["fish"])
    assert table.rows == ()
    assert table.notes == ("fish does not bind: a little more or less of it changes nothing",)


def degenerate(**parcel: Any) -> ro.Instance:
    """Ten hectares of trees, 5 t and 100 CNY each, and 1,000 CNY: land and money end at once."""
    return instance_of(
        parcels=[{"parcel": "a", "area_ha": 10} | parcel],
        methods=[{"use": "tree", "method": "plant", "establishment_cost_per_ha": 100}],
        site=[{"parcel": "a", "use": "tree", "extra_tco2e_per_ha": 5}],
        settings={"periods": (2026,)}, limits=[limit("budget", "cost", "<=", 1_000)])


def test_a_degenerate_price_has_two_sides() -> None:
    budget = the(ro.prices(degenerate()), "budget")
    # A yuan less is 0.01 ha less, 0.05 t; a yuan more finds no land.
    assert budget.less.price == near(0.05)
    assert budget.more.price == near(0.0)
    assert budget.less.until == near(0.0)
    assert budget.more.end == "further"
    assert budget.flags == ("two prices",)
    assert [step.change for step in budget.steps] == [
        near(-5), near(-2.5), near(-0.5), near(0), near(0), near(0)]
    # A tonne less saves 100 / 5 = 20 CNY; no money buys a tonne more.
    assert budget.abatement_cost_less == near(20)
    assert math.isnan(budget.abatement_cost_more)


def test_a_one_sided_price_says_where_no_plan_is() -> None:
    budget = the(ro.prices(degenerate(must_reclaim=1)), "budget")
    # All ten hectares must be planted, for which exactly the money is there.
    assert math.isnan(budget.less.price)
    assert budget.less.end == "infeasible"
    assert budget.flags == ("no plan with less",)
    assert [step.feasible for step in budget.steps] == [False] * 3 + [True] * 3
    assert budget.more.price == near(0.0)


def test_the_steps_before_the_edge_are_told_and_the_edge_is_exact() -> None:
    # 4 of the 10 ha must be planted with 420 CNY: 400 CNY is the least, 4.8 % less.
    instance = instance_of(
        parcels=[{"parcel": "a", "area_ha": 4, "must_reclaim": 1},
                 {"parcel": "b", "area_ha": 6}],
        methods=[{"use": "tree", "method": "plant", "establishment_cost_per_ha": 100}],
        site=[{"parcel": name, "use": "tree", "extra_tco2e_per_ha": 5} for name in "ab"],
        settings={"periods": (2026,)}, limits=[limit("budget", "cost", "<=", 420)])
    budget = the(ro.prices(instance), "budget")
    assert budget.less.price == near(0.05)
    assert budget.less.until == pytest.approx(400.0)
    assert budget.less.end == "infeasible"
    assert [step.feasible for step in budget.steps[:3]] == [False, False, True]
    assert budget.more.until == near(1_000)


def test_whole_parcels_and_unknown_names_are_refused() -> None:
    instance = ro.read_instance("two-parcels")
    with pytest.raises(ValueError, match="whole parcels have no prices"):
        ro.prices(ro.solve(instance, whole_parcels=True))
    with pytest.raises(ro.InstanceRefused, match="Did you mean `budget`"):
        ro.prices(instance, only=["budgt"])


def test_tables_have_a_row_for_each() -> None:
    table = ro.prices(ro.read_instance("two-parcels"))
    assert len(table.ranges) == len(table.rows) == 3
    assert len(table.steps) == sum(len(row.steps) for row in table.rows)
    assert table.record()["prices"][0]["name"] == table.rows[0].name


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(small_instances())
def test_a_price_holds_in_its_range(instance: ro.Instance) -> None:
    try:
        solution = ro.solve(instance)
    except ro.Infeasible:
        return
    table = ro.prices(solution)
    staged = len(solution.stages) > 1
    for row in table.rows:
        sides = [side for side in (row.less, row.more) if not math.isnan(side.price)]
        size = 1e-6 * max(1.0, *(abs(side.price) for side in sides), abs(row.reported))
        if not staged and len(sides) == 2:
            # The curve is concave, and the solver's price is one of its slopes here.
            assert row.less.price >= row.reported - size
            assert row.reported >= row.more.price - size
        for step in row.steps:
            side = row.more if step.relative > 0 else row.less
            within = (step.value - side.until) * (1 if step.relative > 0 else -1) <= 0
            if step.feasible and within:
                expected = side.price * (step.value - row.value)
                scale = sum(abs(t) for t in solution.objective_terms.values())
                assert step.change == pytest.approx(expected, abs=1e-6 * max(1.0, scale))
