"""Factors of borders by pairs of uses (B4 to B6): rows, hand-solved plans, proofs, refusals."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasters import raster
from strategies import Row, small_instances
from test_reference import compare

import optimizer as ro
from optimizer.analysis.verify import verify
from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.edges import boundary_km, with_edges
from optimizer.formulation.layout.facing import weighed_km
from optimizer.formulation.layout.neighbours import neighbours_of
from optimizer.formulation.program import Family
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.record import Instance
from optimizer.instance.settings import Objective
from optimizer.report.output import write_out
from optimizer.solve.certificate import right_signs, upper_bound
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible

pytestmark = pytest.mark.usefixtures("searched_here")


def factors(*rows: tuple[str, str | None, float]) -> list[Row]:
    return [{"use_a": one, "use_b": other, "factor": factor} for one, other, factor in rows]


def weighed(prizes: Any, weight: float, *rows: tuple[str, str | None, float],
            **further: Any) -> Instance:
    return raster(np.asarray(prizes, dtype=float), weight,
                  tables={"boundary_weights": factors(*rows)}, **further)


ALL_ONE = (("u0", "u1", 1.0),)


def test_rows_and_costs_of_one_pair() -> None:
    # Cells of 2 ha, one use; columns x[a], x[b], edges (u0,u0), (u0,none), (none,u0), (none,none).
    program = assemble(weighed(np.ones((1, 2, 1)), 10.0, ("u0", "none", 3.0), area_ha=2.0))
    rows = np.flatnonzero(program.rows.family == Family.MARGINAL)
    np.testing.assert_allclose(program.matrix.toarray()[rows], [
        [-0.5, 0, 1, 1, 0, 0], [0.5, 0, 0, 0, 1, 1],   # a: u0, none
        [0, -0.5, 1, 0, 1, 0], [0, 0.5, 0, 1, 0, 1]])  # b
    np.testing.assert_array_equal(program.row_lower[rows], [0, 1, 0, 1])
    np.testing.assert_array_equal(program.row_upper[rows], [0, 1, 0, 1])
    # 10 t/km x 0.1 km x 3 where use faces bare land.
    np.testing.assert_allclose(program.cost, [2 / 2, 2 / 2, 0, -3, -3, 0])


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("factor", "objective"), [
    # Two cells of 1 ha, u0 brings 3 | 1 t, u1 1 | 4 t; apart 3 + 4 less 0.1 km x 10 x factor;
    # together 1 + 4 = 5 t.
    (1.0, 6.0), (1.9, 5.1), (2.5, 5.0), (0.0, 7.0)])
def test_two_cells_by_hand(whole: bool, factor: float, objective: float) -> None:
    instance = weighed([[[3, 1], [1, 4]]], 10.0, ("u1", "u0", factor))
    solution = solve(instance, whole_parcels=whole)
    assert solution.objective == pytest.approx(objective)
    assert sum(solution.objective_terms.values()) == pytest.approx(objective)


def test_a_cheaper_use_between_two_others_is_taken_and_told() -> None:
    # Three cells, u0 pays on the left, u1 on the right (4 t each), in the middle u0 and u1 bring
    # 1 t, u2 nothing. Borders of 0.1 km x 20: u0 | u1 counts 1 -> 2 t, with u2 0.2 -> 0.4 t.
    # u0 u0 u1: 9 - 2 = 7. u0 u2 u1: 8 - 0.8 = 7.2.
    instance = weighed([[[4, 0, 0], [1, 1, 0], [0, 4, 0]]], 20.0, ("u2", "u0", 0.2),
                       ("u2", "u1", 0.2))
    solution = solve(instance)
    assert solution.objective == pytest.approx(7.2)
    assert solution.plan["use"].tolist() == ["u0", "u2", "u1"]
    assert any("u0 to u1 1, by way of u2 0.4" in str(one) for one in instance.warnings)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("whole", [False, True])
def test_equal_factors_are_the_plain_boundary(seed: int, whole: bool) -> None:
    prizes = np.random.default_rng(seed).normal(1.0, 1.0, (3, 3, 3))
    plain = solve(raster(prizes, 3.0), whole_parcels=whole)
    paired = solve(weighed(prizes, 3.0, *ALL_ONE), whole_parcels=whole)
    assert paired.objective == pytest.approx(plain.objective, rel=1e-9)
    assert paired.bound == pytest.approx(plain.bound, rel=1e-9)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1))
def test_any_shares_have_the_same_length_under_equal_factors(seed: int) -> None:
    random = np.random.default_rng(seed)
    share_iu = random.dirichlet((0.4, 0.4, 0.4), 6) * (random.random((6, 1)) > 0.2)
    share_iu[share_iu < 0.05] = 0.0
    share_iu = np.column_stack([share_iu, 1.0 - share_iu.sum(axis=1)])
    instance = weighed(np.ones((2, 3, 3)), 1.0, *ALL_ONE)
    expected = boundary_km(neighbours_of(instance), share_iu)
    assert weighed_km(instance, share_iu) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_whole_parcels_against_every_plan_there_is(seed: int) -> None:
    random = np.random.default_rng(seed)
    prizes, factor = random.normal(1.0, 1.0, (2, 3, 2)), random.random(3) * 2
    instance = weighed(prizes, 5.0, ("u0", "u1", factor[0]), ("u0", None, factor[1]),
                       ("none", "u1", factor[2]))
    table = np.array([[0, factor[0], factor[1]], [factor[0], 0, factor[2]], [*factor[1:], 0]])
    borders = [((r, c), (r, c + 1)) for r in range(2) for c in range(2)]
    borders += [((0, c), (1, c)) for c in range(3)]
    padded = np.concatenate([prizes, np.zeros((2, 3, 1))], axis=2)
    best = max(
        sum(padded[r, c, use[r, c]] for r in range(2) for c in range(3))
        - 0.5 * sum(table[use[one], use[other]] for one, other in borders)
        for use in (np.reshape(chosen, (2, 3)) for chosen in product(range(3), repeat=6)))
    assert solve(instance, whole_parcels=True).objective == pytest.approx(best)


def drawn(instance: Instance, seed: int) -> Instance | None:
    """The instance with random factors; None where it has no neighbours."""
    if instance.table("adjacency") is None:
        return None
    from strategies import table_of

    from optimizer.instance.read import instance_from_tables

    random, uses = np.random.default_rng(seed), [*instance.practices.uses, "none"]
    rows = factors(*((one, other, float(random.integers(0, 5)) / 2)
                     for place, one in enumerate(uses) for other in uses[place + 1:]))
    return instance_from_tables(
        instance.settings, {**instance.tables, "boundary_weights": table_of(
            "boundary_weights", rows)})


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(limits=False, boundaries=True), st.integers(0, 2**32 - 1))
def test_reference_bounds_and_plans_of_random_instances(instance: Instance, seed: int) -> None:
    weighted = drawn(instance, seed)
    if weighted is None:
        return
    compare(weighted)
    try:
        solution = solve(weighted)
    except Infeasible:
        return  # land that must be reclaimed
    program, random = solution.program, np.random.default_rng(seed)
    assert solution.certificate.relative_gap <= 1e-9
    np.testing.assert_allclose(
        program.value(with_edges(program, solution.x_c)), solution.objective, rtol=1e-9, atol=1e-6)
    size = max(1.0, float(np.abs(program.cost).max()))
    price_r = right_signs(program, random.normal(0.0, size, program.shape[0]))
    bound = upper_bound(program, price_r)
    assert bound >= solution.objective - 1e-9 * max(1.0, abs(bound), size)


def test_stages_keep_the_borders_of_the_first() -> None:
    prizes = np.random.default_rng(5).normal(1.0, 1.0, (3, 3, 2))
    instance = weighed(prizes, 3.0, ("u0", "u1", 2.5), ("u0", "none", 0.5))
    staged = Instance(
        ro.with_overrides(instance, {"instance.horizon_years": 20}).settings, instance.tables)
    object.__setattr__(staged.settings, "objectives", (
        Objective("net_sink", stage=1), Objective("area", sense="min", stage=2)))
    solution = solve(staged)
    assert solution.stages[0].objective == pytest.approx(solve(instance).objective)
    assert solution.certificate.primal_violation <= 1e-7


@pytest.mark.parametrize("whole", [False, True])
def test_the_files_prove_the_plan_and_other_commands_agree(whole: bool, tmp_path: Path) -> None:
    prizes = np.random.default_rng(3).normal(1.0, 1.0, (3, 3, 2))
    instance = weighed(prizes, 3.0, ("u0", "u1", 2.5), ("u0", "none", 0.5))
    solution = solve(instance, whole_parcels=whole)
    write_out(solution, tmp_path / "OUT")
    assert verify(tmp_path / "OUT").holds
    # Compared with a plan that is all u0, the gap is what both are worth: borders included.
    all_u0 = pd.DataFrame({"parcel": instance.land.parcels, "use": "u0"})
    found = ro.compare(instance, all_u0)
    assert found.actual == pytest.approx(prizes[:, :, 0].sum())
    if not whole:
        assert found.optimal == pytest.approx(solution.objective)


@pytest.mark.parametrize(("rows", "words"), [
    ((("u0", "u0", 1.0),), "beside itself"), ((("none", None, 1.0),), "beside itself"),
    ((("u0", "u1", 1.0), ("u1", "u0", 2.0)), "already in row 2"), ((("u0", "u9", 1.0),), "u9")])
def test_factors_of_no_border_are_refused(rows: Any, words: str) -> None:
    with pytest.raises(InstanceRefused) as refused:
        weighed(np.ones((1, 2, 2)), 1.0, *rows)
    assert words in str(refused.value)


def test_factors_without_a_weight_do_nothing_and_say_so() -> None:
    instance = weighed(np.ones((1, 2, 2)), 0.0, *ALL_ONE)
    assert any("factors without a weight" in str(one) for one in instance.warnings)
    assert not assemble(instance).columns.is_edge.any()
