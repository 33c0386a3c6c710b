"""Global sensitivity: linear cases whose indices are known, and cases without a plan."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from worked import instance_of, limit

import optimizer as ro
from optimizer.analysis.uncertainty.design import LEVELS, blocks_for, design_of, indices_of
from optimizer.analysis.uncertainty.sensitivity import Sensitivity
from optimizer.instance.unknowns import Uncertain

pytest.importorskip("SALib")
NAN = math.nan


def uniform(path: str, label: str, low: float, high: float) -> Uncertain:
    return Uncertain(path, label, "uniform", multiplies=False, low=low, high=high, centre=NAN,
                     spread=NAN)


def linear() -> ro.Instance:
    """10, 20 and 30 ha of grass that earns 1 to 2 t/ha on each parcel."""
    names = ("a", "b", "c")
    return instance_of(
        parcels=[{"parcel": name, "area_ha": 10.0 * (k + 1)} for k, name in enumerate(names)],
        settings={"periods": (2026,)},
        site=[{"parcel": name, "use": "grass", "extra_tco2e_per_ha": 1.5} for name in names])


NUMBERS = tuple(uniform(f"site[{name},grass].extra_tco2e_per_ha", name, 1.0, 2.0)
                for name in ("a", "b", "c"))


@cache
def found(method: str, runs: int) -> Sensitivity:
    return ro.sensitivity(linear(), method, runs=runs, numbers=NUMBERS, seed=7)


def of(outcome: Sensitivity, answer: str, column: str) -> list[float]:
    table = outcome.indices
    return table.loc[table["answer"] == answer, column].tolist()


def test_morris_finds_the_slopes_of_a_linear_answer() -> None:
    outcome = found("morris", 16)
    # From 1 to 2 t/ha on 10, 20, 30 ha: 10, 20, 30 t, wherever the others are.
    assert of(outcome, "objective", "mu_star") == pytest.approx([10.0, 20.0, 30.0])
    assert of(outcome, "objective", "mu") == pytest.approx([10.0, 20.0, 30.0])
    assert of(outcome, "objective", "sigma") == pytest.approx([0.0] * 3, abs=1e-9)
    assert len(outcome.runs) == 16 == outcome.blocks_used * 4


def test_what_does_not_change_the_plan_drives_none_of_it() -> None:
    outcome = found("morris", 16)
    assert of(outcome, "changed_ha", "mu_star") == [0.0] * 3
    assert of(outcome, "grass_ha", "mu_star") == [0.0] * 3


def test_sobol_shares_the_variance_of_a_linear_answer_out() -> None:
    # Variances stand as 10^2 : 20^2 : 30^2, so the shares are 1/14, 4/14 and 9/14. The answers are
    # those of the cases solved below, on the design that the command would use.
    design = design_of("sobol", NUMBERS, 5 * 1024, seed=7)
    answer = design.value_nd @ np.array([10.0, 20.0, 30.0])
    indices = indices_of(design, answer, np.ones(design.blocks, dtype=bool))
    for name in ("first", "total"):
        assert indices[name] == pytest.approx([1 / 14, 4 / 14, 9 / 14], abs=0.02)
    assert np.all(indices["total_confidence"] < 0.1)


def test_the_cases_solved_are_the_linear_answer() -> None:
    outcome = found("sobol", 40)
    runs = outcome.runs
    assert len(runs) == 40
    by_hand = runs[["a", "b", "c"]].to_numpy() @ np.array([10.0, 20.0, 30.0])
    np.testing.assert_allclose(runs["objective"], by_hand, rtol=1e-9)
    np.testing.assert_allclose(runs["net_sink_tco2e"], by_hand, rtol=1e-9)


def test_the_same_seed_gives_the_same_tables_and_another_others() -> None:
    one, again = found("morris", 16), ro.sensitivity(linear(), "morris", runs=16, numbers=NUMBERS,
                                                     seed=7)
    pd.testing.assert_frame_equal(one.runs, again.runs)
    pd.testing.assert_frame_equal(one.indices, again.indices)
    other = design_of("morris", NUMBERS, 16, seed=8)
    assert not np.array_equal(other.unit_nd, one.design.unit_nd)


def test_what_decides_between_uses_drives_the_plan_and_not_the_rest() -> None:
    instance = instance_of(
        methods=[{"use": "grass"}, {"use": "forest"}], settings={"periods": (2026,)},
        parcels=[{}, {"parcel": "b"}],
        site=[{"parcel": "a", "use": "grass", "extra_tco2e_per_ha": 5},
              {"parcel": "a", "use": "forest", "extra_tco2e_per_ha": 4},
              {"parcel": "b", "use": "grass", "extra_tco2e_per_ha": 5}])
    # Forest on a earns more than grass where it is above 5 of 0 to 10 t/ha; b has grass anyway.
    numbers = (uniform("site[a,forest].extra_tco2e_per_ha", "forest", 0.0, 10.0),
               uniform("site[b,grass].extra_tco2e_per_ha", "b", 1.0, 20.0))
    outcome = ro.sensitivity(instance, "morris", runs=30, numbers=numbers)
    changed = dict(zip(("forest", "b"), of(outcome, "changed_ha", "mu_star"), strict=True))
    # A move of 2/3 of the range always crosses the middle: 10 ha change, 15 ha per whole range.
    assert changed == pytest.approx({"forest": 15.0, "b": 0.0})
    assert of(outcome, "objective", "mu_star")[1] == pytest.approx(190.0)
    runs = outcome.runs
    assert set(np.round(runs["changed_ha"], 9)) == {0.0, 10.0}
    np.testing.assert_allclose(runs["forest_ha"], np.where(runs["forest"] > 5.0, 10.0, 0.0))


def test_cases_without_a_plan_cost_their_trajectory_only() -> None:
    instance = instance_of(parcels=[{}], settings={"periods": (2026,)},
                           limits=[limit("least", sense=">=", value=5), limit("most", value=9)])
    numbers = (uniform("limits[least].value", "least", 0.0, 10.0),
               uniform("parcels[a].baseline_tco2e_per_ha_yr", "base", 0.0, 1.0))
    outcome = ro.sensitivity(instance, "morris", runs=60, numbers=numbers)
    runs = outcome.runs
    # Of the levels 0, 10/3, 20/3 and 10 only the last is above the 9 ha that are allowed.
    none = runs["status"] != "optimal"
    np.testing.assert_array_equal(none, runs["least"] > 9.0)
    assert runs.loc[none, "objective"].isna().all()
    assert runs.loc[none, "reason"].str.len().gt(0).all()
    bad = none.to_numpy().reshape(-1, 3).any(axis=1)
    assert outcome.blocks_used == int((~bad).sum()) < outcome.design.blocks


def test_too_few_cases_with_a_plan_are_no_answer() -> None:
    instance = instance_of(settings={"periods": (2026,)}, limits=[limit("least", sense=">=")])
    numbers = (uniform("limits[least].value", "least", 9.9, 100.0),)
    with pytest.raises(ro.Infeasible, match="narrow the ranges"):
        ro.sensitivity(instance, "morris", runs=8, numbers=numbers)


def test_labels_that_clash_give_way_to_paths() -> None:
    numbers = (uniform("site[a,grass].extra_tco2e_per_ha", "objective", 1, 2),
               uniform("site[b,grass].extra_tco2e_per_ha", "same", 1, 2),
               uniform("site[c,grass].extra_tco2e_per_ha", "same", 1, 2))
    runs = ro.sensitivity(linear(), "morris", runs=8, numbers=numbers).runs
    assert list(runs.columns[:4]) == ["case", *(number.path for number in numbers)]


@pytest.mark.parametrize(("method", "runs", "blocks"), [
    # 3 numbers: 4 cases a trajectory; 5 cases a base point, whose number is a power of two.
    ("morris", 16, 4), ("morris", 19, 4), ("sobol", 40, 8), ("sobol", 79, 8), ("sobol", 80, 16)])
def test_the_largest_scheme_that_fits_is_used(method, runs, blocks) -> None:
    assert blocks_for(method, 3, runs) == blocks
    assert design_of(method, NUMBERS, runs, 1).value_nd.shape == (
        blocks * (4 if method == "morris" else 5), 3)


def test_a_trajectory_moves_one_number_at_a_time_by_half_of_the_levels() -> None:
    unit = design_of("morris", NUMBERS, 16, 1).unit_nd.reshape(4, 4, 3)
    moved = np.abs(np.diff(unit, axis=1))
    assert np.all((moved > 0).sum(axis=2) == 1)
    np.testing.assert_allclose(moved.max(axis=2), LEVELS / 2 / (LEVELS - 1))


@pytest.mark.parametrize(("method", "runs"), [("morris", 7), ("sobol", 19)])
def test_too_few_runs_are_refused_with_the_number_that_would_do(method, runs) -> None:
    with pytest.raises(ValueError, match=f"at least {runs + 1} runs"):
        ro.sensitivity(linear(), method, runs=runs, numbers=NUMBERS)


def test_nothing_uncertain_is_refused_in_words() -> None:
    with pytest.raises(ro.InstanceRefused, match=r"uncertainty: nothing uncertain"):
        ro.sensitivity(linear())
