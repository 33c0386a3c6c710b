"""The Pyomo reference compiles to the program that the arrays give: matrix, bounds and costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from strategies import small_instances

from optimizer.formulation.assemble import assemble
from optimizer.formulation.bridge import ModelRefused, compile_pyomo, pyomo_model
from optimizer.formulation.objective import stage_costs
from optimizer.formulation.program import LinearProgram
from optimizer.instance.locations import shipped_instances
from optimizer.instance.read import read_instance
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of

HAND = sorted(name for name in shipped_instances()
              if name == "two-parcels" or name.startswith(("hand-", "published/")))
RELATIVE = 1e-12


def empty_rows(program: LinearProgram) -> np.ndarray:
    """Rows without any coefficient; Pyomo drops them where 0 meets their bounds."""
    return np.bincount(program.matrix.indices, minlength=program.shape[0]) == 0


def impossible_rows(program: LinearProgram) -> np.ndarray:
    """Rows without any coefficient whose bounds leave 0 out."""
    return empty_rows(program) & ((program.row_lower > 0) | (program.row_upper < 0))


def assert_equal_programs(ours: LinearProgram, theirs: LinearProgram) -> None:
    """Hold two programs against each other, entry by entry."""
    assert ours.shape == theirs.shape
    one, two = ours.matrix.toarray(), theirs.matrix.toarray()
    # Entries are sums of terms; their rounding is judged by the largest entry of the row.
    size_r = np.maximum(np.abs(one).max(axis=1, initial=0.0), 1e-300)
    assert np.all(np.abs(one - two) <= RELATIVE * (np.abs(one) + size_r[:, None]))
    filled = ~empty_rows(ours)
    for side in ("row_lower", "row_upper"):
        np.testing.assert_allclose(getattr(theirs, side)[filled], getattr(ours, side)[filled],
                                   rtol=RELATIVE, err_msg=side)
    np.testing.assert_array_equal(theirs.column_lower, ours.column_lower)
    np.testing.assert_array_equal(theirs.column_upper, ours.column_upper)
    largest = np.abs(ours.cost).max(initial=1.0)
    np.testing.assert_allclose(theirs.cost, ours.cost, rtol=RELATIVE, atol=RELATIVE * largest)
    for row in range(ours.shape[0]):
        assert theirs.rows.key(row) == ours.rows.key(row)


def compare(instance: Instance) -> None:
    """Compare both encodings of an instance, or hold both to the same refusal."""
    options = options_of(instance)
    ours = assemble(instance, options)
    if impossible_rows(ours).any():
        with pytest.raises(ModelRefused, match="no option is left"):
            pyomo_model(instance)
        return
    assert_equal_programs(ours, compile_pyomo(pyomo_model(instance), instance, options))


@pytest.mark.parametrize("name", HAND)
def test_reference_equals_the_arrays_on_hand_instances(name: str) -> None:
    compare(read_instance(name))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances())
def test_reference_equals_the_arrays_on_random_instances(instance: Instance) -> None:
    compare(instance)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(boundaries=True))
def test_reference_equals_the_arrays_with_a_boundary_weight(instance: Instance) -> None:
    compare(instance)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(limits=False) | small_instances(limits=False, boundaries=True))
def test_later_stages_have_the_same_cost_and_floors(instance: Instance) -> None:
    stages = stage_costs(instance, options_of(instance))
    if impossible_rows(assemble(instance)).any():
        return
    floors = {stage: -1.0 - stage for stage in range(1, len(stages))}
    model = pyomo_model(instance, stage=len(stages), floors=floors)
    columns = [*model.x.values(), *model.stock.values(), *model.edge.values()]
    point = np.linspace(1.0, 2.0, len(columns))
    for variable, value in zip(columns, point, strict=True):
        variable.value = value
    # Options of the reference come in the order of the arrays: stock source by source.
    np.testing.assert_allclose(model.objective(), stages[-1].cost_c @ point, rtol=1e-9, atol=1e-9)
    for stage, floor in model.objective_floor.items():
        np.testing.assert_allclose(floor.body(), stages[stage - 1].cost_c @ point, rtol=1e-9,
                                   atol=1e-9)
        assert floor.lower == floors[stage]
