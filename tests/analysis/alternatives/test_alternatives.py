"""Plans within a loss: worked by hand, against brute force, and what they prove."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import small_instances
from worked import instance_of, limit

import optimizer as ro
from optimizer.analysis.alternatives.alternatives import Alternatives
from optimizer.instance.settings import Objective
from optimizer.options.enumerate import options_of

SITE = [
    {"parcel": "a", "use": "forest", "extra_tco2e_per_ha": 10},
    {"parcel": "a", "use": "grass", "extra_tco2e_per_ha": 9},
    {"parcel": "b", "use": "forest", "extra_tco2e_per_ha": 10},
    {"parcel": "b", "use": "grass", "extra_tco2e_per_ha": 5},
]


def two_parcels(**more) -> ro.Instance:
    """10 ha each; on a grass earns 1 t/ha less than forest, on b 5 t/ha less."""
    return instance_of(
        parcels=[{}, {"parcel": "b", "zone": "south"}],
        methods=[{"use": "forest"}, {"use": "grass"}], site=SITE,
        settings={"periods": (2026,), **more.pop("settings", {})}, **more)


@pytest.fixture(scope="module")
def worked() -> Alternatives:
    return ro.alternatives(two_parcels(), within=0.05, count=2, least_difference_ha=3.0)


def test_the_optimum_and_the_loss(worked: Alternatives) -> None:
    # 20 ha x 10 t; 5 % of it.
    assert worked.optimum.objective == pytest.approx(200.0)
    assert worked.loss_allowed == pytest.approx(10.0)


def test_the_first_plan_is_the_furthest_there_is(worked: Alternatives) -> None:
    first = worked.plans[0]
    # A hectare of a costs 1 t, so 10 t change all of it; on b they would change 2 ha.
    assert first.nearest_ha == pytest.approx(10.0)
    assert first.bound_ha == pytest.approx(10.0)
    assert first.solution.area_by_use == pytest.approx({"forest": 10.0, "grass": 10.0})
    assert first.loss == pytest.approx(10.0)


def test_the_second_plan_is_furthest_from_both(worked: Alternatives) -> None:
    second = worked.plans[1]
    # g ha of grass on a (g t) and y on b (5 y t): from the optimum g + y, from plan 1 10 - g + y,
    # g + 5 y <= 10. Both are 6 at g = 5, y = 1, and more of the one is less of the other.
    assert second.nearest_ha == pytest.approx(6.0)
    assert second.bound_ha == pytest.approx(6.0)
    assert worked.difference_nn[2, :2] == pytest.approx([6.0, 6.0])
    np.testing.assert_allclose(worked.difference_nn, worked.difference_nn.T)


def test_ranges_are_exact(worked: Alternatives) -> None:
    ranges = {(one.kind, one.name): one for one in worked.ranges}
    forest, south = ranges["use", "forest"], ranges["zone", "south"]
    # Forest gives way to grass on a: 10 ha for 10 t. Nothing makes more than 20 ha of it.
    assert (forest.least_ha, forest.optimum_ha, forest.most_ha) == pytest.approx((10.0, 20.0, 20.0))
    assert (forest.least_bound_ha, forest.most_bound_ha) == pytest.approx((10.0, 20.0))
    # Leaving b bare costs 10 t/ha: 1 ha.
    assert (south.least_ha, south.most_ha) == pytest.approx((9.0, 10.0))
    assert ranges["all", ""].least_ha == pytest.approx(19.0)


def test_margins_prove_what_cannot_change(worked: Alternatives) -> None:
    parcels = worked.parcels.set_index("parcel")
    # On b anything else costs at least 5 t/ha: 2 of its 10 ha can change, and forest stays.
    assert parcels.loc["b", "changeable_ha"] == pytest.approx(2.0)
    assert parcels.loc["b", ["use", "state", "proven"]].tolist() == ["forest", "always", True]
    assert parcels.loc["a", "changeable_ha"] == pytest.approx(10.0)
    assert parcels.loc["a", ["state", "proven"]].tolist() == ["depends", False]
    choices = worked.choices.set_index(["parcel", "use"])
    # Bare land loses 10 t/ha: at most 1 ha of each parcel; grass on b at most 2 ha.
    assert choices.loc[("a", ""), "most_possible_ha"] == pytest.approx(1.0)
    assert choices.loc[("b", "grass"), "most_possible_ha"] == pytest.approx(2.0)
    assert choices.loc[("b", "grass"), ["state", "proven"]].tolist() == ["never", True]
    assert choices.groupby("parcel")["frequency"].sum().tolist() == pytest.approx([1.0, 1.0])


def test_no_further_plan_is_proven_where_the_bound_says_so() -> None:
    found = ro.alternatives(two_parcels(), within=0.05, count=5, least_difference_ha=10.5)
    assert found.plans == ()
    assert found.complete
    assert found.left_ha == pytest.approx(10.0)


def test_without_loss_only_ties_are_left() -> None:
    found = ro.alternatives(two_parcels(), within=0.0, least_difference_ha=1.0)
    assert found.plans == ()
    assert found.complete
    tie = instance_of(methods=[{"use": "forest"}, {"use": "grass"}],
                      settings={"periods": (2026,)}, limits=[limit("all", sense="=", value=10)])
    # Both uses earn nothing, so all 10 ha may be either.
    first, = ro.alternatives(tie, within=0.0, count=1).plans
    assert first.nearest_ha == pytest.approx(10.0)
    assert first.loss == pytest.approx(0.0)


def test_an_absolute_loss_counts_where_it_is_larger() -> None:
    found = ro.alternatives(two_parcels(), within=0.0, within_absolute=4.0, count=1)
    assert found.loss_allowed == 4.0
    assert found.plans[0].nearest_ha == pytest.approx(4.0)


def test_earlier_stages_are_kept() -> None:
    stages = (Objective("net_sink", 1.0, "max", 1, 0.02), Objective("cost", 1.0, "min", 2))
    instance = two_parcels(settings={"objectives": stages}, limits=[limit("all", value=20)])
    found = ro.alternatives(instance, within_absolute=1e6, count=1)
    # Cost is 0 everywhere; the sink may fall by 2 % of 200 t: 4 ha of grass on a (1 t/ha), or
    # 0.4 ha left bare (10 t/ha).
    ranges = {one.name: one for one in found.ranges if one.kind != "zone"}
    assert (ranges["forest"].least_ha, ranges["grass"].most_ha) == pytest.approx((16.0, 4.0))
    assert ranges[""].least_ha == pytest.approx(19.6)


def test_ranges_enclose_and_reach_every_plan_of_a_grid() -> None:
    """Brute force: plans on a grid of tenths that lose no more stay within the ranges."""
    instance = two_parcels(limits=[limit("grass-most", use="grass", value=7)])
    found = ro.alternatives(instance, within=0.06, count=1)
    options = options_of(instance)
    gain_o = found.optimum.program.cost
    use_o = instance.practices.use_um[options.practice_o]
    seen: list[np.ndarray] = []
    for fa, ga, fb, gb in np.ndindex(11, 11, 11, 11):
        x_o = np.array([fa, ga, fb, gb], dtype=float)
        legal = fa + ga <= 10 and fb + gb <= 10 and x_o[use_o == 1].sum() <= 7
        if legal and gain_o @ x_o >= found.optimum.objective - found.loss_allowed - 1e-9:
            seen.append(np.array([x_o[use_o == 0].sum(), x_o[use_o == 1].sum(), x_o.sum()]))
    least, most = np.min(seen, axis=0), np.max(seen, axis=0)
    ranges = [one for one in found.ranges if one.kind != "zone"]
    for position, one in enumerate(ranges):
        assert one.least_ha <= least[position] + 1e-7
        assert one.most_ha >= most[position] - 1e-7
    # 6 % are 12 t: 7 ha of grass on a (7 t) and the rest in bare land (10 t/ha).
    assert ranges[1].most_ha == pytest.approx(7.0)
    assert ranges[2].least_ha == pytest.approx(20.0 - 1.2)


@pytest.mark.parametrize("name", ["two-parcels", "hand-topsoil", "hand-two-periods"])
def test_every_plan_keeps_the_rules_and_the_loss(name: str) -> None:
    found = ro.alternatives(ro.read_instance(name), within=0.05, count=3)
    assert found.plans
    for plan in found.plans:
        solution = plan.solution
        assert plan.loss <= found.loss_allowed * (1 + 1e-6)
        assert solution.certificate.primal_violation <= 1e-7
        assert solution.bound == pytest.approx(found.optimum.bound)
        assert ro.check_plan(found.optimum.instance, solution.plan).allowed
        for one in found.ranges:
            if one.kind == "use":
                area = solution.area_by_use[one.name]
                assert one.least_ha - 1e-6 <= area <= one.most_ha + 1e-6
    off = found.difference_nn[~np.eye(len(found.difference_nn), dtype=bool)]
    assert off.min() >= found.least_difference_ha - 1e-9


@settings(max_examples=12)
@given(small_instances(limits=False))
def test_whatever_the_instance_plans_ranges_and_bounds_agree(instance: ro.Instance) -> None:
    try:
        found = ro.alternatives(instance, within=0.1, within_absolute=1.0, count=2)
    except ro.Infeasible:
        return  # land that must be reclaimed and cannot be
    land = float(instance.land.area_i.sum())
    for plan in found.plans:
        solution = plan.solution
        assert ro.check_plan(instance, solution.plan).allowed
        assert plan.loss <= found.loss_allowed + 1e-6 * max(1.0, abs(found.optimum.objective))
        assert found.least_difference_ha - 1e-9 <= plan.nearest_ha <= plan.bound_ha + 1e-6 * land
        for one in found.ranges:
            if one.kind == "use":
                area = solution.area_by_use[one.name]
                assert one.least_bound_ha - 1e-6 <= area <= one.most_bound_ha + 1e-6
        named = solution.plan.groupby(["parcel", "use"])["area_ha"].sum()
        possible = found.choices.set_index(["parcel", "use"])["most_possible_ha"]
        assert all(area <= possible[key] + 1e-6 * land for key, area in named.items())


@pytest.mark.parametrize("arguments", [
    {"within": -0.1}, {"within": 1.0}, {"within": float("nan")}, {"count": -1}, {"least_difference_ha": 0.0},
    {"within_absolute": -1.0}])
def test_arguments_out_of_range_are_refused(arguments) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        ro.alternatives(two_parcels(), **arguments)
