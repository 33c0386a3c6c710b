"""What the first-order method leaves to HiGHS, and takes: said in words, and done right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rasters import raster
from strategies import Row
from worked import limit

import optimizer as ro
from optimizer.instance.record import Instance
from optimizer.instance.settings import Objective
from optimizer.report.terminal import solution_text
from optimizer.solve.engine import solve
from optimizer.solve.layout_choice import announcement

pytestmark = pytest.mark.usefixtures("searched_here")

PRIZES = np.random.default_rng(5).normal(1.0, 1.0, (4, 5, 3))
APART: Row = {"rule": "dry", "use_a": "u0", "relation": "apart", "use_b": "u1"}
FACTOR: Row = {"use_a": "u0", "use_b": "u2", "factor": 2.0}


def patched() -> Instance:
    return ro.with_overrides(raster(PRIZES, 2.0), {"uses[u0].min_patch_ha": 2})


def staged() -> Instance:
    instance = raster(PRIZES, 2.0)
    return replace(instance, settings=replace(instance.settings, objectives=(
        Objective("net_sink"), Objective("area", stage=2))))


OTHERS = {
    "rules on neighbours tie": lambda: raster(PRIZES, 2.0, tables={"neighbours": [APART]}),
    "boundary weights by pair of uses tie": lambda: raster(
        PRIZES, 2.0, tables={"boundary_weights": [FACTOR]}),
    "least patches tie": patched,
    "it takes one objective": staged,
}


@pytest.mark.parametrize("words", OTHERS)
@pytest.mark.parametrize("engine", ["first-order", "auto"])
def test_what_it_does_not_take_goes_to_highs_in_words(
    words: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer.solve.layout_choice.FIRST_ORDER_FROM_PARCELS", 20)
    instance = OTHERS[words]()
    solution, expected = solve(instance, engine=engine), solve(instance, engine="highs")
    assert solution.engine == "highs"
    assert f"; no first-order method, as {words}" in solution.engine_reason
    assert solution.objective == pytest.approx(expected.objective)
    told = " ".join(solution_text(solution).split())
    assert f"no first-order method, as {words}" in told
    assert "no first-order method" not in solution_text(expected)


def districts(seed: int) -> Instance:
    """Six columns of five cells: three west and led by u0, three east and led by u2."""
    cells = {f"r{r}c{c}": {"zone": "west" if c < 3 else "east"} for r in range(5)
             for c in range(6)}
    leads = [{"zone": "west", "use": "u0", "minimum_share_pct": 70.0},
             {"zone": "east", "use": "u2", "minimum_share_pct": 55.0}]
    return raster(np.random.default_rng(seed).normal(1.0, 1.0, (5, 6, 3)), 3.0, cells=cells,
                  tables={"clusters": leads}, limits=[limit("least", sense=">=", value=4,
                                                            use="u1")])


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_lead_uses_of_zones_are_limits_like_others(seed: int, whole: bool) -> None:
    instance = districts(seed)
    expected = solve(instance, engine="highs", whole_parcels=whole)
    solution = solve(instance, engine="first-order", whole_parcels=whole)
    assert solution.engine == "first-order", solution.engine_reason
    assert solution.objective == pytest.approx(expected.objective)
    assert ro.check_plan(instance, solution.plan).allowed


def test_factors_of_a_weight_of_zero_do_not_matter() -> None:
    instance = raster(PRIZES, 0.0, tables={"boundary_weights": [FACTOR]})
    assert solve(instance, engine="first-order").engine == "first-order"


@pytest.mark.parametrize(("whole", "words"), [
    # 19 s x (10,000 x 4 labels / (3,600 x 5))^2 = 94 s.
    (False, "10,000 parcels, 19,800 shared boundaries: expect about 2 min by HiGHS, exactly"),
    (True, "by HiGHS for parts of parcels; how long the search over whole parcels goes on cannot"),
    (True, "cannot be told: --time-limit and --gap end it, --engine first-order comes within"),
])
def test_long_runs_are_announced(whole: bool, words: str) -> None:
    # Nobody solves it: 100 x 100 cells are only read.
    instance = raster(np.ones((100, 100, 3)), 2.0)
    told = announcement(instance, "highs", compact=True, whole=whole)
    assert told is not None
    assert words in told
    # 19,800 pairs x 4 labels x 300 steps x 30 ns and 10,000 x 0.92 ms are 9.9 s.
    assert announcement(instance, "auto", compact=True, whole=whole) is None


def test_searches_and_rounds_are_announced_though_their_programs_are_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = {"neighbours": [APART]}
    instance = ro.with_overrides(raster(np.ones((13, 13, 3)), 2.0, tables=rules),
                                 {"uses[u0].min_patch_ha": 2})
    told = announcement(instance, "auto", compact=True, whole=True)
    assert told is not None
    assert "169 parcels" in told
    assert "and as much again for every round that mends patches too small" in told
    assert "--engine first-order" not in told  # it would not take the rule
    assert announcement(instance, "auto", compact=True) is None  # parts of parcels take no time
    monkeypatch.setattr("optimizer.solve.layout_choice.SEARCHED_FROM_PARCELS", 30)
    # Lead uses alone are limits: nothing that takes long.
    assert announcement(districts(0), "auto", compact=True, whole=True) is not None
    free = ro.with_overrides(districts(0), {"layout.boundary_weight_tco2e_per_km": 0})
    assert announcement(free, "auto", compact=True, whole=True) is None
