"""What to change first: the curve by hand, against an independent program, and its list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from actual_plans import actual_plans
from hypothesis import given, settings
from hypothesis import strategies as st
from optima import optima_of
from scipy.optimize import linprog
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.compare import change_solver
from optimizer.analysis.compare.change_program import changed_hectares
from optimizer.analysis.compare.changes import changes_at
from optimizer.analysis.compare.compare import compare
from optimizer.analysis.compare.gain_curve import GainCurve
from optimizer.analysis.compare.loosened import Loosened
from optimizer.analysis.compare.record import Comparison
from optimizer.instance.record import Instance

FOLDER = Path(__file__).parents[3] / "instances" / "hand-gap"
CLOSE = 2e-6


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(ro.read_instance(FOLDER), FOLDER / "plans" / "actual.csv")


@pytest.fixture(scope="module")
def curve(comparison: Comparison) -> GainCurve:
    return comparison.gain_curve(0.0)


def states(loosened: Loosened) -> np.ndarray:
    """State of each option, by names, told apart without the code under test."""
    options = loosened.options
    keys = list(zip(options.parcel_o, options.practice_o, options.period_o, strict=True))
    order = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    return np.array([order[key] for key in keys], dtype=int)


def half_norm(loosened: Loosened, plan_c: np.ndarray) -> float:
    """Half of |x - a| over all states, bare included: the definition, as it is written."""
    count, state = loosened.option_count, states(loosened)
    more_o = (plan_c - loosened.actual_c)[:count]
    more_s = np.bincount(state, more_o) if count else np.zeros(0)
    bare_i = -np.bincount(loosened.options.parcel_o, more_o, loosened.instance.land.count)
    return 0.5 * float(np.abs(more_s).sum() + np.abs(bare_i).sum())


def best_with(loosened: Loosened, hectares: float) -> float:
    """Largest objective by another program: arrivals p >= x - a of every state, sum p <= D."""
    program, count, state = loosened.program, loosened.option_count, states(loosened)
    columns, land = program.shape[1], loosened.instance.land.count
    groups = int(state.max(initial=-1)) + 1
    in_state = sp.coo_array((np.ones(count), (state, np.arange(count))), shape=(groups, columns))
    in_parcel = sp.coo_array((np.ones(count), (loosened.options.parcel_o, np.arange(count))),
                             shape=(land, columns))
    added = groups + land
    none = sp.csr_array((1, columns))
    less = [sp.hstack([in_state, -sp.eye_array(groups), sp.csr_array((groups, land))]),
            sp.hstack([-in_parcel, sp.csr_array((land, groups)), -sp.eye_array(land)]),
            sp.hstack([none, sp.csr_array(np.ones((1, added)))])]
    limits = [np.atleast_1d(in_state @ loosened.actual_c),
              -np.atleast_1d(in_parcel @ loosened.actual_c), np.array([hectares])]
    wide = sp.csr_array(sp.hstack([program.matrix, sp.csr_array((program.shape[0], added))]))
    for bound, sign in ((program.row_upper, 1.0), (program.row_lower, -1.0)):
        told = np.isfinite(bound)
        less.append(sign * wide[told])
        limits.append(sign * bound[told] + 1e-9 * np.maximum(1.0, np.abs(bound[told])))
    bounds = np.concatenate([
        np.column_stack([program.column_lower, program.column_upper]),
        np.column_stack([np.zeros(added), np.full(added, np.inf)])])
    answer = linprog(-np.append(program.cost, np.zeros(added)), sp.vstack(less),
                     np.concatenate(limits), bounds=bounds, method="highs-ds")
    assert answer.status == 0, answer.message
    return program.offset - answer.fun


def test_the_curve_worked_by_hand(curve: GainCurve) -> None:
    # Let y be what money is worth and g what an hectare of grass is worth to the grass minimum.
    # First 31 t a hectare: each of 6 ha of north from grass to tended forest saves 1,000 CNY, and
    # every 5,000 CNY plant a hectare of spare: 6 + 6 x 0.2 = 7.2 ha, 223.2 t.
    # Then grass must be made on south for what north gives up: one hectare of each gains 10 + 31
    # and saves 3,000 CNY, with 0.6 ha of spare at 31: 59.6 t on 2.6 ha. After 4 ha north is full:
    # 17.6 ha, 223.2 + 4 x 59.6 = 461.6 t.
    # Last the other 6 ha of south: 10 t and 2,000 CNY, with 0.4 ha of spare: 22.4 t on 1.4 ha:
    # 17.6 + 8.4 = 26 ha, 461.6 + 134.4 = 596 t.
    table = curve.table
    assert curve.exact
    assert table["changed_ha"].to_numpy() == pytest.approx([0, 7.2, 17.6, 26])
    assert table["objective"].to_numpy() == pytest.approx([220, 443.2, 681.6, 816])
    assert table["per_ha_right"].to_numpy()[:3] == pytest.approx([31, 59.6 / 2.6, 16])
    assert table["per_ha_left"].to_numpy()[1:] == pytest.approx([31, 59.6 / 2.6, 16])
    assert curve.end_ha == pytest.approx(26)
    # 298 t: 223.2 by 7.2 ha, 74.8 at 59.6 / 2.6 t a hectare.
    assert curve.hectares_for(0.5) == pytest.approx(7.2 + 74.8 * 2.6 / 59.6)


def test_the_changes_worked_by_hand(curve: GainCurve) -> None:
    # 10 ha lie 2.8 of 10.4 ha into the second piece: 6 + 4 x 2.8 / 10.4 ha of north, 4 x 2.8 / 10.4
    # of south and 1.2 + 2.4 x 2.8 / 10.4 of spare, each at the slope; the rest of the gain is that
    # of the grass minimum, of which 6 ha were too many: g = 6,000 y and 13,000 y = 21.
    found = changes_at(curve, 10)
    table = found.table.set_index("parcel")
    part = 2.8 / 10.4
    assert table["area_ha"].to_dict() == pytest.approx(
        {"north": 6 + 4 * part, "south": 4 * part, "spare": 1.2 + 2.4 * part})
    assert table["gain_per_ha"].to_numpy() == pytest.approx([59.6 / 2.6] * 3)
    assert found.price == pytest.approx(59.6 / 2.6)
    assert found.from_limits == pytest.approx(6 * 6000 * 21 / 13000)
    assert found.gain == pytest.approx(223.2 + 2.8 * 59.6 / 2.6)
    assert found.gain == pytest.approx(table["gain"].sum() + found.from_limits)
    assert table.loc["spare", "from_use"] == ""
    assert table.loc["north", ["from_use", "to_use", "to_method"]].tolist() == [
        "grass", "forest", "tended"]


def test_what_is_fixed_stays(comparison: Comparison) -> None:
    plan = comparison.actual_plan.drop(columns="completed")
    plan["fixed"] = plan["parcel"] == "north"
    found = compare(comparison.instance, plan)
    curve = found.gain_curve(0.0)
    # North stays irrigated grass, 60,000 of 100,000 CNY: south managed 210 and spare tended with
    # the other 20,000 CNY, 4 ha x 31 = 124: 110 + 210 + 124 = 444, on 14 ha.
    assert curve.optimal == pytest.approx(444)
    assert curve.end_ha == pytest.approx(14)
    moved = changes_at(curve, curve.end_ha).table
    assert set(moved["parcel"]) == {"south", "spare"}


def test_hectares_that_are_no_number_are_refused(curve: GainCurve) -> None:
    with pytest.raises(ValueError, match="no number of hectares"):
        curve.at(-1.0)


@settings(max_examples=25)
@given(small_instances() | small_instances(boundaries=True), st.data())
def test_the_curve_is_concave_and_that_of_another_program(
    instance: Instance, data: st.DataObject
) -> None:
    plan = data.draw(actual_plans(instance, fixed=data.draw(st.booleans())))
    found = optima_of(instance, plan)
    curve, room = found.curve(), CLOSE * found.size
    table = curve.table
    slopes = table["per_ha_right"].to_numpy()[:-1]
    assert np.all(np.diff(table["changed_ha"]) > 0)
    assert np.all(np.diff(slopes) <= 1e-6 * np.maximum(1.0, np.abs(slopes[:-1])))
    assert abs(table["objective"].iloc[-1] - found.optimal) <= room
    assert table["objective"].iloc[0] >= found.loosened.actual - room
    for share in (0.0, 0.3, 0.7, 1.0):
        hectares = share * curve.end_ha
        assert abs(curve.lower(hectares) - best_with(found.loosened, hectares)) <= room


@settings(max_examples=25)
@given(small_instances(), st.data(), st.sampled_from([0.2, 0.6, 1.0]))
def test_the_changes_make_up_the_gain(
    instance: Instance, data: st.DataObject, share: float
) -> None:
    found = optima_of(instance, data.draw(actual_plans(instance, fixed=data.draw(st.booleans()))))
    loosened, curve = found.loosened, found.curve()
    changes, room = changes_at(curve, share * curve.end_ha), CLOSE * found.size
    assert abs(changes.gain - changes.table["gain"].sum() - changes.from_limits) <= room
    assert np.all(changes.plan_c >= loosened.fixed_c - 1e-9 * np.maximum(1.0, loosened.fixed_c))
    land = float(instance.land.area_i.sum())
    assert changes.changed_ha <= share * curve.end_ha + 1e-7 * land
    assert abs(changes.changed_ha - half_norm(loosened, changes.plan_c)) <= 1e-7 * land
    counted = changes.table[changes.table["counts"]]
    assert abs(counted["area_ha"].sum() - changes.changed_ha) <= 1e-6 * land


@settings(max_examples=15)
@given(small_instances(), st.data())
def test_a_pool_of_columns_gives_the_same_curve(
    instance: Instance, data: st.DataObject
) -> None:
    found = optima_of(instance, data.draw(actual_plans(instance)))
    curve, room = found.curve(), CLOSE * found.size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(change_solver, "WHOLE_UP_TO", 0)
        pooled = found.curve()
        for share in (0.0, 0.4, 1.0):
            at = share * curve.end_ha
            answer = pooled.solver.solve(at)
            assert abs(answer.objective - curve.lower(at)) <= room
            assert answer.bound >= answer.objective - room


def test_hectares_changed_are_half_the_norm(comparison: Comparison) -> None:
    # north 10 and south 10 ha become something else, spare 6 of 10 ha.
    assert changed_hectares(comparison.loosened, comparison.optimum.x_c) == pytest.approx(26)
    assert half_norm(comparison.loosened, comparison.optimum.x_c) == pytest.approx(26)
