"""Published land-use programs: our optimum against the one in print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import optimizer as ro

PUBLISHED = Path(__file__).parents[2] / "instances" / "published"
CASES = sorted(path.parent.name for path in PUBLISHED.glob("*/expected.json"))


def printed(case: str) -> dict[str, Any]:
    return json.loads((PUBLISHED / case / "expected.json").read_text(encoding="utf-8"))


def solution_of(case: str) -> ro.Solution:
    return ro.solve(ro.read_instance(PUBLISHED / case))


def test_all_four_cases_are_here() -> None:
    assert CASES == ["plots-4crops-6parcels", "rardin-forest-allocation", "wheat-and-barley",
                     "xu-land-grades"]


@pytest.mark.parametrize("case", CASES)
def test_optimum_is_the_printed_one(case: str) -> None:
    solution, print_ = solution_of(case), printed(case)
    assert solution.status == "optimal"
    assert abs(solution.objective - print_["objective"]) <= print_["tolerance"]
    assert solution.certificate.relative_gap <= 1e-9


@pytest.mark.parametrize("case", [case for case in CASES if printed(case)["plan"]])
def test_areas_are_the_printed_ones(case: str) -> None:
    print_ = printed(case)
    plan = solution_of(case).plan
    areas = {key: float(ha) for key, ha in
             plan.groupby(["parcel", "use"])["area_ha"].sum().items()}
    worked = {(row["parcel"], row["use"]): row["area_ha"] for row in print_["plan"]}
    if not print_["plan_complete"]:
        areas = {key: ha for key, ha in areas.items() if key in worked}
    assert areas == {key: pytest.approx(ha, abs=print_["area_tolerance"])
                     for key, ha in worked.items()}


def test_rounded_print_of_the_grades_is_within_its_rounding() -> None:
    # 100 x 14,000 + 300 x 12,000 + 190,000 + 130,000
    #   + (200 - 190,000 / 9,000 - 130,000 / 6,000) x 10,000 = 6,892,222.22...
    assert solution_of("xu-land-grades").objective == pytest.approx(6_892_222.222222222, rel=1e-9)


def test_prices_of_wheat_and_barley() -> None:
    solution = solution_of("wheat-and-barley")
    prices = solution.limits.set_index("limit")["shadow_price"]
    # Land l and storage s bind: 143 = 110 s + l, 60 = 30 s + l; s = 83 / 80, l = 60 - 30 s.
    assert prices["storage"] == pytest.approx(83 / 80, rel=1e-9)
    assert prices["money"] == pytest.approx(0.0, abs=1e-9)
    land = solution.parcels.set_index("parcel")["land_price"]
    assert land["farm"] == pytest.approx(60 - 30 * 83 / 80, rel=1e-9)


def test_plots_are_filled_to_the_last_mu() -> None:
    solution = solution_of("plots-4crops-6parcels")
    # 42 + 56 + 44 + 39 + 60 + 59 = 300 mu = 20 ha; wheat 76 mu = 76 / 15 ha, and so on.
    assert solution.reclaimed_ha == pytest.approx(20.0)
    assert solution.area_by_use == pytest.approx(
        {"wheat": 76 / 15, "maize": 88 / 15, "fruit": 96 / 15, "vegetables": 40 / 15})
