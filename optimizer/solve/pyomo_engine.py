"""Solve through Pyomo, with HiGHS or any other solver that Pyomo finds.

Pyomo gets the reference model (or the one an analyst extended), one stage of the objective at a
time. Its answer comes back in the order and with the signs of the `LinearProgram`, so that
certificate and reports treat it like any other.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.solve.certificate import right_signs
from optimizer.solve.errors import SolverFault
from optimizer.solve.linear import NoPlan, refuse_broken
from optimizer.solve.stages import Answer

if TYPE_CHECKING:
    from optimizer.formulation.bridge import CompiledModel
    from optimizer.formulation.program import LinearProgram

#: Options of solvers known to take them: tolerances that a certificate of 1e-9 needs.
SOLVER_OPTIONS = {
    "highs": {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
}


def solve_pyomo(
    model: Any, compiled: CompiledModel, program: LinearProgram | None = None,
    solver: str = "highs",
) -> Answer:
    """Solve one stage of a Pyomo model.

    Parameters
    ----------
    model
        Pyomo model; it is left as it was, but for the values of its variables and duals.
    compiled
        The same, compiled.
    program
        Stage to solve: the compiled program with another objective and floors below its rows;
        None takes the compiled one.
    solver
        Name of a solver as Pyomo knows it.

    Raises
    ------
    NoPlan
        If no plan meets the rules.
    SolverFault
        If Pyomo does not find the solver, the solver does not reach the optimum, or its plan
        breaks a rule.
    """
    program = compiled.program if program is None else program
    x_c, price_r = raw_answer(model, compiled, program, solver)
    answer = Answer(
        x_c=np.clip(x_c, program.column_lower, program.column_upper),
        price_r=right_signs(program, price_r), solver_bound=None, status="optimal",
        reason="asked for: the reference model, solved through Pyomo",
        solver=f"{solver} through Pyomo",
    )
    refuse_broken(program, answer)
    return answer


def raw_answer(
    model: Any, compiled: CompiledModel, program: LinearProgram, solver: str = "highs"
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Solve a stage and read the answer back in the order of the program; see `solve_pyomo`.

    Returns
    -------
    tuple
        Columns, shape (C,); prices, shape (R,): change of the optimum per unit more on the
        right-hand side, 0 for rows that Pyomo dropped as trivially true.
    """
    engine = _solver_named(solver)
    with _stage(model, compiled, program) as floors:
        _run(engine, model, solver)
        constraints = (*compiled.constraint_r, *floors)
        # The stage is minimised with its sign turned, for which all of Pyomo's interfaces agree
        # on the sign of duals; turning it back gives prices of the maximisation.
        price_r = np.array([0.0 if row is None else -float(model.dual.get(row, 0.0))
                            for row in constraints])
        x_c = np.array([0.0 if variable.value is None else float(variable.value)
                        for variable in compiled.variable_c])
    return x_c, price_r


def _solver_named(name: str) -> Any:
    """Solver of that name, if Pyomo finds it on this machine."""
    import pyomo.environ as pyo

    logger = logging.getLogger("pyomo.opt")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # an unknown name is told below, in words
    try:
        engine = pyo.SolverFactory(name)
        found = bool(engine.available(exception_flag=False))
    finally:
        logger.setLevel(level)
    if not found:
        msg = (f"Pyomo finds no solver named `{name}` on this machine; install it, or take "
               "`highs`, which comes with this program")
        raise SolverFault(msg)
    return engine


@contextmanager
def _stage(model: Any, compiled: CompiledModel, program: LinearProgram) -> Iterator[list[Any]]:
    """Put one stage's objective and floors on the model, and take them off again."""
    import pyomo.environ as pyo

    own = list(model.component_data_objects(pyo.Objective, active=True))
    for objective in own:
        objective.deactivate()
    stage = pyo.Block(concrete=True)
    model.add_component("stage_of_the_objective", stage)
    stage.objective = pyo.Objective(expr=-_linear(compiled, program.cost), sense=pyo.minimize)
    stage.floors = pyo.ConstraintList()
    matrix = sp.csr_array(program.matrix)
    floors = []
    for row in range(compiled.program.shape[0], program.shape[0]):
        coefficients = matrix[[row], :].toarray()[0]
        body = _linear(compiled, coefficients)
        floors.append(stage.floors.add(body >= float(program.row_lower[row])))
    try:
        yield floors
    finally:
        model.del_component(stage)
        for objective in own:
            objective.activate()


def _linear(compiled: CompiledModel, coefficients_c: NDArray[np.float64]) -> Any:
    """Sum of coefficient * variable, as a Pyomo expression."""
    from pyomo.core.expr.numeric_expr import LinearExpression

    used = np.flatnonzero(coefficients_c)
    return LinearExpression(constant=0.0, linear_coefs=coefficients_c[used].tolist(),
                            linear_vars=[compiled.variable_c[c] for c in used])


def _run(engine: Any, model: Any, solver: str) -> None:
    """Solve and load the answer, or say why there is none."""
    import pyomo.environ as pyo

    if model.component("dual") is None:
        model.dual = pyo.Suffix(direction=pyo.Suffix.IMPORT)
    try:
        results = engine.solve(model, load_solutions=False, options=SOLVER_OPTIONS.get(solver, {}))
    except (RuntimeError, ValueError, OSError) as problem:
        msg = f"{solver} failed under Pyomo: {problem}"
        raise SolverFault(msg) from problem
    condition = results.solver.termination_condition
    if condition in ("infeasible", "infeasibleOrUnbounded"):
        raise NoPlan
    if condition != "optimal":
        msg = f"{solver} ended under Pyomo with `{condition}`, not with an optimum"
        raise SolverFault(msg)
    model.solutions.load_from(results)
