"""Least patches: by hand, against every plan there is, repaired plans, judgement, refusals."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rasters import raster
from worked import limit

import optimizer as ro
from optimizer.analysis.check import check_plan
from optimizer.analysis.verify import verify
from optimizer.formulation.layout.patches import small_patches
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.record import Instance
from optimizer.report.output import write_out
from optimizer.solve import whole_parcels
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible
from optimizer.solve.solution import Solution

pytestmark = pytest.mark.usefixtures("searched_here")


def patched(prizes: Any, least: float, **further: Any) -> Instance:
    """Cells of 1 ha whose use u0 has a least patch."""
    instance = raster(np.asarray(prizes, dtype=float), **further)
    return ro.with_overrides(instance, {"uses[u0].min_patch_ha": least})


def kept(solution: Solution) -> bool:
    """Whether no patch is too small, by the independent checker."""
    return check_plan(solution.instance, solution.plan).allowed


#: u0 brings 5 t on the first cell of four and 0.5, 2, 3 t on the others; u1 1 t everywhere.
ROW = [[[5, 1], [0.5, 1], [2, 1], [3, 1]]]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("least", "objective"), [
    (1, 11.0),   # 5 + 1 + 2 + 3
    (2, 10.5),   # the first grows over the second: 5 + 0.5 + 2 + 3
    (4, 10.5),   # all u0
    (4.5, 4.0)])  # nothing is large enough: all u1
def test_a_row_by_hand(whole: bool, least: float, objective: float) -> None:
    solution = solve(patched(ROW, least), whole_parcels=whole)
    assert solution.objective == pytest.approx(objective)
    assert kept(solution)
    assert solution.patch_cost is not None
    assert solution.patch_cost.objective == pytest.approx(11.0 - objective)
    assert solution.patch_cost.net_sink_tco2e == pytest.approx(11.0 - objective)
    assert solution.status == ("optimal" if whole or objective == 11.0 else "within_gap")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("least", [2, 3])
def test_whole_parcels_against_every_plan_there_is(seed: int, least: int) -> None:
    prizes = np.random.default_rng(seed).normal(0.5, 1.0, (2, 3, 2))
    instance = patched(prizes, least)
    padded = np.concatenate([prizes, np.zeros((2, 3, 1))], axis=2)
    best = -np.inf
    for chosen in product(range(3), repeat=6):
        hectares_iu = np.array([[use == 0, use == 1] for use in chosen], dtype=float)
        if not small_patches(instance, hectares_iu):
            use = np.reshape(chosen, (2, 3))
            best = max(best, sum(padded[r, c, use[r, c]] for r in range(2) for c in range(3)))
    exact = solve(instance, whole_parcels=True)
    assert exact.objective == pytest.approx(best)
    assert exact.status == "optimal"
    # The repair keeps the rule too, and can only be worse than the best of the linear program.
    repaired = solve(instance)
    assert kept(exact)
    assert kept(repaired)
    assert repaired.objective <= repaired.bound + 1e-9
    assert repaired.relative_gap >= -1e-9


def test_patches_of_a_plan_by_hand() -> None:
    instance = patched(np.ones((2, 3, 2)), 3)
    # u0 on the two left cells of the top row and half of the one below the second: 2.5 ha.
    plan = pd.DataFrame([("r0c0", "u0", 1.0), ("r0c1", "u0", 1.0), ("r1c1", "u0", 0.5),
                         ("r1c1", "u1", 0.5)], columns=["parcel", "use", "area_ha"])
    assert [str(one) for one in check_plan(instance, plan).violations] == [
        "min_patch, use u0: a patch of 2.5 ha (r0c0, r0c1, r1c1), must be >= 3 ha"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("whole", [False, True])
def test_repairs_keep_every_other_rule(
    seed: int, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer.solve.patches.EXACT_UP_TO", 0)
    prizes = np.random.default_rng(seed).normal(1.0, 1.0, (5, 6, 3))
    limits = [limit("least", sense=">=", value=8, use="u0"),
              limit("most", sense="<=", value=10, use="u1")]
    instance = ro.with_overrides(raster(prizes, 0.5, limits=limits),
                                 {"uses[*].min_patch_ha": 3})
    solution = solve(instance, whole_parcels=whole)
    assert kept(solution)
    cost = solution.patch_cost
    assert cost is not None
    assert cost.how == "repair"
    assert cost.objective > 0.0
    assert solution.certificate.primal_violation <= 1e-7
    assert solution.status == "within_gap"


@pytest.mark.parametrize("whole", [False, True])
def test_the_files_prove_the_plan(whole: bool, tmp_path: Path) -> None:
    write_out(solve(patched(ROW, 2), whole_parcels=whole), tmp_path / "OUT")
    verdict = verify(tmp_path / "OUT")
    assert verdict.holds, [str(check) for check in verdict.checks if not check.holds]
    assert "least patches" in [check.name for check in verdict.checks]
    summary = json.loads((tmp_path / "OUT" / "summary.json").read_text(encoding="utf-8"))
    # 11 - 10.5, as above.
    assert summary["layout"]["patch_repair_cost_tco2e"] == pytest.approx(0.5)
    assert summary["layout"]["patch_repair"] == ("exact" if whole else "repair")


def test_a_plan_whose_patches_shrank_fails_verification(tmp_path: Path) -> None:
    write_out(solve(patched(ROW, 2)), tmp_path / "OUT")
    path = tmp_path / "OUT" / "plan.csv"
    plan = pd.read_csv(path)
    plan[plan["parcel"] != "r0c1"].to_csv(path, index=False)
    assert "least patches" in [one.name for one in verify(tmp_path / "OUT").checks
                               if not one.holds]


@pytest.mark.parametrize("whole", [False, True])
def test_no_plan_is_told(whole: bool) -> None:
    instance = patched(ROW, 5, limits=[limit("some", sense=">=", value=1, use="u0")])
    with pytest.raises(Infeasible, match="u0 5 ha"):
        solve(instance, whole_parcels=whole)


def test_other_commands_refuse_and_say_what_to_do() -> None:
    instance = patched(ROW, 2)
    for command in (ro.explain, ro.prices, lambda one: ro.value_curve(one, "boundary"),
                    lambda one: ro.solve(one, engine="pyomo")):
        with pytest.raises(InstanceRefused, match=r"uses\[\*\]\.min_patch_ha=0"):
            command(instance)
    assert ro.explain(ro.with_overrides(instance, {"uses[*].min_patch_ha": 0})) is not None


def test_least_patches_need_neighbours() -> None:
    one = raster(np.ones((1, 1, 1)))
    with pytest.raises(InstanceRefused, match="no adjacency table"):
        ro.with_overrides(one, {"uses[u0].min_patch_ha": 2})


def test_a_divided_parcel_gets_enough_of_the_use() -> None:
    # Cells of 2 ha in a row; u0 brings 3, 2 t/ha, u1 1 t/ha, at most 2.5 ha of u0: 2 ha on the
    # first and 0.5 on the second make one patch of 2.5 ha: 6 + 1 + 1.5 = 8.5 t. With cells apart
    # the second is a patch of 0.5 ha below 1 ha. Filled to 1 ha, 1.5 are left for the first:
    # 4.5 + 0.5 + 2 + 1 = 8 t; given up, 6 + 2 = 8 t as well.
    prizes = np.array([[[3.0, 1.0], [-9.0, -9.0], [2.0, 1.0]]])
    limits = [limit("most", sense="<=", value=2.5, use="u0")]
    instance = patched(prizes, 1, area_ha=2.0, limits=limits)
    solution = solve(instance)
    assert solution.objective == pytest.approx(8.0)
    assert kept(solution)


@pytest.mark.parametrize("whole", [False, True])
def test_land_that_can_be_in_no_patch_is_named(whole: bool) -> None:
    # Both cells must be reclaimed, and 2 ha in all are no patch of 3 ha of the only use.
    instance = patched(np.ones((1, 2, 1)), 3, must_reclaim=True)
    with pytest.raises(Infeasible, match="r0c0, r0c1 must be reclaimed, but with all land"):
        solve(instance, whole_parcels=whole)


def test_a_search_that_is_cut_short_leaves_its_time_to_the_repair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search, limits = whole_parcels.search, []

    def cut_short(program: Any, **asked: Any) -> whole_parcels.Found:
        limits.append(asked["time_limit"])
        if len(limits) == 2:  # the first search that forbids patches finds nothing in its time
            return whole_parcels.Found(np.zeros(0), np.inf, stopped=True, solver="none")
        return search(program, **asked)

    monkeypatch.setattr(whole_parcels, "search", cut_short)
    solution = solve(patched(ROW, 2), whole_parcels=True, time_limit=100.0)
    assert kept(solution)
    assert solution.patch_cost is not None
    assert solution.patch_cost.how == "repair"
    assert solution.status == "within_gap"
    # Each solve may take 0.4 of what is left, so that something is left for the next.
    assert len(limits) >= 3
    assert all(limit <= 40.0 for limit in limits)


def test_a_patch_larger_than_all_land_is_told_and_leaves_the_use_nowhere() -> None:
    instance = patched(ROW, 5)
    assert any("at most 4 ha, the area of all parcels" in str(one) for one in instance.warnings)
    # u1 on all four cells.
    assert solve(instance).objective == pytest.approx(4.0)
    assert not any("area of all parcels" in str(one) for one in patched(ROW, 4).warnings)
