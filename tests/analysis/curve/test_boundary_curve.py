"""What compactness costs: the curve over the boundary weight, its front and its knee."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from rasters import checkerboard, raster
from worked import limit

import optimizer as ro
from optimizer.analysis.curve.boundary import knee_of, weight_within
from optimizer.analysis.curve.front import front_of
from optimizer.analysis.curve.layouts import curve_announcement
from optimizer.analysis.curve.record import Front, ValueCurve
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


@pytest.mark.parametrize("seed", range(2))
def test_large_layouts_lie_between_plans_and_bounds(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = ro.value_curve(random_raster(seed), "boundary")
    monkeypatch.setattr("optimizer.solve.layout_choice.FIRST_ORDER_FROM_PARCELS", 12)
    monkeypatch.setattr("optimizer.analysis.curve.layouts.LEAST_SECONDS", 600.0)
    monkeypatch.setattr("optimizer.analysis.curve.follow.Follower.solve", unasked)
    curve = ro.value_curve(random_raster(seed, 2.0), "boundary")
    weights = np.linspace(0.0, curve.points[-1].value, 23)
    for weight in weights:
        true = expected.lower(float(weight))
        assert curve.lower(weight) <= true + 1e-7
        assert curve.upper(weight) >= true - 1e-7
        assert curve.upper(weight) - curve.lower(weight) <= curve.gap + 1e-7
    assert 0.0 <= curve.gap <= 0.05 * expected.front[0].objective
    assert curve.solves == len(curve.points) >= 9
    assert not curve.exact
    # Every plan of the front is one: no better than the best, and they trade carbon for boundary.
    assert curve.front[0].objective == pytest.approx(expected.front[0].objective, rel=1e-3)
    for one in curve.front:
        middle = 0.5 * (one.weight_from + one.weight_to)
        assert one.objective - middle * one.account <= expected.lower(middle) + 1e-7
        assert one.totals["boundary_km"] == pytest.approx(one.account)
    assert all(right.account < left.account and right.objective < left.objective
               and left.weight_to == right.weight_from for left, right in pairwise(curve.front))
    assert curve.now == pytest.approx(expected.lower(2.0), rel=0.02)
    text = curve_text(curve)
    assert "every weight asked the best is proven to within" in " ".join(text.split())


def unasked(*_: object) -> None:
    pytest.fail("HiGHS was asked for a point")


def test_ends_and_number_of_solves_are_kept_on_large_layouts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimizer.solve.layout_choice.FIRST_ORDER_FROM_PARCELS", 12)
    monkeypatch.setattr("optimizer.analysis.curve.layouts.LEAST_SECONDS", 600.0)
    curve = ro.value_curve(random_raster(0), "boundary", lower=1.0, upper=3.0, most_solves=9)
    assert (curve.points[0].value, curve.points[-1].value) == (1.0, 3.0)
    assert curve.solves == 9
    assert curve.below == "below: not looked at"


def test_points_that_take_long_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = raster(np.ones((60, 60, 3)), 0.0)
    # 7,080 pairs x 4 labels x 300 steps x 30 ns and 3,600 x 0.92 ms are 3.6 s.
    told = curve_announcement(instance, over_boundary=True)
    assert told == ("3,600 parcels, 7,080 shared boundaries: expect about 4 s by the first-order "
                    "method, for each of some dozen points (--most-solves)")
    # Of other curves every point is HiGHS's: 19 s x (4 / 5)^2 = 12 s, once borders have a price.
    assert curve_announcement(instance, over_boundary=False) is None
    told = curve_announcement(raster(np.ones((60, 60, 3)), 2.0), over_boundary=False)
    assert told is not None
    assert "expect about 10 s by HiGHS, exactly, for each of some dozen points" in told
    assert curve_announcement(random_raster(0), over_boundary=True) is None


def test_the_knee_is_written_inside_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = []

    def looked_at(drawing: Figure, path: Path) -> None:
        del path
        drawing.canvas.draw()
        axes = drawing.axes[0]
        box, frame = axes.texts[0].get_window_extent(), axes.get_window_extent()
        inside.append(frame.x0 <= box.x0 <= box.x1 <= frame.x1
                      and frame.y0 <= box.y0 <= box.y1 <= frame.y1)
        assert axes.texts[0].get_text().startswith("knee: ")

    monkeypatch.setattr(curve_picture, "save", looked_at)
    curve = ro.value_curve(random_raster(1), "boundary")
    first, last = curve.front[0], curve.front[-1]

    def with_knee_at(part: float) -> ValueCurve:
        """A front of three plans whose knee lies a part of the way to the larger boundary."""
        km = last.account + part * (first.account - last.account)
        brings = last.objective + part**0.5 * (first.objective - last.objective)
        knee = replace(curve.front[1], account=km, objective=brings)
        return replace(curve, front=(first, knee, last))

    for part in (0.02, 0.5, 0.9):
        curve_picture.draw_front(with_knee_at(part), tmp_path / "pareto.png")
    assert inside == [True, True, True]
