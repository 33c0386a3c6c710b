"""Plans under a boundary weight: hand-solved rasters, every plan tried, properties, proofs."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasters import checkerboard, raster
from strategies import small_instances
from worked import limit

from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.edges import with_edges
from optimizer.instance.record import Instance
from optimizer.solve.certificate import right_signs, upper_bound
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible

pytestmark = pytest.mark.usefixtures("searched_here")


def random_prizes(seed: int, rows: int = 3, columns: int = 4, uses: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(1.0, 1.0, (rows, columns, uses))


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("weight", "sink", "boundary"), [
    # Two parcels of 10 ha beside each other over 500 m; u0 brings 3 | 2 t/ha, u1 2 | 3 t/ha.
    # Apart: 30 + 30 = 60 t less 0.5 km x weight; together: 30 + 20 = 50 t without a border.
    (12.0, 60.0, -6.0),   # 54 beats 50
    (30.0, 50.0, 0.0),    # 60 - 15 = 45 does not
])
def test_two_regions_by_hand(whole: bool, weight: float, sink: float, boundary: float) -> None:
    prizes = np.array([[[3.0, 2.0], [2.0, 3.0]]])
    solution = solve(raster(prizes, weight, area_ha=10, side_m=500), whole_parcels=whole)
    assert solution.objective == pytest.approx(sink + boundary)
    assert solution.objective_terms == pytest.approx({"net_sink": sink, "boundary": boundary})
    assert solution.net_sink_tco2e == pytest.approx(sink)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("weight", "objective"), [
    # 3 x 3 cells of 1 ha, 12 borders of 0.1 km; 1 t for the own colour, 0 for the other.
    (2.0, 6.6),   # the checkerboard: 9 - 2 x 1.2
    (3.0, 5.6),   # centre turned white, which frees its 4 borders: 8 - 3 x 0.8
    (4.0, 5.0),   # all black: 5 - 0; the white plus: 8 - 3.2 = 4.8
])
def test_checkerboard_by_hand(whole: bool, weight: float, objective: float) -> None:
    instance = raster(checkerboard(3), weight, must_reclaim=True)
    solution = solve(instance, whole_parcels=whole)
    assert solution.objective == pytest.approx(objective)
    assert solution.status == "optimal"


def test_a_border_with_bare_land_costs_as_much() -> None:
    # Three cells in a row bring 5, -1 and 5 t with the only use. Bare in the middle: 10 t less two
    # borders of 0.1 km; with it: 9 t without a border. 10 - 0.2 x 4 = 9.2; 10 - 0.2 x 6 = 8.8.
    prizes = np.array([[[5.0], [-1.0], [5.0]]])
    assert solve(raster(prizes, 4.0)).objective == pytest.approx(9.2)
    assert solve(raster(prizes, 6.0)).objective == pytest.approx(9.0)


@pytest.mark.parametrize("seed", range(4))
def test_whole_parcels_against_every_plan_there_is(seed: int) -> None:
    weight, prizes = 5.0, random_prizes(seed, 2, 3, 2)
    solution = solve(raster(prizes, weight), whole_parcels=True)
    borders = [((r, c), (r, c + 1)) for r in range(2) for c in range(2)]
    borders += [((0, c), (1, c)) for c in range(3)]
    padded = np.concatenate([prizes, np.zeros((2, 3, 1))], axis=2)
    best = -np.inf
    for chosen in product(range(3), repeat=6):  # u0, u1 or bare on each of six cells
        use = np.reshape(chosen, (2, 3))
        gain = sum(padded[r, c, use[r, c]] for r in range(2) for c in range(3))
        km = 0.1 * sum(use[one] != use[other] for one, other in borders)
        best = max(best, gain - weight * km)
    assert solution.objective == pytest.approx(best)


@pytest.mark.parametrize("seed", range(3))
def test_boundary_falls_as_the_weight_grows(seed: int) -> None:
    limits = [limit("least", sense=">=", value=3, use="u2")]
    found = [solve(raster(random_prizes(seed), weight, limits=limits))
             for weight in (0.01, 1.0, 4.0, 16.0, 64.0)]
    km = [-solution.objective_terms["boundary"] / weight
          for solution, weight in zip(found, (0.01, 1.0, 4.0, 16.0, 64.0), strict=True)]
    sink = [solution.net_sink_tco2e for solution in found]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(km))
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(sink))
    assert km[0] > km[-1] + 0.1
    for solution in found:
        assert solution.relative_gap <= 1e-9


def test_a_vanishing_weight_gives_the_plain_optimum() -> None:
    prizes = random_prizes(7)
    plain, free = solve(raster(prizes)), solve(raster(prizes, 1e-9))
    assert free.objective == pytest.approx(plain.objective, abs=1e-7)
    assert plain.program.shape[1] == 3 * 4 * 3
    assert "boundary" not in plain.objective_terms


@pytest.mark.parametrize("turned", [
    np.rot90, lambda prizes: prizes[::-1], lambda prizes: prizes[:, ::-1],
    lambda prizes: prizes[:, :, ::-1]])
def test_turning_mirroring_and_renaming_change_nothing(turned) -> None:
    prizes = random_prizes(11)
    for whole in (False, True):
        one = solve(raster(prizes, 3.0), whole_parcels=whole)
        other = solve(raster(turned(prizes), 3.0), whole_parcels=whole)
        assert other.objective == pytest.approx(one.objective)
        assert other.net_sink_tco2e == pytest.approx(one.net_sink_tco2e)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(boundaries=True), st.integers(0, 2**32 - 1))
def test_any_prices_give_a_bound(instance: Instance, seed: int) -> None:
    try:
        solution = solve(instance)
    except Infeasible:
        return  # what has no plan has no optimum to bound
    program, random = solution.program, np.random.default_rng(seed)
    size = max(1.0, float(np.abs(program.cost).max()))
    for spread in (0.01, 1.0, 10.0):
        price_r = right_signs(program, random.normal(0.0, spread * size, program.shape[0]))
        bound = upper_bound(program, price_r)
        assert bound >= solution.objective - 1e-9 * max(1.0, abs(bound), size)
    assert solution.certificate.relative_gap <= 1e-9
    np.testing.assert_allclose(with_edges(program, solution.x_c), solution.x_c, atol=1e-12)


def test_prices_of_edges_prove_what_prices_of_limits_cannot() -> None:
    # The two regions at weight 30: without edge prices each parcel takes its best, 60 t; moving
    # 1 t/ha from u0 to u1 on parcel b (0.5 x 20 of 15 t allowed) closes the gap to 50 t.
    prizes = np.array([[[3.0, 2.0], [2.0, 3.0]]])
    solution = solve(raster(prizes, 30.0, area_ha=10, side_m=500))
    assert upper_bound(solution.program, np.zeros(solution.program.shape[0])) == pytest.approx(60)
    assert solution.bound == pytest.approx(50)


def test_every_engine_finds_the_same_plan_and_says_who_did() -> None:
    instance = raster(random_prizes(5, 3, 3), 2.0)
    by_default, by_pyomo = solve(instance), solve(instance, engine="pyomo")
    assert by_pyomo.objective == pytest.approx(by_default.objective)
    asked = solve(instance, engine="decomposition")
    assert asked.engine == "highs"
    assert "boundaries tie neighbouring parcels together" in asked.engine_reason
    assert asked.objective == pytest.approx(by_default.objective)


def test_large_instances_keep_their_boundary(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = raster(random_prizes(5, 3, 3), 2.0)
    expected = solve(instance).objective
    monkeypatch.setattr("optimizer.solve.run.COMPACT_FROM_OPTIONS", 1)
    compact = solve(instance, compact=True)
    assert compact.objective == pytest.approx(expected)
    assert compact.objective_terms["boundary"] < 0.0


def test_edges_are_no_stocks() -> None:
    instance = raster(random_prizes(1, 2, 2), 1.0)
    solution = solve(instance)
    assert assemble(instance).columns.is_edge.any()
    assert len(solution.stocks) == 0
