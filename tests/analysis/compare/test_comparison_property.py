"""What holds of every comparison: parts, their sum, and what must not change them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from actual_plans import actual_plans
from feasible import feasible_instances, rebuilt
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.compare.compare import compare
from optimizer.analysis.compare.record import Comparison
from optimizer.instance.record import Instance
from optimizer.solve.certificate import primal_violation

FEW, FEWER = settings(max_examples=10), settings(max_examples=6)
#: Optima agree to this share of the sizes of what they add up.
CLOSE = 2e-6


def size_of(found: Comparison) -> float:
    cost = np.abs(found.loosened.program.cost)
    return float(max(1.0, cost @ np.abs(found.steps["scale"].x_c),
                     cost @ np.abs(found.loosened.actual_c)))


@FEW
@given(small_instances() | small_instances(boundaries=True), st.data())
def test_parts_are_not_negative_and_add_up(instance: Instance, data: st.DataObject) -> None:
    plan = data.draw(actual_plans(instance, blanks=data.draw(st.booleans()),
                                  fixed=data.draw(st.booleans())))
    found = compare(instance, plan)
    parts = [part for part in found.parts.values() if part is not None]
    assert min(parts) >= 0
    assert abs(sum(parts) - found.gap) <= 1e-9 * size_of(found)
    assert found.price_of_rules is None or found.price_of_rules <= 0
    for part, gain in found.gains_alone.items():
        assert (gain is None) == (found.parts[part] is None)
        assert gain is None or 0 <= gain <= found.gap
    for step in found.steps.values():
        assert primal_violation(found.loosened.program, step.x_c) <= 1e-7


@FEW
@given(small_instances() | small_instances(boundaries=True), st.data())
def test_the_actual_plan_keeps_the_loosened_rules(instance: Instance, data: st.DataObject) -> None:
    found = compare(instance, data.draw(actual_plans(instance)))
    loosened = found.loosened
    assert primal_violation(loosened.program, loosened.actual_c) <= 1e-12
    # It breaks the strict ones just where the judgement, which sees no program, says so.
    assert loosened.breaks_rules == (not found.judgement.allowed)
    if found.label == "net_sink":
        sink = found.judgement.net_sink_tco2e
        assert abs(sink - found.actual) <= 1e-9 * size_of(found)


@FEW
@given(feasible_instances())
def test_the_optimum_against_itself_gives_zeros(instance: Instance) -> None:
    assume(len({entry.stage for entry in instance.settings.objectives}) == 1)
    solution = ro.solve(instance)
    found = compare(instance, solution.plan)
    room = CLOSE * size_of(found)
    assert abs(found.gap) <= room
    assert all(abs(part or 0.0) <= room for part in found.parts.values())
    assert found.price_of_rules is not None
    assert abs(found.price_of_rules) <= room
    assert found.violations.empty


def cut_instance(instance: Instance, share: float) -> Instance:
    """The instance with its first parcel cut in two."""
    def cut(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if "parcel" not in rows:
            return rows
        piece = rows[rows["parcel"] == "p0"].assign(parcel="p0-piece")
        if name == "parcels":
            piece = piece.assign(area_ha=piece["area_ha"] * share)
            kept = np.where(rows["parcel"] == "p0", 1 - share, 1.0)
            rows = rows.assign(area_ha=rows["area_ha"] * kept)
        return pd.concat([rows, piece]) if len(piece) else rows

    return rebuilt(instance, cut)


@FEWER
@given(feasible_instances(), st.data(), st.sampled_from([0.5, 0.2]))
def test_a_parcel_cut_in_two_changes_no_part(
    instance: Instance, data: st.DataObject, share: float
) -> None:
    plan = data.draw(actual_plans(instance))
    first = plan["parcel"] == "p0"
    piece = plan[first].assign(parcel="p0-piece", area_ha=plan["area_ha"][first] * share)
    rest = plan.assign(area_ha=plan["area_ha"] * np.where(first, 1 - share, 1.0))
    whole = compare(instance, plan)
    halves = compare(cut_instance(instance, share), pd.concat([rest, piece]))
    room = CLOSE * size_of(whole)
    assert abs(halves.actual - whole.actual) <= room
    for part, value in whole.parts.items():
        assert abs((halves.parts[part] or 0.0) - (value or 0.0)) <= room, part
    for part, value in whole.gains_alone.items():
        assert abs((halves.gains_alone[part] or 0.0) - (value or 0.0)) <= room, part


@FEWER
@given(small_instances(), st.data())
def test_forgetting_a_method_never_costs(instance: Instance, data: st.DataObject) -> None:
    """A completed plan breaks no more rules than any other reading of the same blanks."""
    assume(instance.table("limits") is not None)
    plan = data.draw(actual_plans(instance))
    assume(not plan.duplicated(["parcel", "use", "period"]).any())
    told = compare(instance, plan)
    forgotten = compare(instance, plan.assign(method="", source=""))
    if told.judgement.allowed:
        assert forgotten.judgement.allowed
        assert forgotten.actual >= told.actual - CLOSE * size_of(told)
