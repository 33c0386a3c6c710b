"""Two plans side by side: by hand, and what holds of any two."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from actual_plans import actual_plans
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.diff import Diff
from optimizer.instance.record import Instance

FOLDER = Path(__file__).parents[2] / "instances" / "hand-gap"
#: The optimum of the worked page under the loosened rules.
BEST = pd.DataFrame({
    "parcel": ["north", "south", "spare"], "use": ["forest", "grass", "forest"],
    "method": ["tended", "managed", "tended"], "area_ha": [10.0, 10.0, 6.0]})


@pytest.fixture(scope="module")
def found() -> Diff:
    return ro.diff(ro.read_instance(FOLDER), FOLDER / "plans" / "actual.csv", BEST)


def test_hectares_and_worth_of_each_move(found: Diff) -> None:
    # north grass -> forest 10 x (42 - 11) = 310; south forest -> grass 10 x (21 - 11) = 100;
    # spare bare -> forest 6 x 31 = 186, and 4 ha stay bare.
    assert found.uses[-1] == "bare"
    moves = found.moves.set_index("parcel")
    assert moves["worth"].to_dict() == pytest.approx({"north": 310, "spare": 186, "south": 100})
    assert moves.loc["spare", ["from_use", "to_use"]].tolist() == ["bare", "forest"]
    cells = {(row["from_use"], row["to_use"]): row["area_ha"]
             for row in found.transitions.to_dict("records")}
    assert cells == pytest.approx({("grass", "forest"): 10, ("forest", "grass"): 10,
                                   ("bare", "forest"): 6, ("bare", "bare"): 4})
    assert found.moved_ha == pytest.approx(26)


def test_changes_in_hectares_and_percent_of_the_old_value(found: Diff) -> None:
    changes = {change.name: change for change in found.changes if change.kind == "area"}
    assert found.objective.old == pytest.approx(220)
    assert found.objective.change == pytest.approx(596)
    # 596 of 220 are 270.9 %; forest 10 -> 16 ha, bare 10 -> 4 ha.
    assert found.objective.percent == pytest.approx(100 * 596 / 220)
    assert (changes["forest"].change, changes["forest"].percent) == pytest.approx((6, 60))
    assert (changes["bare"].change, changes["bare"].percent) == pytest.approx((-6, -60))
    assert changes["grass"].percent == pytest.approx(0)


def test_nothing_has_no_percent(found: Diff) -> None:
    nothing = BEST.iloc[:0]
    other = ro.diff(found.instance, nothing, BEST)
    assert other.objective.percent is None
    assert other.record()["changes"][0]["percent_of_old"] is None
    json.dumps(other.record(), allow_nan=False)


def test_the_same_use_by_another_method_is_no_move_but_has_a_worth(found: Diff) -> None:
    # 10 ha of grass on north, irrigated 11 and managed 21 t per ha.
    before, after = (pd.DataFrame({"parcel": ["north"], "use": ["grass"], "method": [method],
                                   "area_ha": [10.0]}) for method in ("irrigated", "managed"))
    other = ro.diff(found.instance, before, after)
    assert other.moved_ha == 0
    assert other.moves.to_dict("records") == [
        {"parcel": "north", "from_use": "grass", "to_use": "grass", "area_ha": 10.0,
         "worth": pytest.approx(100)}]


def test_more_hectares_than_there_are_are_refused(found: Diff) -> None:
    with pytest.raises(ro.InstanceRefused, match="more hectares"):
        ro.diff(found.instance, BEST, BEST.assign(area_ha=[10.5, 10, 6]))


@settings(max_examples=12)
@given(small_instances() | small_instances(boundaries=True), st.data())
def test_moves_add_up_to_both_plans(instance: Instance, data: st.DataObject) -> None:
    a, b = data.draw(actual_plans(instance)), data.draw(actual_plans(instance))
    found, back = ro.diff(instance, a, b), ro.diff(instance, b, a)
    land = float(instance.land.area_i.sum())
    for plan, side in ((a, 1), (b, 0)):
        hectares = plan.groupby("use")["area_ha"].sum()
        wanted = [float(hectares.get(use, 0.0)) for use in instance.practices.uses]
        sums = found.moved_uv.sum(axis=side)
        np.testing.assert_allclose(sums[:-1], wanted, atol=1e-9 * land)
        assert abs(sums.sum() - land) <= 1e-9 * land
    room = 1e-9 * max(1.0, abs(found.objective.old) + abs(found.objective.new),
                      float(np.abs(found.worth_uv).sum()))
    total = found.worth_uv.sum() + found.stock_worth + found.boundary_worth
    assert abs(total - found.objective.change) <= room
    assert abs(found.moves["worth"].sum() - found.worth_uv.sum()) <= room + 1e-8 * len(found.moves)
    np.testing.assert_allclose(back.moved_uv, found.moved_uv.T, atol=1e-9 * land)
