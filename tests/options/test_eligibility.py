"""What the rules allow after the method, and what they say where they forbid it."""

from __future__ import annotations

import pytest
from strategies import Row
from worked import instance_of, with_methods

from optimizer.instance.record import Instance
from optimizer.options.eligibility import eligibility_of
from optimizer.options.works import attribute_after, works_of

CROP = {"use": "crop", "max_slope_pct": 9, "min_soil_depth_m": 0.5}


def reasons(instance: Instance) -> dict[tuple[str, str, str], str]:
    """Rules that fail for every parcel, use and method, with the value there after the method."""
    eligibility, practices = eligibility_of(instance), instance.practices
    told = {}
    for i, parcel in enumerate(instance.land.parcels):
        for um in range(practices.count):
            failing = eligibility.failing(i, um, int(practices.use_um[um]))
            assert eligibility.allowed_ium[i, um] == (not failing)
            parts = []
            for rule in failing:
                works = works_of(instance, um)
                value = attribute_after(instance, um, rule.attribute, works)[i]
                seen = f", is {value:g}" if rule.attribute else ""
                parts.append(f"{rule}{seen}" + (f" [{rule.clause}]" if rule.clause else ""))
            told[str(parcel), *practices.name_um(um)] = "; ".join(parts)
    return told


@pytest.mark.parametrize(("parcel", "method", "why"), [
    ({"soil_depth_m": 0.5}, {}, ""),
    ({"soil_depth_m": 0.3}, {}, "soil_depth_m >= 0.5, is 0.3"),
    ({"soil_depth_m": 0.3}, {"after:soil_depth_m": 0.5}, ""),
    ({"soil_depth_m": 0.3}, {"after:soil_depth_m": 0.4}, "soil_depth_m >= 0.5, is 0.4"),
    ({"soil_depth_m": 0.6, "slope_pct": 12}, {}, "slope_pct <= 9, is 12"),
    ({"soil_depth_m": 0.6, "slope_pct": 12}, {"after:slope_pct": 9, "respread_own_soil": 1}, ""),
    # Regraded without respreading: the soil is buried.
    ({"soil_depth_m": 0.6, "slope_pct": 12}, {"after:slope_pct": 9}, "soil_depth_m >= 0.5, is 0"),
    ({"soil_depth_m": 0.6, "slope_pct": 65}, {},
     "slope_pct <= 25 (machine limit), is 65; slope_pct <= 9, is 65"),
])
def test_the_land_is_judged_after_the_method(parcel: Row, method: Row, why: str) -> None:
    instance = instance_of(
        parcels=[parcel], uses=[CROP], methods=[{"use": "crop"} | method], sources=[{}],
        hauls=[{"source": "heap", "parcel": "a", "distance_km": 1}])
    assert reasons(instance) == {("a", "crop", "sow"): why}


def test_the_paragraph_of_the_standard_is_named() -> None:
    instance = instance_of(
        parcels=[{"ph": 9}, {"parcel": "b", "ph": 8}],
        suitability=[{"use": "grass", "attribute": "ph", "maximum": 8.5, "clause": "5.1.2"}])
    assert reasons(instance) == {
        ("a", "grass", "sow"): "ph <= 8.5, is 9 [5.1.2]", ("b", "grass", "sow"): ""}


def test_a_lower_machine_limit_holds_for_every_use() -> None:
    instance = instance_of(
        parcels=[{"slope_pct": 20}], uses=[{"use": "grass", "max_slope_pct": 25}],
        settings={"max_slope_pct": 18.0})
    assert reasons(instance)["a", "grass", "sow"] == "slope_pct <= 18 (machine limit), is 20"


def test_no_period_between_release_and_longest_wait() -> None:
    # Free in 2028, to be started by 2030; periods start in 2026 and 2031.
    instance = instance_of(parcels=[{"release_year": 2028, "longest_wait_years": 2},
                                    {"parcel": "b", "release_year": 2028}])
    assert reasons(instance) == {
        ("a", "grass", "sow"): "a period between release and longest wait",
        ("b", "grass", "sow"): ""}


def test_a_method_offered_in_no_period_of_the_window() -> None:
    instance = with_methods(
        instance_of(parcels=[{"release_year": 2031}]), [{"period": "2026"}])
    assert reasons(instance)["a", "grass", "sow"] == "a period between release and longest wait"


def test_window_counts_the_wait_from_the_later_of_release_and_first_period() -> None:
    instance = instance_of(
        parcels=[{"parcel": "old", "release_year": 2010, "longest_wait_years": 4},
                 {"parcel": "edge", "release_year": 2026, "longest_wait_years": 5},
                 {"parcel": "new", "release_year": 2030, "longest_wait_years": 1},
                 {"parcel": "free"}],
        settings={"periods": (2026, 2031, 2036)})
    # 2026 + 4 = 2030; 2026 + 5 = 2031; 2030 + 1 = 2031; no bound at all.
    assert eligibility_of(instance).window_it.tolist() == [
        [True, False, False], [True, True, False], [False, True, False], [True, True, True]]


def test_failing_names_the_rules() -> None:
    instance = instance_of(parcels=[{"slope_pct": 30, "soil_depth_m": 0.1}], uses=[CROP],
                           methods=[{"use": "crop"}])
    eligibility = eligibility_of(instance)
    assert [str(rule) for rule in eligibility.failing(0, 0, 0)] == [
        "slope_pct <= 25 (machine limit)", "slope_pct <= 9", "soil_depth_m >= 0.5"]
    assert not eligibility.allowed_ium.any()
