"""Sampled curves: whole numbers, gaps without a plan, ends that cannot be guessed."""

from __future__ import annotations

import pytest

import optimizer as ro
from optimizer.analysis.curve import sampled
from optimizer.analysis.curve.sampled import Sample
from optimizer.report.curve_text import curve_text
from optimizer.report.figures import of_unit
from optimizer.solve.linear import NoPlan


def test_a_whole_number_is_sampled_at_whole_values() -> None:
    instance = ro.read_instance("two-parcels")
    curve = ro.value_curve(instance, "instance.horizon_years")
    values = [point.value for point in curve.points]
    assert values == sorted(set(values))
    assert all(value == round(value) for value in values)
    # The sward's table ends in year 30, so the checks refuse any longer account.
    assert values[0] == 10
    assert values[-1] == 30
    assert curve.above == "above: the checks refuse such values"
    assert any("such as 31: " in note and "curve ends too early" in note for note in curve.notes)
    for point in curve.points[::7]:
        override = {"instance.horizon_years": int(point.value)}
        solved = ro.solve(ro.with_overrides(instance, override))
        assert point.objective == pytest.approx(solved.objective)


def test_a_single_value_with_a_plan_is_a_point() -> None:
    # Nothing but 0 to 9 % of slope lets the platform be the cropland that is asked for.
    curve = ro.value_curve(ro.read_instance("two-parcels"), "parcels[platform].slope_pct",
                           lower=2.0, upper=2.0)
    assert [point.value for point in curve.points] == [2.0]
    with pytest.raises(ro.Infeasible, match="at any of 1 values"):
        ro.value_curve(ro.read_instance("two-parcels"), "parcels[platform].slope_pct",
                       lower=60.0, upper=60.0)


def test_a_gap_without_a_plan_is_told_and_the_rest_still_refined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Heights 1 / value from 0.625 to 2.5, which bend most at the left; no plan from 1.7 to 1.8,
    # between two of the first nine samples (0.234375 apart: 1.5625 and 1.796875 is one of them).
    def solved(sampler: object, value: float) -> Sample:
        del sampler
        if 1.7 < value < 1.8:
            raise NoPlan
        return Sample(value, 1.0 / value)

    monkeypatch.setattr(sampled._Sampler, "_solved", solved)
    curve = ro.value_curve(ro.read_instance("two-parcels"), "works.swell_factor", 0.01)
    values = [point.value for point in curve.points]
    assert any(note.startswith("no plan somewhere between 1.5625") or
               "no plan somewhere between 1.6" in note for note in curve.notes)
    assert sum(value < 1.0 for value in values) > 2
    assert not any(1.7 < value < 1.8 for value in values)


def test_nothing_is_half_or_twice_of_0() -> None:
    instance = ro.read_instance("two-parcels")
    path = "methods[forest,regrade-cover].n2o_kg_per_ha_yr"
    with pytest.raises(ro.InstanceRefused, match="no usual range"):
        ro.value_curve(instance, path)
    # 40 ha of forest, 20 years, 273 kg of CO2e a kg: 40 x 20 x 0.273 = 218.4 t for 1 kg/ha/yr.
    curve = ro.value_curve(instance, path, lower=0.0, upper=1.0)
    assert curve.points[0].price == pytest.approx(-218.4)


def test_ends_without_a_plan_tell_where_there_is_one() -> None:
    # 20 ha of cropland cost 1,200,000 CNY at least.
    with pytest.raises(ro.Infeasible, match="there is one from 1,200,000 CNY") as caught:
        ro.value_curve(ro.read_instance("two-parcels"), "budget", lower=0.0, upper=100.0)
    assert "loosening" not in str(caught.value)


def test_units_that_begin_with_1_are_words() -> None:
    assert of_unit("2", "1") == "2"
    assert of_unit("2", "1/yr") == "2 per yr"
    assert of_unit("2", "1 per t") == "2 per t"
    assert of_unit("2", "1000 CNY") == "2 x 1000 CNY"
    curve = ro.value_curve(ro.read_instance("two-parcels"), "works.swell_factor", most_solves=9)
    assert "Now 1.25: +7,336.8 t CO2e" in curve_text(curve)


@pytest.mark.parametrize("tolerance", [-1.0, float("nan"), float("inf")])
def test_what_is_no_tolerance_is_refused(tolerance: float) -> None:
    with pytest.raises(ValueError, match="a tolerance is a number of at least 0"):
        ro.value_curve(ro.read_instance("two-parcels"), "budget", tolerance)


def test_ends_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ro.InstanceRefused, match="wrong way round"):
        ro.value_curve(ro.read_instance("two-parcels"), "budget", lower=5e6, upper=4e6)
