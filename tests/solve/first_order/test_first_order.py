"""The first-order method: against HiGHS, against every rule, and what it says of itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasters import checkerboard, raster
from strategies import small_instances
from worked import instance_of, limit

from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.neighbours import neighbours_of
from optimizer.formulation.layout.plain import plain_costs, without_boundary
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of
from optimizer.solve.certificate import certify, primal_violation, right_signs, upper_bound
from optimizer.solve.edge_prices import EdgePrices
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible, Stopped
from optimizer.solve.first_order.answer import LayoutRun
from optimizer.solve.first_order.bound import bound_at, signed
from optimizer.solve.first_order.exact_end import objective_of_shares
from optimizer.solve.solution import Solution

pytestmark = pytest.mark.usefixtures("searched_here")


def random_prizes(seed: int, rows: int = 3, columns: int = 4, uses: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(1.0, 1.0, (rows, columns, uses))


def first_order(instance: Instance, **asked: object) -> Solution:
    solution = solve(instance, engine="first-order", **asked)
    assert solution.engine == "first-order", solution.engine_reason
    return solution


def layout_run(instance: Instance) -> LayoutRun:
    options = options_of(instance)
    program = assemble(without_boundary(instance), options)
    return LayoutRun(instance, options, program, plain_costs(instance, options))


@pytest.mark.parametrize(("weight", "sink", "boundary"), [
    # Two parcels of 10 ha beside each other over 500 m; u0 brings 3 | 2 t/ha, u1 2 | 3 t/ha.
    # Apart: 30 + 30 = 60 t less 0.5 km x weight; together: 30 + 20 = 50 t without a border.
    (12.0, 60.0, -6.0),
    (30.0, 50.0, 0.0),
])
@pytest.mark.parametrize("whole", [False, True])
def test_two_regions_by_hand(whole: bool, weight: float, sink: float, boundary: float) -> None:
    prizes = np.array([[[3.0, 2.0], [2.0, 3.0]]])
    solution = first_order(raster(prizes, weight, area_ha=10, side_m=500), whole_parcels=whole)
    assert solution.objective == pytest.approx(sink + boundary)
    assert solution.objective_terms == pytest.approx({"net_sink": sink, "boundary": boundary})
    assert solution.status == "optimal"


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(boundaries=True))
def test_random_instances_have_the_optimum_of_highs(instance: Instance) -> None:
    if len({entry.stage for entry in instance.settings.objectives}) > 1:
        return  # several objectives are solved by HiGHS: see the words below
    try:
        expected = solve(instance, engine="highs")
    except Infeasible:
        with pytest.raises(Infeasible):
            solve(instance, engine="first-order")
        return
    solution = first_order(instance)
    size = max(1.0, sum(map(abs, expected.objective_terms.values())))
    assert solution.objective == pytest.approx(expected.objective, abs=1e-6 * size)
    assert solution.bound >= expected.objective - 1e-9 * size
    assert solution.certificate.primal_violation <= 1e-7
    assert solution.certificate.relative_gap <= 1e-6


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(boundaries=True, groups=True))
def test_whole_plans_keep_every_rule_and_their_bound_holds(instance: Instance) -> None:
    if len({entry.stage for entry in instance.settings.objectives}) > 1:
        return
    try:
        expected = solve(instance, engine="highs", whole_parcels=True)
    except Infeasible:
        with pytest.raises(Infeasible):
            solve(instance, engine="first-order", whole_parcels=True)
        return
    solution = first_order(instance, whole_parcels=True)
    size = max(1.0, sum(map(abs, expected.objective_terms.values())))
    assert solution.bound >= expected.objective - 1e-6 * size
    assert solution.objective <= expected.objective + 1e-5 * size
    share_o = solution.area_o / instance.land.area_i[solution.options.parcel_o]
    assert np.max(np.minimum(share_o, np.abs(1.0 - share_o)), initial=0.0) <= 1e-9
    assert primal_violation(solution.program, solution.x_c) <= 1e-7


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(boundaries=True), st.integers(0, 2**32 - 1))
def test_any_prices_bound_alike_in_arrays_beside_the_program_and_in_its_rows(
    instance: Instance, seed: int
) -> None:
    if len({entry.stage for entry in instance.settings.objectives}) > 1:
        return
    run, random = layout_run(instance), np.random.default_rng(seed)
    problem, options = run.problem, run.options
    weight_el = problem.weight_e[:, None]
    price_el = random.uniform(-1.0, 1.0, (problem.edges, problem.uses + 1)) * weight_el
    pi_r = signed(problem, random.normal(0.0, 1.0, problem.rows))
    in_arrays = bound_at(problem, price_el, pi_r)

    prices = EdgePrices.within(run.neighbours, price_el, run.stage.boundary)
    plain_r = np.zeros(run.program.shape[0])
    plain_r[problem.split.row_r] = problem.prices(pi_r)
    beside = upper_bound(prices.priced(instance, options, run.program), plain_r)
    program = assemble(instance, options)
    price_r = np.append(plain_r, prices.of_rows(instance, options))
    in_rows = upper_bound(program, price_r)
    size = max(1.0, abs(in_rows), float(np.abs(program.cost).max(initial=0.0)) * 100)
    assert beside == pytest.approx(in_rows, abs=1e-9 * size)
    assert in_arrays == pytest.approx(in_rows, abs=1e-9 * size)
    np.testing.assert_array_equal(right_signs(program, price_r)[run.program.shape[0]:],
                                  price_r[run.program.shape[0]:])
    try:
        best = solve(instance, engine="highs").objective
    except Infeasible:
        return
    assert in_rows >= best - 1e-8 * size


def test_shares_earn_what_columns_of_the_program_do() -> None:
    instance = raster(random_prizes(4), 2.0, limits=[limit("most", value=5.5, use="u1")])
    solution, run = solve(instance, engine="highs"), layout_run(instance)
    share_o = solution.area_o / run.problem.split.area_i[run.problem.parcel_o]
    assert objective_of_shares(run.problem, share_o) == pytest.approx(solution.objective)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("turned", [
    np.rot90, lambda prizes: prizes[::-1], lambda prizes: prizes[:, ::-1],
    lambda prizes: prizes[:, :, ::-1]])
def test_turning_mirroring_and_renaming_change_nothing(turned, whole: bool) -> None:
    prizes = random_prizes(11, 6, 7)
    one = first_order(raster(prizes, 3.0), whole_parcels=whole)
    other = first_order(raster(turned(prizes), 3.0), whole_parcels=whole)
    assert other.objective == pytest.approx(one.objective, rel=1e-6)
    assert other.bound == pytest.approx(one.bound, rel=1e-6)


@pytest.mark.parametrize("whole", [False, True])
def test_without_a_weight_the_plan_is_the_plain_one(whole: bool) -> None:
    limits = [limit("most", value=3, use="u1"), limit("least", sense=">=", value=2, use="u2")]
    instance = raster(random_prizes(7), limits=limits)
    expected = solve(instance, engine="highs", whole_parcels=whole)
    solution = first_order(instance, whole_parcels=whole)
    assert solution.objective == pytest.approx(expected.objective)
    assert "boundary" not in solution.objective_terms


@pytest.mark.parametrize("whole", [False, True])
def test_boundary_falls_as_the_weight_grows(whole: bool) -> None:
    weights = (0.01, 1.0, 4.0, 16.0, 64.0)
    limits = [limit("least", sense=">=", value=3, use="u2")]
    found = [first_order(raster(random_prizes(1), weight, limits=limits), whole_parcels=whole)
             for weight in weights]
    km = [-one.objective_terms["boundary"] / weight
          for one, weight in zip(found, weights, strict=True)]
    sink = [one.objective_terms["net_sink"] for one in found]
    for falling in (km, sink):
        assert all(later <= earlier + 1e-6 for earlier, later in pairwise(falling))
    assert km[0] > km[-1] + 0.1


def test_limits_of_both_senses_bind_and_are_kept() -> None:
    limits = [limit("least", sense=">=", value=4.5, use="u2"),
              limit("most", value=2.5, use="u0"),
              limit("even", sense="=", value=3.25, use="u1")]
    instance = raster(random_prizes(5, 5, 5) + np.array([2.0, 0.0, -1.0]), 1.5, limits=limits)
    expected, solution = solve(instance, engine="highs"), first_order(instance)
    assert solution.objective == pytest.approx(expected.objective)
    area = solution.area_by_use
    assert area["u1"] == pytest.approx(3.25)
    assert area["u2"] >= 4.5 - 1e-9
    assert area["u0"] <= 2.5 + 1e-9
    prices = solution.limits.set_index("limit")["shadow_price"]
    expected_prices = expected.limits.set_index("limit")["shadow_price"]
    assert prices["least"] <= 0.0 <= prices["most"]
    assert prices["even"] == pytest.approx(expected_prices["even"], abs=1.0)


def test_limits_that_cannot_be_met_are_told_by_name() -> None:
    limits = [limit("much", sense=">=", value=8, use="u0"),
              limit("too-much", sense=">=", value=8, use="u1")]
    instance = raster(random_prizes(2), 2.0, must_reclaim=True, limits=limits)
    with pytest.raises(Infeasible, match="much"):
        solve(instance, engine="first-order")


def test_whole_parcels_that_cannot_be_met_are_infeasible() -> None:
    # Cells of 1 ha cannot add up to 1.5 ha.
    limits = [limit("half", sense="=", value=1.5, use="u0")]
    with pytest.raises(Infeasible):
        solve(raster(random_prizes(2), 2.0, limits=limits), engine="first-order",
              whole_parcels=True)


def test_pieces_of_a_group_get_one_use() -> None:
    # Two pieces would rather have different uses: 5 + 5 = 10 t less 0.1 km x 10 = 9 t. As one group
    # both get u0 (5 + 1 = 6 t) or u1 (2 + 5 = 7 t).
    instance = instance_of(
        parcels=[{"parcel": name, "area_ha": 1, "group": "dump"} for name in ("a", "b")],
        methods=[{"use": "u0"}, {"use": "u1"}],
        site=[{"parcel": parcel, "use": use, "extra_tco2e_per_ha": prize} for parcel, use, prize
              in (("a", "u0", 5.0), ("a", "u1", 2.0), ("b", "u0", 1.0), ("b", "u1", 5.0))],
        adjacency=[{"parcel_a": "a", "parcel_b": "b", "shared_boundary_m": 100}],
        settings={"periods": (2026,), "layout": {"boundary_weight_tco2e_per_km": 10.0}})
    apart, together = first_order(instance), first_order(instance, whole_parcels=True)
    assert apart.objective == pytest.approx(9.0)
    assert together.objective == pytest.approx(7.0)
    assert set(together.plan["use"]) == {"u1"}


def test_one_cell_islands_and_a_giant_among_dwarfs() -> None:
    single = raster(np.array([[[2.0, 1.0]]]))
    assert first_order(single).objective == pytest.approx(2.0)
    # A giant of 1,000 ha touches forty dwarfs of 1 ha, which touch nothing else; ten islands.
    dwarfs, islands = [f"d{n}" for n in range(40)], [f"i{n}" for n in range(10)]
    random = np.random.default_rng(3)
    instance = instance_of(
        parcels=[{"parcel": "giant", "area_ha": 1000},
                 *({"parcel": name, "area_ha": 1} for name in (*dwarfs, *islands))],
        methods=[{"use": "u0"}, {"use": "u1"}],
        site=[{"parcel": name, "use": use, "extra_tco2e_per_ha": float(random.normal(0.5, 1.0))}
              for name in ("giant", *dwarfs, *islands) for use in ("u0", "u1")],
        adjacency=[{"parcel_a": "giant", "parcel_b": name, "shared_boundary_m": 100}
                   for name in dwarfs],
        limits=[limit("most", value=520, use="u0"), limit("least", sense=">=", value=100)],
        settings={"periods": (2026,), "layout": {"boundary_weight_tco2e_per_km": 6.0}})
    expected = solve(instance, engine="highs")
    assert first_order(instance).objective == pytest.approx(expected.objective, rel=1e-6)


def test_parcels_without_options_stay_bare() -> None:
    instance = raster(random_prizes(8), 2.0)
    uses = instance.tables["uses"].with_columns(min_soil_depth_m=np.array([0.2, 0.2, 0.2]))
    depth = np.where(np.arange(12) % 3 == 0, 0.0, 0.3)
    parcels = instance.tables["parcels"].with_columns(soil_depth_m=depth)
    barren = Instance(instance.settings, {**instance.tables, "uses": uses, "parcels": parcels})
    assert len(np.unique(options_of(barren).parcel_o)) == 8
    expected, solution = solve(barren, engine="highs"), first_order(barren)
    assert solution.objective == pytest.approx(expected.objective)


def test_several_objectives_are_left_to_highs_in_words() -> None:
    from optimizer.instance.settings import Objective

    instance = raster(random_prizes(8), 2.0)
    twofold = replace(instance, settings=replace(instance.settings, objectives=(
        Objective("net_sink"), Objective("area", stage=2))))
    solution = solve(twofold, engine="first-order")
    assert solution.engine == "highs"
    assert "no first-order method, as it takes one objective" in solution.engine_reason


def test_large_layouts_keep_edge_prices_beside_the_program(monkeypatch) -> None:
    instance = raster(random_prizes(6, 8, 8), 2.0, limits=[limit("most", value=9.5, use="u1")])
    expected = first_order(instance)
    monkeypatch.setattr("optimizer.solve.first_order.answer.FULL_UP_TO_EDGES", 0)
    compact = first_order(instance, compact=True)
    assert compact.program.shape[0] == 64 + 1
    assert compact.objective == pytest.approx(expected.objective)
    assert compact.objective_terms == pytest.approx(expected.objective_terms)
    assert compact.is_compact
    for table in ("limits", "parcels", "plan", "carbon"):
        one, other = getattr(compact, table), getattr(expected, table)
        for column in one.columns:
            if one[column].dtype.kind == "f":
                np.testing.assert_allclose(one[column], other[column], rtol=1e-6, atol=1e-6)
    rows = certify(expected.program, expected.x_c, expected.price_r)
    assert compact.bound == pytest.approx(rows.bound)
    np.testing.assert_allclose(
        compact.edge_prices.of_rows(instance, compact.options),
        expected.price_r[compact.program.shape[0]:], atol=1e-9)


def test_auto_takes_it_for_many_parcels_and_says_so(monkeypatch) -> None:
    instance = raster(random_prizes(5, 6, 6), 2.0)
    assert solve(instance).engine == "highs"
    monkeypatch.setattr("optimizer.solve.layout_choice.FIRST_ORDER_FROM_PARCELS", 30)
    solution = solve(instance)
    assert solution.engine == "first-order"
    assert "prices of 60 shared boundaries" in solution.engine_reason
    assert solve(instance, compact=False).engine == "highs"


def test_a_gap_asked_for_is_kept_and_told() -> None:
    instance = raster(random_prizes(9, 15, 15), 1.0, limits=[limit("most", value=40.5, use="u0")])
    exact, near = first_order(instance), first_order(instance, gap=0.05)
    assert exact.status == "optimal"
    assert near.relative_gap <= 0.05
    assert near.bound >= exact.objective - 1e-9
    assert "5e-02 was asked for" in near.engine_reason


def test_a_time_limit_leaves_a_plan_or_says_that_there_is_none() -> None:
    instance = raster(random_prizes(9, 30, 30), 1.0, limits=[limit("most", value=99.5, use="u0")])
    with pytest.raises(Stopped) as stopped:
        solve(instance, engine="first-order", whole_parcels=True, gap=0.0, time_limit=0.5)
    incumbent = stopped.value.incumbent
    if incumbent is not None:
        assert incumbent.status == "stopped"
        assert primal_violation(incumbent.program, incumbent.x_c) <= 1e-7


def test_every_step_is_logged() -> None:
    steps = []
    solution = first_order(raster(random_prizes(9, 12, 12), 1.0), log=steps.append)
    assert {step.phase for step in steps} <= {"layout", "free"}
    bounds = [step.bound for step in steps]
    assert bounds == sorted(bounds, reverse=True)
    assert steps[-1].bound == pytest.approx(solution.bound)
    assert "laying 144 parcels out" in steps[0].words


def test_checkerboards_are_exact() -> None:
    for weight in (1.0, 2.0, 3.0, 4.0):
        instance = raster(checkerboard(7), weight, must_reclaim=True)
        assert first_order(instance).objective == pytest.approx(
            solve(instance, engine="highs").objective)


def test_neighbours_of_a_raster_are_each_there_once() -> None:
    run = layout_run(raster(random_prizes(1, 4, 5), 1.0))
    problem, neighbours = run.problem, neighbours_of(run.instance)
    assert problem.edges == neighbours.count == 4 * 4 + 3 * 5
    for i in range(problem.parcels):
        signed_n = problem.near_n[problem.near_ptr_i[i]:problem.near_ptr_i[i + 1]]
        assert sorted(signed_n) == sorted([*np.flatnonzero(problem.a_e == i),
                                           *(-1 - np.flatnonzero(problem.b_e == i))])
