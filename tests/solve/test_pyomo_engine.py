"""Solving through Pyomo: same optimum and prices, added constraints, refusals in words."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import MINIMAL, write_folder

from optimizer.formulation.bridge import ModelRefused, compile_model, compile_pyomo, pyomo_model
from optimizer.formulation.program import Family
from optimizer.instance.read import read_instance
from optimizer.options.enumerate import options_of
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible, SolverFault
from optimizer.solve.pyomo_engine import raw_answer, solve_pyomo


@pytest.fixture
def two_parcels():
    return read_instance("two-parcels")


@pytest.mark.parametrize("name", ["two-parcels", "hand-topsoil", "hand-two-periods"])
def test_the_pyomo_engine_reaches_the_same_optimum_and_prices(name):
    instance = read_instance(name)
    ours, theirs = solve(instance), solve(instance, engine="pyomo")
    assert theirs.engine == "pyomo"
    assert theirs.status == "optimal"
    assert theirs.objective == pytest.approx(ours.objective, rel=1e-9)
    assert theirs.certificate.relative_gap <= 1e-9
    # Prices are signed like ours: of a <= row not negative, of a >= row not positive.
    program = theirs.program
    assert np.all(theirs.price_r[np.isneginf(program.row_lower)] >= 0)
    assert np.all(theirs.price_r[np.isposinf(program.row_upper)] <= 0)


def test_raw_prices_of_pyomo_have_our_signs(two_parcels):
    model = pyomo_model(two_parcels)
    options = options_of(two_parcels)
    compiled = compile_model(model, two_parcels, options)
    x_c, price_r = raw_answer(model, compiled, compiled.program)
    # The budget (<=) earns with every yuan more, the cropland minimum (>=) costs with each hectare.
    limits = price_r[compiled.program.rows.family == Family.LIMIT]
    assert limits[0] > 0
    assert limits[1] < 0
    # Strong duality: with columns bounded by 0 alone, prices times right-hand sides = optimum.
    upper, lower = compiled.program.row_upper, compiled.program.row_lower
    bound_r = np.where(np.isfinite(upper), upper, lower)
    assert price_r @ bound_r == pytest.approx(compiled.program.cost @ x_c, rel=1e-9)
    # The model is as it was: its own objective, nothing left over.
    assert model.objective.active
    assert model.component("stage_of_the_objective") is None


def test_later_stages_keep_the_floors_under_pyomo(tmp_path):
    manifest = """
[[objective]]
account = "net_sink"
tolerance = 0.1

[[objective]]
account = "cost"
sense = "min"
"""
    folder = write_folder(tmp_path / "staged",
                          {"instance.toml": MINIMAL["instance.toml"] + manifest})
    instance = read_instance(folder)
    ours, theirs = solve(instance), solve(instance, engine="pyomo")
    assert len(theirs.stages) == 2
    for one, two in zip(ours.stages, theirs.stages, strict=True):
        assert two.objective == pytest.approx(one.objective, rel=1e-8)
    # The floor binds: cheaper plans sink less, so its price is the money a tonne costs at least.
    floor = theirs.program.rows.family == Family.OBJECTIVE_FLOOR
    np.testing.assert_allclose(theirs.price_r[floor], ours.price_r[floor], rtol=1e-6)
    assert np.all(theirs.price_r[floor] < 0)


@pytest.mark.parametrize("engine", ["auto", "pyomo"])
def test_an_added_constraint_holds_and_is_priced(two_parcels, engine):
    free = solve(two_parcels)
    model = pyomo_model(two_parcels)
    forest = sum(x for key, x in model.x.items() if key[1] == "forest")
    most = 0.5 * float(free.area_by_use["forest"])
    model.forest_at_most = _constraint(forest <= most)
    held = solve(two_parcels, model=model, engine=engine)
    assert held.area_by_use["forest"] == pytest.approx(most)
    assert held.objective < free.objective
    script = held.program.rows.family == Family.SCRIPT
    assert script.sum() == 1
    assert held.price_r[script][0] > 0
    assert held.certificate.relative_gap <= 1e-9


def test_a_fixed_variable_and_a_row_with_two_bounds_survive_compiling(two_parcels):
    model = pyomo_model(two_parcels)
    grass = [x for key, x in model.x.items() if key[1] == "grass"]
    grass[0].fix(3.0)
    model.band = _constraint((1.0, sum(grass), 8.0))
    program = compile_pyomo(model, two_parcels, options_of(two_parcels))
    held = np.flatnonzero(program.column_upper == 3.0)
    assert len(held) == 1
    assert program.column_lower[held[0]] == 3.0
    assert grass[0].fixed
    # One row with both bounds, and the fixed variable still in it.
    assert program.rows.family[-1] == Family.SCRIPT
    assert (program.row_lower[-1], program.row_upper[-1]) == (1.0, 8.0)
    assert program.matrix.tocsr()[[-1], :].nnz == len(grass)
    assert program.shape[0] == compile_pyomo(
        pyomo_model(two_parcels), two_parcels, options_of(two_parcels)).shape[0] + 1


def test_models_that_cannot_be_read_back_are_refused_in_words(two_parcels):
    import pyomo.environ as pyo

    options = options_of(two_parcels)

    def refused(change, match):
        model = pyomo_model(two_parcels)
        change(model)
        with pytest.raises(ModelRefused, match=match):
            compile_pyomo(model, two_parcels, options)

    def own_variable(model):
        model.y = pyo.Var(bounds=(0, 1))
        model.linked = _constraint(model.y + next(iter(model.x.values())) <= 5)

    def whole(model):
        next(iter(model.x.values())).domain = pyo.Binary

    def curved(model):
        model.square = _constraint(next(iter(model.x.values())) ** 2 <= 4)

    def other_objective(model):
        model.objective.expr = sum(model.x.values())

    refused(own_variable, "variables the instance does not know: y")
    refused(whole, "not continuous")
    refused(curved, "square.*nonlinear")
    refused(other_objective, "not that of the instance")
    refused(lambda model: model.land.deactivate(), "cannot be used twice")
    refused(lambda model: model.objective.deactivate(), "0 active objectives")


def test_a_model_of_another_instance_is_refused(two_parcels):
    model = pyomo_model(read_instance("hand-topsoil"))
    with pytest.raises(ModelRefused, match="not made from this instance"):
        compile_pyomo(model, two_parcels, options_of(two_parcels))


def test_a_missing_solver_and_a_missing_plan_are_told_in_words(two_parcels):
    model = pyomo_model(two_parcels)
    compiled = compile_model(model, two_parcels, options_of(two_parcels))
    with pytest.raises(SolverFault, match="no solver named `no-such-solver`"):
        solve_pyomo(model, compiled, solver="no-such-solver")
    model = pyomo_model(two_parcels)
    model.too_much = _constraint(sum(model.x.values()) >= 1e6)
    with pytest.raises(Infeasible):
        solve(two_parcels, model=model, engine="pyomo")


def _constraint(expression):
    import pyomo.environ as pyo

    return pyo.Constraint(expr=expression)
