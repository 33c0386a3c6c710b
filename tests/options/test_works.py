"""Volumes of the works and attributes afterwards, against geometry and arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import Row
from worked import instance_of

from optimizer.options.works import Works, attribute_after, works_of

GEOMETRIES = [(20.0, 65.0, 25.0), (35.5, 70.0, 15.0), (120.0, 30.0, 29.0)]


def works(parcel: Row, method: Row) -> tuple[Works, Any]:
    instance = instance_of(parcels=[parcel], methods=[method], sources=[{}], hauls=[
        {"source": "heap", "parcel": "a", "distance_km": 1}])
    return works_of(instance, 0), instance


def area_above(profile: Any, finished: Any, to: float, steps: int = 200_000) -> float:
    """Area between two profiles from mid-slope (0) to `to`, where the ground is to be cut."""
    x = (np.arange(steps) + 0.5) * to / steps
    return float(np.sum(np.maximum(profile(x) - finished(x), 0.0)) * to / steps)


@pytest.mark.parametrize(("length", "slope", "after"), GEOMETRIES)
def test_tilt_cuts_the_wedge_above_the_middle(length: float, slope: float, after: float) -> None:
    # Plan footprint kept: both lines run through the middle and end at L/2.
    cut = area_above(lambda x: slope / 100 * x, lambda x: after / 100 * x, length / 2)
    per_hectare = cut * 10_000 / length
    found, _ = works({"slope_pct": slope, "slope_length_m": length, "regrade_form": "tilt"},
                     {"after:slope_pct": after})
    assert found.regrade_m3_i[0] == pytest.approx(per_hectare, rel=1e-6)


@pytest.mark.parametrize(("length", "slope", "after"), GEOMETRIES)
def test_bench_spreads_a_face_of_fixed_height(length: float, slope: float, after: float) -> None:
    # Height L s / 100 stays; the face grows to L s / s', the berm above is level with its crest.
    height, finished = length * slope / 100, length * slope / after
    cut = area_above(lambda x: np.minimum(slope / 100 * x, height / 2),
                     lambda x: after / 100 * x, finished / 2)
    per_finished_hectare = cut * 10_000 / finished
    found, _ = works({"slope_pct": slope, "slope_length_m": length, "regrade_form": "bench"},
                     {"after:slope_pct": after})
    assert found.regrade_m3_i[0] == pytest.approx(per_finished_hectare, rel=1e-6)


def test_regrading_answer() -> None:
    found, _ = works({"slope_pct": 65, "slope_length_m": 20}, {"after:slope_pct": 25})
    # 12.5 x 20 m x (65 - 25) = 10,000 m3/ha.
    assert found.regrade_m3_i[0] == pytest.approx(10_000.0)


def test_nothing_is_cut_where_the_slope_is_gentle_enough() -> None:
    found, instance = works({"slope_pct": 20, "slope_length_m": 20}, {"after:slope_pct": 25})
    assert found.regrade_m3_i[0] == 0.0
    # The lower of 20 and 25: a method never makes land steeper.
    assert attribute_after(instance, 0, "slope_pct", found)[0] == 20.0


def test_soil_is_brought_from_the_depth_there() -> None:
    found, instance = works({"soil_depth_m": 0.3}, {"after:soil_depth_m": 0.8})
    # 10,000 m2 x (0.8 - 0.3) m.
    assert found.soil_m3_i[0] == pytest.approx(5_000.0)
    assert attribute_after(instance, 0, "soil_depth_m", found)[0] == pytest.approx(0.8)


def test_no_soil_is_brought_where_there_is_more_already() -> None:
    found, instance = works({"soil_depth_m": 0.9}, {"after:soil_depth_m": 0.8})
    assert found.soil_m3_i[0] == 0.0
    assert attribute_after(instance, 0, "soil_depth_m", found)[0] == 0.9


STEEP = {"slope_pct": 65, "slope_length_m": 20, "soil_depth_m": 0.3}


def test_regrading_buries_the_soil() -> None:
    found, instance = works(STEEP, {"after:slope_pct": 25, "after:soil_depth_m": 0.5})
    # None of the 0.3 m counts: 10,000 x 0.5.
    assert found.soil_m3_i[0] == pytest.approx(5_000.0)
    assert found.own_soil_m3_i[0] == 0.0
    assert attribute_after(instance, 0, "soil_depth_m", found)[0] == pytest.approx(0.5)


def test_regrading_without_new_soil_leaves_none() -> None:
    found, instance = works(STEEP, {"after:slope_pct": 25})
    assert attribute_after(instance, 0, "soil_depth_m", found)[0] == 0.0


def test_own_soil_is_respread_and_only_the_rest_brought() -> None:
    found, instance = works(
        STEEP, {"after:slope_pct": 25, "after:soil_depth_m": 0.5, "respread_own_soil": 1})
    # Own: 10,000 x 0.3; brought: 10,000 x (0.5 - 0.3).
    assert found.own_soil_m3_i[0] == pytest.approx(3_000.0)
    assert found.soil_m3_i[0] == pytest.approx(2_000.0)
    assert attribute_after(instance, 0, "soil_depth_m", found)[0] == pytest.approx(0.5)


def test_own_soil_stays_where_nothing_is_regraded() -> None:
    found, _ = works({"soil_depth_m": 0.3}, {"after:slope_pct": 25, "respread_own_soil": 1})
    assert found.own_soil_m3_i[0] == 0.0
    assert found.depth_there_i[0] == 0.3


@pytest.mark.parametrize(("attribute", "there", "after", "expected"), [
    # Lower of the two: subsoiling loosens, picking takes stones out.
    ("bulk_density_g_cm3", 1.7, 1.35, 1.35), ("bulk_density_g_cm3", 1.2, 1.35, 1.2),
    ("gravel_pct", 40, 15, 15), ("gravel_pct", 5, 15, 5),
    # Set outright: liming moves pH up, sulphur down.
    ("ph", 9, 7.5, 7.5), ("ph", 6, 7.5, 7.5),
])
def test_other_attributes_are_lowered_or_set(
    attribute: str, there: float, after: float, expected: float
) -> None:
    instance = instance_of(
        parcels=[{attribute: there}], methods=[{f"after:{attribute}": after}],
        suitability=[{"use": "grass", "attribute": attribute, "maximum": 50}])
    assert attribute_after(instance, 0, attribute, works_of(instance, 0))[0] == expected


def test_an_attribute_no_method_names_stays() -> None:
    instance = instance_of(parcels=[{"ph": 8.2}],
                           suitability=[{"use": "grass", "attribute": "ph", "maximum": 9}])
    assert attribute_after(instance, 0, "ph", works_of(instance, 0))[0] == 8.2
