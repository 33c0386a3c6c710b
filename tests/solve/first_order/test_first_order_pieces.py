"""Pieces of the first-order method: stocks worked out, narrowing, plans mended, restricted ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rasters import raster
from worked import instance_of, limit

import optimizer as ro
from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.plain import plain_costs, without_boundary
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.instance.read import instance_from_tables
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of
from optimizer.solve.engine import solve
from optimizer.solve.first_order.answer import LayoutRun
from optimizer.solve.first_order.bound import bound_at
from optimizer.solve.first_order.descent import Descent, Omegas, Restarts
from optimizer.solve.first_order.exact_end import (
    exact_end,
    objective_of_shares,
    shares_of_choice,
)
from optimizer.solve.first_order.narrow import is_wide, worth_keeping
from optimizer.solve.first_order.plan import Planner
from optimizer.solve.first_order.whole_end import keeps_rows
from optimizer.solve.layout_choice import announcement, expected_seconds


def layout_run(instance: Instance) -> LayoutRun:
    options = options_of(instance)
    program = assemble(without_boundary(instance), options)
    return LayoutRun(instance, options, program, plain_costs(instance, options))


def generated(cells: int, **size: int) -> Instance:
    made = generate_instance(Size(cells, 3, most_zones=1, **size))
    settings = replace(made.settings, layout={"boundary_weight_tco2e_per_km": 20.0})
    return instance_from_tables(settings, dict(made.tables))


def test_stocks_become_limits_on_what_was_used_so_far() -> None:
    # 1,000 m3 come in both periods, a tenth of what is left is lost each year of the five between:
    # kept 0.9^5 = 0.59049. Options bring 0.2 m, 2,000 m3/ha, to 10 ha (20,000 m3 a whole parcel):
    #   left after period 1: 1,000 - 20,000 z1 >= 0
    #   left after period 2: 1,000 + 590.49 - 0.59049 x 20,000 z1 - 20,000 z2 >= 0
    instance = instance_of(
        parcels=[{"parcel": "a", "soil_depth_m": 0.3}],
        methods=[{"use": "u0", "method": "cover", "after:soil_depth_m": 0.5}],
        sources=[{"source": "heap", "supply_m3": 1000, "volume_loss_pct_per_year": 10,
                  "x": 600_000, "y": 4_370_000}],
        hauls=[{"source": "heap", "parcel": "a", "distance_km": 1.0}])
    problem = layout_run(instance).problem
    coefficients = problem.matrix.toarray() * problem.size_r
    np.testing.assert_allclose(coefficients, [[20_000.0, 11_809.8], [0.0, 20_000.0]])
    np.testing.assert_allclose(problem.upper_r * problem.size_r, [1000.0, 1590.49])
    assert np.all(np.isneginf(problem.lower_r))


def test_the_nearest_point_of_the_simplex() -> None:
    from optimizer.solve.first_order.kernels import RUNS, step_shares

    random = np.random.default_rng(2)
    value = random.normal(0.0, 1.0, 5)
    point, image = value.copy(), np.zeros(5)
    none, bare = np.zeros(0), np.zeros(1)
    step_shares(
        np.array([0, 5]), np.array([True]), np.zeros(5, np.int32), np.zeros(5),
        np.zeros(6, np.int64), np.zeros(0, np.int32), none, np.zeros(2, np.int64),
        np.zeros(0, np.int32), np.zeros((0, 2)), none, np.ones(1), 0.5, point, bare,
        np.zeros(5), np.zeros(1), image, np.zeros(1), np.zeros((1, 2)), 5)
    assert RUNS > 1
    assert image.sum() == pytest.approx(1.0)
    level = (value - image)[image > 0.0]  # all that is left is shifted by one number
    np.testing.assert_allclose(level, level[0])
    assert np.all(value[image == 0.0] <= level[0] + 1e-12)


def test_the_bound_falls_to_the_optimum() -> None:
    prizes = np.random.default_rng(5).normal(1.0, 1.0, (6, 6, 3))
    instance = raster(prizes, 2.0, limits=[limit("most", value=9.5, use="u1")])
    problem, best = layout_run(instance).problem, solve(instance, engine="highs").objective
    descent, bounds = Descent(problem), []
    for _ in range(30):
        descent.run(100)
        bounds.append(bound_at(problem, descent.images.price_el, descent.images.pi_r))
    assert min(bounds) >= best - 1e-9
    assert min(bounds) == pytest.approx(best, rel=1e-5)
    assert bounds[0] > bounds[-1]


def test_restarts_come_with_progress_and_never_at_once() -> None:
    restarts = Restarts(steps=100, since=1)
    assert not restarts.due(1.0)
    assert not restarts.due(0.9)
    assert restarts.due(0.2)
    restarts.restarted()
    assert not restarts.due(5.0)
    restarts.since = 36  # as many as 0.36 of all steps
    assert restarts.due(4.9)
    omegas = Omegas(1.0, 1.0)
    omegas.follow(shares=1.0, edges=4.0, rows=0.0)
    assert (omegas.edges, omegas.rows) == (2.0, 1.0)


def test_what_is_broken_is_mended_at_the_least_loss() -> None:
    # Six cells in a row without boundaries that matter, u0 best everywhere by 1 to 6 t; at most
    # 4 ha of u0: the two that lose least, the first and the second, change.
    prizes = np.array([[[10.0 + n, 9.0] for n in range(1, 7)]]) + np.array([0.0, 1.0])
    instance = raster(prizes, 1e-6, limits=[limit("most", value=4, use="u0")])
    problem = layout_run(instance).problem
    everywhere_u0 = problem.split.start_i[:-1].copy()
    plan = Planner(problem).mended(everywhere_u0, np.zeros(problem.rows))
    assert plan.outside == 0.0
    assert problem.use_o[plan.choice_i].tolist() == [1, 1, 0, 0, 0, 0]
    # 13 + 14 + 15 + 16 + 2 x 10 = 78
    assert plan.objective == pytest.approx(78.0, abs=1e-5)


def test_the_exact_end_reaches_the_optimum_from_any_plan() -> None:
    prizes = np.random.default_rng(6).normal(1.0, 1.0, (5, 6, 3))
    instance = raster(prizes, 2.0, limits=[limit("most", value=7.5, use="u1")])
    problem, best = layout_run(instance).problem, solve(instance, engine="highs").objective
    bare = np.full(problem.parcels, -1, dtype=np.int64)
    end = exact_end(
        problem, bare, np.ones(problem.parcels, dtype=bool),
        np.zeros((problem.edges, problem.uses + 1)), np.zeros(problem.rows),
        np.ones(problem.options, dtype=bool), 1e-9)
    assert end.bound == pytest.approx(best)
    assert objective_of_shares(problem, end.share_o) == pytest.approx(best)
    assert keeps_rows(problem, end.share_o)
    assert objective_of_shares(problem, shares_of_choice(problem, bare)) == pytest.approx(0.0)


def test_options_left_out_come_back_where_they_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = generated(60, methods=3, periods=3, sources=2)
    run = layout_run(instance)
    assert is_wide(run.problem)
    shares = np.zeros(run.problem.options)
    kept = worth_keeping(run.problem, np.zeros(run.problem.rows), shares)
    assert len(kept) < 0.5 * run.problem.options
    expected = solve(instance, engine="highs")
    solution = solve(instance, engine="first-order")
    assert solution.objective == pytest.approx(expected.objective, rel=1e-8)
    # Without exact ends the descent goes on with the options it keeps, and the bound is of all.
    monkeypatch.setattr("optimizer.solve.first_order.search.MOST_FREE", -1)
    near = solve(instance, engine="first-order", gap=0.05)
    assert near.bound >= expected.objective - 1e-9 * abs(expected.objective)
    assert near.objective <= expected.objective + 1e-9 * abs(expected.objective)
    assert near.certificate.primal_violation <= 1e-7


def test_what_a_layout_is_expected_to_take() -> None:
    instance = generated(400, methods=1, periods=1, sources=1)
    assert announcement(instance, "auto", compact=True) is None
    # HiGHS: 19 s at 3,600 parcels, with the square: (400 / 3,600)^2 x 19 = 0.23 s.
    assert expected_seconds(instance, first_order=False) == pytest.approx(19.0 / 81.0)
    # 760 pairs x 5 labels x 300 steps x 30 ns and 400 parcels x (0.12 + 0.8) ms.
    assert expected_seconds(instance, first_order=True) == pytest.approx(0.0342 + 0.368)


def test_a_stock_that_is_used_up_is_nothing_and_not_rounding() -> None:
    made = generated(225, methods=1, periods=1, sources=1)
    supply = float(made.tables["sources"].number("supply_m3").sum())
    for part in (0.9, 0.85):
        scarce = ro.with_overrides(made, {"sources[*,*].supply_m3": part * supply})
        solution = solve(scarce, engine="first-order")
        assert solution.engine == "first-order"
        assert solution.stocks["stock_m3"].tolist() == [0.0]
        assert solution.certificate.relative_gap <= 1e-9
