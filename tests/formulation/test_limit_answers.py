"""What limits do to plans: one answer by hand a basis, and refusals in numbers.

Two parcels, 10 ha in the north and 30 ha in the south. A hectare of forest is worth 8 t, of crop
5 t, of pond 1 t, once.
"""

from __future__ import annotations

from typing import Any

import pytest
from strategies import Row
from worked import instance_of, limit

import optimizer as ro

WORTH = {"forest": 8, "crop": 5, "pond": 1}


def solved(*limits: Row, **changed: Any) -> ro.Solution:
    parcels = [{}, {"parcel": "b", "area_ha": 30, "zone": "south"}]
    return ro.solve(instance_of(**{
        "parcels": parcels,
        "methods": [{"use": use, "method": "plant", "income_per_ha_yr": income,
                     "labour_days_per_ha": days, "account:index": index}
                    for use, income, days, index in (("forest", 0, 10, 9), ("crop", 100, 20, 3),
                                                     ("pond", 300, 5, 6))],
        "site": [{"parcel": parcel, "use": use, "extra_tco2e_per_ha": worth}
                 for parcel in "ab" for use, worth in WORTH.items()],
        "accounts": [{"account": "index", "unit": "points", "timing": "once"}],
        "limits": list(limits), **changed,
    }))


def price(solution: ro.Solution, row: int = 0) -> float:
    return float(solution.limits["shadow_price"].iloc[row])


def test_without_limits_all_is_forest() -> None:
    assert solved().objective == pytest.approx(40 * 8)


def test_absolute_answer() -> None:
    # 12 ha must be crop instead of forest: 40 x 8 - 12 x 3.
    solution = solved(limit(sense=">=", value=180, unit="mu", use="crop"))
    assert solution.objective == pytest.approx(284)
    assert price(solution) == pytest.approx(-3)


def test_absolute_answer_of_several_uses() -> None:
    # At most 15 ha of forest and crop together: 15 x 8 + 25 x 1; one more adds 8 - 1.
    solution = solved(limit(value=15, use="crop|forest"))
    assert solution.objective == pytest.approx(145)
    assert price(solution) == pytest.approx(7)


def test_a_star_answer() -> None:
    # At most 10 ha of each use: 10 x (8 + 5 + 1), 10 ha lie idle.
    assert solved(limit(value=10, use="*")).objective == pytest.approx(140)


def test_cumulative_answer() -> None:
    # At most 10 ha by the end of 2026 and 25 ha by the end of 2031: 25 x 8; 2031 decides.
    solution = solved(limit("both", value=25, period="2031", cumulative=1),
                      limit("first", value=10, period="2026", cumulative=1),
                      limit("second", sense=">=", value=15, period="2031"))
    assert solution.objective == pytest.approx(200)
    assert solution.plan.groupby("period")["area_ha"].sum().to_list() == pytest.approx([10, 15])
    assert price(solution) == pytest.approx(8)


def test_share_of_reclaimed_answer() -> None:
    # A quarter of what is reclaimed is pond: 30 x 8 + 10 x 1 = 250.
    solution = solved(limit(sense=">=", value=25, unit="%", use="pond",
                            basis="share_of_reclaimed"))
    assert solution.objective == pytest.approx(250)
    # A hectare more pond than a quarter costs 8 - 1.
    assert price(solution) == pytest.approx(-7)


def test_share_of_reclaimed_answer_by_zone() -> None:
    # A tenth in each zone: 1 + 3 ha of crop.
    solution = solved(limit(sense=">=", value=10, use="crop", zone="*",
                            basis="share_of_reclaimed"))
    crop = solution.plan[solution.plan["use"] == "crop"].groupby("parcel")["area_ha"].sum()
    assert crop.to_dict() == {"a": pytest.approx(1), "b": pytest.approx(3)}


def test_share_of_available_answer() -> None:
    # At most half of the 40 ha is forest: 20 x 8 + 20 x 5.
    assert solved(limit(value=50, use="forest", basis="share_of_available")
                  ).objective == pytest.approx(260)


def test_share_of_released_answer() -> None:
    # Only the 10 ha in the north are free in 2026; 40 % of them, 4 ha, start then at the most:
    # each hectare that waits for 2031 emits 10 years less of 0.1 t.
    parcels = [{}, {"parcel": "b", "area_ha": 30, "zone": "south", "release_year": 2031}]
    limits = limit(sense=">=", value=40, period="2026", basis="share_of_released")
    methods = [{"use": "forest", "method": "plant", "operation_tco2e_per_ha_yr": 0.1}]
    site = [{"parcel": parcel, "use": "forest", "extra_tco2e_per_ha": 8} for parcel in "ab"]
    solution = solved(limits, parcels=parcels, methods=methods, site=site, accounts=[])
    # 4 ha run for 20 years, 36 ha for 15: 40 x 8 - 4 x 2 - 36 x 1.5.
    assert solution.objective == pytest.approx(258)


def test_average_answer() -> None:
    # Mean index of at most 7 over what is reclaimed: forest 9, crop 3: f x 9 + c x 3 = 7 x 40
    # with f + c = 40 gives c = 40/3: 320 - 3 x 40/3 = 280.
    solution = solved(limit(account="index", value=7, unit="points/ha", basis="average"))
    assert solution.objective == pytest.approx(280)


def test_average_of_available_answer() -> None:
    # 100 CNY a year and hectare of land there over 20 years = 2,000 CNY/ha x 40 = 80,000 CNY:
    # crop earns 2,000 in all and loses 3 t, pond 6,000 and loses 7 t, so pond on 80,000 / 6,000
    # ha: 320 - 7 x 40/3.
    solution = solved(limit(account="income", sense=">=", value=2000, unit="CNY/ha",
                            basis="average_of_available"))
    assert solution.objective == pytest.approx(320 - 7 * 40 / 3)


def test_equal_answer_by_zone() -> None:
    # 5 ha of forest at most in the north, so half of the south as well: 20 x 8 + 20 x 5.
    solution = solved(
        limit("cap", value=5, use="forest", zone="north"),
        limit("fair", sense="=", value=None, use="forest", zone="*", basis="equal"))
    assert solution.objective == pytest.approx(260)


def test_equal_answer_by_period_is_even_flow() -> None:
    solution = solved(limit(sense="=", value=None, account="labour", period="*", basis="equal"))
    assert solution.objective == pytest.approx(320)
    # 40 ha x 10 days, half in each period.
    by_period = solution.plan.groupby("period")["area_ha"].sum()
    assert by_period.to_list() == pytest.approx([20, 20])


def test_yearly_unit_answer() -> None:
    # 30 days a year x 5 years = 150 days in 2026, nothing said of 2031 but that all must start
    # in 2026: 15 ha of forest at 10 days each.
    solution = solved(limit("days", "labour", value=30, unit="days/yr", period="2026"),
                      limit("late", value=0, period="2031"))
    assert solution.objective == pytest.approx(15 * 8)


@pytest.mark.parametrize(("row", "words"), [
    # 40 ha are there.
    (limit("too-much", sense=">=", value=50, use="crop"), ("too-much", "50 ha", "40 ha")),
    # 10 ha in the north.
    (limit("north", sense=">=", value=200, unit="mu", zone="north"), ("north", "13.3333 ha",
                                                                      "10 ha")),
    # 40 ha x 20 days are the most labour there can be.
    (limit("work", "labour", ">=", 900), ("work", "900 days", "800 days")),
])
def test_limit_refuses_with_the_numbers(row: Row, words: tuple[str, ...]) -> None:
    with pytest.raises(ro.Infeasible) as caught:
        solved(row)
    text = "\n".join(caught.value.reasons)
    assert all(word in text for word in words), text
