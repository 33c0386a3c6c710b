"""The three stylised regional instances: they solve, and what each is for decides its plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import optimizer as ro

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parents[2] / "instances"
NAMES = ("steppe", "desert", "high-groundwater")


def solved(name: str, *overrides: str) -> ro.Solution:
    return ro.solve(ro.read_instance(ROOT / name, overrides))


@pytest.fixture(scope="module")
def solutions() -> dict[str, ro.Solution]:
    return {name: solved(name) for name in NAMES}


def hectares(plan: pd.DataFrame, **chosen: str) -> float:
    for column, value in chosen.items():
        plan = plan[plan[column] == value]
    return float(plan["area_ha"].sum())


def binding(solution: ro.Solution) -> set[str]:
    limits = solution.limits
    return set(limits.loc[limits["shadow_price"].abs() > 1e-9, "limit"])


def zone_of(name: str) -> dict[str, str]:
    parcels = ro.read_instance(ROOT / name).tables["parcels"]
    return dict(zip(parcels.text("parcel"), parcels.text("zone"), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_says_that_it_is_stylised(name: str) -> None:
    assert "stylised" in (ROOT / name / "README.md").read_text(encoding="utf-8").splitlines()[0]
    assert "(stylised)" in ro.read_instance(ROOT / name).settings.title


@pytest.mark.parametrize("name", NAMES)
def test_warns_of_nothing(name: str) -> None:
    # The library has a source for the fall of unmanaged grass: there is nothing to check.
    instance = ro.read_instance(ROOT / name)
    assert "biomass-grass-unmanaged" in set(instance.table("curves").text("curve"))
    assert instance.warnings == ()


@pytest.mark.parametrize("name", NAMES)
def test_plan_has_to_choose(name: str, solutions: dict[str, ro.Solution]) -> None:
    solution = solutions[name]
    plan = solution.plan
    assert plan["use"].nunique() >= 4
    assert plan["period"].nunique() >= 3
    assert len(set(plan["source"]) - {""}) == 2
    assert len(plan[["use", "method"]].drop_duplicates()) >= 5
    assert len(binding(solution)) >= 5
    assert solution.objective > 0
    assert sum(solution.carbon_terms.values()) == pytest.approx(solution.objective, rel=1e-9)


def test_steppe_comes_back_as_grassland(solutions: dict[str, ro.Solution]) -> None:
    plan = solutions["steppe"].plan
    assert hectares(plan, use="grass") >= 0.6 * hectares(plan) - 1e-6
    assert {"forest-maximum", "water", "labour"} <= binding(solutions["steppe"])


def test_water_decides_in_the_desert(solutions: dict[str, ro.Solution]) -> None:
    assert "water" in binding(solutions["desert"])
    # Irrigated trees are what more water would buy.
    wetter = solved("desert", "limits[water].value*=1.2")
    trees = hectares(solutions["desert"].plan, use="forest")
    assert hectares(wetter.plan, use="forest") > trees
    assert wetter.objective > solutions["desert"].objective


def test_ponds_hold_the_lake_and_compete_in_the_wet_belt(
    solutions: dict[str, ro.Solution],
) -> None:
    plan = solutions["high-groundwater"].plan
    zone = plan["parcel"].map(zone_of("high-groundwater"))
    assert set(plan.loc[zone == "lake", "use"]) == {"aquaculture"}
    assert hectares(plan[zone == "wet-belt"], use="aquaculture") > 1
    assert hectares(plan[zone == "wet-belt"], use="cropland") > 1
    assert {"fish", "cropland-minimum"} <= binding(solutions["high-groundwater"])


def test_without_the_wish_for_fish_the_wet_belt_is_filled() -> None:
    solution = solved("high-groundwater", "limits[fish].value=0")
    zone = solution.plan["parcel"].map(zone_of("high-groundwater"))
    assert hectares(solution.plan[zone == "wet-belt"], use="aquaculture") == pytest.approx(0)
