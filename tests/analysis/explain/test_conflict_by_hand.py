"""instances/hand-conflict against the arithmetic of its WORKED.md."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

import optimizer as ro

FOLDER = Path(__file__).parents[3] / "instances" / "hand-conflict"
WORKED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


@cache
def explained(**options):
    return ro.explain(ro.read_instance(FOLDER), **options)


def way_of(explanation, name):
    (found,) = [way for way in explanation.loosenings if way.way == name]
    return found


def test_conflicts_are_the_worked_ones():
    found = {frozenset(conflict.members) for conflict in explained().conflicts}
    # r = 100, c = 60 takes 4.4 > 4.0 million CNY and 220,000 > 212,000 m3.
    assert found == {frozenset(conflict) for conflict in WORKED["conflicts"]}


@pytest.mark.parametrize("name", ["least_change", "fewest_limits"])
def test_ways_out_are_the_worked_ones(name):
    way, worked = way_of(explained(), name), WORKED[name]
    assert {change.name: change.new for change in way.changes} == {
        limit: pytest.approx(value, rel=1e-9) for limit, value in worked["values"].items()}
    # 4/60 + 0.06, and 10/60.
    assert way.total_relative == pytest.approx(worked["total_relative"], rel=1e-9)
    # 56 x 20 + 44 x 108, and 50 x 20 + 50 x 108.
    assert way.objective == pytest.approx(worked["objective"], rel=1e-7)
    assert dict(way.area_by_use) == pytest.approx(worked["area_by_use"], rel=1e-7)


def test_limits_that_are_kept_stay():
    worked = WORKED["keeping"]
    explanation = ro.explain(ro.read_instance(FOLDER), keep=worked["keep"])
    for way in explanation.loosenings:
        assert not {change.name for change in way.changes} & set(worked["keep"])
    way = explanation.loosenings[0]
    assert {change.name: change.new for change in way.changes} == pytest.approx(worked["values"])
    # 60 x 20 + 20 x 108.
    assert way.objective == pytest.approx(worked["objective"], rel=1e-7)


def test_limits_that_are_kept_and_cannot_hold_together_are_named():
    keep = WORKED["conflicts"][0]
    explanation = ro.explain(ro.read_instance(FOLDER), keep=keep)
    assert not explanation.loosenings
    assert explanation.conflicts[-1].members == tuple(
        sorted(keep, key=["budget", "water", "cropland-minimum", "reclaimed-minimum"].index))
    assert "cannot hold together" in explanation.notes[0]


def test_a_weight_moves_the_change_elsewhere():
    # With the budget five times as dear, a hectare less of cropland (1/60) saves 0.05 of money:
    # c falls to 50, where money suffices; water suffices below 56.
    way = way_of(ro.explain(ro.read_instance(FOLDER), weights={"budget": 5.0}),
                 "least_change_by_weights")
    assert {change.name: change.new for change in way.changes} == {
        "cropland-minimum": pytest.approx(750.0)}


def test_the_texts_apply_and_are_no_larger_than_they_must_be():
    instance = ro.read_instance(FOLDER)
    for way in explained().loosenings:
        assert ro.solve(ro.with_overrides(instance, way.overrides)).status == "optimal"
        less = [f"{change.path}={change.old + 0.99 * (change.new - change.old)}"
                for change in way.changes]
        with pytest.raises(ro.Infeasible, match="reclaim explain"):
            ro.solve(ro.with_overrides(instance, less))


def test_reach_of_a_feasible_instance():
    loosened = ro.with_overrides(ro.read_instance(FOLDER), ["limits[cropland-minimum].value=600"])
    explanation = ro.explain(loosened)
    assert explanation.feasible
    assert not explanation.loosenings
    tightest = {one.limit: one.tightest for one in explanation.reach}
    # c = 40, r = 100: money 2,000,000 + 1,600,000 = 360 x 10,000 CNY; water 100,000 + 80,000 =
    # 180,000 m3/yr; c up to 50 ha = 750 mu (money); r up to (4,000,000 - 1,600,000) / 20,000 = 120.
    assert tightest == pytest.approx({"budget": 360.0, "water": 180_000.0,
                                      "cropland-minimum": 750.0, "reclaimed-minimum": 120.0})
    room = {one.limit: one.room for one in explanation.reach}
    assert room["budget"] == pytest.approx(0.1)


def test_a_share_is_pushed_to_where_it_breaks():
    # Of 100 ha at most (4,000,000 - 2,000,000) / 40,000 = 50 can be cropland for the money, and
    # of more hectares fewer.
    instance = ro.with_overrides(ro.read_instance(FOLDER), [
        "limits[cropland-minimum].basis=share_of_reclaimed", "limits[cropland-minimum].unit=%",
        "limits[cropland-minimum].value=40"])
    (one,) = [one for one in ro.explain(instance).reach if one.limit == "cropland-minimum"]
    assert one.tightest == pytest.approx(50.0)
    broken = ro.with_overrides(instance, ["limits[cropland-minimum].value=60"])
    way = ro.explain(broken, keep=["budget", "reclaimed-minimum"]).loosenings[0]
    assert {change.name: change.new for change in way.changes} == {
        "cropland-minimum": pytest.approx(50.0)}
    assert way.changes[0].unit == "%"


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(ro.InstanceRefused, match="budget"):
        ro.explain(ro.read_instance(FOLDER), keep=["budgt"])
    with pytest.raises(ro.InstanceRefused, match="above 0"):
        ro.explain(ro.read_instance(FOLDER), weights={"budget": 0.0})


def test_parcels_are_let_go_of_their_duty_only_when_values_may_not_move():
    instance = ro.read_instance(FOLDER)
    drop = ro.with_overrides(instance, [
        "limits[cropland-minimum].value=0", "parcels[platform].must_reclaim=yes",
        "limits[reclaimed-minimum].sense=<="])
    # All 120 ha must be reclaimed but 100 may be: the value goes up to 120.
    way = ro.explain(drop).loosenings[0]
    assert {change.name: change.new for change in way.changes} == {
        "reclaimed-minimum": pytest.approx(120.0)}
    kept = ro.explain(drop, keep=["reclaimed-minimum"])
    (release,) = kept.loosenings[0].changes
    assert (release.kind, release.name) == ("release", "platform")
    assert ro.solve(ro.with_overrides(drop, release.overrides)).status == "optimal"
