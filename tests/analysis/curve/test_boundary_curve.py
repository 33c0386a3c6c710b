"""What compactness costs: the curve over the boundary weight, its front and its knee."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rasters import checkerboard, raster
from worked import limit

import optimizer as ro
from optimizer.analysis.curve.boundary import knee_of, weight_within
from optimizer.analysis.curve.front import front_of
from optimizer.analysis.curve.record import Front
from optimizer.instance.settings import Objective
from optimizer.report import curve_picture
from optimizer.report.curve_picture import crowded, draw_curve, places
from optimizer.report.curve_text import curve_text


def random_raster(seed: int, weight: float = 0.0):
    prizes = np.random.default_rng(seed).normal(1.0, 1.0, (3, 4, 3))
    return raster(prizes, weight, limits=[limit("least", sense=">=", value=3, use="u2")])


@pytest.mark.parametrize("weight", [0.0, 2.0])
def test_checkerboard_by_hand(weight: float) -> None:
    curve = ro.value_curve(raster(checkerboard(3), weight, must_reclaim=True), "boundary")
    # 9 - 1.2 w (all cells their own) until the centre turns white at 1 = 0.4 w, w = 2.5;
    # 8 - 0.8 w until all is black at 8 - 0.8 w = 5, w = 3.75.
    assert [point.value for point in curve.points] == pytest.approx([0.0, 2.5, 3.75])
    assert [point.objective for point in curve.points] == pytest.approx([9.0, 6.0, 5.0])
    assert [(f.account, f.objective) for f in curve.front] == [
        pytest.approx((1.2, 9.0)), pytest.approx((0.8, 8.0)), pytest.approx((0.0, 5.0))]
    assert curve.exact
    # Shares of the way: 0.4 of 1.2 km saved for 1 of 4 t: 1/3 - 1/4 above the line.
    assert curve.knee == 1
    assert curve.price_unit == "km"
    assert curve.parameter.value == weight
    assert curve.now == pytest.approx(9.0 - 1.2 * weight)


@pytest.mark.parametrize("seed", range(3))
def test_the_curve_is_what_solving_gives(seed: int) -> None:
    curve = ro.value_curve(random_raster(seed), "boundary")
    assert curve.parameter.path == "layout.boundary_weight_tco2e_per_km"
    for one in curve.front[:4]:
        weight = weight_within(one)
        solution = ro.solve(random_raster(seed, weight))
        assert solution.objective == pytest.approx(one.objective - weight * one.account)
        km = -solution.objective_terms["boundary"] / weight
        assert km == pytest.approx(one.account, abs=1e-9)
        assert one.totals["boundary_km"] == pytest.approx(one.account, abs=1e-9)
    assert all(right.account < left.account and right.objective < left.objective
               for left, right in pairwise(curve.front))
    assert curve.front[0].objective == pytest.approx(ro.solve(random_raster(seed)).objective)


def test_what_is_printed_tells_the_knee_and_its_weight() -> None:
    curve = ro.value_curve(raster(checkerboard(3), must_reclaim=True), "boundary")
    text = curve_text(curve)
    assert "The knee: 0.800 km. Saving the first 0.400 km costs 1.00 t CO2e (2.50 a km);" in text
    assert "--set layout.boundary_weight_tco2e_per_km=3" in text
    told = curve.record()["knee"]
    assert told["weight_from"] < told["weight"] < told["weight_to"]


def test_a_front_of_two_plans_has_no_knee() -> None:
    two = [Front(0.0, 1.0, 10.0, 2.0, {}), Front(1.0, np.inf, 8.0, 0.0, {})]
    assert knee_of(two) == -1
    assert weight_within(two[1]) == 2.0
    assert weight_within(Front(2.123, 2.131, 0.0, 0.0, {})) == 2.13


def test_what_is_not_weighed_against_the_sink_alone_is_refused() -> None:
    plain = raster(np.ones((1, 2, 2)))
    for objectives in ((Objective("net_sink", 2.0),),
                       (Objective("net_sink"), Objective("cost", sense="min", stage=2))):
        other = ro.Instance(replace(plain.settings, objectives=objectives), plain.tables)
        with pytest.raises(ro.InstanceRefused, match="not weighed against t CO2e alone"):
            ro.value_curve(other, "boundary")


def test_an_account_that_is_only_rounding_is_nothing() -> None:
    # Pieces from 0 to 10, 10 to 90 and on; at their middles 5, 50 and 180 the account is
    # 60 km, 3 km and what sums of 60 km leave in their sixteenth digit.
    slope = {5.0: -60.0, 50.0: -3.0, 180.0: -2.2e-12}
    staged = SimpleNamespace(last=0, tangent=lambda _, at, __: SimpleNamespace(
        value=100.0, slope=slope[at]))
    traced = SimpleNamespace(points=[SimpleNamespace(value=at) for at in (0.0, 10.0, 90.0)])
    front = front_of(staged, (), traced, {at: {} for at in slope},  # type: ignore[arg-type]
                     sign=-1.0, lasts=True)
    assert [one.account for one in front] == [60.0, 3.0, 0.0]


def test_corners_at_the_start_stretch_the_axis() -> None:
    # Half of the corners up to 40, the last at 100,000: a share of 0.0004 of an even axis.
    corners = [0.0, 20.0, 40.0, 3000.0, 100_000.0]
    assert crowded(corners)
    assert not crowded([0.0, 20.0, 40.0, 60.0, 80.0])
    assert not crowded([-1.0, *corners]), "no logarithm below 0"
    at = places(corners)
    assert set(corners) <= set(at)
    # Between 40 and 3,000 an even axis of 400 places would have 11.
    assert ((at > 40.0) & (at < 3000.0)).sum() > 300


def test_the_stretched_picture_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    keep = curve_picture.save
    monkeypatch.setattr(curve_picture, "save", lambda figure, path: (
        drawn.append(figure), keep(figure, path)))
    curve = ro.value_curve(raster(checkerboard(3), must_reclaim=True), "boundary")
    draw_curve(curve, tmp_path / "even.png")
    points = tuple(replace(curve.points[0], value=value) for value in (0.0, 20.0, 40.0, 3e3, 1e5))
    draw_curve(replace(curve, points=points, segments=()), tmp_path / "curve.png")
    scales = [[axes.get_xscale() for axes in figure.axes] for figure in drawn]
    assert scales == [["linear", "linear"], ["symlog", "symlog"]]
    assert "(logarithmic from 10 on)" in drawn[1].axes[1].get_xlabel()
