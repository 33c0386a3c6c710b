"""Paths of curves, what they are refused for, surfaces and samples."""

from __future__ import annotations

import math

import numpy as np
import pytest

import optimizer as ro


@pytest.mark.parametrize(("path", "words"), [
    ("budgt", "Did you mean `budget`"),
    ("boundary", "boundary weight without boundaries"),
    ("uses[grass].colour", "A curve goes over numbers"),
    ("works.swell_factr", "Did you mean `swell_factor`"),
    ("objective.cots", "Did you mean `cost`"),
    ("objective.cost*", "Leave the \\* away"),
    ("parcels[*].area_ha", "draw a factor on all"),
    ("parcels[faec].area_ha", "face"),
    ("nothing[x].y", "nothing"),
    ("parcels[face].release_year", "Give it one with --set"),
])
def test_what_no_curve_can_be_drawn_over_is_refused(path: str, words: str) -> None:
    with pytest.raises(ro.InstanceRefused, match=words):
        ro.value_curve(ro.read_instance("two-parcels"), path)


def test_only_limits_are_shifted_and_ends_must_make_sense() -> None:
    instance = ro.read_instance("two-parcels")
    with pytest.raises(ro.InstanceRefused, match="Only limits are shifted"):
        ro.value_curve(instance, "works.swell_factor", shift=True)
    with pytest.raises(ro.InstanceRefused, match="out of range"):
        ro.value_curve(instance, "budget", lower=-5.0)


def test_a_full_path_and_a_bare_name_are_the_same_curve() -> None:
    instance = ro.read_instance("two-parcels")
    bare, full = (ro.value_curve(instance, path) for path in ("budget", "limits[budget].value"))
    assert bare.points == full.points


def test_a_number_that_changes_what_is_allowed_is_sampled() -> None:
    instance = ro.read_instance("two-parcels")
    curve = ro.value_curve(instance, "parcels[face].slope_pct", lower=10.0, upper=60.0,
                           most_solves=12)
    assert curve.moves == "sampled"
    assert math.isnan(curve.gap)
    assert curve.solves <= 12
    for point in curve.points[::3]:
        solved = ro.solve(ro.with_overrides(instance, {"parcels[face].slope_pct": point.value}))
        assert point.objective == pytest.approx(solved.objective)


def test_a_line_that_bends_further_out_is_not_called_exact() -> None:
    # Near its 0.3 m the soil of the platform shortens what must be brought, along a line in cost
    # and matrix; the value stands in the matrix, so that nothing is claimed.
    curve = ro.value_curve(ro.read_instance("two-parcels"), "parcels[platform].soil_depth_m",
                           most_solves=12)
    assert curve.moves == "sampled"


def test_a_surface_is_what_solve_finds() -> None:
    instance = ro.read_instance("hand-two-periods")
    surface = ro.value_surface(instance, "budget", "labour", 4)
    assert surface.objective_ab.shape == (4, 4)
    assert surface.concave
    # The present values, 95 and 1,400, are on the grid: 2,332.8 t as worked.
    a = int(np.flatnonzero(surface.values_a == 95.0)[0])
    b = int(np.flatnonzero(surface.values_b == 1_400.0)[0])
    assert surface.objective_ab[a, b] == pytest.approx(2_332.8)
    for row, column in ((0, 3), (3, 0), (2, 2)):
        solved = ro.solve(ro.with_overrides(instance, {
            "limits[budget].value": surface.values_a[row],
            "limits[labour].value": surface.values_b[column]}))
        assert surface.objective_ab[row, column] == pytest.approx(solved.objective)
    assert len(surface.table) == 16


def test_a_surface_takes_two_right_hand_sides() -> None:
    instance = ro.read_instance("two-parcels")
    with pytest.raises(ro.InstanceRefused, match="no right-hand side"):
        ro.value_surface(instance, "budget", "objective.cost")
    with pytest.raises(ro.InstanceRefused, match="same number twice"):
        ro.value_surface(instance, "budget", "limits[budget].value")


def test_grid_points_without_a_plan_are_left_blank() -> None:
    surface = ro.value_surface(ro.read_instance("two-parcels"), "budget", "cropland-minimum", 5)
    # 60 ha of cropland, the most, cost 3,600,000 CNY: not to be had for 1,200,000.
    assert math.isnan(surface.objective_ab[0, -1])
    assert surface.table["feasible"].sum() == np.sum(~np.isnan(surface.objective_ab))
