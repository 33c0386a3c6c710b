"""Programs with bounds on options, cut into pieces and decomposed, against HiGHS on the whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from actual_plans import actual_plans
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import small_instances
from worked import instance_of

import optimizer as ro
from optimizer.analysis.allocation import allocation_of
from optimizer.analysis.compare import chain
from optimizer.analysis.compare.compare import compare
from optimizer.analysis.compare.loosened import loosen
from optimizer.analysis.compare.pieces import pieces_of, solve_in_pieces
from optimizer.formulation.program import Family
from optimizer.instance.record import Instance
from optimizer.solve.certificate import certify
from optimizer.solve.linear import solve_linear

GAP = Path(__file__).parents[3] / "instances" / "hand-gap"


@pytest.fixture
def decomposing(monkeypatch):
    """Decompose whatever falls apart, however small."""
    monkeypatch.setattr(chain, "DECOMPOSITION_FROM_COLUMNS", 1)


def test_the_comparison_worked_by_hand_is_the_same_decomposed(decomposing):
    found = compare(ro.read_instance(GAP), GAP / "plans" / "actual.csv")
    assert found.parts == pytest.approx(
        {"method": 100, "layout": 310, "structure": 60, "scale": 126})
    assert found.gains_alone == pytest.approx(
        {"method": 100, "layout": 110, "structure": 110, "scale": 55})
    assert found.price_of_rules == pytest.approx(-31)
    steps = (*found.steps.values(), *found.alone.values(), found.within_rules)
    assert all(step.solver.startswith("decomposition") for step in steps)
    # Land: north 42 - 31, south 21 - 12.4, spare idle; see WORKED.md.
    assert found.optimum.price_r[:3] == pytest.approx([11, 8.6, 0])


def test_a_parcel_is_cut_by_what_is_forbidden_and_what_must_be():
    # 10 ha, all of it due; the plan reclaims 7: 2 of them as forest that is forbidden there.
    instance = instance_of(
        parcels=[{"parcel": "a", "must_reclaim": 1}],
        uses=[{"use": "grass"}, {"use": "forest", "min_soil_depth_m": 0.5}],
        methods=[{"use": "grass"}, {"use": "forest"}], settings={"periods": (2026,)})
    loosened = loosen(instance, allocation_of(instance, pd.DataFrame({
        "parcel": ["a", "a"], "use": ["grass", "forest"], "area_ha": [5, 2]})))
    pieces = pieces_of(loosened.program)
    # Forest 2 ha, the rest of what is due 5 ha, 3 ha that may lie idle.
    assert pieces.program.row_upper[:3].tolist() == [2, 5, 3]
    must = pieces.program.rows.family[:3] == Family.MUST_RECLAIM
    assert must.tolist() == [True, True, False]
    # Grass in all three pieces, forest in its own.
    assert pieces.column_p.tolist() == [0, 1, 0, 0]


@settings(max_examples=15)
@given(small_instances(), st.data())
def test_pieces_have_the_optimum_of_the_whole(instance: Instance, data: st.DataObject) -> None:
    plan = data.draw(actual_plans(instance, fixed=data.draw(st.booleans())))
    loosened = loosen(instance, allocation_of(instance, plan),
                      plan["fixed"].to_numpy(dtype=bool) * plan["area_ha"].to_numpy(dtype=float))
    program = loosened.program
    found = solve_in_pieces(program)
    assume(found is not None)
    whole = solve_linear(program)
    size = max(1.0, float(np.abs(program.cost) @ np.abs(whole.x_c)))
    assert abs(program.value(found.x_c) - program.value(whole.x_c)) <= 1e-6 * size
    proof = certify(program, found.x_c, found.price_r)
    assert proof.primal_violation <= 1e-7
    # What every hectare earns is explained by the prices: bounds hold just the options that
    # earn more than their land, and idle land is worth nothing.
    reduced_c = program.cost - program.matrix.T @ found.price_r
    count = loosened.options.count
    inside = found.x_c[:count] < program.column_upper[:count]
    assert np.all(reduced_c[:count][inside] <= 1e-6 * size)
